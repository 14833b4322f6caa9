"""Template tags of room listen."""
