"""Ten thousand sources over two days by a moved clock: no thundering herd, nobody forgotten."""

from __future__ import annotations

import heapq
import random
import statistics
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from legation.engine.listen.intervals import PaceOptions, VisitPace, next_interval_seconds

pytestmark = pytest.mark.slow
SOURCES = 10_000
START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, DAY = 3_600, 86_400
STEP = 5  # seconds between two looks at what is due
OUTAGE = (36 * HOUR, 42 * HOUR)  # six hours in the second day
_FIRST_GAP, _LAST_GAP = 20 * 60.0, 7 * DAY  # between a source's articles, from the busiest to the quietest


@dataclass
class Day:
    """What the simulation saw."""

    visits_per_minute: Counter[int] = field(default_factory=Counter)
    longest_wait_seconds: Counter[int] = field(default_factory=Counter)  # by hour
    last_visit: dict[int, int] = field(default_factory=dict)
    usual_per_second: float = 0.0

    def rates(self, since: int, until: int) -> list[float]:
        """Return visits a second for each minute of a span of seconds."""
        return [self.visits_per_minute[minute] / 60 for minute in range(since // 60, until // 60)]


@pytest.fixture(scope="module")
def day() -> Day:
    """Simulate from the moment at which all sources are due at once, as after an import or a long rest."""
    chance, seen = random.Random(7), Day()
    spread = _LAST_GAP / _FIRST_GAP
    gaps = [_FIRST_GAP * spread ** chance.random() for _ in range(SOURCES)]
    intervals = [choose(gap, 0, chance) for gap in gaps]
    seen.usual_per_second = sum(1 / interval for interval in intervals)
    pace = VisitPace(usual_per_second=seen.usual_per_second, at_seconds=0.0)
    due = [(0.0, number) for number in range(SOURCES)]
    for now in range(0, 2 * DAY, STEP):
        if OUTAGE[0] <= now < OUTAGE[1]:
            continue
        free = pace.count_free(float(now))
        while due and due[0][0] <= now and free:
            at, number = heapq.heappop(due)
            free -= 1
            pace.count_started(1)
            seen.visits_per_minute[now // 60] += 1
            seen.longest_wait_seconds[now // HOUR] = max(
                seen.longest_wait_seconds[now // HOUR], now - int(at)
            )
            seen.last_visit[number] = now
            heapq.heappush(due, (now + choose(gaps[number], now, chance), number))
    return seen


def choose(gap: float, now: int, chance: random.Random) -> float:
    """Choose the next interval of a source that publishes every gap seconds."""
    moment = START + timedelta(seconds=now)
    times = [moment - timedelta(seconds=gap * (0.5 + number)) for number in range(4)]
    return next_interval_seconds(now=moment, recent_item_times=times, failures=0, jitter=chance.random())


def test_all_sources_at_once_are_no_herd(day: Day) -> None:
    most = PaceOptions().burst / 60 + max(PaceOptions().least_per_second, 2 * day.usual_per_second)
    assert max(day.rates(0, 6 * HOUR)) <= most * 1.01


def test_after_some_hours_the_visits_are_spread_evenly(day: Day) -> None:
    rates = day.rates(24 * HOUR, OUTAGE[0])
    assert max(rates) / statistics.mean(rates) < 1.6


def test_an_outage_of_hours_is_made_up_for_at_twice_the_usual_rate(day: Day) -> None:
    usual = statistics.mean(day.rates(24 * HOUR, OUTAGE[0]))
    after = day.rates(OUTAGE[1], OUTAGE[1] + 4 * HOUR)
    assert max(after) <= PaceOptions().burst / 60 + 2.1 * max(usual, day.usual_per_second)
    assert day.longest_wait_seconds[OUTAGE[1] // HOUR + 3] < 60  # nobody waits any more


def test_no_source_is_forgotten(day: Day) -> None:
    assert len(day.last_visit) == SOURCES
    assert min(day.last_visit.values()) > 2 * DAY - DAY - 7 * HOUR


def test_a_pace_never_starts_more_than_it_saved() -> None:
    pace = VisitPace(usual_per_second=10.0, at_seconds=100.0)
    assert pace.per_second == 20.0
    assert pace.count_free(100.0) == PaceOptions().burst
    pace.count_started(300)
    assert pace.count_free(100.0) == 0
    assert pace.count_free(99.0) == 0  # a clock that goes back gives nothing
    assert pace.count_free(103.0) == 60
    assert pace.count_free(10_000.0) == PaceOptions().burst
