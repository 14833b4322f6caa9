"""What room people can do."""
