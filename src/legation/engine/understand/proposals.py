"""Lay out a first brief from ranked stories, so that the editor's page opens filled."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from legation.engine.records.briefs import (
    BriefDocument,
    BriefItem,
    BriefSection,
    HonestLine,
    ProposedSection,
    ProposedSentence,
    ProposedStory,
    Quotation,
)
from legation.engine.text.sentences import split_sentences

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class ProposalOptions:
    """How much a proposal holds: what an ambassador reads in ten minutes."""

    us_weight: float = 0.9  # mention weight from which a story is about us: the name stands in a title
    max_quotations: int = 3  # "two or three key sentences" of one item
    least_quotation_characters: int = 40  # a shorter rest of a source's limit says nothing; it is left out


STANDARD_OPTIONS = ProposalOptions()


def propose_brief(
    stories: Sequence[ProposedStory],
    *,
    previous: BriefDocument | None,
    sections: Sequence[ProposedSection],
    title: str,
    language: str,
    honest: HonestLine,
    host_country: str = "",
    options: ProposalOptions = STANDARD_OPTIONS,
) -> BriefDocument:
    """Fill the sections with the stories, best first, each with quotations, counts and what changed.

    stories: ranked for the unit, best first; the order is kept within a section.
    previous: the unit's last brief; a story that stood there goes back to its section where that is still
    among the sections, and is marked "grown" where it gained articles; others are "new".
    sections: in the order of the page; each story goes to the first section whose rule takes it and that
    has room.
    host_country: ISO 3166-1 alpha-2 of the unit's host, "" where it has none.
    Keys are "s-<section key>", "i-<story>" and "q-<article>-<n>", the same on every run.
    """
    before = _items_by_story(previous)
    wanted = {section.key: list[BriefItem]() for section in sections}
    for story in stories:
        section_before, item_before = before.get(story.story_id, ("", None))
        for section in sections:
            if len(wanted[section.key]) >= section.max_items:
                continue
            is_back = f"s-{section.key}" == section_before
            if is_back or (
                not _has_place(section_before, sections) and _takes(section, story, host_country, options)
            ):
                wanted[section.key].append(make_item(story, previous=item_before, options=options))
                break
    if previous is None:
        wanted = {
            key: [replace(item, changed_since_last="") for item in items] for key, items in wanted.items()
        }
    return BriefDocument(
        title=title,
        language=language,
        sections=tuple(
            BriefSection(f"s-{section.key}", section.title, tuple(wanted[section.key]))
            for section in sections
        ),
        honest=honest,
    )


def make_item(
    story: ProposedStory,
    *,
    previous: BriefItem | None = None,
    key: str = "",
    options: ProposalOptions = STANDARD_OPTIONS,
) -> BriefItem:
    """Make one item of a story: its headline in the original, marked as the machine's, and its quotations.

    previous: the story's item in the last brief, None where it had none.
    key: the item's key; "" takes "i-<story>".
    """
    key = key or f"i-{story.story_id}"
    return BriefItem(
        key=key,
        story_id=story.story_id,
        headline=story.title,
        is_headline_machine=not story.is_hand_titled,
        quotations=tuple(_quote(story.sentences, key, options)),
        source_count=story.source_count,
        article_count=story.article_count,
        folded_count=story.folded_count,
        languages=story.languages,
        countries=story.countries,
        changed_since_last=name_change(story.article_count, previous),
    )


def name_change(article_count: int, previous: BriefItem | None) -> str:
    """Name what happened to a story since the last brief: "new", "grown" or ""."""
    if previous is None:
        return "new"
    return "grown" if article_count > previous.article_count else ""


def shorten_quotation(text: str, limit_characters: int, language: str) -> str:
    """Cut a quotation to what its source allows, at a sentence's end, else at a word's, ending in "…".

    language: BCP 47. A text within the limit comes back unchanged. A letter is never parted from its marks.
    The result, its ellipsis included, has at most limit_characters; "" where nothing whole fits.
    """
    if len(text) <= limit_characters:
        return text
    room = limit_characters - len(ELLIPSIS) - 1
    if room <= 0:
        return ""
    end = 0
    for sentence in split_sentences(text, language):
        after = text.index(sentence, end) + len(sentence)
        if after > room:
            break
        end = after
    if end * 2 >= limit_characters:
        return f"{text[:end]} {ELLIPSIS}"
    room += 1
    cut = text[:room]
    if not text[room].isspace() and " " in cut:
        cut = cut[: cut.rindex(" ")]
    while cut and unicodedata.category(text[len(cut)]).startswith("M"):
        cut = cut[:-1]
    cut = cut.rstrip(" \t\n,;:،、，；：-–—(«“‘„")
    return cut + ELLIPSIS if cut else ""


def _quote(sentences: Sequence[ProposedSentence], item_key: str, options: ProposalOptions) -> list[Quotation]:
    """Choose sentences of different outlets first and keep each article within its source's limit."""
    outlets: set[str] = set()
    first: list[ProposedSentence] = []
    rest: list[ProposedSentence] = []
    for sentence in sentences:
        (rest if sentence.outlet in outlets else first).append(sentence)
        outlets.add(sentence.outlet)
    quoted: list[Quotation] = []
    spent: dict[str, int] = {}
    for sentence in (*first, *rest):
        if len(quoted) == options.max_quotations:
            break
        left = sentence.limit_characters - spent.get(sentence.article_id, 0)
        if left < min(options.least_quotation_characters, len(sentence.text)):
            continue
        text = shorten_quotation(sentence.text, left, sentence.language)
        if not text:
            continue
        spent[sentence.article_id] = spent.get(sentence.article_id, 0) + len(text)
        quoted.append(
            Quotation(
                key=f"{item_key}-q{len(quoted) + 1}",
                article_id=sentence.article_id,
                text=text,
                language=sentence.language,
                outlet=sentence.outlet,
                address=sentence.address,
                published_at=sentence.published_at,
                article_version=sentence.article_version,
                text_sha256=sentence.text_sha256,
            )
        )
    return quoted


def _takes(
    section: ProposedSection, story: ProposedStory, host_country: str, options: ProposalOptions
) -> bool:
    """Tell whether a section's rule takes a story."""
    if section.rule == "us":
        return story.mention_weight >= options.us_weight
    if section.rule == "host":
        return bool(host_country) and host_country in story.countries
    return section.rule == "rest"


def _has_place(section_key: str, sections: Sequence[ProposedSection]) -> bool:
    return any(f"s-{section.key}" == section_key for section in sections)


def _items_by_story(document: BriefDocument | None) -> dict[str, tuple[str, BriefItem]]:
    """Return each story of a document with its section's key and its item."""
    if document is None:
        return {}
    return {
        item.story_id: (section.key, item)
        for section in document.sections
        for item in section.items
        if item.story_id
    }
