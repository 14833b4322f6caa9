"""The list of outcomes, their totals over a period, and the bytes of what was quarantined."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView, View

from legation.desk.listen.forms import OutcomeFilterForm, OutcomeTotalsForm
from legation.desk.listen.models import Outcome, Source
from legation.desk.listen.services.listings import narrow_outcomes, reason_keys
from legation.desk.listen.services.outcome_totals import (
    PERIODS,
    Period,
    export_totals,
    sources_with_outcomes,
    total_outcomes,
    total_sources,
)
from legation.desk.listen.templatetags.listen_tags import reason_name
from legation.desk.listen.views.captures import send_foreign_file
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key
from legation.engine.records.articles import OutcomeKind

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


class OutcomeTotalsView(AbilityRequired, TemplateView):
    """Counts how everything of a period ended, by reason and by source, or hands the counts out as a file."""

    ability = Ability.READ
    template_name = "listen/outcome_totals.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the page, or with format=csv or format=json the file."""
        form = request.GET.get("format", "")
        if form not in ("csv", "json"):
            return super().get(request, *args, **kwargs)
        period = _read_period(request)
        kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
        response = HttpResponse(export_totals(period=period, form=form), content_type=kind)
        name = f"outcomes-{period.first}-{period.last}.{form}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the totals and the page of sources."""
        form = OutcomeTotalsForm(self.request.GET)
        filters = form.cleaned_data if form.is_valid() else {}
        period = _read_period(self.request)
        sources = sources_with_outcomes(period=period, filters=filters)
        page = Paginator(sources, PAGE_SIZE).get_page(self.request.GET.get("page"))
        span = f"since={period.first}&until={period.last}&zone=utc"
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "period": period,
            "totals": total_outcomes(period=period),
            "kinds": list(OutcomeKind),
            "page": page,
            "rows": total_sources(period=period, sources=page.object_list),
            "span": span,
            "days": (period.last - period.first).days + 1,
        }


def _read_period(request: HttpRequest) -> Period:
    """Read the period of an address; anything else than one of PERIODS is the shortest."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isascii() and asked.isdigit() and int(asked[:4]) in PERIODS else PERIODS[0]
    return Period.of(days, timezone.now())


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
