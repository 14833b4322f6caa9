"""Articles that arrive in files instead of feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from legation.engine.records.articles import OutcomeKind


class ImportFormat(StrEnum):
    """What a file of articles is written in."""

    JSON_LINES = "jsonl"
    NINJS = "ninjs"  # one JSON document: an item of ninjs 1 to 3, or a list of items
    NEWSML = "newsml"  # NewsML-G2: a message, an item or a package
    WARC = "warc"  # also gzip, by record
    HTML = "html"
    PDF = "pdf"
    MAIL = "mail"  # one message (.eml)
    MAILBOX = "mbox"


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
    is_named_for_good: bool = False  # record_id is the same in any file: a guid, a message identifier
    has_own_id: bool = True  # whether record_id is the record's own
    modified_at: datetime | None = None  # aware, UTC
    byline: str = ""  # to cite only
    is_teaser: bool = False


@dataclass(frozen=True, slots=True)
class ImportUnit:
    """One record of a file of any format, or the reason why there is none: each ends in one outcome."""

    number: int  # from 1
    end_offset: int  # bytes from the file's beginning: how far reading has come, and where JSON Lines resume
    record: ImportedRecord | None
    outcome: OutcomeKind = OutcomeKind.KEPT  # discarded or quarantined without a record
    reason: str = ""  # a key of docs/rooms/listen.md
    detail: str = ""  # one English sentence with what to do
    content: bytes = b""  # of a quarantined record, for a person
