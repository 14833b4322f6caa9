"""The health of listening: what is usual, what was found instead, and how much of the world is heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Expectation = NDArray[np.float64]


class AlarmKind(StrEnum):
    """What can be wrong with listening."""

    SILENCE = "silence"  # nothing, or nearly nothing, comes in any more
    FLOOD = "flood"  # many times the usual
    TEASER_ONLY = "teaser_only"  # whole texts have become teasers
    LANGUAGE_DRIFT = "language_drift"  # articles in languages that the source does not declare
    FALLING_QUALITY = "falling_quality"  # texts grow short, or many items come to nothing
    CERTIFICATE = "certificate"  # the site's certificate does not hold
    UNREACHABLE = "unreachable"
    MOVED_FEED = "moved_feed"  # the server says that the feed has moved for good
    THIN_LANGUAGE = "thin_language"  # far fewer articles of a language than usual, whichever the sources
    THIN_COUNTRY = "thin_country"
    LOST_LANGUAGE = "lost_language"  # no source of a language answers any more
    OFFLINE = "offline"  # half of all sources at once: it is the desk that hears nothing


@dataclass(frozen=True, slots=True)
class History:
    """What came in hour by hour, from the first midnight of UTC on."""

    first_day: datetime  # midnight, aware UTC
    articles: Counts  # (days, 24)
    is_heard: NDArray[np.bool_]  # (days,): the desk listened, and was answered; other days tell nothing


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual for a source, a language or a country."""

    days: int  # of listening that it rests on
    per_week: float  # articles
    profile: Expectation  # (168,): articles expected in each hour of the week, Monday 0:00 UTC first
    spread: float  # variance over mean of the articles of a day: 1 where they come independently
    longest_gap: float  # the most that was ever waited between two articles, in expected articles
    most_per_day: float  # the second busiest day of the past, so that one flood does not become usual
    least_in_days: float  # the fewest articles of three days in a row
    characters: float = 0.0  # of a usual article; 0 where unknown
    teaser_share: float = 0.0  # of the articles, in [0, 1]
    failure_share: float = 0.0  # of the items
    known_articles: int = 0  # that characters and shares rest on


@dataclass(frozen=True, slots=True)
class Recent:
    """What a source brought lately."""

    articles_day: int = 0  # in the last 24 hours
    articles_days: int = 0  # in the last three days
    articles_week: int = 0
    teasers_week: int = 0
    other_language_week: int = 0
    failures_week: int = 0
    characters_week: int = 0
    last_article_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as usual now."""

    kind: AlarmKind
    since: datetime
    is_firm: bool  # raises an alarm; else it only keeps one open that stands
    evidence: dict[str, float | str] = field(
        default_factory=dict
    )  # observed, expected, low, high and the like


@dataclass(frozen=True, slots=True)
class DayBand:
    """One day of a chart: what came, and between which bounds it usually lies."""

    day: str  # ISO 8601 date of UTC
    observed: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LanguageCoverage:
    """How far one language is heard."""

    language: str  # BCP 47
    alive_count: int  # sources of it that answered
    source_count: int  # sources of it that are listened to
    last_article_at: str = ""  # ISO 8601, "" where none ever came
