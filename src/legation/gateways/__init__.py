"""The outside world behind the engine's ports: HTTP, mail, models. No Django here."""
