"""Who did what and when, as far as the reader may know."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone

from legation.desk.people.models import Membership, User
from legation.desk.people.services.abilities import Ability, memberships_of, roles_with, units_with


def entries_for(reader: User) -> QuerySet[LogEntry]:
    """Return the audit entries that an administrator may read.

    The centre's administrators read all; others what members of the units they administer did.
    """
    entries = LogEntry.objects.select_related("actor", "content_type")
    allowed = roles_with(Ability.MANAGE_PEOPLE)
    if any(m.unit.is_centre and m.role in allowed for m in memberships_of(reader)):
        return entries
    units = units_with(reader, Ability.MANAGE_PEOPLE)
    return entries.filter(actor__in=Membership.objects.filter(unit__in=units).values("user"))


def narrow_entries(
    entries: QuerySet[LogEntry],
    *,
    actor_id: int | None = None,
    record_type_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[LogEntry]:
    """Keep the entries of one person, one kind of record, or some of the reader's days, both included."""
    if actor_id:
        entries = entries.filter(actor_id=actor_id)
    if record_type_id:
        entries = entries.filter(content_type_id=record_type_id)
    if since:
        entries = entries.filter(timestamp__gte=_midnight(since))
    if until:
        entries = entries.filter(timestamp__lt=_midnight(until + timedelta(days=1)))
    return entries


def record_types() -> list[tuple[int, str]]:
    """List the kinds of record that the log speaks of as (content type id, name), by name."""
    seen = ContentType.objects.filter(pk__in=LogEntry.objects.order_by().values("content_type").distinct())
    return sorted(((kind.pk, name_record_type(kind)) for kind in seen), key=lambda pair: pair[1])


def describe_changes(entry: LogEntry) -> list[dict[str, Any]]:
    """Return what an entry changed as field name, value before and value after, long values cut."""
    changes = entry.changes if isinstance(entry.changes, dict) else {}
    model = entry.content_type.model_class()
    rows = []
    for name, values in changes.items():
        field = _field_name(model, name)
        if isinstance(values, dict):  # a many-to-many field: objects added or removed
            rows.append(
                {"field": field, "before": "", "after": _cut(", ".join(map(str, values.get("objects", []))))}
            )
        elif isinstance(values, list) and len(values) == 2:
            rows.append({"field": field, "before": _cut(values[0]), "after": _cut(values[1])})
    return rows


def name_record_type(kind: ContentType) -> str:
    """Name a kind of record for a reader."""
    try:
        return str(apps.get_model(kind.app_label, kind.model)._meta.verbose_name)
    except LookupError:  # a record of a room that is no longer installed
        return kind.model


def _field_name(model: Any, name: str) -> str:
    if model is None or name not in {field.name for field in model._meta.get_fields()}:
        return name
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _cut(value: Any, characters: int = 160) -> str:  # about two lines of the table
    text = "" if value in (None, "None") else str(value)
    return text if len(text) <= characters else text[: characters - 1] + "…"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
