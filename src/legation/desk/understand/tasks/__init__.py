"""What room understand does later."""
