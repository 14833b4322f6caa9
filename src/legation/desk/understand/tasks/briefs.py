"""The jobs that prepare briefs on schedule and send what nobody signed in time, and their ticks."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from legation.desk.carry.models import Job
from legation.desk.carry.services.deliveries import register_deliverable
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.carry.services.registry import JobRun, register_job, register_tick
from legation.desk.people.models import Unit
from legation.desk.understand.models import Brief
from legation.desk.understand.services.brief_mails import make_mail
from legation.desk.understand.services.brief_schedules import list_due_units, list_overdue_briefs
from legation.desk.understand.services.brief_signatures import DELIVERABLE, release_unsigned
from legation.desk.understand.services.briefs import prepare_brief

PREPARE, RELEASE = "understand.prepare_brief", "understand.release_brief"


def prepare_scheduled_brief(run: JobRun) -> None:
    """Prepare one unit's brief of one day; one that is there stays as it is."""
    unit = Unit.objects.filter(pk=run.job.arguments["unit"]).first()
    if unit is None:
        run.count("gone")
        return
    day = date.fromisoformat(run.job.arguments["day"])
    prepare_brief(unit=unit, day=day, clock=run.now, is_scheduled=True)
    run.count("prepared")


def release_overdue_brief(run: JobRun) -> None:
    """Send one brief that nobody signed in time."""
    brief = Brief.objects.filter(pk=run.job.arguments["brief"]).first()
    version = release_unsigned(brief=brief, at=run.now()) if brief else None
    run.count("released" if version else "settled")


def check_schedules(at: datetime) -> None:
    """Start the preparation of every brief that is due; one job per unit and day, failed ones included."""
    for unit, day in list_due_units(at=at):
        key = f"{PREPARE}:{unit.pk}:{day.isoformat()}"
        if not Job.objects.filter(key=key).exists():
            enqueue_job(
                kind=PREPARE,
                key=key,
                arguments={"unit": unit.pk, "day": day.isoformat()},
                title=f"{unit} {day.isoformat()}",
                unit=unit,
            )


def check_deadlines(at: datetime) -> None:
    """Start the sending of every brief whose deadline has passed unsigned."""
    for brief in list_overdue_briefs(at=at):
        key = f"{RELEASE}:{brief.pk}"
        if not Job.objects.filter(key=key).exists():
            arguments = {"brief": brief.pk}
            enqueue_job(kind=RELEASE, key=key, arguments=arguments, title=brief.title, unit=brief.unit)


def register() -> None:
    """Register this module's jobs, ticks and what a delivery of a brief carries."""
    register_job(PREPARE, title=_("Prepare a brief"), handler=prepare_scheduled_brief)
    register_job(RELEASE, title=_("Send a brief that is not signed off"), handler=release_overdue_brief)
    register_tick(PREPARE, check_schedules)
    register_tick(RELEASE, check_deadlines)
    register_deliverable(DELIVERABLE, make_mail)
