"""Forgets the rows of jobs that ended long ago and keeps their counts."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from legation.desk.carry.models import Job, JobStatus, JobTally
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.carry.services.registry import JobRun
from legation.desk.carry.services.runs import merge_counts

PURGE_KIND = "carry.purge_jobs"
KEPT_DAYS = 30  # as long as somebody may ask what happened last month
EMPTY_KEPT_DAYS = 1  # a routine run that nobody asked for and that found nothing to do
BATCH = 200  # rows per transaction, so that the web never waits long for the write lock


def purge_jobs(run: JobRun) -> None:
    """Purge all that is due, batch by batch; safe to repeat, for tally and deletion are one transaction."""
    purged = 0
    while batch := purge_batch(now=run.now()):
        purged += batch
        run.count(gettext_noop("purged"), batch)
        run.advance(done=purged)


def purge_batch(*, now: datetime) -> int:
    """Fold one batch of old ended jobs into their tallies and delete them; returns how many.

    Failed ones stay until somebody has looked.
    """
    old = Q(finished_at__lt=now - timedelta(days=KEPT_DAYS))
    empty = Q(finished_at__lt=now - timedelta(days=EMPTY_KEPT_DAYS), outcome={}, created_by=None, unit=None)
    ended = Job.objects.filter(status__in=[JobStatus.DONE, JobStatus.CANCELLED])
    with transaction.atomic():
        jobs = list(ended.filter(old | empty).order_by("id")[:BATCH])
        groups: dict[tuple[date, str, str], list[Job]] = {}
        for job in jobs:
            finished = job.finished_at or job.created_at
            groups.setdefault((finished.date(), job.kind, job.status), []).append(job)
        for (day, kind, status), members in groups.items():
            _add_to_tally(day, kind, status, members)
        Job.objects.filter(pk__in=[job.pk for job in jobs]).delete()
    return len(jobs)


class PurgeClock:
    """The tick that asks for one purge a day."""

    def __init__(self) -> None:
        self.next_at: datetime | None = None

    def __call__(self, now: datetime) -> None:
        """Enqueue a purge when the last one is a day old; costs a query only then."""
        if self.next_at is not None and now < self.next_at:
            return
        self.next_at = now + timedelta(days=1)
        if not Job.objects.filter(kind=PURGE_KIND, created_at__gt=now - timedelta(days=1)).exists():
            enqueue_job(kind=PURGE_KIND, key=PURGE_KIND)


def _add_to_tally(day: date, kind: str, status: str, jobs: list[Job]) -> None:
    tally, _is_new = JobTally.objects.get_or_create(day=day, kind=kind, status=status)
    tally.jobs += len(jobs)
    tally.attempts += sum(job.attempts for job in jobs)
    for job in jobs:
        tally.outcome = merge_counts(tally.outcome, Counter(job.outcome))
    tally.save()
