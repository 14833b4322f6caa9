"""Settings, addresses and entry points of one installation."""
