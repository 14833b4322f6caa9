"""Room listen: sources, articles, their versions and copies, and one counted outcome per item."""
