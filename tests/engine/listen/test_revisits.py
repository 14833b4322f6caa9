"""When pages are read again, and when they are left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from legation.engine.listen.revisits import (
    DEFAULT_OPTIONS,
    RevisitFacts,
    RevisitReason,
    plan_revisit,
)

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
FACTS = RevisitFacts(collected_at=NOW)


def walk(facts: RevisitFacts, *, most: int = 50) -> list[float]:
    """Return the hours after collection at which a page is read, each reading going well."""
    hours, now = [], facts.collected_at
    while (plan := plan_revisit(facts, now=now)) and len(hours) < most:
        now = plan.at
        hours.append((now - facts.collected_at) / timedelta(hours=1))
    return hours


def test_a_page_that_nobody_uses_is_left_alone() -> None:
    assert plan_revisit(FACTS, now=NOW) is None


def test_a_watched_page_is_read_often_at_first_and_then_no_more() -> None:
    assert walk(replace(FACTS, is_watched=True)) == [1, 6, 24, 72, 168]


def test_a_teaser_is_tried_for_its_whole_text() -> None:
    assert walk(replace(FACTS, is_teaser=True)) == [1, 6, 24, 72]
    plan = plan_revisit(replace(FACTS, is_teaser=True), now=NOW)
    assert plan is not None
    assert plan.reason is RevisitReason.TEASER


def test_a_cited_page_is_read_daily_until_its_time_is_over() -> None:
    hours = walk(replace(FACTS, cited_until=NOW + timedelta(days=30)))
    assert (len(hours), hours[0], hours[-1]) == (30, 24, 720)


def test_a_page_taken_up_late_is_read_at_the_next_step() -> None:
    plan = plan_revisit(replace(FACTS, is_watched=True), now=NOW + timedelta(hours=30))
    assert plan is not None
    assert plan.at == NOW + timedelta(hours=72)


def test_a_failing_page_waits_longer_each_time_and_is_then_left_alone() -> None:
    facts = replace(FACTS, is_watched=True)
    plans = [plan_revisit(replace(facts, failures=failures), now=NOW) for failures in (1, 2, 3, 4)]
    assert [(plan.at - NOW) / timedelta(hours=1) for plan in plans if plan] == [6, 12, 24, 48]
    assert plan_revisit(replace(facts, failures=5), now=NOW) is None
    assert plan_revisit(replace(facts, is_gone=True), now=NOW) is None


@given(st.floats(0, 0.999), st.integers(0, 400))
def test_the_next_reading_always_lies_ahead_and_jitter_stays_small(jitter: float, hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    facts = replace(FACTS, is_watched=True, is_teaser=True, cited_until=NOW + timedelta(days=5))
    plan = plan_revisit(facts, now=now, jitter=jitter)
    if plan is None:
        assert hours >= 168
        return
    assert now < plan.at <= now + timedelta(hours=96 * (1 + DEFAULT_OPTIONS.jitter) + 16)
