"""The interval until a source is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.listen.intervals import next_interval_seconds

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


def times(*ages_seconds: float) -> list[datetime]:
    return [NOW - timedelta(seconds=age) for age in ages_seconds]


def choose(ages: Sequence[float] = (), **changes: Any) -> float:
    settings: dict[str, Any] = {"failures": 0, "jitter": 0.5, **changes}
    return next_interval_seconds(now=NOW, recent_item_times=times(*ages), **settings)


def test_a_wire_that_publishes_every_few_minutes_is_asked_every_five() -> None:
    assert choose([n * 6 * MINUTE for n in range(20)], jitter=0.0) == 5 * MINUTE


def test_an_hourly_source_is_asked_every_half_hour() -> None:
    assert choose([n * HOUR for n in range(10)]) == pytest.approx(30 * MINUTE)


def test_a_weekly_source_is_asked_once_a_day() -> None:
    assert choose([n * 7 * DAY for n in range(5)], jitter=0.9999) == pytest.approx(DAY, rel=0.001)


def test_a_batch_published_at_once_counts_as_one_habit() -> None:
    batches = [day * DAY + n * 10 for day in range(2) for n in range(9)]
    assert choose(batches) == pytest.approx(12 * HOUR, rel=0.01)


def test_a_silent_source_is_asked_less_and_less() -> None:
    usual = [n * 20 * MINUTE for n in range(10)]
    after = [choose([age + silence for age in usual]) for silence in (0, 8 * HOUR, 4 * DAY, 30 * DAY)]
    assert after == [pytest.approx(10 * MINUTE), pytest.approx(HOUR), pytest.approx(12 * HOUR), 0.95 * DAY]


def test_an_unknown_source_is_asked_every_hour() -> None:
    assert choose() == pytest.approx(HOUR)


def test_items_dated_in_the_future_do_not_count() -> None:
    assert choose([-DAY, -HOUR]) == choose()


def test_a_feed_s_own_claim_slows_us_down_for_an_hour_at_most() -> None:
    busy = [n * 6 * MINUTE for n in range(20)]
    assert choose(busy, update_period_seconds=20 * MINUTE) == pytest.approx(20 * MINUTE)
    assert choose(busy, update_period_seconds=DAY) == pytest.approx(HOUR)
    assert choose(update_period_seconds=15 * MINUTE) == pytest.approx(15 * MINUTE)


def test_failures_double_the_wait_up_to_a_day() -> None:
    longest = [choose([0], failures=count, jitter=0.9999) for count in (1, 2, 3, 4, 9, 10, 1_000_000)]
    wanted = [450, 900, 1_800, 3_600, DAY, DAY, DAY]
    assert longest == pytest.approx(wanted, rel=0.001)
    assert [choose([0], failures=count, jitter=0.0) for count in (1, 2, 3, 4)] == [300, 300, 600, 1_200]


@pytest.mark.parametrize(("ages", "about"), [([n * 60.0 for n in range(20)], 315.0), ([30 * DAY], 82_080.0)])
def test_sources_at_the_bounds_do_not_march_in_step(ages: list[float], about: float) -> None:
    waits = {round(choose(ages, jitter=jitter / 100)) for jitter in range(100)}
    assert len(waits) >= 30
    assert choose(ages) == pytest.approx(about)


def test_jitter_spreads_the_waits_of_sources_that_failed_together() -> None:
    waits = {choose(failures=4, jitter=jitter / 10) for jitter in range(10)}
    assert len(waits) == 10
    assert max(waits) < 2 * 2_400


@pytest.mark.parametrize("failures", [0, 1, 9])
def test_a_server_s_wish_is_never_undercut(failures: int) -> None:
    assert choose([0, 600], failures=failures, retry_after_seconds=2 * DAY) == 2 * DAY


@pytest.mark.parametrize("changes", [{"failures": -1}, {"jitter": 1.0}, {"jitter": -0.1}])
def test_impossible_arguments_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="jitter"):
        choose(**changes)


@given(
    st.lists(st.floats(-1e9, 1e9), max_size=40),
    st.integers(0, 10_000),
    st.floats(0, 1, exclude_max=True),
    st.none() | st.floats(0, 1e7),
)
def test_the_interval_always_lies_between_five_minutes_and_a_day(
    ages: list[float], failures: int, jitter: float, hint: float | None
) -> None:
    seconds = choose(ages, failures=failures, jitter=jitter, update_period_seconds=hint)
    assert 5 * MINUTE <= seconds <= DAY
