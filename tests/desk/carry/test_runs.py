"""An attempt at a job ends in exactly one recorded way."""

from __future__ import annotations

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, transaction
from tests.desk.factories import UnitFactory

from legation.desk.carry.models import Attempt, AttemptOutcome, Job, JobStatus
from legation.desk.carry.services import leases, runs
from legation.desk.carry.services.jobs import cancel_job, enqueue_job
from legation.desk.carry.services.registry import GiveUp, JobLost, JobReleased, RetryLater
from legation.desk.carry.services.runs import run_job

pytestmark = pytest.mark.django_db


def queue(kind, clock, **more):
    return enqueue_job(kind=kind, clock=clock, **more)


def outcomes(job):
    return list(Attempt.objects.filter(job=job).values_list("outcome", flat=True))


def raising(problem):
    def handler(run):
        raise problem

    return handler


def test_a_job_is_done_with_its_counts(clock, job_kind):
    def handler(run):
        run.count("kept", 3)
        run.advance(done=1, total=2, note="half", state={"next": 1})
        run.count("kept")
        run.count("discarded", 2)

    job = queue(job_kind(handler), clock)
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.DONE
    job.refresh_from_db()
    assert job.status == JobStatus.DONE
    assert job.outcome == {"kept": 4, "discarded": 2}
    assert (job.progress_done, job.progress_total, job.progress_note) == (1, 2, "half")
    assert (job.lease_until, job.lease_owner, job.finished_at) == (None, "", clock())
    assert outcomes(job) == ["done"]


def test_a_job_that_is_not_due_or_not_free_is_left_alone(clock, job_kind):
    kind = job_kind(lambda run: None)
    later = queue(kind, clock, run_at=clock() + timedelta(seconds=1))
    assert run_job(job_id=later.pk, clock=clock) is None
    held = queue(kind, clock)
    Job.objects.filter(pk=held.pk).update(
        status=JobStatus.RUNNING, lease_owner="elsewhere:1:1", lease_until=clock() + timedelta(seconds=1)
    )
    assert run_job(job_id=held.pk, clock=clock) is None
    assert Attempt.objects.count() == 0


def test_a_lease_that_ran_out_is_taken_over_and_the_old_holder_is_told(clock, job_kind):
    told = []

    def slow(run):
        if run.job.attempts > 1:
            return
        Job.objects.filter(pk=run.job.pk).update(lease_until=clock() - timedelta(seconds=1))
        leases._in_hand.discard(("job", run.job.pk))  # as another process would not have it in hand
        assert run_job(job_id=run.job.pk, clock=clock) == AttemptOutcome.DONE
        try:
            run.advance(done=1, state={"mine": True})
        except JobLost:
            told.append(True)
            raise

    job = queue(job_kind(slow), clock)
    assert run_job(job_id=job.pk, clock=clock) is None
    job.refresh_from_db()
    assert told == [True]
    assert (job.status, job.state) == (JobStatus.DONE, {})
    assert outcomes(job) == ["lost", "done"]


def test_a_failed_attempt_is_tried_again_later_and_later(clock, job_kind):
    job = queue(job_kind(raising(ValueError("a wrong date")), max_attempts=3), clock)
    waits = []
    for _ in range(2):
        assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.FAILED
        job.refresh_from_db()
        assert job.status == JobStatus.WAITING
        waits.append(job.next_run_at - clock())
        clock.moment = job.next_run_at
    assert timedelta(seconds=4) <= waits[0] <= timedelta(seconds=6)
    assert timedelta(seconds=8) <= waits[1] <= timedelta(seconds=12)
    run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.FAILED, "ValueError: a wrong date")
    assert outcomes(job) == ["failed"] * 3


def test_giving_up_fails_at_once(clock, job_kind):
    job = queue(job_kind(raising(GiveUp("The file is empty."))), clock)
    run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.status, job.error, job.attempts) == (JobStatus.FAILED, "The file is empty.", 1)


def test_retrying_later_waits_as_long_as_asked_and_is_no_failure(clock, job_kind):
    job = queue(job_kind(raising(RetryLater("busy", retry_after_seconds=90)), max_attempts=1), clock)
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.RETRIED
    job.refresh_from_db()
    assert (job.status, job.failures) == (JobStatus.WAITING, 0)
    assert job.next_run_at == clock() + timedelta(seconds=90)


