"""The card of briefs on the home page: today's, and those that wait for the person's signature."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.understand.models import Brief, BriefStatus
from legation.desk.understand.services.brief_access import briefs_visible_to, why_not_sign
from legation.desk.understand.services.brief_schedules import local_day, schedule_for
from legation.desk.understand.views.briefs import STATUS_KINDS

MAX_WAITING = 8  # more stand in the list


def render_due_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show today's brief with its deadline, and what waits for this person's signature."""
    unit = getattr(request, "unit", None)
    if unit is None:
        return ""
    at = timezone.now()
    today = Brief.objects.filter(unit=unit, day=local_day(unit, at)).defer("document").first()
    waiting: list[Brief] = []
    if has_ability(request.user, Ability.SIGN_OFF):
        submitted = briefs_visible_to(request.user).filter(status=BriefStatus.SUBMITTED)
        candidates = submitted.select_related("unit").defer("document").order_by("deadline", "id")
        waiting = [brief for brief in candidates[: MAX_WAITING * 2] if not why_not_sign(request.user, brief)]
    return render_to_string(
        "understand/brief_due_panel.html",
        {
            "unit": unit,
            "today": today,
            "today_kind": STATUS_KINDS[today.status] if today else "neutral",
            "is_late": bool(
                today
                and today.deadline
                and today.deadline < at
                and today.status in {BriefStatus.DRAFT, BriefStatus.SUBMITTED, BriefStatus.RETURNED}
            ),
            "schedule": schedule_for(unit),
            "waiting": waiting[:MAX_WAITING],
            "may_edit": has_ability(request.user, Ability.EDIT_BRIEFS, unit=unit),
        },
        request,
    )
