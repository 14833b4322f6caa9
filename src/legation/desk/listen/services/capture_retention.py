"""How long evidence stays: files go when their time is over, unless they are cited or held."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction

from legation.desk.carry.models import Job
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.models import Capture
from legation.desk.people.models import User

PURGE_CAPTURES_JOB = "listen.purge_captures"
_PURGE_EVERY = timedelta(days=1)
_BATCH = 200  # files between two looks at what is removable


class HoldRefused(Exception):
    """A hold needs a reason, and a file that is there."""


def hold_capture(*, capture: Capture, by: User, at: datetime, reason: str) -> Capture:
    """Hold a copy: its file stays whatever the rule of its kind says. Raises HoldRefused."""
    return _change_hold(capture, by=by, reason=reason, is_held=True, held_by=by, held_at=at)


def release_capture(*, capture: Capture, by: User, reason: str) -> Capture:
    """End a hold; the rule of its kind counts again. Raises HoldRefused."""
    return _change_hold(capture, by=by, reason=reason, is_held=False, held_by=None, held_at=None)


def remove_old_files(*, at: datetime) -> int:
    """Remove the files whose time is over; record, hash and link stay. Returns how many went."""
    count = 0
    while pks := list(Capture.objects.removable(at).values_list("pk", flat=True)[:_BATCH]):
        for pk in pks:
            count += _remove_file(pk, at)
    return count


def schedule_removal(at: datetime) -> None:
    """Start the daily removal; a tick."""
    latest = Job.objects.filter(kind=PURGE_CAPTURES_JOB).order_by("-id").first()
    if latest is None or latest.created_at <= at - _PURGE_EVERY:
        enqueue_job(kind=PURGE_CAPTURES_JOB, key=PURGE_CAPTURES_JOB)


def _remove_file(pk: int, at: datetime) -> int:
    """Remove one file if it still may go: the record says so first, so that a kill leaves no lie."""
    with transaction.atomic():
        capture = Capture.objects.select_for_update().filter(pk=pk).first()
        if capture is None or not Capture.objects.removable(at).filter(pk=pk).exists():
            return 0
        capture.removed_at = at
        capture.save(update_fields=["removed_at"])
        storage, name = capture.file.storage, capture.file.name or ""
        transaction.on_commit(lambda: storage.delete(name))
    return 1


def _change_hold(capture: Capture, *, by: User, reason: str, is_held: bool, **fields: Any) -> Capture:
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise HoldRefused("reason")
    with transaction.atomic():
        current = Capture.objects.select_for_update().get(pk=capture.pk)
        if current.removed_at:
            raise HoldRefused("removed")
        if current.is_held == is_held:
            return current
        current.is_held, current.hold_reason = is_held, reason if is_held else ""
        for name, value in fields.items():
            setattr(current, name, value)
        current.save(update_fields=["is_held", "hold_reason", *fields])
        changes = {"is_held": [str(not is_held), str(is_held)], "hold_reason": ["", reason]}
        action = LogEntry.Action.UPDATE
        LogEntry.objects.log_create(current, action=action, actor=by, changes=changes, serialized_data=None)
    return current
