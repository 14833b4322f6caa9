"""Commands of bin/legation, thin over the rooms' services."""
