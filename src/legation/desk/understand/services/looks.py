"""Remember when a person last looked at the desk, so that it can say what rose since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from legation.desk.understand.models import Look

# Coming back within a coffee is the same look: the list must not empty itself.
SAME_LOOK = timedelta(minutes=10)


def note_look(*, user: Any, at: datetime) -> datetime | None:
    """Note that a person looks now; return when they looked before, None the first time."""
    look, is_first = Look.objects.get_or_create(user=user, defaults={"at": at})
    if is_first:
        return None
    if at - look.at > SAME_LOOK:
        Look.objects.filter(pk=look.pk).update(before=look.at, at=at)
        return look.at
    return look.before
