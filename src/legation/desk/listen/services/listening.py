"""Rounds of listening: claim the sources that are due, visit many at once, and account for every item."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from legation.desk.carry.models import Job
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.models import Source
from legation.desk.listen.services.copies import WINDOW, purge_bands
from legation.desk.listen.services.entries import purge_entries
from legation.desk.listen.services.fetching import FetchPool, make_fetch_options
from legation.desk.listen.services.visits import Visit, VisitLimits
from legation.desk.people.models import Unit, User
from legation.engine.ports import Clock
from legation.gateways.http import FetchOptions

logger = logging.getLogger(__name__)

FETCH_JOB, PURGE_JOB = "listen.fetch_sources", "listen.purge"
_KEEP_ENTRIES = timedelta(days=60)  # a feed that shows an older entry again shows it as news
_VISITS_AT_ONCE = 30  # with answers of some 100 KB, a few MB in memory

Report = Callable[["RoundAccount"], None]


@dataclass(slots=True)
class RoundAccount:
    """What one round did: outcomes of items, and how the visits to the sources went."""

    counts: Counter[str] = field(default_factory=Counter)  # "kept" or "discarded:too_short" to items
    visited: int = 0
    under_way: int = 0
    problems: dict[str, str] = field(default_factory=dict)  # source key to one sentence


@dataclass(slots=True)
class _Round:
    """One round under way."""

    clock: Clock
    limits: VisitLimits
    job: Job | None
    keys: Sequence[str] | None  # only these sources, due or not; None for all that are due
    account: RoundAccount = field(default_factory=RoundAccount)
    visits: dict[int, Visit] = field(default_factory=dict)  # by the source's primary key
    seen: set[int] = field(default_factory=set)

    @property
    def owner(self) -> str:
        """Whose leases these are: the same job run again after a crash takes its sources up at once."""
        return f"job {self.job.pk}" if self.job else f"process {os.getpid()}"


def listen_once(
    *,
    clock: Clock = timezone.now,
    sources: Sequence[str] | None = None,
    options: FetchOptions | None = None,
    limits: VisitLimits | None = None,
    job: Job | None = None,
    report: Report | None = None,
) -> RoundAccount:
    """Visit the sources that are due, each once, and return the account of what came in.

    sources: keys of the sources to visit, due or not; None for all that are due.
    report: called after every step and every second or so while waiting; may raise to stop the round, after
    which nothing is lost: what was read is stored, and the rest stays in the inbox.
    """
    started = _Round(clock, limits or VisitLimits(), job, sources)
    with FetchPool(options or make_fetch_options(), clock) as pool:
        try:
            _run_round(started, pool, report)
        finally:
            _release(list(started.visits))
    return started.account


def schedule_fetch(now: datetime) -> None:
    """Enqueue a round when a source is due; a tick of the worker."""
    if Source.objects.with_feeds().free(now).due(now).exists():
        enqueue_job(kind=FETCH_JOB, key=FETCH_JOB)


def schedule_purge(now: datetime) -> None:
    """Enqueue the daily clearing of what is no longer needed; a tick of the worker."""
    key = f"{PURGE_JOB}:{now:%Y-%m-%d}"
    if not Job.objects.filter(kind=PURGE_JOB, key=key).exists():
        enqueue_job(kind=PURGE_JOB, key=key)


def purge(*, now: datetime) -> int:
    """Delete bands and inbox entries past their use; returns how many rows."""
    return purge_bands(before=now - 2 * WINDOW) + purge_entries(before=now - _KEEP_ENTRIES)


def fetch_now(*, source: Source, by: User | None, unit: Unit | None, at: datetime) -> Job:
    """Make a source due and enqueue a round."""
    Source.objects.filter(pk=source.pk).update(next_fetch_at=at)
    return enqueue_job(kind=FETCH_JOB, key=FETCH_JOB, by=by, unit=unit)


def _run_round(started: _Round, pool: FetchPool, report: Report | None) -> None:
    beat_seconds = max(0.2, min(5.0, settings.ENVIRONMENT.lease_seconds / 4))
    last_beat = started.clock()
    while True:
        for source in _claim(started, room=_VISITS_AT_ONCE - len(started.visits)):
            visit = Visit(source, clock=started.clock, limits=started.limits, job=started.job)
            started.visits[source.pk] = visit
            _go_on(started, pool, visit)
        if not started.visits:
            break
        for pk, result in pool.collect(timeout_seconds=beat_seconds):
            visit = started.visits[pk]
            if _survives(started, visit, partial(visit.take, result)):
                _go_on(started, pool, visit)
        started.account.under_way = len(started.visits)
        if abs((started.clock() - last_beat).total_seconds()) >= beat_seconds:
            last_beat = started.clock()
            _renew(started)
        if report:
            report(started.account)


def _claim(started: _Round, *, room: int) -> list[Source]:
    """Lease sources for this round: due ones, the longest due first, or those that were named."""
    now = started.clock()
    if room <= 0:
        return []
    wanted = Source.objects.with_feeds().free(now, owner=started.owner).exclude(pk__in=started.seen)
    if started.keys is None:
        wanted = wanted.due(now).order_by("next_fetch_at", "id")
    else:
        wanted = wanted.filter(key__in=started.keys)
    with transaction.atomic():
        claimed = list(wanted.select_for_update()[:room])
        started.seen.update(source.pk for source in claimed)
        until = now + timedelta(seconds=settings.ENVIRONMENT.lease_seconds)
        held = Source.objects.filter(pk__in=[source.pk for source in claimed])
        held.update(lease_until=until, lease_owner=started.owner)
    return claimed


def _renew(started: _Round) -> None:
    until = started.clock() + timedelta(seconds=settings.ENVIRONMENT.lease_seconds)
    Source.objects.filter(pk__in=list(started.visits)).update(lease_until=until)


def _release(pks: list[int]) -> None:
    """Free the sources of a round that was stopped, so that the next may take them at once."""
    if pks:
        Source.objects.filter(pk__in=pks).update(lease_until=None)


def _go_on(started: _Round, pool: FetchPool, visit: Visit) -> None:
    """Submit the visit's next request, or end the visit."""

    def step() -> None:
        request = visit.next_request()
        if request is not None:
            pool.submit(request, tag=visit.source.pk)
            return
        visit.finish()
        _end(started, visit)

    _survives(started, visit, step)


def _survives(started: _Round, visit: Visit, step: Callable[[], None]) -> bool:
    """Do one step of a visit; a fault ends this visit and leaves the others be.

    A database that is locked or full is no fault of the source: it is raised, and the job tries again.
    """
    try:
        step()
        return True
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - the edge of one source's visit
        logger.exception("the visit to %s failed", visit.source.key)
        visit.problems.append(f"The desk itself failed here: {type(error).__name__}: {error}")
        visit.finish()
        _end(started, visit)
        return False


def _end(started: _Round, visit: Visit) -> None:
    del started.visits[visit.source.pk]
    started.account.counts.update(visit.ledger.counts)
    started.account.visited += 1
    if visit.problems:
        started.account.problems[visit.source.key] = visit.problems[0]
