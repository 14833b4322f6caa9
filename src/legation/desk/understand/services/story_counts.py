"""Keep a story's counts, title and subjects true with its members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from legation.desk.listen.mapping import to_article_text
from legation.desk.listen.models import Article
from legation.desk.understand.mapping import bytes_to_vector, hour_key
from legation.desk.understand.models import ArticleMention, Story, StoryMember, StorySubject
from legation.engine.understand.key_sentences import choose_key_sentences

GROWTH_DAYS = 14  # as far back as a story's page draws its growth
CENTRE_SAMPLE = 60  # newest members that decide the title; more change nothing visible
SENTENCE_SAMPLE = 24  # newest origins whose sentences compete
KEPT_SENTENCES = 6  # a brief shows three; a story's page six

_COUNTED = (
    *("title", "title_language", "title_article", "first_at", "last_at"),
    *("article_count", "folded_count", "source_count", "languages", "countries", "hours"),
    *("key_sentences", "changed_at", "revision"),
)


@dataclass(slots=True)
class _Tally:
    """What is counted for one story."""

    articles: int = 0
    folded: set[str] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)
    languages: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    hours: Counter[str] = field(default_factory=Counter)
    times: list[datetime] = field(default_factory=list)


def recount_stories(*, story_ids: Iterable[int], at: datetime) -> None:
    """Count stories anew from their members, whatever stood there before; an empty story keeps its times.

    Costs a few queries for all stories together and two per story that names a subject.
    """
    wanted = set(story_ids)
    tallies = _tally(wanted, at)
    subjects = _recount_subjects(wanted)
    stories = list(Story.objects.filter(pk__in=wanted))
    for story in stories:
        tally = tallies.get(story.pk, _Tally())
        story.article_count, story.folded_count = tally.articles, len(tally.folded)
        story.source_count = len(tally.sources)
        story.languages, story.countries = (
            dict(tally.languages.most_common()),
            dict(tally.countries.most_common()),
        )
        story.hours = dict(tally.hours)
        if tally.times:
            story.first_at, story.last_at = min(tally.times), max(tally.times)
            _retitle(story)
        story.key_sentences = _choose_sentences(story) if story.pk in subjects else []
        story.changed_at, story.revision = at, story.revision + 1
    Story.objects.bulk_update(stories, _COUNTED)


def _tally(story_ids: set[int], at: datetime) -> dict[int, _Tally]:
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    rows = StoryMember.objects.filter(story_id__in=story_ids).values_list(
        "story_id", "article_id", "article__language", "article__country", "article__source_id",
        "article__is_origin", "article__is_ours", "article__copy_group_id", "article__sort_at",
    )  # fmt: skip
    for story_id, article_id, language, country, source_id, is_origin, is_ours, group_id, sort_at in rows:
        tally = tallies[story_id]
        tally.articles += 1
        voice = f"group:{group_id}" if group_id else str(article_id)
        if voice not in tally.folded and sort_at >= at - timedelta(days=GROWTH_DAYS):
            tally.hours[hour_key(sort_at)] += 1
        tally.folded.add(voice)
        if is_origin and not is_ours:
            tally.sources.add(source_id)
        tally.languages[language] += 1
        if country:
            tally.countries[country] += 1
        tally.times.append(sort_at)
    return tallies


def _recount_subjects(story_ids: set[int]) -> set[int]:
    """Count the subjects of stories anew; returns the stories that name one."""
    rows: dict[tuple[int, str], list[Any]] = {}
    mentions = ArticleMention.objects.filter(article__membership__story_id__in=story_ids).values_list(
        "article__membership__story_id", "subject", "weight", "article__sort_at"
    )
    for story_id, subject, weight, sort_at in mentions:
        row = rows.setdefault((story_id, subject), [0, 0.0, sort_at])
        row[0] += 1
        row[1], row[2] = max(row[1], weight), max(row[2], sort_at)
    StorySubject.objects.filter(story_id__in=story_ids).delete()
    StorySubject.objects.bulk_create(
        StorySubject(story_id=story_id, subject=subject, article_count=row[0], weight=row[1], last_at=row[2])
        for (story_id, subject), row in rows.items()
    )
    return {story_id for story_id, _ in rows}


def _retitle(story: Story) -> None:
    """Name the story after the article nearest its centre; the first one where vectors are missing."""
    members = (
        StoryMember.objects.filter(story=story)
        .order_by("-article_id")
        .values_list("article_id", "article__title", "article__language", "article__vector__values")[
            :CENTRE_SAMPLE
        ]
    )
    known = [row for row in members if row[3] is not None]
    if not known:
        return
    vectors = np.stack([bytes_to_vector(row[3]) for row in known])
    best = known[int((vectors @ vectors.mean(axis=0)).argmax())]
    story.title_article_id, story.title, story.title_language = best[0], best[1], best[2]


def _choose_sentences(story: Story) -> list[dict[str, str]]:
    articles = (
        Article.objects.filter(membership__story=story, is_origin=True)
        .select_related("source")
        .order_by("-sort_at")[:SENTENCE_SAMPLE]
    )
    chosen = choose_key_sentences([to_article_text(article) for article in articles], limit=KEPT_SENTENCES)
    return [{"article": one.article_id, "text": one.text, "language": one.language} for one in chosen]
