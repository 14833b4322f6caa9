"""The home page: who I am here, and what every room has to tell me."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.generic import TemplateView

from legation.desk.people.services.abilities import Ability, memberships_of
from legation.desk.people.services.installations import current_installation, may_set_up
from legation.desk.people.services.permissions import AbilityRequired

NEXT_STEPS_FOR = timedelta(days=2)  # by then the first brief has been made or somebody has asked


class HomeView(AbilityRequired, TemplateView):
    """Greets a person and shows the rooms' panels; leads to the wizard until that is done."""

    ability = Ability.READ
    template_name = "people/home.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the home page, or the wizard to whoever may run it."""
        installation = current_installation()
        if (installation is None or installation.finished_at is None) and may_set_up(request.user):
            return redirect("people:set_up")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the unit, its date and the person's other units."""
        return {
            **super().get_context_data(**kwargs),
            "unit": self.request.unit,
            "today": timezone.localdate(),
            "memberships": memberships_of(self.request.user),
        }


def show_next_steps(request: Any, context: dict[str, Any]) -> str:
    """Tell whoever set the desk up what happens next, for the first days."""
    installation = current_installation()
    finished_at = installation.finished_at if installation else None
    if finished_at is None or timezone.now() - finished_at > NEXT_STEPS_FOR or not may_set_up(request.user):
        return ""
    return render_to_string("people/next_steps_panel.html", {}, request)
