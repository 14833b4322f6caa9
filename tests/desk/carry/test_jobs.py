"""Jobs are queued once per key, called off and taken up again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from tests.desk.factories import UserFactory

from legation.desk.carry.models import Job, JobStatus
from legation.desk.carry.services import hints
from legation.desk.carry.services.jobs import JobStillOpen, cancel_job, enqueue_job, retry_job

pytestmark = pytest.mark.django_db


def test_an_open_key_gives_the_job_that_has_it(clock):
    first = enqueue_job(kind="tests.work", key="one", clock=clock)
    assert enqueue_job(kind="tests.work", key="one", clock=clock) == first
    Job.objects.update(status=JobStatus.RUNNING)
    assert enqueue_job(kind="tests.work", key="one", clock=clock) == first
    Job.objects.update(status=JobStatus.DONE)
    assert enqueue_job(kind="tests.work", key="one", clock=clock) != first


def test_jobs_without_a_key_are_all_added(clock):
    assert enqueue_job(kind="tests.work", clock=clock) != enqueue_job(kind="tests.work", clock=clock)


def test_a_due_job_is_hinted_at_when_its_transaction_commits(
    clock, monkeypatch, django_capture_on_commit_callbacks
):
    hinted = []
    monkeypatch.setitem(hints._hints, "job", hinted.append)
    with django_capture_on_commit_callbacks(execute=True):
        due = enqueue_job(kind="tests.work", clock=clock)
        enqueue_job(kind="tests.work", run_at=clock() + timedelta(hours=1), clock=clock)
        assert hinted == []
    assert hinted == [due.pk]


def test_a_queue_out_of_order_does_not_fail_the_request(
    clock, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(pk):
        raise ConnectionError("no queue")

    monkeypatch.setitem(hints._hints, "job", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue_job(kind="tests.work", clock=clock)
    assert Job.objects.get(pk=job.pk).status == JobStatus.WAITING


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_never(clock):
    job = enqueue_job(kind="tests.work", clock=clock)
    assert cancel_job(job=job, clock=clock)
    assert job.status == JobStatus.CANCELLED
    assert job.finished_at == clock()
    assert not cancel_job(job=job, clock=clock)


def test_a_failed_job_starts_again_with_all_its_attempts(clock):
    job = enqueue_job(kind="tests.work", clock=clock)
    Job.objects.update(status=JobStatus.FAILED, failures=5, losses=3, error="broken", finished_at=clock())
    clock.move(hours=1)
    assert retry_job(job=job, clock=clock)
    assert (job.status, job.failures, job.losses, job.error) == (JobStatus.WAITING, 0, 0, "")
    assert job.next_run_at == clock()
    assert job.finished_at is None


def test_a_job_is_not_retried_beside_another_with_its_key(clock):
    job = enqueue_job(kind="tests.work", key="one", clock=clock)
    Job.objects.update(status=JobStatus.FAILED)
    enqueue_job(kind="tests.work", key="one", clock=clock)
    with pytest.raises(JobStillOpen):
        retry_job(job=job, clock=clock)


@pytest.mark.parametrize("status", [JobStatus.DONE, JobStatus.RUNNING])
def test_done_and_running_jobs_are_not_retried(clock, status):
    job = enqueue_job(kind="tests.work", clock=clock)
    Job.objects.update(status=status)
    assert not retry_job(job=job, clock=clock)


def test_the_audit_log_says_who_cancelled_and_who_retried(clock):
    job, person = enqueue_job(kind="tests.work", clock=clock), UserFactory()
    cancel_job(job=job, by=person, clock=clock)
    retry_job(job=job, by=person, clock=clock)
    entries = LogEntry.objects.filter(object_id=job.pk, content_type__model="job").order_by("id")
    assert [(entry.actor, *entry.changes_dict) for entry in entries] == [
        (person, "cancel"),
        (person, "retry"),
    ]
