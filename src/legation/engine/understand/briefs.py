"""Apply the edits of several people to one brief so that nobody's acknowledged words are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from legation.engine.records.briefs import (
    BriefDocument,
    BriefItem,
    BriefSection,
    EditOperation,
    OperationResult,
    Quotation,
)
from legation.engine.understand.brief_documents import (
    MalformedDocument,
    item_from_json,
    keys_of,
    quotation_from_json,
    section_from_json,
)
from legation.engine.understand.brief_outlines import Outline, Place


@dataclass(frozen=True, slots=True)
class BriefLimits:
    """How large a brief may grow: what one page, one mail and one reader's morning bear."""

    max_title_characters: int = 300  # the desk's column
    max_headline_characters: int = 500
    max_note_characters: int = 5_000
    max_introduction_characters: int = 10_000
    max_sections: int = 30
    max_items: int = 200
    max_quotations: int = 12  # in one item


STANDARD_LIMITS = BriefLimits()
# Which fields a person may set, by what they belong to.
DOCUMENT_FIELDS = frozenset({"title", "introduction"})
SECTION_FIELDS = frozenset({"title"})
ITEM_FIELDS = frozenset({"headline", "why_it_matters", "what_we_suggest"})


class _Conflict(Exception):
    """Somebody else changed the target since the editor saw it."""

    def __init__(self, theirs: Any, reason: str) -> None:
        super().__init__(reason)
        self.theirs = theirs


class _Refusal(Exception):
    """The operation makes no sense in any order; the message is a reason key."""


def apply_operations(
    document: BriefDocument,
    operations: Sequence[EditOperation],
    *,
    seen: Mapping[str, int],
    settled: Mapping[str, tuple[str, str]] | None = None,
    limits: BriefLimits = STANDARD_LIMITS,
) -> tuple[BriefDocument, list[OperationResult]]:
    """Apply one editor's operations in order, merging with what others did since.

    operations: one editor's, oldest first; each is taken to have been made in sight of those before it.
    seen: operations that were applied to this brief before, each with the revision its result named.
    settled: operations that ended in conflict or refusal before, each with outcome and reason. They end so
    again, whatever stands now: an edit sent twice because an answer was lost must not take effect late.
    Returns the new document and one result per operation, in order. Each applied change raises the
    document's revision by one. Nothing is overwritten that the editor had not seen: such an operation is a
    conflict and returns the value that stands. Reasons: "changed" and "removed" on conflicts; "kind",
    "field", "target", "value", "size", "key", "place" and "revision" on refusals.
    """
    own: set[int] = set()
    done = dict(seen)
    results: list[OperationResult] = []
    for operation in operations:
        if operation.operation_id in done:
            revision = done[operation.operation_id]
            own.add(revision)
            results.append(OperationResult(operation.operation_id, "repeated", revision))
            continue
        if settled and operation.operation_id in settled:
            results.append(_settle_again(document, operation, *settled[operation.operation_id]))
            continue
        try:
            document, revision = _Editor(document, own, limits).apply(operation)
        except _Conflict as conflict:
            results.append(
                OperationResult(
                    operation.operation_id, "conflict", document.revision, conflict.theirs, str(conflict)
                )
            )
        except _Refusal as refusal:
            results.append(
                OperationResult(operation.operation_id, "refused", document.revision, reason=str(refusal))
            )
        else:
            own.add(revision)
            done[operation.operation_id] = revision
            results.append(OperationResult(operation.operation_id, "applied", revision))
    return document, results


def _settle_again(
    document: BriefDocument, operation: EditOperation, outcome: str, reason: str
) -> OperationResult:
    """Repeat a conflict or refusal, with the value that stands now."""
    place = Outline(document).find(operation.target)
    holder = document if operation.target == "document" else place.content if place else None
    theirs = getattr(holder, operation.field, None) if operation.field else None
    return OperationResult(operation.operation_id, outcome, document.revision, theirs, reason)


