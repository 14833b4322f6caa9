"""Map a brief's document to JSON and back, refusing whatever is malformed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from legation.engine.records.briefs import (
    BriefDocument,
    BriefItem,
    BriefRemoval,
    BriefSection,
    HonestLine,
    Quotation,
)
from legation.engine.records.health import LanguageCoverage

FORMAT = 1  # raised when a stored document can no longer be read as it is


class MalformedDocument(Exception):
    """A stored or received document does not have the form of a brief; the message says where."""


def to_json(document: BriefDocument) -> dict[str, Any]:
    """Map a document to what json.dumps takes; from_json reads it back unchanged."""
    removed = [{**asdict(removal), "content": asdict(removal.content)} for removal in document.removed]
    return {"format": FORMAT, **asdict(document), "removed": removed}


def from_json(data: Any) -> BriefDocument:
    """Read a document that to_json wrote.

    Raises MalformedDocument for another format, a missing or mistyped field, and a key used twice.
    """
    read = _Reader(data, "document")
    if read.number("format") != FORMAT:
        raise MalformedDocument(f"document: format {data.get('format')!r} is not {FORMAT}")
    document = BriefDocument(
        title=read.text("title"),
        language=read.text("language"),
        sections=tuple(section_from_json(section) for section in read.items("sections")),
        honest=_honest_from_json(data.get("honest")),
        revision=read.number("revision"),
        introduction=read.text("introduction", ""),
        revisions=read.revisions(),
        removed=tuple(_removal_from_json(removal) for removal in read.items("removed")),
    )
    keys = [key for section in document.sections for key in keys_of(section)]
    if len(keys) != len(set(keys)):
        raise MalformedDocument("document: a key stands for two things")
    return document


def keys_of(section: BriefSection) -> list[str]:
    """Return the keys of a section and of everything in it."""
    keys = [section.key]
    for item in section.items:
        keys.append(item.key)
        keys.extend(quotation.key for quotation in item.quotations)
    return keys


def section_from_json(data: Any) -> BriefSection:
    """Read a section; raises MalformedDocument."""
    read = _Reader(data, "section")
    return BriefSection(
        key=read.key(),
        title=read.text("title"),
        items=tuple(item_from_json(item) for item in read.items("items")),
        revisions=read.revisions(),
    )


def item_from_json(data: Any) -> BriefItem:
    """Read an item; raises MalformedDocument."""
    read = _Reader(data, "item")
    return BriefItem(
        key=read.key(),
        story_id=read.text("story_id"),
        headline=read.text("headline"),
        is_headline_machine=bool(data.get("is_headline_machine")),
        quotations=tuple(quotation_from_json(quotation) for quotation in read.items("quotations")),
        why_it_matters=read.text("why_it_matters", ""),
        what_we_suggest=read.text("what_we_suggest", ""),
        source_count=read.number("source_count", 0),
        article_count=read.number("article_count", 0),
        folded_count=read.number("folded_count", 0),
        languages=read.texts("languages"),
        countries=read.texts("countries"),
        changed_since_last=read.text("changed_since_last", ""),
        revisions=read.revisions(),
    )


def quotation_from_json(data: Any) -> Quotation:
    """Read a quotation; raises MalformedDocument."""
    read = _Reader(data, "quotation")
    return Quotation(
        key=read.key(),
        article_id=read.text("article_id"),
        text=read.text("text"),
        language=read.text("language", ""),
        outlet=read.text("outlet", ""),
        address=read.text("address", ""),
        published_at=read.text("published_at", ""),
        article_version=read.number("article_version", 0),
        text_sha256=read.text("text_sha256", ""),
    )


def _removal_from_json(data: Any) -> BriefRemoval:
    """Read one removal with its content."""
    read = _Reader(data, "removal")
    kind = read.text("kind")
    readers: dict[str, Callable[[Any], BriefSection | BriefItem | Quotation]] = {
        "section": section_from_json,
        "item": item_from_json,
        "quotation": quotation_from_json,
    }
    if kind not in readers:
        raise MalformedDocument(f"removal: kind {kind!r} is unknown")
    return BriefRemoval(
        key=read.key(),
        kind=kind,
        parent=read.text("parent"),
        after=read.text("after"),
        content=readers[kind](data.get("content")),
        revision=read.number("revision"),
    )


def _honest_from_json(data: Any) -> HonestLine:
    """Read the honest line."""
    read = _Reader(data, "honest")
    return HonestLine(
        alive_count=read.number("alive_count"),
        source_count=read.number("source_count"),
        missing_languages=read.texts("missing_languages"),
        article_count=read.number("article_count"),
        folded_count=read.number("folded_count"),
        since=read.text("since"),
        until=read.text("until"),
        missing_since=read.texts("missing_since"),
        languages=tuple(_coverage_from_json(language) for language in read.items("languages")),
    )


def _coverage_from_json(data: Any) -> LanguageCoverage:
    """Read how far one language was heard."""
    read = _Reader(data, "coverage")
    return LanguageCoverage(
        language=read.text("language"),
        alive_count=read.number("alive_count"),
        source_count=read.number("source_count"),
        last_article_at=read.text("last_article_at", ""),
    )


class _Reader:
    """Typed access to one JSON object, with errors that name the place."""

    def __init__(self, data: Any, place: str) -> None:
        if not isinstance(data, dict):
            raise MalformedDocument(f"{place}: not an object")
        self.data, self.place = data, place

    def text(self, name: str, default: str | None = None) -> str:
        value = self.data.get(name, default)
        if not isinstance(value, str):
            raise MalformedDocument(f"{self.place}: {name} is not a text")
        return value

    def key(self) -> str:
        key = self.text("key")
        if not 0 < len(key) <= 64:
            raise MalformedDocument(f"{self.place}: key has {len(key)} characters")
        return key

    def number(self, name: str, default: int | None = None) -> int:
        value = self.data.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise MalformedDocument(f"{self.place}: {name} is not a count")
        return value

    def items(self, name: str) -> list[Any]:
        value = self.data.get(name, [])
        if not isinstance(value, list | tuple):
            raise MalformedDocument(f"{self.place}: {name} is not a list")
        return list(value)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.items(name)
        if not all(isinstance(value, str) for value in values):
            raise MalformedDocument(f"{self.place}: {name} holds something else than texts")
        return tuple(values)

    def revisions(self) -> dict[str, int]:
        value = self.data.get("revisions", {})
        if not isinstance(value, dict) or not all(isinstance(number, int) for number in value.values()):
            raise MalformedDocument(f"{self.place}: revisions are not counts")
        return {str(name): number for name, number in value.items()}
