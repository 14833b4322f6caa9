"""The list of outcomes, and the bytes of what was quarantined."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView, View

from legation.desk.listen.forms import OutcomeFilterForm
from legation.desk.listen.models import Outcome, Source
from legation.desk.listen.services.listings import narrow_outcomes, reason_keys
from legation.desk.listen.templatetags.listen_tags import reason_name
from legation.desk.listen.views.hand_articles import send_foreign_file
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key

PAGE_SIZE = 50


class OutcomeListView(AbilityRequired, TemplateView):
    """Lists how everything that came in ended."""

    ability = Ability.READ
    template_name = "listen/outcomes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form and the page."""
        asked = self.request.GET
        reasons = [(key, reason_name(key)) for key in reason_keys(chosen=asked.get("reason", "")[:60])]
        form = OutcomeFilterForm(asked, reasons=reasons)
        filters = form.cleaned_data if form.is_valid() else {}
        page = page_by_key(narrow_outcomes(filters=filters), cursor=asked.get("from", ""), size=PAGE_SIZE)
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "page": page,
            "source": Source.objects.filter(key=filters["source"]).first() if filters.get("source") else None,
            "may_manage": has_ability(self.request.user, Ability.MANAGE_SOURCES),
        }


class OutcomeContentView(AbilityRequired, View):
    """Hands out the bytes of a quarantined item."""

    ability = Ability.MANAGE_SOURCES

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        """Send the bytes as an attachment of no particular type."""
        outcome = get_object_or_404(Outcome, pk=pk)
        if not outcome.content:
            raise Http404
        name = f"quarantined-{outcome.pk}.bin"
        return send_foreign_file(outcome.content, name=name, content_type="application/octet-stream")