class _Editor:
    """One operation against one document."""

    def __init__(self, document: BriefDocument, own: set[int], limits: BriefLimits) -> None:
        self.document, self.own, self.limits = document, own, limits
        self.outline = Outline(document)
        self.next = document.revision + 1

    def apply(self, operation: EditOperation) -> tuple[BriefDocument, int]:
        """Return the new document and the revision at which the wanted state stands."""
        if not 0 <= operation.base_revision <= self.document.revision:
            raise _Refusal("revision")
        verb, _, kind = operation.kind.partition("_")
        if operation.kind == "set_field":
            return self._set_field(operation)
        if kind not in {"section", "item", "quotation"}:
            raise _Refusal("kind")
        if verb == "add":
            return self._add(operation, kind)
        if verb == "remove":
            return self._remove(operation, kind)
        if verb == "restore":
            return self._restore(operation, kind)
        if verb == "move":
            return self._move(operation, kind)
        raise _Refusal("kind")

    def _is_unseen(self, revision: int, operation: EditOperation) -> bool:
        """Tell whether a revision was made by somebody else after what the editor saw."""
        return revision > operation.base_revision and revision not in self.own

    def _finish(self, outline: Outline) -> tuple[BriefDocument, int]:
        return replace(outline.document(), revision=self.next), self.next

    def _place_of(self, operation: EditOperation, kind: str) -> Place:
        """Find the target, or say why it is not there."""
        place = self.outline.find(operation.target)
        if place is not None and place.kind == kind:
            return place
        if self.outline.removal_of(operation.target) is not None:
            raise _Conflict(None, "removed")
        raise _Refusal("target")

    def _set_field(self, operation: EditOperation) -> tuple[BriefDocument, int]:
        holder: BriefDocument | BriefSection | BriefItem = self.document
        allowed, kind = DOCUMENT_FIELDS, "document"
        if operation.target != "document":
            place = self.outline.find(operation.target)
            kind = place.kind if place else "item"
            found = self._place_of(operation, kind).content
            if isinstance(found, Quotation):
                raise _Refusal("field")  # a quotation is word for word: it can be taken out, not rewritten
            holder = found
            allowed = SECTION_FIELDS if kind == "section" else ITEM_FIELDS
        if operation.field not in allowed:
            raise _Refusal("field")
        value = self._checked_text(operation.field, operation.value)
        stored_revision = holder.revisions.get(operation.field, 0)
        stored = getattr(holder, operation.field)
        is_confirmation = operation.field == "headline" and getattr(holder, "is_headline_machine", False)
        if stored == value and not is_confirmation:
            return self.document, stored_revision
        if stored != value and self._is_unseen(stored_revision, operation):
            raise _Conflict(stored, "changed")
        revisions = {**holder.revisions, operation.field: self.next}
        changes: dict[str, Any] = {operation.field: value, "revisions": revisions}
        if operation.field == "headline":
            changes["is_headline_machine"] = False
        changed = replace(holder, **changes)
        if isinstance(changed, BriefDocument):
            return replace(changed, revision=self.next), self.next
        return self._finish(self.outline.replaced(operation.target, changed))

    def _checked_text(self, field: str, value: Any) -> str:
        """Return a text that fits its field."""
        if not isinstance(value, str) or "\x00" in value:
            raise _Refusal("value")
        most = {
            "title": self.limits.max_title_characters,
            "headline": self.limits.max_headline_characters,
            "introduction": self.limits.max_introduction_characters,
        }.get(field, self.limits.max_note_characters)
        if len(value) > most:
            raise _Refusal("size")
        return value

    def _add(self, operation: EditOperation, kind: str) -> tuple[BriefDocument, int]:
        if not isinstance(operation.value, Mapping):
            raise _Refusal("value")
        content = self._read_new(operation.value.get(kind), kind)
        for key in keys_of(content) if isinstance(content, BriefSection) else [content.key]:
            if key == "document" or self.outline.find(key) or self.outline.removal_of(key):
                raise _Refusal("key")
        parent = self._parent_for(operation, kind, operation.target)
        self._check_room(kind, parent)
        after = str(operation.value.get("after", self.outline.last_key(kind, parent)))
        outline = self.outline.inserted(kind, parent, after, content)
        return self._finish(outline.stamped(content.key, "added", self.next))

    def _read_new(self, value: Any, kind: str) -> BriefSection | BriefItem | Quotation:
        """Read the content of an add operation, without anything that only time gives."""
        try:
            if kind == "quotation":
                return quotation_from_json(value)
            if kind == "section":
                section = section_from_json(value)
                self._checked_text("title", section.title)
                if section.items:
                    raise _Refusal("value")
                return replace(section, revisions={})
            item = item_from_json(value)
        except MalformedDocument:
            raise _Refusal("value") from None
        for field in ITEM_FIELDS:
            self._checked_text(field, getattr(item, field))
        if len(item.quotations) > self.limits.max_quotations:
            raise _Refusal("size")
        return replace(item, revisions={})

    def _parent_for(self, operation: EditOperation, kind: str, key: str) -> str:
        """Return the key of what will hold the content; sections stand in the document itself."""
        if kind == "section":
            return ""
        wanted = "section" if kind == "item" else "item"
        return self._place_of(replace(operation, target=key), wanted).key

    def _check_room(self, kind: str, parent: str) -> None:
        count, most = {
            "section": (len(self.outline.sections), self.limits.max_sections),
            "item": (self.outline.item_count(), self.limits.max_items),
            "quotation": (len(self.outline.siblings("quotation", parent)), self.limits.max_quotations),
        }[kind]
        if count >= most:
            raise _Refusal("size")

    def _remove(self, operation: EditOperation, kind: str) -> tuple[BriefDocument, int]:
        removal = self.outline.removal_of(operation.target)
        if removal is not None and removal.kind == kind:
            return self.document, removal.revision
        place = self._place_of(operation, kind)
        if any(self._is_unseen(revision, operation) for revision in place.revisions_within()):
            raise _Conflict(None, "changed")
        return self._finish(self.outline.removed(place, self.next))

    def _restore(self, operation: EditOperation, kind: str) -> tuple[BriefDocument, int]:
        place = self.outline.find(operation.target)
        if place is not None and place.kind == kind:
            return self.document, place.revisions().get("added", 0)
        removal = self.outline.removal_of(operation.target)
        if removal is None or removal.kind != kind:
            raise _Refusal("target")
        parent = self._parent_for(operation, kind, removal.parent)
        self._check_room(kind, parent)
        outline = self.outline.without_removal(removal.key)
        outline = outline.inserted(kind, parent, removal.after, removal.content)
        return self._finish(outline.stamped(removal.key, "added", self.next))

    def _move(self, operation: EditOperation, kind: str) -> tuple[BriefDocument, int]:
        if not isinstance(operation.value, Mapping):
            raise _Refusal("value")
        place = self._place_of(operation, kind)
        parent = place.parent
        if kind == "item":
            parent = self._parent_for(operation, kind, str(operation.value.get("section", place.parent)))
        after = str(operation.value.get("after", ""))
        if after == place.key:
            raise _Refusal("place")
        position_revision = place.revisions().get("position", 0)
        if (place.parent, place.after) == (parent, after):
            return self.document, position_revision
        if self._is_unseen(position_revision, operation):
            raise _Conflict({"section": place.parent, "after": place.after}, "changed")
        outline = self.outline.taken_out(place).inserted(kind, parent, after, place.content)
        return self._finish(outline.stamped(place.key, "position", self.next))
