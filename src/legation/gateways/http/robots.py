"""robots.txt: read once a day for each origin, and obeyed (RFC 9309)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from protego import Protego
from yarl import URL

from legation.engine.ports import Clock
from legation.engine.records.fetches import FetchResult, FetchStatus

# RFC 9309, section 2.5: at least 500 kibibytes must be read. One chunk more, as the last one may be cut off.
MAX_ROBOTS_BYTES = 512_000 + 65_536
_MAX_ORIGINS = 20_000  # twice the sources that one machine reads; some 50 MB of usual rules
_NOBODY = "nobody-of-this-name"
# The spellings that Protego accepts too.
_AGENT_LINE = re.compile(r"\s*user[\s-]?agent\s*[:\s]\s*(.*)", re.IGNORECASE)
_ABSENT = frozenset({FetchStatus.GONE, FetchStatus.REJECTED, FetchStatus.TOO_MANY_REDIRECTS})

ReadRobots = Callable[[str], Awaitable[FetchResult]]


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """What the origin's robots.txt means for one address."""

    is_allowed: bool
    crawl_delay_seconds: float = 0.0
    failure: FetchResult | None = None  # why robots.txt could not be read; nothing may be fetched then


@dataclass(slots=True)
class RobotsEntry:
    """One origin's rules."""

    expires_at: datetime
    rules: Protego | None = None  # None: nothing is forbidden, or see failure
    failure: FetchResult | None = None


@dataclass(slots=True)
class RobotsCache:
    """Answers for any address whether its origin lets us fetch it."""

    token: str  # the product's name in robots.txt
    clock: Clock
    read_robots: ReadRobots  # fetches robots.txt through the same guard
    cache_seconds: float
    failure_seconds: float
    entries: dict[str, RobotsEntry] = field(default_factory=dict)  # may be shared with other fetchers
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def judge(self, url: URL) -> RobotsVerdict:
        """Say whether url may be fetched, reading its origin's robots.txt where that is due."""
        origin = str(url.origin())
        entry = self._find(origin)
        if entry is None:
            lock = self._locks.setdefault(origin, asyncio.Lock())
            try:
                async with lock:
                    entry = self._find(origin) or await self._read(origin)
            finally:
                if not lock.locked():
                    self._locks.pop(origin, None)
        if entry.failure is not None:
            return RobotsVerdict(is_allowed=False, failure=entry.failure)
        if entry.rules is None:
            return RobotsVerdict(is_allowed=True)
        delay = entry.rules.crawl_delay(self.token) or 0.0
        is_allowed = entry.rules.can_fetch(str(url), self.token)
        return RobotsVerdict(is_allowed, crawl_delay_seconds=delay if delay > 0.0 else 0.0)  # NaN becomes 0

    def _find(self, origin: str) -> RobotsEntry | None:
        entry = self.entries.get(origin)
        return entry if entry is not None and entry.expires_at > self.clock() else None

    async def _read(self, origin: str) -> RobotsEntry:
        result = await self.read_robots(origin + "/robots.txt")
        lasting = self.clock() + timedelta(seconds=self.cache_seconds)
        if result.status is FetchStatus.FETCHED or (result.status is FetchStatus.TOO_LARGE and result.body):
            text = keep_own_groups(result.body.decode("utf-8-sig", "replace"), self.token)
            entry = RobotsEntry(lasting, rules=_parse_rules(text))
        elif result.status in _ABSENT:
            entry = RobotsEntry(lasting)
        else:
            # Section 2.3.1.4: where robots.txt cannot be reached, everything is forbidden, for a while.
            entry = RobotsEntry(self.clock() + timedelta(seconds=self.failure_seconds), failure=result)
        if len(self.entries) >= _MAX_ORIGINS:
            self.entries.pop(next(iter(self.entries)), None)
        self.entries[origin] = entry
        return entry


def keep_own_groups(text: str, token: str) -> str:
    """Drop the names of other robots, so that a file with a thousand of them costs nothing.

    Protego stores every rule once for each name of its group; half a megabyte of names and rules would make
    hundreds of millions of them. A group without our name or "*" keeps one name that is nobody's.
    """
    kept: list[str] = []
    seen_in_group: set[str] | None = None  # None outside the lines that open a group
    for line in text.splitlines():
        found = _AGENT_LINE.match(line)
        if found is None:
            if line.strip() and not line.lstrip().startswith("#"):
                seen_in_group = None
            kept.append(line)
            continue
        seen_in_group = set() if seen_in_group is None else seen_in_group
        name = found[1].partition("#")[0].partition("/")[0].strip().lower()
        name = name if name in ("*", token.lower()) else _NOBODY
        if name not in seen_in_group:
            seen_in_group.add(name)
            kept.append(f"User-agent: {name}")
    return "\n".join(kept)


def _parse_rules(text: str) -> Protego | None:
    try:
        return Protego.parse(text)
    except (ValueError, ArithmeticError, LookupError):
        return (
            None  # what cannot be read forbids nothing (RFC 9309, section 2.2: unparseable lines are ignored)
        )
