"""Runs one attempt at a job: claims it, hands it to its handler and records exactly one ending."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from legation.desk.carry.models import AttemptOutcome, Job, JobStatus
from legation.desk.carry.services.backoffs import MAX_LOSSES, is_transient, retry_delay
from legation.desk.carry.services.leases import JOBS, Lease, claim, keep_lease, lease_until
from legation.desk.carry.services.registry import (
    GiveUp,
    JobCancelled,
    JobLost,
    JobReleased,
    RetryLater,
    job_kinds,
)
from legation.engine.ports import Clock

logger = logging.getLogger(__name__)

MAX_REASON = 2000  # characters of a reason that are kept; the whole traceback stands in the log
RECORDING_TRIES = 4  # to record an ending in a struggling database, before the lease is left to run out

stopping = (
    threading.Event()
)  # set when the worker is asked to stop: running jobs are released at their next advance


class ClaimedJob:
    """The JobRun that a handler gets."""

    def __init__(self, job: Job, lease: Lease, clock: Clock) -> None:
        self.job, self.lease, self.clock = job, lease, clock
        self.pending: Counter[str] = Counter()

    def now(self) -> datetime:
        """Return the current moment."""
        return self.clock()

    def count(self, kind: str, by: int = 1) -> None:
        """Add to the counts; saved with the next bookmark, dropped when the attempt fails before it."""
        self.pending[kind] += by

    def advance(
        self, *, done: int, total: int | None = None, note: str = "", state: dict[str, Any] | None = None
    ) -> None:
        """Record progress, counts and bookmark together and renew the lease; raises JobCancelled or JobLost.

        Inside the handler's own transaction all of it is committed or undone with the work itself.
        """
        job = self.job
        with transaction.atomic():
            row = self.lease.held().select_for_update().values("outcome", "is_cancel_requested").first()
            if row is None:
                raise JobLost(job.pk)
            job.outcome = merge_counts(row["outcome"], self.pending)
            job.progress_done = done
            job.progress_total = job.progress_total if total is None else total
            job.progress_note = note[:300] or job.progress_note
            job.state = job.state if state is None else state
            job.lease_until = lease_until(self.clock())
            self.lease.held().update(
                outcome=job.outcome,
                progress_done=done,
                progress_total=job.progress_total,
                progress_note=job.progress_note,
                state=job.state,
                lease_until=job.lease_until,
                losses=0,
            )
        self.pending.clear()
        if row["is_cancel_requested"]:
            raise JobCancelled(job.pk)
        if stopping.is_set():
            raise JobReleased(job.pk)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended, and where that leaves the job."""

    status: JobStatus
    outcome: AttemptOutcome
    reason: str = ""
    wait: timedelta = timedelta(0)  # before the next attempt, where there is one
    is_failure: bool = False  # counts towards max_attempts


def run_job(*, job_id: int, clock: Clock = timezone.now) -> AttemptOutcome | None:
    """Run one attempt at a job, if it is due and free; returns how it ended.

    None where somebody else has the job, took it over meanwhile, or the ending could not be recorded: then
    the lease runs out and the job is run again. Raises DatabaseError where not even the claim was possible.
    """
    lease = claim(kind=JOBS, pk=job_id, clock=clock)
    if lease is None:
        return None
    with keep_lease(lease, clock=clock):
        run = ClaimedJob(Job.objects.get(pk=job_id), lease, clock)
        ending = _attempt(run)
        if ending is None:
            return None
        return ending.outcome if _record(run, ending) else None


def merge_counts(saved: dict[str, int], more: Counter[str]) -> dict[str, int]:
    """Add counts to saved ones."""
    return {
        kind: saved.get(kind, 0) + more.get(kind, 0)
        for kind in [*saved, *(k for k in more if k not in saved)]
    }


