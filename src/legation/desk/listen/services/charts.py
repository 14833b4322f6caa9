"""What the charts of health show: a fortnight of days, each beside its usual range."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

import numpy as np

from legation.desk.listen.models import Source, SourceAlarm, SourceHour, VolumeHour
from legation.desk.listen.services.habits import load_habits
from legation.desk.listen.services.hours import DESK
from legation.engine.listen.habits import band_of
from legation.engine.records.health import DayBand, Habit, History

CHART_DAYS = 14


def load_bands(*, alarms: Sequence[SourceAlarm], now: datetime) -> dict[SourceAlarm, list[DayBand]]:
    """Return the chart of each alarm: the fortnight up to now, or up to a day after it was cleared.

    Where the hours of an old alarm are gone, the days that it was raised with stand. Takes three queries.
    """
    if not alarms:
        return {}
    ends = {
        alarm: min(alarm.cleared_at + timedelta(days=1), now) if alarm.cleared_at else now for alarm in alarms
    }
    habits = load_habits(abouts={alarm.about for alarm in alarms})
    counts = _count_hours(alarms, _first_day(min(ends.values())), max(ends.values()))
    bands = {}
    for alarm, end in ends.items():
        history = _fill(counts.get(alarm.about, ()), end)
        bands[alarm] = band_of(habits.get(alarm.about), history, end)
        if not history.articles.any() and alarm.evidence.get("series"):
            bands[alarm] = [
                DayBand(d, n, (low + high) / 2, low, high) for d, n, low, high in alarm.evidence["series"]
            ]
    return bands


def load_source_band(*, source: Source, now: datetime) -> tuple[Habit | None, list[DayBand]]:
    """Return a source's habit, None while it is learned, and its last fortnight."""
    about = f"source:{source.key}"
    habit = load_habits(abouts={about}).get(about)
    rows = SourceHour.objects.filter(source=source, hour__gte=_first_day(now), hour__lte=now)
    return habit, band_of(habit, _fill(rows.values_list("hour", "articles"), now), now)


def load_desk_band(*, now: datetime) -> list[DayBand]:
    """Return the last fortnight of everything that came in, without a usual range."""
    rows = VolumeHour.objects.filter(about=DESK, hour__gte=_first_day(now), hour__lte=now)
    return band_of(None, _fill(rows.values_list("hour", "articles"), now), now)


def _first_day(end: datetime) -> datetime:
    midnight = end.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=CHART_DAYS - 1)


def _fill(hours: Iterable[tuple[datetime, int]], end: datetime) -> History:
    first = _first_day(end)
    articles = np.zeros((CHART_DAYS, 24), dtype=np.int64)
    for hour, count in hours:
        if first <= hour <= end:
            articles[(hour - first).days, hour.hour] += count
    return History(first, articles, np.ones(CHART_DAYS, dtype=bool))


def _count_hours(
    alarms: Sequence[SourceAlarm], since: datetime, until: datetime
) -> dict[str, list[tuple[datetime, int]]]:
    """Return the hours with articles by what the alarms are about."""
    about_of = {alarm.source_id: alarm.about for alarm in alarms if alarm.source_id}
    groups = [alarm.about for alarm in alarms if not alarm.source_id]
    span = {"hour__gte": since, "hour__lte": until, "articles__gt": 0}
    own = SourceHour.objects.filter(source__in=list(about_of), **span).values_list(
        "source_id", "hour", "articles"
    )
    shared = VolumeHour.objects.filter(about__in=groups, **span).values_list("about", "hour", "articles")
    found: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for about, hour, count in chain(((about_of[pk], hour, count) for pk, hour, count in own), shared):
        found[about].append((hour, count))
    return found
