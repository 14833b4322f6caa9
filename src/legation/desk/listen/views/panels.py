"""What room listen shows on other rooms' pages."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from legation.desk.listen.models import Source
from legation.desk.listen.services.alarms import narrow_alarms
from legation.desk.listen.services.charts import load_source_band
from legation.desk.listen.services.coverage import coverage, say_missing
from legation.desk.listen.services.listings import language_codes
from legation.desk.people.services.installations import is_demo_desk
from legation.desk.shell.names import current_locale, name_language
from legation.desk.shell.slots import fill_slot
from legation.engine.records.briefs import HonestLine

_SHOWN_TROUBLED = 5
_SHOWN_ALARMS = 5
_SHOWN_LANGUAGES = 8  # to whoever belongs to no unit


def render_home_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show how many sources are alive, which are in trouble, and what the last day's listening rests on."""
    now = timezone.now()
    troubled = Source.objects.troubled().defer("feed_states", "icon").order_by("-failures", "name")
    shown = list(troubled[:_SHOWN_TROUBLED])
    honest = _measure(request, since=now - timedelta(days=1), until=now)
    return render_to_string(
        "listen/home_panel.html",
        {
            "listening_count": honest.source_count,
            "alive_count": honest.alive_count,
            "silent_count": Source.objects.silent(now).count(),
            "troubled_count": troubled.count() if len(shown) == _SHOWN_TROUBLED else len(shown),
            "troubled": shown,
            **_show_honest(honest),
        },
        request=request,
    )


def render_alarm_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show the newest alarms that nobody has seen yet; nothing where there is none."""
    unseen = narrow_alarms(filters={"state": "unseen"})
    alarms = list(unseen[:_SHOWN_ALARMS])
    if not alarms:
        return ""
    count = len(alarms) if len(alarms) < _SHOWN_ALARMS else unseen.count()
    return render_to_string("listen/alarm_panel.html", {"alarms": alarms, "count": count}, request=request)


def render_coverage(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show the coverage meter of a period.

    context: either honest (a HonestLine), or since and until with, at will, languages.
    """
    honest = context.get("honest")
    # A page may have other things of this name in its context.
    if not isinstance(honest, HonestLine):
        until = context.get("until") or timezone.now()
        since = context.get("since") or until - timedelta(days=1)
        honest = _measure(request, since=since, until=until, languages=context.get("languages"))
    return render_to_string("listen/coverage.html", _show_honest(honest), request=request)


def render_source_health(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show a source's alarms and its last fortnight beside what is usual; context: source."""
    source = context["source"]
    habit, bands = load_source_band(source=source, now=timezone.now())
    alarms = list(narrow_alarms(filters={"state": "open"}).filter(source=source))
    return render_to_string(
        "listen/source_health.html",
        {"source": source, "habit": habit, "bands": bands, "alarms": alarms, "is_demo": is_demo_desk()},
        request=request,
    )


def register_panels() -> None:
    """Fill the slots; called once when Django starts."""
    fill_slot("home.panels", name="listen.alarms", render=render_alarm_panel, order=7)  # beside what is due
    fill_slot("home.panels", name="listen.sources", render=render_home_panel, order=80)
    fill_slot("document.coverage", name="listen.coverage", render=render_coverage)
    fill_slot("chart.coverage", name="listen.coverage", render=render_coverage)
    fill_slot("source.health", name="listen.health", render=render_source_health)


def _measure(
    request: HttpRequest, *, since: datetime, until: datetime, languages: Sequence[str] | None = None
) -> HonestLine:
    unit = getattr(request, "unit", None)
    return coverage(
        since=since,
        until=until,
        languages=languages or (unit.languages if unit else language_codes()[:_SHOWN_LANGUAGES]),
    )


def _show_honest(honest: HonestLine) -> dict[str, Any]:
    """Return what the meter's template shows."""
    zone = timezone.get_current_timezone()
    named = zone if isinstance(zone, zoneinfo.ZoneInfo) else zoneinfo.ZoneInfo("UTC")
    names = [name_language(code) for code in honest.missing_languages]
    return {
        "honest": honest,
        "missing": say_missing(honest, names=names, zone=named, locale=current_locale()),
    }