def _attempt(run: ClaimedJob) -> Ending | None:
    """Call the handler and judge what came of it; None where the job is no longer ours."""
    job, kind = run.job, job_kinds().get(run.job.kind)
    if job.is_cancel_requested:
        return Ending(JobStatus.CANCELLED, AttemptOutcome.CANCELLED)
    if kind is None:
        return _failed(gettext_noop("Nothing in this installation can do this kind of work."))
    if job.losses >= MAX_LOSSES:
        return _failed(gettext_noop("The worker died again and again over this job without any progress."))
    try:
        kind.handler(run)
    except JobReleased:
        return Ending(JobStatus.WAITING, AttemptOutcome.RELEASED)
    except JobLost:
        logger.warning("job %s was taken over by another worker", job.pk)
        return None
    except JobCancelled:
        return Ending(JobStatus.CANCELLED, AttemptOutcome.CANCELLED)
    except GiveUp as problem:
        return _failed(str(problem))
    except RetryLater as problem:
        wait = problem.retry_after_seconds
        return _retried(job, str(problem), None if wait is None else timedelta(seconds=wait))
    except (Exception, SystemExit) as problem:  # noqa: BLE001  the task's edge
        return _judge(job, problem)
    return Ending(JobStatus.DONE, AttemptOutcome.DONE)


def _judge(job: Job, problem: BaseException) -> Ending:
    """Turn an exception into a retry or, after max_attempts, a failure."""
    reason = f"{type(problem).__name__}: {problem}"
    if is_transient(problem):
        logger.warning("job %s (%s) has to wait: %s", job.pk, job.kind, reason)
        return _retried(job, reason)
    logger.error("job %s (%s) failed", job.pk, job.kind, exc_info=problem)
    if job.failures + 1 >= job.max_attempts:
        return _failed(reason)
    wait = retry_delay(job.failures + 1)
    return Ending(JobStatus.WAITING, AttemptOutcome.FAILED, reason, wait, is_failure=True)


def _failed(reason: str) -> Ending:
    return Ending(JobStatus.FAILED, AttemptOutcome.FAILED, reason, is_failure=True)


def _retried(job: Job, reason: str, wait: timedelta | None = None) -> Ending:
    """Wait without counting a failure: the machine or the world was not ready, the work is not wrong."""
    if wait is None:
        try:
            wait = retry_delay(1 + job.tries.filter(outcome=AttemptOutcome.RETRIED).count())
        except DatabaseError:
            wait = retry_delay(3)
    return Ending(JobStatus.WAITING, AttemptOutcome.RETRIED, reason, wait)


def _record(run: ClaimedJob, ending: Ending) -> bool:
    """Write the ending, trying again while the database struggles; returns whether it was written."""
    for attempt in range(RECORDING_TRIES):
        try:
            return _write(run, ending)
        except DatabaseError as problem:
            logger.warning("the end of job %s was not recorded: %s", run.job.pk, problem)
            if connection.in_atomic_block:  # only inside a caller's transaction, which is broken now
                raise
            connection.close()
            time.sleep(0.2 * 2**attempt)
    return False


def _write(run: ClaimedJob, ending: Ending) -> bool:
    now, is_open = run.clock(), ending.status == JobStatus.WAITING
    with transaction.atomic():
        row = (
            run.lease.held().select_for_update().values("outcome", "failures", "is_cancel_requested").first()
        )
        if row is None:
            return False
        if is_open and row["is_cancel_requested"]:
            ending, is_open = Ending(JobStatus.CANCELLED, AttemptOutcome.CANCELLED, ending.reason), False
        counts = merge_counts(row["outcome"], run.pending if ending.status == JobStatus.DONE else Counter())
        run.lease.held().update(
            status=ending.status,
            outcome=counts,
            error=ending.reason[:MAX_REASON],
            failures=row["failures"] + ending.is_failure,
            next_run_at=now + ending.wait if is_open else run.job.next_run_at,
            lease_until=None,
            lease_owner="",
            finished_at=None if is_open else now,
        )
        run.lease.end_attempt(outcome=ending.outcome, detail=ending.reason[:MAX_REASON], at=now)
    return True
