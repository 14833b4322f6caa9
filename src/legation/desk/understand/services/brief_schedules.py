"""When a unit's brief is prepared, must be signed, and goes out: in the unit's own time zone."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from legation.desk.people.models import Unit, User
from legation.desk.understand.models import Brief, BriefSchedule, BriefStatus

# An attaché's morning: laid out at seven, signed and out by eight. Each unit sets its own.
STANDARD_PREPARE_AT, STANDARD_DEADLINE_AT = time(7, 0), time(8, 0)
STANDARD_WEEKDAYS = (0, 1, 2, 3, 4)
# A brief that was prepared late (the machine was off) still leaves its editor this long.
LEAST_EDITING_TIME = timedelta(minutes=30)


def schedule_for(unit: Unit) -> BriefSchedule:
    """Return a unit's schedule; an unsaved, switched-off one with the usual hours where it has none."""
    schedule = BriefSchedule.objects.filter(unit=unit).first()
    return schedule or BriefSchedule(
        unit=unit,
        is_enabled=False,
        weekdays=list(STANDARD_WEEKDAYS),
        prepare_at=STANDARD_PREPARE_AT,
        deadline_at=STANDARD_DEADLINE_AT,
        language=unit.languages[0] if unit.languages else "en",
    )


def save_schedule(
    *,
    unit: Unit,
    is_enabled: bool,
    weekdays: Iterable[int],
    prepare_at: time,
    deadline_at: time,
    language: str,
    recipients: Iterable[tuple[str, str]] = (),
    sections: Iterable[str] = (),
    by: User | None = None,
) -> BriefSchedule:
    """Save when a unit's brief is prepared and to which official addresses it goes.

    weekdays: 0 is Monday. recipients: name and address. sections: titles; none takes the standard ones.
    """
    schedule, _ = BriefSchedule.objects.update_or_create(
        unit=unit,
        defaults={
            "is_enabled": is_enabled,
            "weekdays": sorted(set(weekdays)),
            "prepare_at": prepare_at,
            "deadline_at": deadline_at,
            "language": language,
            "recipients": [{"name": name, "email": email} for name, email in recipients],
            "sections": list(sections),
        },
    )
    return schedule


def local_day(unit: Unit, at: datetime) -> date:
    """Return the day that a unit's clock shows at a moment."""
    return at.astimezone(zoneinfo.ZoneInfo(unit.time_zone)).date()


def moment_on(unit: Unit, day: date, clock_time: time) -> datetime:
    """Return the moment at which a unit's clock shows a time on a day."""
    return datetime.combine(day, clock_time, tzinfo=zoneinfo.ZoneInfo(unit.time_zone))


def deadline_for(*, unit: Unit, day: date, at: datetime, is_scheduled: bool) -> datetime | None:
    """Return when a brief must be signed; None where nobody waits for it.

    One that the schedule prepared late gets LEAST_EDITING_TIME; one prepared by hand after the day's
    deadline, or in a unit without a schedule, has none.
    """
    schedule = BriefSchedule.objects.filter(unit=unit, is_enabled=True).first()
    if schedule is None or day.weekday() not in schedule.weekdays:
        return None
    deadline = moment_on(unit, day, schedule.deadline_at)
    if schedule.deadline_at <= schedule.prepare_at:
        deadline += timedelta(days=1)
    if is_scheduled:
        return max(deadline, at + LEAST_EDITING_TIME)
    return deadline if deadline > at else None


def list_due_units(*, at: datetime) -> list[tuple[Unit, date]]:
    """Return the units whose brief of today should exist and does not, with the day on their clock."""
    wanted: list[tuple[Unit, date]] = []
    for schedule in BriefSchedule.objects.filter(is_enabled=True).select_related("unit"):
        day = local_day(schedule.unit, at)
        if day.weekday() in schedule.weekdays and at >= moment_on(schedule.unit, day, schedule.prepare_at):
            wanted.append((schedule.unit, day))
    there = set(
        Brief.objects.filter(
            unit__in=[unit for unit, _ in wanted], day__in={day for _, day in wanted}
        ).values_list("unit_id", "day")
    )
    return [(unit, day) for unit, day in wanted if (unit.pk, day) not in there]


def list_overdue_briefs(*, at: datetime) -> list[Brief]:
    """Return the briefs whose deadline has passed without a signature and that did not go out yet."""
    waiting = (BriefStatus.DRAFT, BriefStatus.SUBMITTED, BriefStatus.RETURNED)
    return list(Brief.objects.filter(status__in=waiting, deadline__lte=at, released_at__isnull=True))
