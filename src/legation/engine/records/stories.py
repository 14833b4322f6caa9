"""Stories: clusters of articles about one event, across languages, and how they are ranked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """Where an article names a subject (a country or one of its places and institutions)."""

    subject: str  # such as "xx" or "xx/port"
    name: str  # as written in the text
    kind: str  # country, demonym, place, institution or office
    sentence: str  # the sentence that shows it, in the original
    field: str  # title, lead or body
    weight: float  # in (0, 1]; a country's name in the title is 1


@dataclass(frozen=True, slots=True)
class StoryAssignment:
    """The machine's decision for one article."""

    article_id: str
    story_id: str  # an existing story, or the new one's identifier
    is_new: bool
    similarity: float  # to the story it joined; 0 for a new story
    reason: str  # one English clause that explains it


@dataclass(frozen=True, slots=True)
class KeySentence:
    """A sentence taken word for word from an article."""

    article_id: str
    text: str
    language: str
    score: float


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """The counts that a rank may look at: no outlet's or person's identity among them."""

    story_id: str
    article_count: int
    folded_count: int  # articles after reprints were folded
    source_count: int  # independent sources: publications after reprints were folded
    languages: tuple[str, ...]
    countries: tuple[str, ...]  # of the sources, ISO 3166-1 alpha-2
    first_at: datetime
    last_at: datetime
    recent_count: int  # folded articles in the last 6 hours
    earlier_count: int  # folded articles in the 18 hours before those
    mention_weight: float  # strongest mention of the unit's subject, in [0, 1]


@dataclass(frozen=True, slots=True)
class RankedStory:
    """A story's place in one unit's list, with the sentence that explains it."""

    story_id: str
    score: float
    reasons: tuple[tuple[str, float], ...]  # (reason key, contribution), strongest first
