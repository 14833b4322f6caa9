"""A lease lives as long as its process works, and no longer."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from legation.desk.carry.models import Attempt, Job, JobStatus
from legation.desk.carry.services import leases, owners
from legation.desk.carry.services.backoffs import MAX_LOSSES, QUICK_LOSSES
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.carry.services.leases import JOBS, claim, keep_lease, recover_leases
from legation.desk.carry.services.runs import run_job


def owner_of_a_dead_process():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    host = owners.current_owner().partition(":")[0]
    owner = f"{host}:{process.pid}:{owners._start_of(process.pid)}"
    assert not owners.is_certainly_dead(owner)
    process.kill()
    deadline = time.monotonic() + 5
    while owners._start_of(process.pid) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert owners.is_certainly_dead(owner), "a zombie that nobody waited for is dead, too"
    process.wait()
    return owner


def test_a_process_knows_itself_alive_and_a_killed_one_dead():
    assert not owners.is_certainly_dead(owners.current_owner())
    assert owners.is_certainly_dead(owner_of_a_dead_process())


def test_a_process_number_used_again_is_another_owner():
    host, pid, start = owners.current_owner().split(":")
    assert owners.is_certainly_dead(f"{host}:{pid}:{int(start) - 1}")


def test_nothing_is_certain_about_other_machines():
    assert not owners.is_certainly_dead("another-machine:1:1")
    assert not owners.is_certainly_dead("")


@pytest.mark.django_db
def test_a_dead_workers_job_waits_again_at_once(clock):
    job = enqueue_job(kind="tests.work", clock=clock)
    lease = claim(kind=JOBS, pk=job.pk, clock=clock)
    assert lease is not None
    assert recover_leases(clock=clock) == 0
    Job.objects.update(lease_owner=owner_of_a_dead_process())
    assert recover_leases(clock=clock) == 1
    job.refresh_from_db()
    assert (job.status, job.losses, job.failures) == (JobStatus.WAITING, 1, 0)
    assert job.next_run_at == clock()
    assert Attempt.objects.get(job=job).outcome == "lost"


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_slowed_and_then_failed(clock, job_kind):
    owner = owner_of_a_dead_process()
    calls = []
    job = enqueue_job(kind=job_kind(lambda run: calls.append(1)), clock=clock)
    for loss in range(1, MAX_LOSSES + 1):
        clock.moment = Job.objects.get(pk=job.pk).next_run_at
        assert claim(kind=JOBS, pk=job.pk, clock=clock)
        Job.objects.update(lease_owner=owner)
        recover_leases(clock=clock)
        job.refresh_from_db()
        assert (job.next_run_at > clock()) == (loss > QUICK_LOSSES)
    clock.moment = job.next_run_at
    run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert calls == []
    assert job.status == JobStatus.FAILED
    assert "died again and again" in job.error


@pytest.mark.django_db
def test_progress_forgives_earlier_losses(clock, job_kind):
    job = enqueue_job(kind=job_kind(lambda run: run.advance(done=1)), clock=clock)
    Job.objects.update(losses=MAX_LOSSES - 1)
    run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.status, job.losses) == (JobStatus.DONE, 0)


@pytest.mark.django_db
def test_a_process_never_takes_its_own_work_over(clock):
    job = enqueue_job(kind="tests.work", clock=clock)
    lease = claim(kind=JOBS, pk=job.pk, clock=clock)
    with keep_lease(lease, clock=clock):
        clock.move(hours=1)
        assert claim(kind=JOBS, pk=job.pk, clock=clock) is None
    assert claim(kind=JOBS, pk=job.pk, clock=clock) is not None


@pytest.mark.django_db(transaction=True)
def test_a_long_handler_keeps_its_lease_and_loses_it_when_it_stops_beating(settings, monkeypatch):
    monkeypatch.setattr(leases, "BEATS_PER_LEASE", settings.ENVIRONMENT.lease_seconds / 0.05)
    job = enqueue_job(kind="tests.work")
    lease = claim(kind=JOBS, pk=job.pk)
    before = Job.objects.get(pk=job.pk).lease_until
    with keep_lease(lease):
        deadline = time.monotonic() + 5
        while Job.objects.get(pk=job.pk).lease_until <= before and time.monotonic() < deadline:
            time.sleep(0.02)
    renewed = Job.objects.get(pk=job.pk).lease_until
    assert renewed > before
    time.sleep(0.15)
    assert Job.objects.get(pk=job.pk).lease_until == renewed
    assert claim(kind=JOBS, pk=job.pk, clock=lambda: renewed) is None
    assert claim(kind=JOBS, pk=job.pk, clock=lambda: renewed + timedelta(seconds=1)) is not None


@pytest.mark.django_db(transaction=True)
def test_a_lost_lease_stops_the_heartbeat(settings, monkeypatch):
    monkeypatch.setattr(leases, "BEATS_PER_LEASE", settings.ENVIRONMENT.lease_seconds / 0.02)
    job = enqueue_job(kind="tests.work")
    lease = claim(kind=JOBS, pk=job.pk)
    with keep_lease(lease):
        Job.objects.update(lease_owner="elsewhere:1:1", lease_until=timezone.now())
        until = Job.objects.get(pk=job.pk).lease_until
        deadline = time.monotonic() + 5
        while any(t.name == f"lease-{job.pk}" for t in threading.enumerate()) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not any(t.name == f"lease-{job.pk}" for t in threading.enumerate())
    assert Job.objects.get(pk=job.pk).lease_until == until
