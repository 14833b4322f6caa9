"""Reading what is hostile in processes that may be killed: slow, greedy and crashing pages end there."""

from __future__ import annotations

from legation.gateways.readers.calls import (
    ReadCall,
    ReadersUnavailable,
    ReadingDied,
    ReadingFailed,
    ReadingTooLarge,
    ReadingTooSlow,
)
from legation.gateways.readers.pools import ReaderPool

__all__ = [
    "ReadCall",
    "ReaderPool",
    "ReadersUnavailable",
    "ReadingDied",
    "ReadingFailed",
    "ReadingTooLarge",
    "ReadingTooSlow",
]
