"""Listening: rounds over the sources that are due, when they are begun, and the daily clearing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from legation.desk.carry.models import Job
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.models import Source
from legation.desk.listen.services.copies import WINDOW, purge_bands
from legation.desk.listen.services.entries import purge_entries
from legation.desk.listen.services.fetching import FetchPool, make_fetch_options
from legation.desk.listen.services.reading import share_reader_pool
from legation.desk.listen.services.rounds import Report, Round, RoundAccount
from legation.desk.listen.services.visits import VisitLimits
from legation.desk.people.models import Unit, User
from legation.engine.ports import Clock
from legation.gateways.http import FetchOptions
from legation.gateways.readers import ReaderPool

__all__ = ["FETCH_JOB", "PURGE_JOB", "Report", "RoundAccount", "fetch_now", "listen_once"]

FETCH_JOB, PURGE_JOB = "listen.fetch_sources", "listen.purge"
_KEEP_ENTRIES = timedelta(days=60)  # a feed that shows an older entry again shows it as news


def listen_once(
    *,
    clock: Clock = timezone.now,
    sources: Sequence[str] | None = None,
    options: FetchOptions | None = None,
    limits: VisitLimits | None = None,
    job: Job | None = None,
    report: Report | None = None,
    readers: ReaderPool | None = None,
) -> RoundAccount:
    """Visit the sources that are due, each once, and return the account of what came in.

    sources: keys of the sources to visit, due or not; None for all that are due.
    report: called every second or so and at the end; may raise to stop the round, after which nothing is
    lost: what was read is stored, and the rest stays in the inbox.
    readers: the reading processes; None for those of this worker.
    """
    with FetchPool(options or make_fetch_options(), clock) as fetches:
        started = Round(
            clock=clock,
            fetches=fetches,
            readers=readers or share_reader_pool(),
            limits=limits or VisitLimits(),
            job=job,
            keys=sources,
        )
        return started.run(report)


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
