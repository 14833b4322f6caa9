"""Puts work into the job table, calls it off and takes it up again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from legation.desk.carry.models import Job, JobStatus
from legation.desk.carry.services.audits import log_act
from legation.desk.carry.services.hints import send_hint
from legation.desk.carry.services.registry import job_kinds
from legation.desk.people.models import Unit, User
from legation.engine.ports import Clock

OPEN = (JobStatus.WAITING, JobStatus.RUNNING)
DEFAULT_MAX_ATTEMPTS = 5  # where a kind is not registered in this process


class JobStillOpen(Exception):
    """Another job with the same key is waiting or running."""


def enqueue_job(
    *,
    kind: str,
    arguments: dict[str, Any] | None = None,
    key: str = "",
    title: str = "",
    unit: Unit | None = None,
    by: User | None = None,
    run_at: datetime | None = None,
    clock: Clock = timezone.now,
) -> Job:
    """Put a job into the table and hint at it when the transaction commits.

    kind: a registered kind.
    key: while a job with this key waits or runs, that one is returned and nothing is added.
    run_at: not before this moment; now by default.
    """
    if key and (job := _open_job(key)):
        return job
    registered = job_kinds().get(kind)
    job = Job(
        kind=kind,
        key=key,
        title=title[:300],
        arguments=arguments or {},
        unit=unit,
        created_by=by,
        next_run_at=run_at or clock(),
        max_attempts=registered.max_attempts if registered else DEFAULT_MAX_ATTEMPTS,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:  # somebody else was quicker with the same key
        other = _open_job(key) if key else None
        if other is None:
            raise
        return other
    if job.next_run_at <= clock():
        send_hint("job", job.pk)
    return job


def cancel_job(*, job: Job, by: User | None = None, clock: Clock = timezone.now) -> bool:
    """Call a job off: a waiting one at once, a running one when it next reports.

    Returns whether the job was still open.
    """
    changed = Job.objects.filter(pk=job.pk, status=JobStatus.WAITING).update(
        status=JobStatus.CANCELLED, finished_at=clock(), is_cancel_requested=True
    ) or Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING).update(is_cancel_requested=True)
    job.refresh_from_db()
    if changed:
        log_act(record=job, by=by, act="cancel")
    return bool(changed)


def retry_job(*, job: Job, by: User | None = None, clock: Clock = timezone.now) -> bool:
    """Let a failed, cancelled or backing-off job run now, from its bookmark, with all its attempts again.

    Returns whether anything changed. Raises JobStillOpen where another job took its key meanwhile.
    """
    retriable = (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.WAITING)
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job.pk, status__in=retriable).update(
                status=JobStatus.WAITING,
                next_run_at=clock(),
                failures=0,
                losses=0,
                is_cancel_requested=False,
                finished_at=None,
                error="",
            )
    except IntegrityError:
        raise JobStillOpen(job.key)
    job.refresh_from_db()
    if changed:
        log_act(record=job, by=by, act="retry")
        send_hint("job", job.pk)
    return bool(changed)


def _open_job(key: str) -> Job | None:
    return Job.objects.filter(key=key, status__in=OPEN).first()
