"""The order of sections, items and quotations in a brief: find, insert, take out, put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from legation.engine.records.briefs import BriefDocument, BriefItem, BriefRemoval, BriefSection, Quotation

Content = BriefSection | BriefItem | Quotation
Keyed = TypeVar("Keyed", bound=Content)

# Removals that stay in the document to be put back. An older one cannot be undone any more, and an edit of
# it is refused as unknown instead of being reported as removed; a morning's work stays far below.
MAX_REMOVALS = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a document."""

    kind: str  # section, item or quotation
    key: str
    parent: str  # "" for a section
    after: str  # key of what stands before it; "" where it stands first
    content: Content
    holder: BriefItem | None = None  # a quotation's item, which keeps its revisions

    def revisions(self) -> dict[str, int]:
        """Return what the content's own revisions are, field by field."""
        if isinstance(self.content, Quotation):
            prefix = f"{self.key}:"
            held = self.holder.revisions if self.holder else {}
            return {name.removeprefix(prefix): held[name] for name in held if name.startswith(prefix)}
        return self.content.revisions

    def revisions_within(self) -> list[int]:
        """Return every revision of the content and of what it holds."""
        found = list(self.revisions().values())
        if isinstance(self.content, BriefSection):
            for item in self.content.items:
                found.extend(item.revisions.values())
        return found


class Outline:
    """A document's parts by key; every change makes a new outline."""

    def __init__(self, document: BriefDocument) -> None:
        self._document = document
        self.sections = document.sections

    def document(self) -> BriefDocument:
        """Return the document as it stands."""
        return self._document

    def find(self, key: str) -> Place | None:
        """Return where a key stands, None where it does not."""
        before_section = ""
        for section in self.sections:
            if section.key == key:
                return Place("section", key, "", before_section, section)
            before_section = section.key
            before_item = ""
            for item in section.items:
                if item.key == key:
                    return Place("item", key, section.key, before_item, item)
                before_item = item.key
                before_quotation = ""
                for quotation in item.quotations:
                    if quotation.key == key:
                        return Place("quotation", key, item.key, before_quotation, quotation, item)
                    before_quotation = quotation.key
        return None

    def removal_of(self, key: str) -> BriefRemoval | None:
        """Return the removal that took a key out, alone or with its section or item; None where none did."""
        for removal in reversed(self._document.removed):
            if key == removal.key or key in _keys_within(removal.content):
                return removal
        return None

    def item_count(self) -> int:
        """Return how many items the sections hold."""
        return sum(len(section.items) for section in self.sections)

    def siblings(self, kind: str, parent: str) -> Sequence[Content]:
        """Return what stands in a parent, in order."""
        if kind == "section":
            return self.sections
        place = self.find(parent)
        if place is None:
            return ()
        return place.content.items if isinstance(place.content, BriefSection) else _quotations(place.content)

    def last_key(self, kind: str, parent: str) -> str:
        """Return the key of what stands last in a parent, "" where nothing does."""
        siblings = self.siblings(kind, parent)
        return siblings[-1].key if siblings else ""

    def replaced(self, key: str, content: BriefSection | BriefItem) -> Outline:
        """Return an outline in which new content stands for a section or item."""
        sections: list[BriefSection] = []
        for section in self.sections:
            if section.key == key:
                sections.append(cast(BriefSection, content))
            elif any(item.key == key for item in section.items):
                items = tuple(cast(BriefItem, content) if item.key == key else item for item in section.items)
                sections.append(replace(section, items=items))
            else:
                sections.append(section)
        return Outline(replace(self._document, sections=tuple(sections)))

    def inserted(self, kind: str, parent: str, after: str, content: Content) -> Outline:
        """Return an outline with content put after a key: first for "", last for an unknown key."""
        if kind == "section":
            sections = _insert(self.sections, after, cast(BriefSection, content))
            return Outline(replace(self._document, sections=sections))
        place = self.find(parent)
        if place is None:
            raise KeyError(parent)
        if isinstance(place.content, BriefSection):
            items = _insert(place.content.items, after, cast(BriefItem, content))
            return self.replaced(parent, replace(place.content, items=items))
        item = cast(BriefItem, place.content)
        quotations = _insert(item.quotations, after, cast(Quotation, content))
        return self.replaced(parent, replace(item, quotations=quotations))

    def taken_out(self, place: Place) -> Outline:
        """Return an outline without what stands at a place."""
        if place.kind == "section":
            sections = tuple(section for section in self.sections if section.key != place.key)
            return Outline(replace(self._document, sections=sections))
        holder = self.find(place.parent)
        if holder is None:
            raise KeyError(place.parent)
        if isinstance(holder.content, BriefSection):
            items = tuple(item for item in holder.content.items if item.key != place.key)
            return self.replaced(place.parent, replace(holder.content, items=items))
        item = cast(BriefItem, holder.content)
        quotations = tuple(quotation for quotation in item.quotations if quotation.key != place.key)
        return self.replaced(place.parent, replace(item, quotations=quotations))

    def removed(self, place: Place, revision: int) -> Outline:
        """Return an outline without what stands at a place, which can be put back."""
        removal = BriefRemoval(place.key, place.kind, place.parent, place.after, place.content, revision)
        document = self.taken_out(place).document()
        return Outline(replace(document, removed=(*document.removed, removal)[-MAX_REMOVALS:]))

    def without_removal(self, key: str) -> Outline:
        """Return an outline that has forgotten one removal."""
        kept = tuple(removal for removal in self._document.removed if removal.key != key)
        return Outline(replace(self._document, removed=kept))

    def stamped(self, key: str, name: str, revision: int) -> Outline:
        """Return an outline in which a key's field bears a revision."""
        place = self.find(key)
        if place is None:
            raise KeyError(key)
        if isinstance(place.content, Quotation):
            item = cast(BriefItem, place.holder)
            return self.replaced(
                item.key, replace(item, revisions={**item.revisions, f"{key}:{name}": revision})
            )
        revisions = {**place.content.revisions, name: revision}
        return self.replaced(key, replace(place.content, revisions=revisions))


def _insert(siblings: Sequence[Keyed], after: str, content: Keyed) -> tuple[Keyed, ...]:
    """Put content after a key among its siblings."""
    keys = [sibling.key for sibling in siblings]
    index = 0 if not after else keys.index(after) + 1 if after in keys else len(keys)
    return (*siblings[:index], content, *siblings[index:])


def _quotations(content: Any) -> tuple[Quotation, ...]:
    return content.quotations if isinstance(content, BriefItem) else ()


def _keys_within(content: Content) -> set[str]:
    """Return the keys of what went out together with a section or item."""
    if isinstance(content, BriefSection):
        return {item.key for item in content.items} | {
            quotation.key for item in content.items for quotation in item.quotations
        }
    return {quotation.key for quotation in _quotations(content)}
