"""The Django and Wagtail floor: rooms that store, show and act."""
