"""Legation: the open desk of those who speak for a country abroad."""

__version__ = "0.1.0"