def test_a_kind_that_nobody_registered_fails_with_a_reason(clock, job_kind):
    job = queue("tests.unheard_of", clock)
    run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert "can do this kind of work" in job.error


def test_cancelling_stops_a_running_job_at_its_next_report(clock, job_kind):
    done = []

    def handler(run):
        for number in range(5):
            done.append(number)
            if number == 1:
                cancel_job(job=Job.objects.get(pk=run.job.pk), clock=clock)
            run.count("kept")
            run.advance(done=number + 1)

    job = queue(job_kind(handler), clock)
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.CANCELLED
    job.refresh_from_db()
    assert done == [0, 1]
    assert (job.status, job.outcome) == (JobStatus.CANCELLED, {"kept": 2})


def test_a_job_cancelled_while_it_fails_is_not_tried_again(clock, job_kind):
    def handler(run):
        cancel_job(job=Job.objects.get(pk=run.job.pk), clock=clock)
        raise ValueError("broken")

    job = queue(job_kind(handler), clock)
    run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_a_stopping_worker_releases_its_jobs_with_their_bookmark(clock, job_kind):
    def handler(run):
        first = run.job.state.get("next", 0)
        for number in range(first, 3):
            run.count("kept")
            if number == 0:
                runs.stopping.set()
            run.advance(done=number + 1, state={"next": number + 1})

    job = queue(job_kind(handler), clock)
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.RELEASED
    runs.stopping.clear()
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.DONE
    job.refresh_from_db()
    assert (job.outcome, job.failures) == ({"kept": 3}, 0)


def test_counts_of_undone_work_are_undone_with_it(clock, job_kind):
    def handler(run):
        first = run.job.state.get("next", 0)
        for number in range(first, 3):
            with transaction.atomic():
                UnitFactory(slug=f"unit-{number}")
                run.count("made")
                run.advance(done=number + 1, state={"next": number + 1})
                if number == 1 and run.job.attempts == 1:
                    raise ValueError("the machine tripped before the commit")

    job = queue(job_kind(handler), clock)
    run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.outcome, job.state) == ({"made": 1}, {"next": 1})
    clock.move(minutes=1)
    run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.status, job.outcome) == (JobStatus.DONE, {"made": 3})


class SqliteFull(Exception):
    sqlite_errorname = "SQLITE_FULL"


class SqliteError(Exception):
    sqlite_errorname = "SQLITE_ERROR"


def test_a_full_disk_waits_without_counting_as_a_failure(clock, job_kind):
    def handler(run):
        raise OperationalError("database or disk is full") from SqliteFull()

    job = queue(job_kind(handler, max_attempts=1), clock)
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.RETRIED
    job.refresh_from_db()
    assert (job.status, job.failures) == (JobStatus.WAITING, 0)
    assert "disk is full" in job.error


def test_a_wrong_query_is_a_failure_although_it_is_an_operational_error(clock, job_kind):
    def handler(run):
        raise OperationalError("no such table: stories") from SqliteError()

    job = queue(job_kind(handler, max_attempts=1), clock)
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.FAILED


def test_an_ending_that_cannot_be_written_at_first_is_written_in_the_end(clock, job_kind, monkeypatch):
    job, write, tries = queue(job_kind(lambda run: None), clock), runs._write, []

    def full(run, ending):
        tries.append(ending)
        if len(tries) < 3:
            raise OperationalError("database or disk is full")
        return write(run, ending)

    monkeypatch.setattr(runs, "_write", full)
    monkeypatch.setattr(runs.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(runs, "connection", SimpleNamespace(in_atomic_block=False, close=lambda: None))
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.DONE
    assert len(tries) == 3


def test_a_handler_cannot_leave_by_exiting(clock, job_kind):
    job = queue(job_kind(raising(SystemExit(3)), max_attempts=1), clock)
    assert run_job(job_id=job.pk, clock=clock) == AttemptOutcome.FAILED


def test_a_release_counts_as_a_loss_for_handlers_that_catch_losses():
    assert issubclass(JobReleased, JobLost)


@pytest.mark.django_db(transaction=True)
def test_two_threads_claim_a_job_once(clock, job_kind):
    calls, barrier = [], threading.Barrier(4)
    job = queue(job_kind(lambda run: calls.append(threading.get_ident())), clock)
    endings = []

    def race():
        barrier.wait()
        try:
            endings.append(run_job(job_id=job.pk, clock=clock))
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert sorted(map(str, endings)) == ["None", "None", "None", "done"]
    assert outcomes(job) == ["done"]
