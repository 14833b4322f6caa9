"""The budget of each site: requests at once, how far apart, and which host wants to be left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Idle hosts beyond this number are forgotten; a long-running worker follows links to many hosts.
_MAX_HOSTS = 10_000


@dataclass(slots=True)
class _HostState:
    """The turns of one site."""

    slots: asyncio.Semaphore
    next_start: float = 0.0  # of the event loop's clock
    users: int = 0


@dataclass(slots=True)
class HostBudgets:
    """Lets requests to one site through one after the other, however many are waiting."""

    per_host_concurrency: int
    global_concurrency: int
    quiet_until: dict[str, datetime] = field(default_factory=dict)  # may be shared with other fetchers
    _hosts: dict[str, _HostState] = field(default_factory=dict)
    _all: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        """Set up the bound over all hosts."""
        self._all = asyncio.Semaphore(self.global_concurrency)

    @asynccontextmanager
    async def take_turn(self, site: str, delay_seconds: float) -> AsyncIterator[None]:
        """Wait for the site's turn and hold it; starts to one site are delay_seconds apart."""
        state = self._get_state(site)
        state.users += 1
        try:
            async with state.slots:
                loop = asyncio.get_running_loop()
                start = max(loop.time(), state.next_start)
                state.next_start = start + delay_seconds
                if start > loop.time():
                    await asyncio.sleep(start - loop.time())
                async with self._all:
                    yield
        finally:
            state.users -= 1

    def keep_quiet(self, host: str, *, until: datetime) -> None:
        """Leave the host alone until the given moment, because it said so."""
        if len(self.quiet_until) >= _MAX_HOSTS:
            self.quiet_until.pop(next(iter(self.quiet_until)), None)
        self.quiet_until[host] = until

    def read_quiet_time(self, host: str, *, now: datetime) -> timedelta:
        """Say how much longer the host wants to be left alone; zero where it does not."""
        until = self.quiet_until.get(host)
        return max(until - now, timedelta(0)) if until else timedelta(0)

    def _get_state(self, host: str) -> _HostState:
        state = self._hosts.get(host)
        if state is None:
            if len(self._hosts) >= _MAX_HOSTS:
                self._forget_idle_hosts()
            state = self._hosts[host] = _HostState(asyncio.Semaphore(self.per_host_concurrency))
        return state

    def _forget_idle_hosts(self) -> None:
        for host in [name for name, state in self._hosts.items() if not state.users]:
            del self._hosts[host]
