"""Writes what a person did to a job or a delivery into the audit log."""

from __future__ import annotations

from auditlog.models import LogEntry

from legation.desk.carry.models import Delivery, Job
from legation.desk.people.models import User


def log_act(*, record: Job | Delivery, by: User | None, act: str) -> None:
    """Log one act of a person; queue-side changes of status are attempts, not acts, and are not logged.

    act: "retry" or "cancel".
    """
    LogEntry.objects.log_create(
        record,
        action=LogEntry.Action.UPDATE,
        actor=by,
        changes={act: ["", record.status]},
        serialized_data=None,
    )
