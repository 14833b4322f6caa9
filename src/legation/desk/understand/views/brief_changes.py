"""What was changed after a brief quoted it: on the brief, on the home page, and the word that it was seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from legation.desk.people.models import Unit
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.understand.models import Brief
from legation.desk.understand.services.brief_citations import WATCHED, list_changed, mark_seen, unseen_changes

_SHOWN_AT_HOME = 6


def render_changes_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show on a brief which quoted articles were changed since; nothing where none was."""
    brief: Brief = context["brief"]
    changed = context.get("changed_quotations")
    if changed is None:  # in the editor
        changed = list_changed(brief=brief)
    if not changed:
        return ""
    return render_to_string(
        "understand/panels/brief_changes.html",
        {
            "brief": brief,
            "changed": changed,
            "may_mark": any(not one.is_seen for one in changed)
            and has_ability(request.user, Ability.EDIT_BRIEFS, unit=brief.unit),
        },
        request,
    )


def render_home_changes(request: HttpRequest, context: dict[str, Any]) -> str:
    """Tell a unit's editors at home what was changed after their briefs quoted it, until one has seen it."""
    unit = getattr(request, "unit", None)
    if unit is None or not has_ability(request.user, Ability.EDIT_BRIEFS, unit=unit):
        return ""
    rows = unseen_changes(
        units=[unit], since=timezone.now() - WATCHED - timedelta(days=1), limit=_SHOWN_AT_HOME
    )
    return render_to_string("understand/panels/home_changes.html", {"rows": rows}, request) if rows else ""


class BriefChangesView(AbilityRequired, View):
    """Notes that a person has seen what was changed after the brief quoted it."""

    ability = Ability.EDIT_BRIEFS
    http_method_names = ["post"]
    kwargs: dict[str, Any]

    @cached_property
    def brief(self) -> Brief:
        """The brief that the address names."""
        return get_object_or_404(Brief.objects.select_related("unit"), pk=self.kwargs["pk"])

    def get_unit(self) -> Unit:
        """Ask in the brief's own unit."""
        return self.brief.unit

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note it and go back to the brief."""
        mark_seen(brief=self.brief, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return redirect("understand:brief", pk)
