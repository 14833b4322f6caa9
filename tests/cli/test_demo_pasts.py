"""The demo's drawn past teaches what is usual, on whichever day it is founded."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from legation.cli.demo_pasts import begin_past, draw_hours
from legation.engine.listen.alarms import find_flood, find_silence
from legation.engine.listen.habits import learn_habit
from legation.engine.records.health import AlarmKind, History, Recent
from legation.gateways.demo_press import DEMO_DIRECTORY
from legation.gateways.demo_worlds import START_HOURS, load_world

SUNDAY = datetime(2026, 11, 22, tzinfo=UTC)
LEARNED_DAYS = 56


def judge(outlet, articles, now):
    """Return what the desk finds of an outlet, told by its drawn past and its articles of the world."""
    base = now - timedelta(hours=START_HOURS)
    counts = Counter(draw_hours(outlet, begin_past(base), base))
    moments = [base + timedelta(hours=article.versions[0].hours) for article in articles]
    moments = [moment for moment in moments if moment <= now]
    counts.update(moment.replace(minute=0, second=0, microsecond=0) for moment in moments)
    midnight = now.replace(hour=0, minute=0)
    since = midnight - timedelta(days=LEARNED_DAYS)
    table = np.zeros((LEARNED_DAYS, 24), dtype=np.int64)
    for hour, count in counts.items():
        if since <= hour < midnight:
            table[(hour - since).days, hour.hour] += count
    habit = learn_habit(History(since, table, np.ones(LEARNED_DAYS, dtype=bool)))
    recent = Recent(
        articles_day=sum(moment > now - timedelta(days=1) for moment in moments),
        articles_days=sum(moment > now - timedelta(days=3) for moment in moments),
        last_article_at=max(moments),
    )
    found = [find_silence(habit, recent, now=now), find_flood(habit, recent, now=now)]
    return {finding.kind for finding in found if finding and finding.is_firm}


@pytest.mark.parametrize("country", ["vn", "cl"])
@pytest.mark.parametrize("days", range(7))
@pytest.mark.parametrize("hour", [2, 9, 17, 23])
def test_one_outlet_is_silent_and_one_floods_on_whichever_day(country, days, hour):
    now = SUNDAY + timedelta(days=days, hours=hour, minutes=20)
    world = load_world(DEMO_DIRECTORY, country)
    found = {}
    for outlet in world.outlets:
        articles = [one for one in world.articles if one.outlet == outlet.key and not one.is_gone]
        found[outlet.key] = judge(outlet, [one for one in articles if not one.is_listing], now)
    told = {key: kinds for key, kinds in found.items() if kinds}
    assert told == {"rio-abierto": {AlarmKind.SILENCE}, "suara-dermaga": {AlarmKind.FLOOD}}


def test_a_past_is_the_same_at_every_call_and_ends_where_the_world_begins():
    outlet = load_world(DEMO_DIRECTORY, "vn").outlets[0]
    base = SUNDAY + timedelta(hours=9, minutes=30)
    first = begin_past(base)
    drawn = draw_hours(outlet, first, base)
    assert drawn == draw_hours(outlet, first, base)
    assert first <= min(drawn) < max(drawn) < base
    assert sum(drawn.values()) / LEARNED_DAYS == pytest.approx(outlet.expected_per_day, rel=0.1)


def test_an_institution_rests_at_the_week_end():
    outlets = load_world(DEMO_DIRECTORY, "vn").outlets
    bank = next(outlet for outlet in outlets if outlet.kind == "international_organisation")
    drawn = draw_hours(bank, SUNDAY - timedelta(weeks=8), SUNDAY)
    assert drawn
    assert all(hour.weekday() < 5 for hour in drawn)
