"""The list of sources, one source's page, and all of them as a file."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from legation.desk.listen.forms import SourceFilterForm
from legation.desk.listen.models import Article, Source
from legation.desk.listen.services.listings import count_outcomes, narrow_sources
from legation.desk.listen.services.sources import export_sources, read_pages
from legation.desk.listen.views.choices import heard_countries, heard_languages
from legation.desk.listen.views.source_switches import take_switched
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.permissions import AbilityRequired

PAGE_SIZE = 50
OUTCOME_DAYS = 7
_LATEST = 10


class SourceListView(AbilityRequired, TemplateView):
    """Lists the sources by name."""

    ability = Ability.READ
    template_name = "listen/sources.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form, the page and the counts by state."""
        now = timezone.now()
        form = SourceFilterForm(
            self.request.GET, languages=heard_languages(self.request), countries=heard_countries()
        )
        filters = form.cleaned_data if form.is_valid() else {}
        sources = narrow_sources(filters=filters, at=now).with_icons()
        sources = sources.defer("feed_states", "ownership", "icon")
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "page": Paginator(sources, PAGE_SIZE).get_page(self.request.GET.get("page")),
            "may_manage": has_ability(self.request.user, Ability.MANAGE_SOURCES),
            "switched": take_switched(self.request),
            "query": f"?{self.request.GET.urlencode()}" if self.request.GET else "",
        }


class SourceView(AbilityRequired, TemplateView):
    """Shows one source: its facts, how the listening goes, and its latest articles."""

    ability = Ability.READ
    template_name = "listen/source.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the source, its feeds, outcomes and articles."""
        source = get_object_or_404(Source.objects.with_silence(), key=self.kwargs["key"])
        feeds = [{"address": feed, **source.feed_states.get(feed, {})} for feed in source.feeds]
        latest = (
            Article.objects.filter(source=source).defer("body", "lead").order_by("-sort_at", "-pk")[:_LATEST]
        )
        since = timezone.now() - timedelta(days=OUTCOME_DAYS)
        return {
            **super().get_context_data(**kwargs),
            "source": source,
            "feeds": feeds,
            "list_pages": read_pages(source.list_pages),
            "subscriptions": list(source.subscriptions.order_by("topic")),
            "lacks": _name_lacks(source),
            "outcomes": count_outcomes(source=source, since=since),
            "outcome_days": OUTCOME_DAYS,
            "articles": list(latest),
            "may_manage": has_ability(self.request.user, Ability.MANAGE_SOURCES),
        }


class SourceIconView(AbilityRequired, View):
    """Hands out a source's icon, which the desk has drawn anew itself."""

    ability = Ability.READ

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Send the PNG; browsers keep it for a day."""
        icon = bytes(get_object_or_404(Source.objects.exclude(icon=b"").only("icon"), key=key).icon)
        response = HttpResponse(icon, content_type="image/png")
        response["Cache-Control"] = "private, max-age=86400"
        response["X-Content-Type-Options"] = "nosniff"
        response["ETag"] = f'"{hashlib.sha256(icon).hexdigest()[:32]}"'
        return response


def _name_lacks(source: Source) -> list[str]:
    """Name what nobody has stated about a source yet."""
    lacks = [_("country")] if not source.country and source.kind != "international_organisation" else []
    return [*lacks, *([] if source.languages else [_("language")])] if source.feeds else []


class ExportSourcesView(AbilityRequired, View):
    """Hands out all sources in the form of a source file."""

    ability = Ability.READ

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the YAML."""
        response = HttpResponse(export_sources(), content_type="application/yaml; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="sources.yml"'
        return response
