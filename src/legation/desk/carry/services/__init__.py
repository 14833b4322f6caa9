"""What room carry can do for the rooms above."""
