"""Frozen records that travel between the rooms, the gateways and the desk."""
