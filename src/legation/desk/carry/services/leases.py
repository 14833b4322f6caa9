"""Leases: who holds a job or a delivery now, for how long, and what happens when the holder dies."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Case, F, PositiveIntegerField, Q, QuerySet, When
from django.utils import timezone

from legation.desk.carry.models import Attempt, AttemptOutcome, Delivery, DeliveryStatus, Job, JobStatus
from legation.desk.carry.services.backoffs import loss_delay
from legation.desk.carry.services.owners import current_owner, is_certainly_dead
from legation.engine.ports import Clock

logger = logging.getLogger(__name__)

BEATS_PER_LEASE = 3  # two beats may fail, for a locked database, before the lease is lost

_in_hand: set[tuple[str, int]] = (
    set()
)  # what threads of this process work on: never taken over from ourselves


@dataclass(frozen=True, slots=True)
class Leasable:
    """A model whose rows are leased, and its two statuses that a lease moves between."""

    model: Any
    name: str  # of the attempt's foreign key, and of the hint
    waiting: str
    running: str


JOBS = Leasable(Job, "job", JobStatus.WAITING, JobStatus.RUNNING)
DELIVERIES = Leasable(Delivery, "delivery", DeliveryStatus.QUEUED, DeliveryStatus.SENDING)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one row; number fences off whoever held it before."""

    kind: Leasable
    pk: int
    owner: str
    number: int

    def held(self) -> QuerySet[Any]:
        """Return the row as long as it is still ours, nothing otherwise."""
        rows: QuerySet[Any] = self.kind.model.objects.filter(
            pk=self.pk, status=self.kind.running, lease_owner=self.owner, attempts=self.number
        )
        return rows

    def end_attempt(self, *, outcome: AttemptOutcome, detail: str, at: datetime) -> None:
        """Record how this attempt ended."""
        Attempt.objects.filter(**{f"{self.kind.name}_id": self.pk}, number=self.number).update(
            outcome=outcome, detail=detail, finished_at=at
        )


def lease_until(now: datetime) -> datetime:
    """Return when a lease taken or renewed now runs out."""
    return now + timedelta(seconds=settings.ENVIRONMENT.lease_seconds)


def claim(*, kind: Leasable, pk: int, clock: Clock = timezone.now) -> Lease | None:
    """Take the lease of one due row by compare-and-set; None where it is not due or somebody else has it.

    The attempt's row is written in the same transaction, so that every claim is accounted for.
    """
    if (kind.name, pk) in _in_hand:
        return None
    now, owner = clock(), current_owner()
    with transaction.atomic():
        due = Q(status=kind.waiting, next_run_at__lte=now) | Q(status=kind.running, lease_until__lt=now)
        changes: dict[str, Any] = {
            "status": kind.running,
            "attempts": F("attempts") + 1,
            "lease_owner": owner,
            "lease_until": lease_until(now),
        }
        if kind is JOBS:
            changes["losses"] = Case(
                When(status=kind.running, then=F("losses") + 1),
                default=F("losses"),
                output_field=PositiveIntegerField(),
            )
        if not kind.model.objects.filter(due, pk=pk).update(**changes):
            return None
        number = kind.model.objects.values_list("attempts", flat=True).get(pk=pk)
        _end_open_attempts(kind, pk, now)
        Attempt.objects.create(**{f"{kind.name}_id": pk}, number=number, started_at=now)
    return Lease(kind, pk, owner, number)


@contextmanager
def keep_lease(lease: Lease, *, clock: Clock = timezone.now) -> Iterator[None]:
    """Renew the lease from a thread of its own while the block works; a killed process renews nothing."""
    done = threading.Event()
    beat_seconds = settings.ENVIRONMENT.lease_seconds / BEATS_PER_LEASE
    thread = threading.Thread(
        target=_beat, args=(lease, done, beat_seconds, clock), name=f"lease-{lease.pk}", daemon=True
    )
    _in_hand.add((lease.kind.name, lease.pk))
    thread.start()
    try:
        yield
    finally:
        done.set()
        _in_hand.discard((lease.kind.name, lease.pk))
        thread.join(timeout=beat_seconds)


def recover_leases(*, clock: Clock = timezone.now) -> int:
    """Free what is held by processes of this machine that no longer live; returns how many rows.

    Leases of other machines simply run out.
    """
    now, freed = clock(), 0
    for kind in (JOBS, DELIVERIES):
        rows = kind.model.objects.filter(status=kind.running).values_list("pk", "lease_owner", "attempts")
        for pk, owner, number in list(rows[:500]):
            if (kind.name, pk) not in _in_hand and is_certainly_dead(owner):
                freed += _free(Lease(kind, pk, owner, number), now)
    return freed


def _free(lease: Lease, now: datetime) -> int:
    with transaction.atomic():
        changes: dict[str, Any] = {"status": lease.kind.waiting, "next_run_at": now, "lease_until": None}
        if lease.kind is JOBS:
            losses = lease.held().values_list("losses", flat=True).first() or 0
            changes |= {"losses": losses + 1, "next_run_at": now + loss_delay(losses + 1)}
        changed = lease.held().update(**changes)
        if changed:
            _end_open_attempts(lease.kind, lease.pk, now)
    if changed:
        logger.warning("%s %s was lost with its worker %s", lease.kind.name, lease.pk, lease.owner)
    return int(changed)


def _end_open_attempts(kind: Leasable, pk: int, now: datetime) -> None:
    Attempt.objects.filter(**{f"{kind.name}_id": pk}, finished_at=None).update(
        outcome=AttemptOutcome.LOST, finished_at=now
    )


def _beat(lease: Lease, done: threading.Event, beat_seconds: float, clock: Clock) -> None:
    try:
        while not done.wait(beat_seconds):
            try:
                if not lease.held().update(lease_until=lease_until(clock())):
                    return  # taken over; advance() tells the handler
            except DatabaseError as problem:
                logger.warning("the lease of %s %s was not renewed: %s", lease.kind.name, lease.pk, problem)
                connection.close()
    finally:
        connection.close()
