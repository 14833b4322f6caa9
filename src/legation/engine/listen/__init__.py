"""Decisions of room listen: feeds, pages, copies, intervals."""
