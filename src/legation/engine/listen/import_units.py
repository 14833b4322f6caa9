"""Make the units of an import: a record, or the reason why there is none."""

from __future__ import annotations

from legation.engine.listen.import_items import RefusedItem
from legation.engine.records.articles import OutcomeKind
from legation.engine.records.imports import ImportedRecord, ImportUnit
from legation.engine.text.encodings import normalise_text

_DETAIL_CHARACTERS = 2000  # the column's width
# What a person must look at again: the bytes are kept.
_KEPT_REASONS = {"embargoed"}


def make_unit(number: int, item: ImportedRecord | RefusedItem, *, content: bytes = b"") -> ImportUnit:
    """Make a unit of an item that was read. content: its bytes, kept where a person must see it again."""
    if isinstance(item, RefusedItem):
        is_kept = item.reason in _KEPT_REASONS
        outcome = OutcomeKind.QUARANTINED if is_kept else OutcomeKind.DISCARDED
        return refuse_unit(number, item.reason, item.detail, outcome=outcome, content=content)
    return ImportUnit(number, 0, item)


def refuse_unit(
    number: int,
    reason: str,
    detail: str,
    *,
    outcome: OutcomeKind = OutcomeKind.DISCARDED,
    content: bytes = b"",
) -> ImportUnit:
    """Make a unit without a record. reason: a key of docs/rooms/listen.md. detail: one English sentence.

    What the sentence quotes of a file may be anything; here it becomes one line that can be stored.
    """
    detail = " ".join(normalise_text(detail[:_DETAIL_CHARACTERS]).split())
    kept = content if outcome is OutcomeKind.QUARANTINED else b""
    return ImportUnit(number, 0, None, outcome=outcome, reason=reason, detail=detail, content=kept)
