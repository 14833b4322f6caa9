"""Template tags of room understand."""
