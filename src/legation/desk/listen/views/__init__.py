"""Pages of room listen."""
