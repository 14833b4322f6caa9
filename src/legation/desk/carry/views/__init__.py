"""Pages of room carry."""
