"""What room listen can do."""
