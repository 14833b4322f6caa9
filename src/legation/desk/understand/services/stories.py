"""Which stories a unit should see, in which order, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext

from legation.desk.people.models import Unit
from legation.desk.understand.mapping import to_story_facts
from legation.desk.understand.models import Story, StorySubject
from legation.engine.records.stories import RankedStory
from legation.engine.understand.ranks import rank_stories

MAX_CANDIDATES = 1000  # newest stories about the unit's subject that compete; a busy country's day has 300


@dataclass(frozen=True, slots=True)
class StoryInPlace:
    """A story with its place in a unit's list."""

    story: Story
    ranked: RankedStory
    subject_weight: float

    @property
    def why(self) -> str:
        """Say in one sentence of the interface's language why the story stands here."""
        return explain_rank(self.story, self.ranked)


def stories_for(
    *, unit: Unit, since: datetime, until: datetime, limit: int, now: datetime | None = None
) -> list[StoryInPlace]:
    """Rank the stories about a unit's subject that had an article in a period, best first.

    since, until: aware moments; until is exclusive. limit: most stories to return.
    Takes one query, whatever the size of the store.
    """
    rows = (
        StorySubject.objects.filter(subject=unit.subject, last_at__gte=since)
        .filter(story__first_at__lt=until, story__merged_into__isnull=True)
        .select_related("story")
        .defer("story__key_sentences")  # half of a row, and only its quotations read them
        .order_by("-last_at", "-story_id")[:MAX_CANDIDATES]
    )
    candidates = {str(row.story_id): row for row in rows}
    moment = now or until
    facts = [
        to_story_facts(row.story, mention_weight=min(row.weight, 1.0), now=moment)
        for row in candidates.values()
    ]
    ranked = rank_stories(
        facts, host_country=unit.country.upper(), languages=tuple(unit.languages), now=moment
    )
    return [
        StoryInPlace(candidates[one.story_id].story, one, candidates[one.story_id].weight)
        for one in ranked[:limit]
    ]


def risen_since(*, unit: Unit, since: datetime, now: datetime, limit: int) -> list[tuple[StoryInPlace, int]]:
    """Return stories with new voices since a person's last look, with how many, most important first."""
    from legation.desk.understand.mapping import hour_key

    start = min(since, now - timedelta(hours=1))
    placed = stories_for(unit=unit, since=start, until=now, limit=limit * 3)
    counted = [
        (one, sum(count for hour, count in one.story.hours.items() if hour >= hour_key(since)))
        for one in placed
    ]
    return [(one, count) for one, count in counted if count][:limit]


def explain_rank(story: Story, ranked: RankedStory, most: int = 3) -> str:
    """Say in one sentence why a story stands where it stands, by its strongest reasons."""
    clauses = [clause for key, _ in ranked.reasons if (clause := _explain_reason(key, story))]
    return " · ".join(clauses[:most])


def _explain_reason(key: str, story: Story) -> str:
    sources, languages, countries = story.source_count, len(story.languages), len(story.countries)
    match key:
        case "sources":
            return ngettext("%d independent source", "%d independent sources", sources) % sources
        case "languages":
            return ngettext("in %d language", "in %d languages", languages) % languages
        case "countries":
            return ngettext("from %d country", "from %d countries", countries) % countries
        case "growth":
            return gettext("growing in the last hours")
        case "subject":
            return gettext("names us")
        case "host_country":
            return gettext("told in the host country")
        case "unit_language":
            return gettext("in a working language of the unit")
        case "fresh":
            return gettext("fresh")
        case _:
            return ""


def subjects_of(stories: Sequence[Story]) -> dict[int, list[str]]:
    """Return the subjects that stories name, strongest first, by story, in one query."""
    found: dict[int, list[str]] = {}
    rows = (
        StorySubject.objects.filter(story__in=stories).order_by("-weight").values_list("story_id", "subject")
    )
    for story_id, subject in rows:
        found.setdefault(story_id, []).append(subject)
    return found
