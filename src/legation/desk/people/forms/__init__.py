"""Forms of room people; choices that stand in the database are handed in."""
