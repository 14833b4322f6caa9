"""Ranks stories for one unit by counts that can be explained, never by who published them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from legation.engine.records.stories import RankedStory, StoryFacts

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class RankOptions:
    """What each reason may contribute.

    The weights are the house's judgement, not fitted to anything: a doubling of independent sources counts
    1, and no other reason outweighs a story that eight times as many sources carry.
    """

    sources: float = 1.0  # per doubling of independent sources
    languages: float = 0.6  # per doubling of languages
    countries: float = 0.4  # per doubling of the sources' countries
    growth: float = 1.0  # at most, when everything came within the last hours
    subject: float = 3.0  # at most, when the unit's own subject stands in a title
    host_country: float = 0.8  # when the press of the unit's host country carries it
    unit_language: float = 0.4  # when it is told in a language that the unit works in
    fresh: float = 1.5  # at most, falling by half every half_life_hours
    half_life_hours: float = 12.0  # a press review looks back one day: yesterday morning counts a quarter
    half_growth_count: float = 3.0  # articles in the last hours at which growth is believed by half


def rank_stories(
    facts: Sequence[StoryFacts],
    *,
    host_country: str,
    languages: Sequence[str],
    now: datetime,
    options: RankOptions | None = None,
) -> list[RankedStory]:
    """Order stories for a unit, best first; of equal scores the newer story comes first.

    host_country: ISO 3166-1 alpha-2 of the country where the unit works, "" for none.
    languages: BCP 47, those that the unit works in.
    Reasons are (key, contribution), strongest first, those above 0 only; they add up to the score. The keys:
    sources, languages, countries, growth, subject, host_country, unit_language, fresh.
    """
    chosen = options or RankOptions()
    ranked = []
    for fact in facts:
        contributions = _weigh_reasons(fact, host_country.upper(), set(languages), now, chosen)
        reasons = tuple(
            sorted(
                ((key, round(value, 4)) for key, value in contributions.items() if value > 0),
                key=lambda reason: (-reason[1], reason[0]),
            )
        )
        ranked.append(
            (fact, RankedStory(fact.story_id, round(sum(value for _, value in reasons), 4), reasons))
        )
    ranked.sort(key=lambda pair: (-pair[1].score, -pair[0].last_at.timestamp(), pair[0].story_id))
    return [story for _fact, story in ranked]


def _weigh_reasons(
    fact: StoryFacts, host_country: str, languages: set[str], now: datetime, options: RankOptions
) -> dict[str, float]:
    age_hours = max((now - fact.last_at).total_seconds() / SECONDS_PER_HOUR, 0.0)  # the future counts as now
    countries = {country.upper() for country in fact.countries}
    return {
        "sources": options.sources * _count_doublings(fact.source_count),
        "languages": options.languages * _count_doublings(len(set(fact.languages))),
        "countries": options.countries * _count_doublings(len(countries)),
        "growth": options.growth * _measure_growth(fact, options),
        "subject": options.subject * min(max(fact.mention_weight, 0.0), 1.0),
        "host_country": options.host_country if host_country and host_country in countries else 0.0,
        "unit_language": options.unit_language if languages & set(fact.languages) else 0.0,
        "fresh": options.fresh * 0.5 ** (age_hours / options.half_life_hours),
    }


def _count_doublings(count: int) -> float:
    """Return how often 1 has to be doubled to reach the count, so that the hundredth source adds little."""
    return math.log2(max(count, 1))


def _measure_growth(fact: StoryFacts, options: RankOptions) -> float:
    """Return in [0, 1] how much more came in the last 6 hours than in 6 of the 18 hours before.

    Held back while few articles came: from one to two is no wave.
    """
    expected = fact.earlier_count / 3  # 18 hours are three times 6
    if fact.recent_count <= expected:
        return 0.0
    rise = (fact.recent_count - expected) / (fact.recent_count + expected)
    return rise * fact.recent_count / (fact.recent_count + options.half_growth_count)
