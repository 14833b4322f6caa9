"""Pages of room understand."""
