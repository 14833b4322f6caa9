"""Keep alarms: raised when found twice, cleared when all is well, seen by a person, listed with filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Q, QuerySet

from legation.desk.listen.models import Source, SourceAlarm
from legation.desk.listen.services.charts import load_bands
from legation.desk.people.models import User
from legation.engine.records.health import AlarmKind, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

# A finding counts as held when the next check has it, too; the same check run twice after a crash is one.
CONFIRM_AFTER = timedelta(minutes=10)
_BATCH = 400


@dataclass(slots=True)
class AlarmAccount:
    """What one check did to the alarms: their number by what became of them."""

    raised: list[SourceAlarm] = field(default_factory=list)
    cleared: int = 0
    standing: int = 0
    pending: int = 0


def store_findings(
    *, findings: Mapping[tuple[str, AlarmKind], Finding] | None, now: datetime
) -> AlarmAccount:
    """Bring the open alarms in line with what a check found; returns what changed.

    findings: by what they are about and kind. An offline desk can judge nothing else: then only that alarm
    changes. A new finding waits, unseen, for the check that confirms it.
    """
    found = dict(findings or {})
    is_offline = any(kind is AlarmKind.OFFLINE for _about, kind in found)
    account = AlarmAccount()
    with transaction.atomic():
        standing = {
            (alarm.about, AlarmKind(alarm.kind)): alarm
            for alarm in SourceAlarm.objects.select_for_update().filter(cleared_at__isnull=True)
        }
        changed: list[SourceAlarm] = []
        gone: list[SourceAlarm] = []
        for key, alarm in standing.items():
            if key in found:
                (changed if _renew(alarm, found[key], now, account) else gone).append(alarm)
            elif not is_offline:
                gone.append(alarm)
        for alarm, bands in load_bands(alarms=account.raised, now=now).items():
            series = [[band.day, band.observed, round(band.low, 1), round(band.high, 1)] for band in bands]
            alarm.evidence = {**alarm.evidence, "series": series}
        SourceAlarm.objects.bulk_update(
            changed, ["evidence", "checked_at", "raised_at", "is_pending"], batch_size=_BATCH
        )
        SourceAlarm.objects.filter(pk__in=[alarm.pk for alarm in gone if alarm.is_pending]).delete()
        ended = SourceAlarm.objects.filter(pk__in=[alarm.pk for alarm in gone if not alarm.is_pending])
        account.cleared = ended.update(cleared_at=now, checked_at=now)
        fresh = {key: one for key, one in found.items() if key not in standing and one.is_firm}
        _create(fresh, now)
        account.pending += len(fresh)
    return account


def mark_seen(*, alarm: SourceAlarm, by: User, note: str, at: datetime) -> None:
    """Note that a person has seen an alarm and what was done; logged, and taken back by mark_unseen."""
    before = alarm.note
    alarm.seen_by, alarm.seen_at, alarm.note = by, at, note.strip()[:300]
    alarm.save(update_fields=["seen_by", "seen_at", "note"])
    _log(alarm, by, {"seen": ["no", "yes"], "note": [before, alarm.note]})


def mark_unseen(*, alarm: SourceAlarm, by: User) -> None:
    """Take back that an alarm was seen; the note stays for whoever sees it next."""
    alarm.seen_by, alarm.seen_at = None, None
    alarm.save(update_fields=["seen_by", "seen_at"])
    _log(alarm, by, {"seen": ["yes", "no"]})


def narrow_alarms(*, filters: Mapping[str, Any]) -> QuerySet[SourceAlarm]:
    """Narrow the alarms down by the fields of AlarmFilterForm; those that stand where no state is chosen."""
    alarms = SourceAlarm.objects.filter(is_pending=False).select_related("source", "seen_by")
    alarms = alarms.defer("source__feed_states", "source__icon")
    state = filters.get("state") or "open"
    if state in ("open", "unseen"):
        alarms = alarms.filter(cleared_at__isnull=True)
    if state == "unseen":
        alarms = alarms.filter(seen_at__isnull=True)
    if state == "cleared":
        alarms = alarms.filter(cleared_at__isnull=False)
    if filters.get("kind"):
        alarms = alarms.filter(kind=filters["kind"])
    if country := filters.get("country"):
        alarms = alarms.filter(Q(country=country) | Q(source__country=country))
    if language := filters.get("language"):
        spoken = Source.objects.filter(alarms__in=alarms).values_list("pk", "languages")
        speakers = [pk for pk, languages in spoken if language in languages]
        alarms = alarms.filter(Q(language=language) | Q(source__in=speakers))
    if words := filters.get("q"):
        alarms = alarms.filter(Q(source__name__icontains=words) | Q(about__icontains=words))
    return alarms.order_by("-raised_at", "-pk")


def recent_country_alarms(*, after: datetime, now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Return from when to when the sources of countries were silent together, by country.

    after: those that ended before are left out; those that last are told up to now.
    """
    alarms = SourceAlarm.objects.filter(kind=AlarmKind.THIN_COUNTRY, is_pending=False)
    recent = alarms.filter(Q(cleared_at__isnull=True) | Q(cleared_at__gte=after)).order_by("raised_at")
    rows = recent.values_list("country", "since", "cleared_at", "evidence")
    # Without silent sources it is one big source that is missing, and excuses no other.
    return {
        country: (since, until or now)
        for country, since, until, evidence in rows
        if "silent_sources" in evidence
    }


def open_alarms() -> QuerySet[SourceAlarm]:
    """Return the alarms that stand, the newest first."""
    return narrow_alarms(filters={"state": "open"})


def _renew(alarm: SourceAlarm, finding: Finding, now: datetime, account: AlarmAccount) -> bool:
    """Bring an alarm that was found again up to date; False where it was pending and did not hold."""
    alarm.checked_at = now
    alarm.evidence = {**alarm.evidence, **finding.evidence}
    if not alarm.is_pending:
        account.standing += 1
        return True
    if not finding.is_firm:
        return False
    if now - alarm.raised_at >= CONFIRM_AFTER:
        alarm.is_pending, alarm.raised_at = False, now
        account.raised.append(alarm)
    else:
        account.pending += 1
    return True


def _create(found: Mapping[tuple[str, AlarmKind], Finding], now: datetime) -> None:
    """Note what was found for the first time."""
    keys = [about.partition(":")[2] for about, _kind in found if about.startswith("source:")]
    sources = dict(Source.objects.filter(key__in=keys).values_list("key", "pk")) if keys else {}
    rows = []
    for (about, kind), finding in found.items():
        group, _, code = about.partition(":")
        rows.append(
            SourceAlarm(
                kind=kind, about=about, since=finding.since, raised_at=now, checked_at=now, is_pending=True,
                evidence=finding.evidence,
                source_id=sources.get(code) if group == "source" else None,
                language=code[:10] if group == "language" else "",
                country=code[:2] if group == "country" else "",
            )
        )  # fmt: skip
    # Another check may have noted the same a moment ago.
    SourceAlarm.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)


def _log(alarm: SourceAlarm, by: User, changes: dict[str, Any]) -> None:
    LogEntry.objects.log_create(
        alarm, action=LogEntry.Action.UPDATE, actor=by, changes=changes, serialized_data=None
    )
