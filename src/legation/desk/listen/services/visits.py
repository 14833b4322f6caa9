"""One visit to one source: its state, the steps that its phases are made of, and its end.

A phase is a generator function that takes the visit: it yields what it wants done (a request, a reading, the
end of an item) through fetch, read and settle, and is resumed with what came of it. So a phase reads as if it
were alone, while the round runs hundreds of them at once. The order of the phases stands in rounds.PHASES.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from legation.desk.carry.models import Job
from legation.desk.listen.models import Article, Source
from legation.desk.listen.services.entries import next_waiting_at
from legation.desk.listen.services.hours import record_visit
from legation.desk.listen.services.outcomes import OutcomeLedger, total
from legation.desk.listen.services.settlements import Settlement
from legation.desk.listen.services.subscriptions import relax_wait
from legation.engine.listen.intervals import next_interval_seconds
from legation.engine.ports import Clock
from legation.engine.records.articles import OutcomeKind
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.readers import ReadCall

FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, */*;q=0.5"
)
PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5"
# A later try may do better; after any of these the rest of the source's pages waits for the next visit, so
# that a dead or angry server is not asked thirty times.
PASSING = frozenset({FetchStatus.TIMED_OUT, FetchStatus.SERVER_ERROR, FetchStatus.BUSY, FetchStatus.BROKEN})
_HABIT_ARTICLES = 20  # a day of a busy paper, three weeks of a ministry
_VISIT_FIELDS = (
    "last_fetch_at", "last_problem", "failures", "last_success_at", "is_verified", "last_article_at",
    "interval_seconds", "next_fetch_at", "lease_until", "lease_owner", "last_fault",
)  # fmt: skip
_SOON = timedelta(seconds=60)  # the next visit, where entries are left over

Step = FetchRequest | ReadCall | Settlement
Steps = Generator[Step, Any, None]


@dataclass(frozen=True, slots=True)
class VisitLimits:
    """How much one visit may do; what is left over waits in the inbox for the next."""

    pages: int = 30  # at one request a second and host, half a minute
    seconds: float = 240.0


@dataclass(slots=True, eq=False)
class Visit:
    """What one visit knows and has found."""

    source: Source
    clock: Clock
    limits: VisitLimits
    job: Job | None = None
    started_at: datetime = field(init=False)
    ledger: OutcomeLedger = field(init=False)
    problems: list[str] = field(default_factory=list)  # sentences for a person; the first is shown
    fault: str = ""  # FetchResult.fault of the feed that failed last
    good_feeds: int = 0  # read, or unchanged
    retry_after_seconds: float | None = None
    period_seconds: int | None = None  # the feeds' own claim
    is_stopped: bool = False  # the server fails for the moment: no more pages in this visit

    def __post_init__(self) -> None:
        """Begin now."""
        self.started_at = self.clock()
        self.ledger = OutcomeLedger(source=self.source, at=self.started_at, job=self.job)

    @property
    def has_time(self) -> bool:
        """Whether the visit may go on fetching."""
        spent = (self.clock() - self.started_at).total_seconds()
        return not self.is_stopped and spent <= self.limits.seconds

    def finish(self) -> None:
        """Write the source's state: when to come back, and in one sentence what is wrong."""
        source, now = self.source, self.clock()
        is_good = self.good_feeds > 0
        news = total(self.ledger.counts, OutcomeKind.KEPT) + total(self.ledger.counts, OutcomeKind.CHANGED)
        source.last_fetch_at = now
        source.last_problem = " ".join(dict.fromkeys(self.problems))[:500]
        source.last_fault = self.fault
        source.failures = 0 if is_good else source.failures + 1
        if is_good:
            source.last_success_at, source.is_verified = now, True
        if news:
            source.last_article_at = now
        source.interval_seconds, wait_seconds = choose_wait(
            source, now=now, retry_after_seconds=self.retry_after_seconds, period_seconds=self.period_seconds
        )
        wait_seconds = relax_wait(source=source, now=now, wait_seconds=wait_seconds)
        source.next_fetch_at = now + timedelta(seconds=wait_seconds)
        waiting_at = next_waiting_at(source=source)
        if is_good and waiting_at:
            source.next_fetch_at = min(source.next_fetch_at, max(waiting_at, now + _SOON))
        source.lease_until, source.lease_owner = None, ""
        # An update, not a save: the audit log tells what people did.
        state = {name: getattr(source, name) for name in _VISIT_FIELDS}
        with transaction.atomic():
            Source.objects.filter(pk=source.pk).update(**state)
            record_visit(source=source, at=now, is_good=is_good)


Phase = Callable[[Visit], Steps]


def fetch(request: FetchRequest) -> Generator[Step, Any, FetchResult]:
    """Have a request made; use it as `result = yield from fetch(request)`. Never raises."""
    result: FetchResult = yield request
    return result


def read(call: ReadCall) -> Generator[Step, Any, Any]:
    """Have something read in a reading process; returns its value or raises its exception.

    Raises ReadingFailed where it was too slow, too large or deadly.
    """
    value = yield call
    return value


def settle(settlement: Settlement) -> Generator[Step, Any, Settlement]:
    """Have an item ended, in one transaction with those of other visits; returns it with `kept` set."""
    yield settlement
    return settlement


def choose_wait(
    source: Source, *, now: datetime, retry_after_seconds: float | None, period_seconds: int | None
) -> tuple[int, float]:
    """Choose the usual interval of a source and the seconds until its next visit.

    Rests on when its latest articles appeared, its failures in a row, and what feed and server ask for.
    """
    latest = Article.objects.filter(source=source).order_by("-sort_at").values_list("sort_at", flat=True)
    # Spreads the sources over time; any even number does, and the same visit always draws the same.
    jitter = zlib.crc32(f"{source.key} {now.isoformat()}".encode()) / 2**32
    seconds = next_interval_seconds(
        now=now,
        recent_item_times=list(latest[:_HABIT_ARTICLES]),
        failures=source.failures,
        jitter=jitter,
        retry_after_seconds=retry_after_seconds,
        update_period_seconds=period_seconds,
    )
    return int(seconds), seconds
