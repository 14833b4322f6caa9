"""Room understand: stories, relevance, ranks and the daily press review."""
