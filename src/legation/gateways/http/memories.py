"""What outlives one fetcher: robots.txt for a day, and the hosts that asked to be left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from legation.gateways.http.robots import RobotsEntry


@dataclass(slots=True)
class FetchMemory:
    """Handed from one fetcher to the next, and shared by those of several threads.

    It lives in the process: a worker that starts anew reads every robots.txt once more.
    """

    robots: dict[str, RobotsEntry] = field(default_factory=dict)  # by origin
    quiet_until: dict[str, datetime] = field(default_factory=dict)  # by host and port
