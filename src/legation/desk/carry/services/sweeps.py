"""The worker's pulse: recovers lost leases, hints at what is due and shows every room the clock."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from itertools import islice

from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from legation.desk.carry.services.hints import send_hints
from legation.desk.carry.services.leases import DELIVERIES, JOBS, Leasable, recover_leases
from legation.desk.carry.services.registry import ticks
from legation.desk.carry.services.runs import stopping
from legation.desk.carry.services.sendings import Transport, send_delivery
from legation.engine.ports import Clock

logger = logging.getLogger(__name__)

SENT_AT_ONCE = 20  # between two looks at whether the worker is asked to stop; some seconds of mail
HINTS_PER_SWEEP = 50  # of each sort; a queue that is not empty gets none, so hints never pile up


def sweep(*, is_queue_empty: bool, clock: Clock = timezone.now) -> None:
    """Look once at everything that time changes; a part that fails is logged and the others still run."""
    _guard("recovery", lambda now: recover_leases(clock=clock), clock)
    for name, tick in ticks().items():
        _guard(name, tick, clock)
    if is_queue_empty:
        for kind in (JOBS, DELIVERIES):
            _guard(f"{kind.name} hints", lambda now, kind=kind: hint_due(kind=kind, now=now), clock)  # type: ignore[misc]


def send_due_deliveries(*, transport: Transport | None = None, clock: Clock = timezone.now) -> int:
    """Send what is due, a few at a time, beside the queue; returns how many were tried.

    The worker has a thread of its own for this, so that no number of long jobs holds up a brief. Whoever
    claims a delivery first sends it.
    """
    tried = 0
    for delivery_id in _due(DELIVERIES, clock())[:SENT_AT_ONCE]:
        if stopping.is_set():
            break
        tried += send_delivery(delivery_id=delivery_id, transport=transport, clock=clock) is not None
    return tried


def hint_due(*, kind: Leasable, now: datetime) -> int:
    """Hint at what is due or was left by a dead worker, the longest waiting first; returns how many."""
    due = list(islice(_due(kind, now), HINTS_PER_SWEEP))
    send_hints(kind.name, due)
    return len(due)


def _due(kind: Leasable, now: datetime) -> list[int]:
    is_due = Q(status=kind.waiting, next_run_at__lte=now)
    is_left = Q(status=kind.running, lease_until__lt=now)
    rows = kind.model.objects.order_by("next_run_at")
    if kind is DELIVERIES:
        rows = rows.filter(channel__is_enabled=True)
    left = list(rows.filter(is_left).values_list("pk", flat=True)[:HINTS_PER_SWEEP])
    return left + list(rows.filter(is_due).values_list("pk", flat=True)[:HINTS_PER_SWEEP])


def _guard(name: str, part: Callable[[datetime], object], clock: Clock) -> None:
    try:
        part(clock())
    except DatabaseError as problem:
        logger.warning("%s waits for the database: %s", name, problem)
        if not connection.in_atomic_block:
            connection.close()
    except Exception:  # noqa: BLE001  the task's edge: one room's mistake must not stop the others
        logger.exception("%s failed", name)
