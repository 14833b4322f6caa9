"""Turn one record of an imported file, in any of the documented forms, into an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from legation.engine.listen.cleaning import html_to_text
from legation.engine.listen.import_items import read_moment, to_utc
from legation.engine.listen.import_lines import ImportLine, read_lines
from legation.engine.listen.page_addresses import canonical_address
from legation.engine.records.imports import ImportedRecord
from legation.engine.text.encodings import normalise_text
from legation.engine.text.languages import UnknownLanguage, language_code

__all__ = ["ImportLine", "ImportedRecord", "UnusableRecord", "read_lines", "read_record"]

_TITLE_CHARACTERS = 1000
_LEAD_CHARACTERS = 5000
_BODY_CHARACTERS = 2_000_000  # as for cleaned HTML: beyond it, it is no article
_ID_CHARACTERS = 200

_OUTLET_FIELDS = ("outlet", "source", "publisher", "source_name")
_MARKUP = re.compile(
    r"<(?:p|br|div|span|a|b|i|em|strong|h[1-6]|ul|ol|li|img|table|script|style)\b", re.IGNORECASE
)
_DAY_FIRST = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*$")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


class UnusableRecord(ValueError):
    """A record from which no article can be made: the line, the field, what is wrong and how to mend it."""

    def __init__(self, line_number: int, field: str, what: str, mending: str) -> None:
        """Keep the parts; the message is one line of them."""
        super().__init__(f"Line {line_number}, {field}: {what} {mending}")
        self.line_number = line_number
        self.field = field
        self.what = what
        self.mending = mending


def read_record(record: Mapping[str, Any], line_number: int) -> ImportedRecord:
    """Read one record: "id" or "uri", "title", "summary" or "lead", "body" or "text", "lang", "published_at"
    or "time".

    Also "url", the outlet's name in "outlet", "source" or "publisher" (a text, or an object with "name"), and
    "country". Times are ISO 8601, UTC where no zone is given, or D/M/YYYY H:MM. Labels of an evaluation set
    are not looked at. Raises UnusableRecord where there is neither title nor text, and for a time or
    language that cannot be read; a bad address or country is left out and named in problems.
    """
    title = _read_text(record, line_number, "title", max_characters=_TITLE_CHARACTERS).replace("\n", " ")
    lead = _read_text(record, line_number, "lead", "summary", "abstract", max_characters=_LEAD_CHARACTERS)
    body = _read_text(record, line_number, "body", "text", "content", max_characters=_BODY_CHARACTERS)
    if not title and not body and not lead:
        raise UnusableRecord(
            line_number, "title", "There is neither a title nor a text.", 'Give "title" or "body".'
        )
    problems: list[str] = []
    return ImportedRecord(
        record_id=_read_id(record, line_number),
        line_number=line_number,
        title=title,
        lead=lead,
        body=body,
        language=_read_language(record, line_number),
        published_at=_read_time(record, line_number),
        address=_read_address(record, problems),
        outlet=_read_outlet(record),
        country=_read_country(record, problems),
        problems=tuple(problems),
        has_own_id=any(record.get(name) not in (None, "") for name in ("id", "uri")),
    )


def _read_id(record: Mapping[str, Any], line_number: int) -> str:
    """Return the record's own identifier, else its line number."""
    for field in ("id", "uri"):
        value = record.get(field)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            identifier = normalise_text(str(value)).strip()
            if len(identifier) > _ID_CHARACTERS:
                what = f"The identifier has {len(identifier)} characters."
                raise UnusableRecord(line_number, field, what, f"Use at most {_ID_CHARACTERS}.")
            return identifier
    return str(line_number)


def _read_text(record: Mapping[str, Any], line_number: int, *fields: str, max_characters: int) -> str:
    """Return the first field that holds text, as plain paragraphs."""
    for field in fields:
        value = record.get(field)
        if value is None or value == "":
            continue
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)
        if not isinstance(value, str):
            raise UnusableRecord(
                line_number, field, f"It is a {type(value).__name__}.", "Give a text in quotes."
            )
        if len(value) > max_characters:
            what = f"It has {len(value):,} characters."
            raise UnusableRecord(line_number, field, what, f"Shorten it to {max_characters:,}.")
        if text := _make_plain(value):
            return text
    return ""


def _make_plain(value: str) -> str:
    """Return plain paragraphs of a text that may be HTML."""
    if _MARKUP.search(value):
        return html_to_text(value)
    lines = (" ".join(line.split()) for line in normalise_text(value).split("\n"))
    return "\n\n".join(line for line in lines if line)


def _read_language(record: Mapping[str, Any], line_number: int) -> str:
    """Return the stated language as a short code, "" where none is stated."""
    for field in ("lang", "language"):
        value = record.get(field)
        if not value or not isinstance(value, str) or not value.strip():
            continue
        try:
            code = language_code(value)
        except UnknownLanguage:
            what = f"{value[:40]!r} is no code of BCP 47 or ISO 639."
            raise UnusableRecord(
                line_number, field, what, 'Write such as "vi" or "vie", or leave it out.'
            ) from None
        return "" if code == "und" else code
    return ""


def _read_time(record: Mapping[str, Any], line_number: int) -> datetime | None:
    """Return the stated time in UTC, None where none is stated."""
    for field in ("published_at", "time"):
        value = record.get(field)
        if value is None or value == "":
            continue
        moment = _parse_time(value) if isinstance(value, str) else None
        if moment is None:
            what = f"{str(value)[:40]!r} is neither ISO 8601 nor D/M/YYYY H:MM."
            raise UnusableRecord(line_number, field, what, 'Write such as "2026-11-22T07:30:00+07:00".')
        return moment
    return None


def _parse_time(text: str) -> datetime | None:
    """Read ISO 8601, or day, month, year and perhaps a time."""
    found = _DAY_FIRST.match(text)
    try:
        if found:
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            return to_utc(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None
    return read_moment(text)


def _read_address(record: Mapping[str, Any], problems: list[str]) -> str:
    """Return the article's address, "" where it has none that can be used."""
    value = record.get("url") or record.get("address") or record.get("link")
    if not value:
        return ""
    address = canonical_address(value) if isinstance(value, str) else ""
    if not address:
        problems.append(f"The address {str(value)[:80]!r} is no http address and was left out.")
    return address


def _read_outlet(record: Mapping[str, Any]) -> str:
    """Return the publication's name in any of the forms in use."""
    for field in _OUTLET_FIELDS:
        value = record.get(field)
        if isinstance(value, dict):
            value = value.get("name") or value.get("title")
        if isinstance(value, str) and value.strip():
            return " ".join(normalise_text(value).split())[:200]
    return ""


def _read_country(record: Mapping[str, Any], problems: list[str]) -> str:
    """Return the publication's country, "" where it is not stated as two letters."""
    value = record.get("country")
    if not value:
        return ""
    if isinstance(value, str) and _COUNTRY.fullmatch(value.strip()):
        return value.strip().upper()
    problems.append(
        f"The country {str(value)[:40]!r} is no code of two letters (ISO 3166-1) and was left out."
    )
    return ""
