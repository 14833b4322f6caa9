"""What the rooms above can have done later: job handlers, deliverables and clocks, by registration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from legation.desk.carry.models import Job


class JobCancelled(Exception):
    """A person asked for the job to stop; raised out of JobRun.advance."""


class JobLost(Exception):
    """Another worker took the job over because the lease ran out; nothing more may be written."""


class JobReleased(JobLost):
    """The worker is stopping; the job goes back as it stands and is taken up again later."""


class RetryLater(Exception):
    """The work cannot be done now; try again after retry_after_seconds."""

    def __init__(self, reason: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class GiveUp(Exception):
    """The work can never succeed; its message is for a person."""


class JobRun(Protocol):
    """What a handler gets: its job, and the means to report."""

    job: Job

    def advance(
        self, *, done: int, total: int | None = None, note: str = "", state: dict[str, object] | None = None
    ) -> None:
        """Record progress and the bookmark, and renew the lease; raises JobCancelled or JobLost."""
        ...

    def count(self, kind: str, by: int = 1) -> None:
        """Add to the job's counted outcomes; saved with the next advance and at the end."""
        ...

    def now(self) -> datetime:
        """Return the current moment."""
        ...


Handler = Callable[[JobRun], None]
Tick = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """One registered kind of job."""

    name: str
    title: StrOrPromise  # lazily translated
    handler: Handler
    max_attempts: int


_kinds: dict[str, JobKind] = {}
_ticks: dict[str, Tick] = {}


def register_job(name: str, *, title: StrOrPromise, handler: Handler, max_attempts: int = 5) -> None:
    """Register a kind of job, such as "listen.fetch_sources"; handlers must be safe to repeat."""
    _kinds[name] = JobKind(name, title, handler, max_attempts)


def job_kinds() -> dict[str, JobKind]:
    """Return every registered kind by name."""
    return dict(_kinds)


def register_tick(name: str, tick: Tick) -> None:
    """Register what a room checks every few seconds in the worker: quick, and safe to repeat."""
    _ticks[name] = tick


def ticks() -> dict[str, Tick]:
    """Return every registered tick by name."""
    return dict(_ticks)
