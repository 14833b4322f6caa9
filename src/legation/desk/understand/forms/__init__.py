"""Forms of room understand."""
