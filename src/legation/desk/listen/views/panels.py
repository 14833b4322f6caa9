"""What room listen shows on other rooms' pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from legation.desk.listen.models import Source
from legation.desk.listen.services.coverage import coverage
from legation.desk.shell.slots import fill_slot

_ALIVE_WITHIN = timedelta(hours=25)  # the longest interval between two visits is a day
_SHOWN_TROUBLED = 5


def render_home_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show how many sources are alive, and which are in trouble."""
    now = timezone.now()
    troubled = Source.objects.troubled().defer("feed_states").order_by("-failures", "name")
    return render_to_string(
        "listen/home_panel.html",
        {
            "listening_count": Source.objects.listening().with_feeds().count(),
            "alive_count": Source.objects.alive(now - _ALIVE_WITHIN).count(),
            "silent_count": Source.objects.silent(now).count(),
            "troubled_count": troubled.count(),
            "troubled": list(troubled[:_SHOWN_TROUBLED]),
        },
        request=request,
    )


def render_coverage(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show the honest line of a period.

    context: either honest (a HonestLine), or since and until with, at will, languages.
    """
    honest = context.get("honest")
    if honest is None:
        until = context.get("until") or timezone.now()
        since = context.get("since") or until - timedelta(days=1)
        unit = getattr(request, "unit", None)
        languages = context.get("languages") or (unit.languages if unit else [])
        honest = coverage(since=since, until=until, languages=languages)
    return render_to_string("listen/coverage.html", {"honest": honest}, request=request)


def register_panels() -> None:
    """Fill the slots; called once when Django starts."""
    fill_slot("home.panels", name="listen.sources", render=render_home_panel, order=80)
    fill_slot("document.coverage", name="listen.coverage", render=render_coverage)
