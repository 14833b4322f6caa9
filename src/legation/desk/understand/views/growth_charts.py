"""Draw how a story grew, as numbers for a small SVG and as words for who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from legation.desk.understand.mapping import hour_key
from legation.desk.understand.models import Story

_MIN_BARS = 24  # as wide as a day: the one bar of a fresh story would fill the drawing
MAX_BARS = 48  # bars of one hour up to two days, then of several hours each
HEIGHT = 48  # units of the drawing


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing."""

    x: int
    y: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Growth:
    """The drawing and its description."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    description: str


def draw_growth(story: Story, now: datetime) -> Growth:
    """Count a story's folded articles per hour, or per several hours where it is long."""
    end = min(now, story.last_at + timedelta(hours=1))
    hours = max(1, int((end - story.first_at).total_seconds() // 3600) + 1)
    step = -(-hours // MAX_BARS)
    counts = []
    for start in range(0, hours, step):
        at = story.first_at + timedelta(hours=start)
        counts.append(
            (at, sum(story.hours.get(hour_key(at + timedelta(hours=more)), 0) for more in range(step)))
        )
    peak_at, peak = max(counts, key=lambda pair: pair[1])
    bars = tuple(
        Bar(
            x=place * 8,
            y=HEIGHT - HEIGHT * count / max(peak, 1),
            height=HEIGHT * count / max(peak, 1),
            title=f"{date_format(timezone.localtime(at), 'SHORT_DATETIME_FORMAT')}: {count}",
        )
        for place, (at, count) in enumerate(counts)
    )
    unit = ngettext("per hour", "per %(hours)d hours", step) % {"hours": step}
    description = gettext("Articles after folding, %(unit)s. Peak of %(peak)d at %(at)s") % {
        "unit": unit,
        "peak": peak,
        "at": date_format(timezone.localtime(peak_at), "SHORT_DATETIME_FORMAT"),
    }
    return Growth(bars, max(len(bars), _MIN_BARS) * 8, HEIGHT, description)
