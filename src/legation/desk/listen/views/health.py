"""The health of listening: alarms, each with its chart, and how far languages and countries are heard."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from legation.desk.listen.forms import AlarmFilterForm, AlarmNoteForm
from legation.desk.listen.models import SourceAlarm
from legation.desk.listen.services.alarm_wordings import KIND_NAMES
from legation.desk.listen.services.alarms import mark_seen, mark_unseen, narrow_alarms
from legation.desk.listen.services.charts import load_bands
from legation.desk.listen.services.coverage import cover_world
from legation.desk.listen.views.choices import heard_countries, heard_languages
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.installations import is_demo_desk
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key

PAGE_SIZE = 20  # each with a chart of some 3 KB
_HISTORY = 10


class HealthView(AbilityRequired, TemplateView):
    """Lists the alarms, those that stand first of all."""

    ability = Ability.READ
    template_name = "listen/health.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form, and the page of alarms with their charts."""
        asked = self.request.GET
        form = AlarmFilterForm(
            asked,
            kinds=[(str(kind), name) for kind, name in KIND_NAMES.items()],
            languages=heard_languages(self.request, chosen=asked.get("language", "")[:10]),
            countries=heard_countries(),
        )
        filters = form.cleaned_data if form.is_valid() else {}
        order = ("-raised_at", "-pk")
        page = page_by_key(
            narrow_alarms(filters=filters), cursor=asked.get("from", ""), size=PAGE_SIZE, order=order
        )
        bands = load_bands(alarms=page.items, now=timezone.now())
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "page": page,
            "rows": [(alarm, bands[alarm]) for alarm in page],
            "is_narrowed": any(filters.values()),
            "is_demo": is_demo_desk(),
        }


class AlarmView(AbilityRequired, TemplateView):
    """Shows one alarm: what was found, its chart and its numbers, what to do, and who has seen it."""

    ability = Ability.READ
    template_name = "listen/alarm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the alarm, its chart and the earlier ones of the same."""
        alarm = _find_alarm(self.kwargs["pk"])
        others = SourceAlarm.objects.filter(about=alarm.about, is_pending=False).exclude(pk=alarm.pk)
        return {
            **super().get_context_data(**kwargs),
            "alarm": alarm,
            "bands": load_bands(alarms=[alarm], now=timezone.now())[alarm],
            "others": list(others.select_related("source").order_by("-raised_at")[:_HISTORY]),
            "form": AlarmNoteForm(initial={"note": alarm.note}),
            "may_manage": has_ability(self.request.user, Ability.MANAGE_SOURCES),
        }


class SeenAlarmView(AbilityRequired, View):
    """Notes that somebody has seen an alarm, or takes it back; goes back to the alarm."""

    ability = Ability.MANAGE_SOURCES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take "to": seen or unseen, and a note."""
        alarm, person = _find_alarm(pk), self.request.user
        form = AlarmNoteForm(request.POST)
        if request.POST.get("to") == "unseen":
            mark_unseen(alarm=alarm, by=person)
            messages.success(request, _("The alarm counts as not seen."))
        elif form.is_valid():
            mark_seen(alarm=alarm, by=person, note=form.cleaned_data["note"], at=timezone.now())
            messages.success(request, _("The alarm counts as seen. It ends by itself when all is well."))
        else:
            messages.error(request, _("The note is too long."))
        return redirect("listen:alarm", pk=pk)


class CoverageView(AbilityRequired, TemplateView):
    """Shows how far each language and each country is heard."""

    ability = Ability.READ
    template_name = "listen/coverages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add both tables."""
        languages, countries = cover_world(now=timezone.now())
        return {**super().get_context_data(**kwargs), "languages": languages, "countries": countries}


def _find_alarm(pk: int) -> SourceAlarm:
    rows = SourceAlarm.objects.filter(is_pending=False).select_related("source", "seen_by")
    return get_object_or_404(rows.defer("source__feed_states", "source__icon"), pk=pk)
