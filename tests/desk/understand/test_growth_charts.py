"""A story's growth is drawn bar by bar, whatever its age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from legation.desk.understand.mapping import hour_key
from legation.desk.understand.models import Story
from legation.desk.understand.views.growth_charts import HEIGHT, draw_growth

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def make_story(*counts: int) -> Story:
    """Make a story that had so many articles in each hour up to now."""
    first = NOW - timedelta(hours=len(counts) - 1)
    hours = {hour_key(first + timedelta(hours=place)): count for place, count in enumerate(counts)}
    return Story(first_at=first, last_at=NOW, hours=hours)


def test_the_one_bar_of_a_fresh_story_leaves_room_for_a_day() -> None:
    growth = draw_growth(make_story(3), NOW)
    assert [bar.height for bar in growth.bars] == [HEIGHT]
    assert growth.width == 24 * 8


def test_each_hour_of_a_day_is_a_bar_in_proportion() -> None:
    growth = draw_growth(make_story(1, 0, 2), NOW)
    assert [bar.height for bar in growth.bars] == [HEIGHT / 2, 0, HEIGHT]
    assert "Peak of 2" in growth.description


def test_a_long_story_shares_its_bars_among_hours() -> None:
    growth = draw_growth(make_story(*[1] * 120), NOW)
    assert len(growth.bars) <= 48
    assert growth.width == len(growth.bars) * 8
