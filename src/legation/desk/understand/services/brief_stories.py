"""Find what a brief could say: the unit's stories with sentences to quote, and the honest line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from legation.desk.listen.models import Article
from legation.desk.listen.services.coverage import coverage
from legation.desk.people.models import Unit
from legation.desk.understand.models import Story, StoryMember, StorySubject
from legation.desk.understand.services.stories import stories_for
from legation.engine.records.briefs import HonestLine, ProposedSentence, ProposedStory
from legation.engine.text.sentences import split_sentences

# A story offers at most this many sentences; its page has the rest.
MAX_SENTENCES = 8
# Leads of members that are looked at where a story has no key sentences yet.
MAX_LEADS = 4


def gather_stories(*, unit: Unit, since: datetime, until: datetime, limit: int) -> list[ProposedStory]:
    """Return the unit's stories of a period, best first, with sentences to quote."""
    placed = stories_for(unit=unit, since=since, until=until, limit=limit)
    return propose_stories(stories=[one.story for one in placed], unit=unit)


def propose_stories(*, stories: Sequence[Story], unit: Unit) -> list[ProposedStory]:
    """Return stories as a proposal reads them, in the same order."""
    weights = dict(
        StorySubject.objects.filter(story__in=stories, subject=unit.subject).values_list("story_id", "weight")
    )
    sentences = _sentences_of(stories)
    return [
        ProposedStory(
            story_id=str(story.pk),
            title=story.hand_title or story.title,
            sentences=tuple(sentences.get(story.pk, ())),
            mention_weight=weights.get(story.pk, 0.0),
            source_count=story.source_count,
            article_count=story.article_count,
            folded_count=story.folded_count,
            languages=tuple(story.languages),
            countries=tuple(story.countries),
            is_hand_titled=bool(story.hand_title),
        )
        for story in stories
    ]


def quote_article(article: Article, text: str = "", language: str = "") -> ProposedSentence:
    """Return a passage of an article as a proposal quotes it; its first sentence by default."""
    if not text:
        sentences = split_sentences(article.lead or article.body, article.language)
        text = sentences[0] if sentences else article.title
    return ProposedSentence(
        article_id=str(article.pk),
        text=" ".join(text.split()),
        language=language or article.language,
        outlet=article.source.name,
        address=article.address,
        published_at=article.published_at.isoformat() if article.published_at else "",
        limit_characters=article.source.quotation_limit_characters,
        article_version=article.version,
        text_sha256=article.text_sha256,
    )


def measure_coverage(*, unit: Unit, since: datetime, until: datetime) -> HonestLine:
    """Return what the reader must know of the listening: sources alive, languages missing, copies folded."""
    return coverage(since=since, until=until, languages=unit.languages)


def _sentences_of(stories: Sequence[Story]) -> dict[int, list[ProposedSentence]]:
    """Return each story's key sentences; the leads of its newest articles where it has none."""
    wanted: dict[int, list[tuple[int, str, str]]] = {}
    kept = dict(
        Story.objects.filter(pk__in=[story.pk for story in stories]).values_list("pk", "key_sentences")
    )
    for story in stories:
        wanted[story.pk] = [
            (int(entry["article"]), str(entry["text"]), str(entry.get("language", "")))
            for entry in kept.get(story.pk, ())[:MAX_SENTENCES]
        ] or [(article, "", "") for article in _lead_articles(story)]
    articles = _articles({article for found in wanted.values() for article, _, _ in found})
    return {
        story: [
            quote_article(articles[article], text, language)
            for article, text, language in found
            if article in articles
        ]
        for story, found in wanted.items()
    }


def _lead_articles(story: Story) -> list[int]:
    members = StoryMember.objects.filter(story=story, article__is_origin=True).order_by("-article_id")
    return list(members.values_list("article_id", flat=True)[:MAX_LEADS])


def _articles(keys: Iterable[int]) -> dict[int, Article]:
    return Article.objects.select_related("source").in_bulk(list(keys))
