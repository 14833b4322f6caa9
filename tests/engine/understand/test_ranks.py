"""The order of a unit's stories and the reasons given for it."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from legation.engine.records.stories import StoryFacts
from legation.engine.understand.ranks import RankOptions, rank_stories

NOW = datetime(2025, 11, 3, 7, tzinfo=UTC)
PLAIN = StoryFacts(
    story_id="plain",
    article_count=4,
    folded_count=3,
    source_count=2,
    languages=("en",),
    countries=("GB",),
    first_at=NOW - timedelta(hours=20),
    last_at=NOW - timedelta(hours=8),
    recent_count=0,
    earlier_count=3,
    mention_weight=0.3,
)


def rank(*facts, host_country="JP", languages=("vi",), options=None):
    return rank_stories(facts, host_country=host_country, languages=languages, now=NOW, options=options)


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("sources", {"source_count": 9}),
        ("languages", {"languages": ("en", "fr")}),
        ("countries", {"countries": ("GB", "FR")}),
        ("growth", {"recent_count": 4}),
        ("subject", {"mention_weight": 1.0}),
        ("host_country", {"countries": ("JP",)}),
        ("unit_language", {"languages": ("vi",)}),
        ("fresh", {"last_at": NOW - timedelta(hours=1)}),
    ],
)
def test_each_reason_lifts_a_story_and_is_named(key, change):
    first, second = rank(PLAIN, replace(PLAIN, story_id="lifted", **change))
    assert (first.story_id, second.story_id) == ("lifted", "plain")
    assert dict(first.reasons)[key] > dict(second.reasons).get(key, 0.0)
    assert {k: v for k, v in first.reasons if k != key} == {k: v for k, v in second.reasons if k != key}


def test_the_reasons_add_up_and_stand_strongest_first():
    (story,) = rank(replace(PLAIN, source_count=8, recent_count=5, languages=("en", "vi")))
    contributions = [value for _key, value in story.reasons]
    assert sum(contributions) == pytest.approx(story.score)
    assert contributions == sorted(contributions, reverse=True)
    assert all(value > 0 for value in contributions)


def test_reprints_do_not_lift_a_story():
    reprinted = replace(PLAIN, story_id="reprinted", article_count=400)
    first, second = rank(reprinted, PLAIN)
    assert first.score == second.score


def test_equal_scores_keep_a_fixed_order():
    twins = [replace(PLAIN, story_id=name) for name in ("b", "c", "a")]
    assert [story.story_id for story in rank(*twins)] == ["a", "b", "c"]
    assert rank(*twins) == rank(*reversed(twins))


def test_a_second_article_is_no_wave():
    options = RankOptions()
    (two,) = rank(replace(PLAIN, recent_count=2, earlier_count=3))
    (many,) = rank(replace(PLAIN, recent_count=20, earlier_count=3))
    assert dict(two.reasons)["growth"] < 0.2 * options.growth
    assert dict(many.reasons)["growth"] > 0.7 * options.growth


def test_freshness_halves_with_its_half_life_and_the_future_counts_as_now():
    options = RankOptions()
    ages = (0, options.half_life_hours, -5)
    stories = [rank(replace(PLAIN, last_at=NOW - timedelta(hours=age)))[0] for age in ages]
    now, half, future = (dict(story.reasons)["fresh"] for story in stories)
    assert (now, half, future) == (options.fresh, options.fresh / 2, options.fresh)


def test_host_country_is_compared_without_regard_to_case():
    (story,) = rank(replace(PLAIN, countries=("jp",)), host_country="jp")
    assert "host_country" in dict(story.reasons)
    (nowhere,) = rank(PLAIN, host_country="")
    assert "host_country" not in dict(nowhere.reasons)


def test_the_rank_knows_no_outlet_and_no_person():
    assert not {"source", "source_key", "outlet", "byline", "author"} & {
        field.name for field in fields(StoryFacts)
    }
