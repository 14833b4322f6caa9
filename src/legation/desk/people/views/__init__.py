"""Pages of room people."""
