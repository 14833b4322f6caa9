"""What room understand can do."""
