"""What an editor may add to a brief: stories, and sentences to quote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from legation.desk.listen.models import Article
from legation.desk.understand.models import Brief, Story
from legation.desk.understand.services.brief_pages import direction_of, say_facts
from legation.desk.understand.services.brief_stories import gather_stories, propose_stories, quote_article
from legation.desk.understand.services.briefs import previous_document
from legation.engine.records.briefs import BriefDocument, BriefItem, ProposedSentence
from legation.engine.text.sentences import split_sentences
from legation.engine.understand.brief_documents import from_json
from legation.engine.understand.proposals import make_item

MAX_SUGGESTIONS = 60  # of the unit's stories in the brief's period
MAX_SENTENCES = 20  # of one article that are offered to be quoted


@dataclass(frozen=True, slots=True)
class Change:
    """A story that differs from the last brief."""

    kind: str  # new, grown or gone
    headline: str
    key: str  # of the item; "" where it is gone


def suggest_stories(*, brief: Brief, at: datetime) -> list[dict[str, Any]]:
    """Return the unit's stories that are not in the brief yet, best first; until now, not only its period."""
    there = {item.story_id for item in _items(from_json(brief.document))}
    stories = gather_stories(
        unit=brief.unit, since=brief.since, until=max(at, brief.until), limit=MAX_SUGGESTIONS
    )
    return [
        {"story": story.story_id, "title": story.title, "facts": say_facts(make_item(story))}
        for story in stories
        if story.story_id not in there
    ]


def suggest_sentences(*, brief: Brief, item_key: str) -> list[dict[str, str]]:
    """Return sentences that an item may quote and does not yet; [] for an unknown item."""
    item = next((item for item in _items(from_json(brief.document)) if item.key == item_key), None)
    if item is None:
        return []
    quoted = {quotation.text for quotation in item.quotations}
    return [
        {
            "article": sentence.article_id,
            "text": sentence.text,
            "language": sentence.language,
            "direction": direction_of(sentence.language),
            "outlet": sentence.outlet,
        }
        for sentence in _sentences_for(brief, item)
        if sentence.text not in quoted
    ]


def list_changes(*, brief: Brief) -> list[Change]:
    """Return what is new, grown or gone since the unit's last brief."""
    items = _items(from_json(brief.document))
    changes = [
        Change(item.changed_since_last, item.headline, item.key) for item in items if item.changed_since_last
    ]
    previous = previous_document(brief)
    if previous is not None:
        there = {item.story_id for item in items}
        changes += [
            Change("gone", item.headline, "")
            for item in _items(previous[1])
            if item.story_id and item.story_id not in there
        ]
    return changes


def describe_items(document: BriefDocument) -> dict[str, str]:
    """Return each item's counts in words, by key."""
    return {item.key: say_facts(item) for item in _items(document)}


def _sentences_for(brief: Brief, item: BriefItem) -> list[ProposedSentence]:
    story = Story.objects.filter(pk=int(item.story_id)).first() if item.story_id else None
    if story is not None:
        (proposed,) = propose_stories(stories=[story], unit=brief.unit)
        return list(proposed.sentences)
    keys = {int(quotation.article_id) for quotation in item.quotations if quotation.article_id}
    found: list[ProposedSentence] = []
    for article in Article.objects.filter(pk__in=keys).select_related("source"):
        text = "\n".join((article.lead, article.body))
        found += [
            quote_article(article, sentence)
            for sentence in dict.fromkeys(split_sentences(text, article.language))
        ]
    return found[:MAX_SENTENCES]


def _items(document: BriefDocument) -> list[BriefItem]:
    return [item for section in document.sections for item in section.items]
