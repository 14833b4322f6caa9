"""Decisions of room understand: relevance, stories, ranks, key sentences, the brief."""
