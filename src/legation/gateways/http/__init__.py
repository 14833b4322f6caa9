"""The polite, guarded HTTP gateway: the only way in which Legation reads the outside world."""

from __future__ import annotations

from legation.gateways.http.fetchers import PoliteFetcher
from legation.gateways.http.guards import is_public_address
from legation.gateways.http.memories import FetchMemory
from legation.gateways.http.options import FetchOptions, describe_user_agent

__all__ = ["FetchMemory", "FetchOptions", "PoliteFetcher", "describe_user_agent", "is_public_address"]
