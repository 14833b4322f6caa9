"""The page on which a unit sets when its brief is prepared, signed and sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from legation.desk.people.models import Unit
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.understand.forms.briefs import BriefScheduleForm
from legation.desk.understand.services.brief_schedules import save_schedule, schedule_for
from legation.desk.understand.views.briefs import language_choices


class BriefScheduleView(AbilityRequired, FormView):
    """A unit's schedule."""

    ability = Ability.EDIT_BRIEFS
    template_name = "understand/brief_schedule.html"
    form_class = BriefScheduleForm

    def get_unit(self) -> Unit | None:
        """The unit in the address."""
        self.unit = get_object_or_404(Unit, pk=self.kwargs["unit"])
        return self.unit

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the languages that the unit's brief may be in."""
        schedule = schedule_for(self.unit)
        return {**super().get_form_kwargs(), "languages": language_choices(self.unit, schedule.language)}

    def get_initial(self) -> dict[str, Any]:
        """Show what is set now."""
        schedule = schedule_for(self.unit)
        lines = [
            f"{entry['name']} <{entry['email']}>" if entry.get("name") else entry["email"]
            for entry in schedule.recipients
        ]
        return {
            "is_enabled": schedule.is_enabled or schedule.pk is None,
            "weekdays": schedule.weekdays,
            "prepare_at": schedule.prepare_at,
            "deadline_at": schedule.deadline_at,
            "language": schedule.language,
            "recipients": "\n".join(lines),
            "sections": "\n".join(schedule.sections),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the unit and its clock."""
        return super().get_context_data(unit=self.unit, **kwargs)

    def form_valid(self, form: BriefScheduleForm) -> HttpResponse:
        """Save."""
        save_schedule(unit=self.unit, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("The schedule is saved."))
        return redirect("understand:briefs")
