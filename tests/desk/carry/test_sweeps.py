"""The sweep finds whatever no hint told of, and no room's mistake stops it."""

from __future__ import annotations

import sqlite3
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from tests.desk.factories import UnitFactory, UserFactory

from legation.desk.carry import tasks
from legation.desk.carry.models import Job, JobStatus, JobTally
from legation.desk.carry.services import hints, registry
from legation.desk.carry.services.deliveries import queue_delivery
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.carry.services.purges import PURGE_KIND, PurgeClock, purge_batch
from legation.desk.carry.services.sweeps import HINTS_PER_SWEEP, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def hinted(monkeypatch):
    seen = {"job": [], "delivery": []}
    for name, pks in seen.items():
        monkeypatch.setitem(hints._hints, name, pks.append)
    monkeypatch.setattr(registry, "_ticks", {})
    return seen


def test_what_is_due_is_hinted_at_and_what_is_not_is_not(clock, hinted):
    due = enqueue_job(kind="tests.work", clock=clock)
    enqueue_job(kind="tests.work", run_at=clock() + timedelta(seconds=5), clock=clock)
    left = enqueue_job(kind="tests.work", clock=clock)
    Job.objects.filter(pk=left.pk).update(
        status=JobStatus.RUNNING, lease_owner="elsewhere:1:1", lease_until=clock() - timedelta(seconds=1)
    )
    sweep(is_queue_empty=True, clock=clock)
    assert sorted(hinted["job"]) == [due.pk, left.pk]


def test_hints_never_pile_up(clock, hinted):
    for _ in range(HINTS_PER_SWEEP + 5):
        enqueue_job(kind="tests.work", clock=clock)
    sweep(is_queue_empty=False, clock=clock)
    assert hinted["job"] == []
    sweep(is_queue_empty=True, clock=clock)
    assert len(hinted["job"]) == HINTS_PER_SWEEP


def test_deliveries_of_a_channel_that_is_switched_off_wait(clock, hinted):
    facts = {"about": "tests.note:1", "subject": "A note", "unit": UnitFactory(), "at": clock()}
    delivery = queue_delivery(recipient="a@example.org", **facts)
    sweep(is_queue_empty=True, clock=clock)
    assert hinted["delivery"] == [delivery.pk]
    delivery.channel.is_enabled = False
    delivery.channel.save()
    sweep(is_queue_empty=True, clock=clock)
    assert hinted["delivery"] == [delivery.pk]


def test_a_failing_tick_does_not_stop_the_others(clock, hinted, caplog):
    seen = []

    def broken(now):
        raise KeyError("a room's mistake")

    def starved(now):
        raise OperationalError("database or disk is full")

    registry.register_tick("tests.broken", broken)
    registry.register_tick("tests.starved", starved)
    registry.register_tick("tests.sound", seen.append)
    job = enqueue_job(kind="tests.work", clock=clock)
    sweep(is_queue_empty=True, clock=clock)
    assert seen == [clock()]
    assert hinted["job"] == [job.pk]
    assert "tests.broken failed" in caplog.text
    assert "tests.starved waits for the database" in caplog.text


def test_old_jobs_are_purged_and_their_counts_kept(clock):
    asked_for = enqueue_job(kind="tests.work", by=UserFactory(), clock=clock)
    with_counts = [enqueue_job(kind="tests.work", clock=clock) for _ in range(2)]
    empty = enqueue_job(kind="tests.work", clock=clock)
    failed = enqueue_job(kind="tests.work", clock=clock)
    Job.objects.update(status=JobStatus.DONE, finished_at=clock(), attempts=1)
    Job.objects.filter(pk=failed.pk).update(status=JobStatus.FAILED)
    for job in with_counts:
        Job.objects.filter(pk=job.pk).update(outcome={"kept": 3})
    clock.move(days=2)
    assert purge_batch(now=clock()) == 1
    assert not Job.objects.filter(pk=empty.pk).exists()
    clock.move(days=29)
    assert purge_batch(now=clock()) == 3
    assert purge_batch(now=clock()) == 0
    assert list(Job.objects.all()) == [failed]
    tally = JobTally.objects.get()
    assert (tally.jobs, tally.attempts, tally.outcome) == (4, 4, {"kept": 6})
    assert asked_for.kind == tally.kind


def test_a_purge_is_asked_for_once_a_day(clock, hinted):
    tick = PurgeClock()
    for _ in range(3):
        tick(clock())
    PurgeClock()(clock())
    assert Job.objects.filter(kind=PURGE_KIND).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_locked_by_another_program_delays_a_job_and_loses_nothing(job_kind, settings, caplog):
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite is one file, which another program can lock as a whole.")
    done = []
    job = enqueue_job(kind=job_kind(lambda run: done.append(run.job.pk)))
    connection.close()
    settings.DATABASES["default"]["OPTIONS"]["timeout"], before = 0.2, 30
    connection.settings_dict["OPTIONS"]["timeout"] = 0.2
    locker = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    try:
        locker.execute("begin exclusive")
        tasks.run_job.func(job.pk)  # the worker's thread survives ...
        assert "waits for the database" in caplog.text
        assert done == []
        threading.Timer(0.1, lambda: locker.execute("rollback")).start()
        time.sleep(0.3)
        tasks.run_job.func(job.pk)  # ... and the next hint finds the job as it was
    finally:
        locker.close()
        connection.close()
        settings.DATABASES["default"]["OPTIONS"]["timeout"] = before
        connection.settings_dict["OPTIONS"]["timeout"] = before
    assert done == [job.pk]
    assert Job.objects.get(pk=job.pk).status == JobStatus.DONE
