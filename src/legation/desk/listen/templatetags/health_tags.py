"""Template tags of health: alarms in words, and charts drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django import template
from django.utils.safestring import SafeString

from legation.desk.listen.services.alarm_wordings import (
    KIND_NAMES,
    Remedy,
    list_remedies,
    name_subject,
    say_alarm,
    say_chart,
)
from legation.desk.shell.names import current_locale
from legation.desk.shell.templatetags.shell_tags import status_badge
from legation.engine.records.health import AlarmKind, DayBand

register = template.Library()

# Something is not heard at all; the other kinds are about how it is heard.
SERIOUS_KINDS = {
    AlarmKind.SILENCE, AlarmKind.UNREACHABLE, AlarmKind.CERTIFICATE, AlarmKind.LOST_LANGUAGE,
    AlarmKind.OFFLINE,
}  # fmt: skip
_WIDTH, _HEIGHT, _TOP, _BOTTOM = 560.0, 170.0, 18.0, 26.0  # of the drawing, in its own units


@register.simple_tag
def alarm_kind(alarm: Any) -> SafeString:
    """Show the name of an alarm's kind."""
    return status_badge(
        KIND_NAMES.get(alarm.kind, alarm.kind), "critical" if alarm.kind in SERIOUS_KINDS else "warning"
    )


@register.simple_tag
def alarm_subject(alarm: Any) -> str:
    """Name what an alarm is about."""
    return name_subject(alarm)


@register.simple_tag
def alarm_sentence(alarm: Any) -> str:
    """Say what was found."""
    return say_alarm(alarm)


@register.simple_tag
def alarm_remedies(alarm: Any) -> list[Remedy]:
    """List what a person can do."""
    return list_remedies(alarm)


@register.inclusion_tag("listen/health_chart.html")
def health_chart(bands: Sequence[DayBand], name: str, number: Any = 0) -> dict[str, Any]:
    """Draw days as bars beside the range that is usual.

    name: what the chart is about. number: makes the chart's identifiers unique on its page.
    """
    days = list(bands)
    highest = max([1.0, *(max(band.observed, band.high) for band in days)])
    width = _WIDTH / max(len(days), 1)
    plot = _HEIGHT - _TOP - _BOTTOM

    def height(value: float) -> float:
        return round(value / highest * plot, 1)

    bars = [
        {
            "x": round(place * width + width * 0.22, 1),
            "width": round(width * 0.56, 1),
            "y": round(_HEIGHT - _BOTTOM - height(band.observed), 1),
            "height": height(band.observed),
            "band_x": round(place * width, 1),
            "band_width": round(width, 1),
            "band_y": round(_HEIGHT - _BOTTOM - height(band.high), 1),
            "band_height": max(height(band.high) - height(band.low), 0.5) if band.high else 0,
            "middle": round(place * width + width / 2, 1),
            "label": _label(band.day) if place % 4 == (len(days) - 1) % 4 else "",
            "is_last": place == len(days) - 1,
            "band": band,
        }
        for place, band in enumerate(days)
    ]
    return {
        "bars": bars, "name": name, "words": say_chart(days), "number": number, "width": _WIDTH,
        "height": _HEIGHT, "base": _HEIGHT - _BOTTOM, "text_y": _HEIGHT - 6, "highest": round(highest),
        "has_habit": any(band.high for band in days),
    }  # fmt: skip


@register.filter
def day_name(day: str) -> str:
    """Write a day of a chart in the reader's language."""
    return _label(day)


def _label(day: str) -> str:
    return str(format_skeleton("MMMd", date.fromisoformat(day), locale=current_locale()))
