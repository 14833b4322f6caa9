"""Articles that arrive in files instead of feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """One article of an imported file; at least a title or a body is there."""

    record_id: str  # the record's own "id", else "uri", else the line number
    line_number: int  # from 1
    title: str  # plain text, "" where absent
    lead: str  # plain text
    body: str  # plain text, paragraphs separated by one blank line
    language: str  # BCP 47, "" where the record names none
    published_at: datetime | None  # aware, UTC
    address: str  # absolute http address, "" where absent
    outlet: str  # the publication's name, "" where absent
    country: str  # of the publication, ISO 3166-1 alpha-2 in capitals, "" where absent
    problems: tuple[str, ...] = ()  # English sentences: what was left out of the record, and why
