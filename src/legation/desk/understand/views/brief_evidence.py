"""The card of a brief's evidence: which cited pages are kept, which are not and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import ngettext
from django.views import View

from legation.desk.people.models import Unit
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.understand.models import Brief, BriefStatus
from legation.desk.understand.services.brief_evidence import count_states, list_evidence, request_evidence

_RANK = {"failed": 0, "none": 1, "outdated": 2, "waiting": 3, "kept": 4}
_SHOWN = 12  # articles with trouble come first; the others are counted


def render_evidence_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show how the evidence of what a brief quotes stands; nothing where it quotes nothing."""
    brief: Brief = context["brief"]
    cited = list_evidence(brief=brief)
    if not cited:
        return ""
    counts = count_states(cited)
    rows = sorted(cited, key=lambda one: _RANK[one.evidence.state] if one.evidence else 5)
    may_keep = brief.status != BriefStatus.DRAFT and has_ability(
        request.user, Ability.EDIT_BRIEFS, unit=brief.unit
    )
    return render_to_string(
        "understand/panels/brief_evidence.html",
        {
            "brief": brief,
            "rows": rows[:_SHOWN],
            "kept": counts["kept"],
            "total": len(cited) - counts["pageless"],
            "pageless": counts["pageless"],
            "is_missing": any(counts[state] for state in ("failed", "none", "outdated")),
            "may_keep": may_keep,
            "is_draft": brief.status == BriefStatus.DRAFT,
        },
        request,
    )


class BriefEvidenceView(AbilityRequired, View):
    """Has copies taken of what a brief quotes and of which there is none yet."""

    ability = Ability.EDIT_BRIEFS

    @cached_property
    def brief(self) -> Brief:
        """The brief that the address names."""
        return get_object_or_404(Brief.objects.select_related("unit"), pk=self.kwargs["pk"])

    def get_unit(self) -> Unit:
        """Ask in the brief's own unit."""
        return self.brief.unit

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the copies and go back to the brief."""
        jobs = request_evidence(brief=self.brief, by=self.request.user, at=timezone.now())
        text = ngettext("%(n)s page is being kept.", "%(n)s pages are being kept.", len(jobs))
        messages.success(request, text % {"n": len(jobs)})
        return redirect("understand:brief", pk=pk)
