"""The wizard's step that sets when the first brief is prepared."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legation.desk.people.models import Unit
from legation.desk.people.services.wizard import register_wizard_step
from legation.desk.understand.forms.briefs import FirstScheduleForm
from legation.desk.understand.services.brief_schedules import save_schedule, schedule_for
from legation.desk.understand.views.briefs import language_choices

STEP_ORDER = 50  # after country (10), unit (20), languages (30) and sources (40)


def make_form(request: HttpRequest, data: Any) -> BaseForm:
    """Offer the usual hours, or what is set already."""
    unit = _unit(request)
    schedule = schedule_for(unit)
    initial = {
        "is_enabled": schedule.is_enabled or schedule.pk is None,
        "prepare_at": schedule.prepare_at,
        "deadline_at": schedule.deadline_at,
        "language": schedule.language,
    }
    return FirstScheduleForm(data, initial=initial, languages=language_choices(unit, schedule.language))


def save_form(request: HttpRequest, form: Any) -> None:
    """Keep the schedule; weekdays, addresses and sections stay as they are."""
    unit = _unit(request)
    schedule = schedule_for(unit)
    save_schedule(
        unit=unit,
        weekdays=schedule.weekdays,
        recipients=[(entry.get("name", ""), entry["email"]) for entry in schedule.recipients],
        sections=schedule.sections,
        **form.cleaned_data,
    )


def register_brief_step() -> None:
    """Add the step to the wizard; called once when Django starts."""
    register_wizard_step(
        name="brief", order=STEP_ORDER, title=gettext_lazy("Daily brief"), form=make_form, save=save_form
    )


def _unit(request: HttpRequest) -> Unit:
    unit: Unit | None = getattr(request, "unit", None)
    if unit is None:
        raise ValidationError(_("You are not a member of any unit."))
    return unit
