"""What is learned of a source's past, and what a past must not teach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from legation.engine.listen.habits import band_of, expect_between, expect_days, learn_habit, range_of
from legation.engine.records.health import Habit, History

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)


def history(articles, heard=None):
    counts = np.array(articles, dtype=np.int64)
    return History(MONDAY, counts, np.ones(len(counts), bool) if heard is None else np.array(heard))


def daily(days=56, hour=9, count=10):
    counts = np.zeros((days, 24), dtype=np.int64)
    counts[:, hour] = count
    return counts


def test_nothing_is_learned_in_thirteen_days():
    assert learn_habit(history(daily(13))) is None
    assert learn_habit(history(daily(14))) is not None


def test_days_on_which_nobody_listened_teach_nothing():
    heard = [number % 2 == 0 for number in range(26)]
    assert learn_habit(history(daily(26), heard)) is None


def test_the_volume_is_that_of_a_usual_week():
    habit = learn_habit(history(daily()))
    assert habit.per_week == pytest.approx(70)
    assert habit.profile.sum() == pytest.approx(70)
    assert habit.profile.shape == (168,)


def test_one_flood_and_one_empty_week_move_nothing():
    counts = daily()
    counts[10, 12] = 5000
    counts[21:28] = 0
    habit = learn_habit(history(counts))
    assert habit.per_week == pytest.approx(70)
    assert habit.profile[9] > 5 * habit.profile[12]
    assert habit.most_per_day == 10


def test_a_source_rarer_than_weekly_has_a_volume_of_its_own():
    counts = np.zeros((56, 24), dtype=np.int64)
    counts[[5, 30], 9] = 1
    assert learn_habit(history(counts)).per_week == pytest.approx(0.25)


def test_a_source_that_never_brought_anything_has_a_habit_of_nothing():
    habit = learn_habit(history(np.zeros((56, 24), dtype=np.int64)))
    assert habit.per_week == 0
    assert expect_between(habit, MONDAY, MONDAY + timedelta(days=9)) == 0


def test_the_hour_and_the_weekday_are_learned():
    counts = np.zeros((56, 24), dtype=np.int64)
    counts[3::7, 9] = 12  # Thursdays
    habit = learn_habit(history(counts))
    thursday = expect_days(habit.profile, MONDAY, 7)
    assert thursday.argmax() == 3
    assert habit.profile.argmax() == 3 * 24 + 9


def test_few_articles_lean_on_the_country_s_hours():
    counts = np.zeros((56, 24), dtype=np.int64)
    counts[::7, 3] = 1
    pooled = np.zeros(168)
    pooled[100:110] = 7.0
    habit = learn_habit(history(counts), pooled=pooled)
    assert habit.profile[100:110].sum() > 0.6
    assert habit.profile.sum() == pytest.approx(1)


def test_the_spread_tells_the_regular_from_the_bursty():
    random = np.random.default_rng(1)
    poisson = random.poisson(2, (56, 24))
    bursty = random.poisson(2 * random.gamma(1, 1, (56, 1)), (56, 24))
    spreads = [learn_habit(history(counts)).spread for counts in (daily(), poisson, bursty)]
    assert spreads[0] < 0.5 < spreads[1] < 2 < spreads[2]


def test_the_silence_at_the_end_does_not_excuse_itself():
    counts = daily()
    usual = learn_habit(history(counts)).longest_gap
    counts[40:] = 0
    assert learn_habit(history(counts)).longest_gap < 1.5 * usual


def make_habit(profile):
    return Habit(56, float(profile.sum()), profile, 1.0, 1.0, 1.0, 1.0)


def test_an_expectation_takes_parts_of_hours_and_whole_weeks():
    habit = make_habit(np.ones(168))
    assert expect_between(habit, MONDAY, MONDAY + timedelta(minutes=90)) == pytest.approx(1.5)
    start = MONDAY + timedelta(days=6, hours=23, minutes=30)
    assert expect_between(habit, start, start + timedelta(days=15)) == pytest.approx(360)
    assert expect_between(habit, start, start) == 0
    assert expect_between(habit, start, start - timedelta(days=1)) == 0


def test_an_expectation_looks_at_the_right_hours():
    profile = np.zeros(168)
    profile[3 * 24 + 9] = 12
    habit = make_habit(profile)
    thursday = MONDAY + timedelta(days=3)
    assert expect_between(habit, MONDAY, thursday + timedelta(hours=9)) == 0
    assert expect_between(habit, MONDAY, thursday + timedelta(hours=9, minutes=30)) == pytest.approx(6)
    assert expect_between(habit, thursday + timedelta(hours=10), thursday + timedelta(days=7)) == 0


@pytest.mark.parametrize("mean", [1, 5, 50, 400])
def test_the_range_holds_ninety_eight_of_a_hundred_counts(mean):
    low, high = range_of(mean, 1.0)
    counts = np.random.default_rng(2).poisson(mean, 20_000)
    assert ((counts >= low - 1) & (counts <= high + 1)).mean() > 0.98


def test_a_chart_s_day_under_way_is_expected_in_part():
    habit = make_habit(np.ones(168))
    counts = np.ones((3, 24), dtype=np.int64)
    bands = band_of(habit, history(counts), MONDAY + timedelta(days=2, hours=6))
    assert [band.expected for band in bands] == [24, 24, 6]
    assert [band.day for band in bands] == ["2026-09-07", "2026-09-08", "2026-09-09"]
    assert all(band.high == 0 for band in band_of(None, history(counts), MONDAY))
