"""Turn one news item of an agency's JSON (ninjs 1, 2 and 3) into an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from legation.engine.listen.cleaning import html_to_text
from legation.engine.listen.page_addresses import canonical_address
from legation.engine.records.imports import ImportedRecord
from legation.engine.text.encodings import normalise_text
from legation.engine.text.languages import UnknownLanguage, language_code

_TITLE_CHARACTERS = 1000
_LEAD_CHARACTERS = 5000
_BODY_CHARACTERS = 2_000_000  # as for cleaned HTML: beyond it, it is no article
# Beyond the first and the last year of the calendar no other zone can be reckoned, and lists would break.
_YEARS = range(1901, 2200)  # an older newspaper is no business of this desk
_MAX_DEPTH = 4  # of items inside items; a composite of composites is as deep as agencies go
# What marks a record as ninjs: the names of its texts in any version.
_TEXT_FIELDS = ("headline", "headlines", "body_text", "body_xhtml", "body_html", "bodies")
_BODY_FIELDS = ("body_xhtml", "body_html", "body_text", "body_main")
_TEXT_TYPES = {"text", "composite", "component", ""}


@dataclass(frozen=True, slots=True)
class RefusedItem:
    """A news item that is no article to be kept, with the reason."""

    reason: str  # "withdrawn", "embargoed", "not_text" or "unusable_record"
    detail: str  # one English sentence


def is_ninjs(record: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object is a news item of an agency rather than a plain record."""
    standard = record.get("standard") or record.get("$standard")
    if isinstance(standard, Mapping) and str(standard.get("name", "")).lower() == "ninjs":
        return True
    return "uri" in record and "body" not in record and any(name in record for name in _TEXT_FIELDS)


def read_ninjs(record: Mapping[str, Any], number: int, *, now: datetime) -> ImportedRecord | RefusedItem:
    """Read one item of ninjs 1, 2 or 3.

    number: of the record in its file. now: aware; an item whose embargo lies beyond it is refused. Items
    that are canceled or withheld, pictures, sound, video, events and plans are refused with the reason.
    Times are UTC. Source: IPTC ninjs 1.4, 2.1 and 3.0.
    """
    status = _text(record, "pubstatus", "pubStatus").lower()
    if status in {"canceled", "cancelled", "withheld"}:
        return RefusedItem("withdrawn", f"Item {number} is {status} by its publisher.")
    embargo = _moment(record, "embargoed")
    if embargo and embargo > now:
        return RefusedItem(
            "embargoed",
            f"Item {number} is embargoed until {embargo:%Y-%m-%d %H:%M} UTC. Import it again then.",
        )
    kind = _text(record, "type").lower()
    title = _read_parts(record, "headlines", "headline", "headline_main") or _plain(_text(record, "title"))
    lead = _read_parts(record, "descriptions", "description_text", "description_xhtml", "description_html")
    body = _read_body(record)
    if kind not in _TEXT_TYPES or (not body and not lead):
        return RefusedItem("not_text", f"Item {number} is {kind or 'an item'} without a text.")
    if not title and not body:
        return RefusedItem("unusable_record", f"Item {number} has neither headline nor text.")
    uri = normalise_text(_text(record, "uri")).strip()
    address = canonical_address(uri) if uri.startswith(("http://", "https://")) else ""
    return ImportedRecord(
        record_id=uri[:200] or str(number),
        line_number=number,
        title=" ".join(title.split())[:_TITLE_CHARACTERS],
        lead=lead[:_LEAD_CHARACTERS],
        body=body[:_BODY_CHARACTERS],
        language=_language(_text(record, "language")),
        published_at=_moment(record, "firstcreated", "firstCreated", "contentcreated", "contentCreated")
        or _moment(record, "versioncreated", "versionCreated"),
        modified_at=_moment(record, "versioncreated", "versionCreated"),
        address=address,
        outlet=_read_outlet(record),
        country="",
        byline=_plain(_text(record, "byline", "by"))[:300],
        is_named_for_good=bool(uri),
        has_own_id=bool(uri),
        is_teaser=not body,
    )


def list_items(document: Any, depth: int = 0) -> Iterable[Any]:
    """Yield the news items of a JSON document: a list of them, one of them, or what a collection holds.

    What stands among them and is no object is yielded, too, so that it can be counted.
    """
    if isinstance(document, list) and depth <= _MAX_DEPTH:
        for entry in document:
            yield from list_items(entry, depth + 1)
    elif isinstance(document, Mapping):
        held = document.get("items")
        if isinstance(held, list) and held and not any(name in document for name in _TEXT_FIELDS):
            yield from list_items(held, depth + 1)
        else:
            yield document
    else:
        yield document


def _read_body(record: Mapping[str, Any]) -> str:
    """Return the item's text as plain paragraphs: the fullest of its forms."""
    found = [_plain(_text(record, name)) for name in _BODY_FIELDS]
    for part in _mappings(record.get("bodies")):
        found.append(_plain(str(part.get("value") or "")))
    return max(found, key=len, default="")


def _read_parts(record: Mapping[str, Any], plural: str, *singulars: str) -> str:
    """Return a text that ninjs 1 keeps in a field and ninjs 2 and 3 in a list of roles, main ones first."""
    for name in singulars:
        if text := _plain(_text(record, name)):
            return text
    parts = sorted(
        _mappings(record.get(plural)), key=lambda part: str(part.get("role", "")) not in {"main", ""}
    )
    for part in parts:
        if text := _plain(str(part.get("value") or "")):
            return text
    return ""


def _read_outlet(record: Mapping[str, Any]) -> str:
    """Return the publication: the source of information, else who holds the rights."""
    for plural in ("infosources", "infoSources", "infosource"):
        for source in _mappings(record.get(plural)):
            if name := _plain(str(source.get("name") or "")):
                return name[:200]
    rights = record.get("rightsinfo") or record.get("rightsInfo")
    holder = _text(record, "copyrightholder", "copyrightHolder")
    if not holder and isinstance(rights, Mapping):
        holder = _text(rights, "copyrightholder", "copyrightHolder")
    return _plain(holder)[:200]


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list, or the one object that stands where a list might."""
    if isinstance(value, Mapping):
        return [value]
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def _text(record: Mapping[str, Any], *names: str) -> str:
    """Return the first of some fields that holds a text."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _plain(text: str) -> str:
    """Return plain paragraphs of a text that may be markup."""
    if len(text) > 2 * _BODY_CHARACTERS:
        text = text[: 2 * _BODY_CHARACTERS]
    if "<" in text and ">" in text:
        return html_to_text(text)
    lines = (" ".join(line.split()) for line in normalise_text(text).split("\n"))
    return "\n\n".join(line for line in lines if line)


def _language(code: str) -> str:
    try:
        return language_code(code).replace("und", "")
    except UnknownLanguage:
        return ""


def _moment(record: Mapping[str, Any], *names: str) -> datetime | None:
    """Return the first of some fields that holds a time, in UTC."""
    for name in names:
        if moment := read_moment(_text(record, name)):
            return moment
    return None


def read_moment(text: str) -> datetime | None:
    """Read a time of ISO 8601 in UTC, which is meant where no zone is named; None for anything else."""
    try:
        return to_utc(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def to_utc(moment: datetime | None) -> datetime | None:
    """Bring a time into UTC, which is meant where it names no zone; None for one of no newspaper's years."""
    if moment is None or moment.year not in _YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def wrap_paragraphs(text: str) -> str:
    """Write plain paragraphs as HTML, for readers that expect markup."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n\n"))
