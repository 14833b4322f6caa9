"""Benchmarks that anybody can run on their own data: bin/bench NAME --json."""
