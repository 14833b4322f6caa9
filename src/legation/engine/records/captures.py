"""Evidence copies: the facts that the chain vouches for, what an archive holds, and a page as shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from legation.engine.records.fetches import HttpExchange


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """What a link of the chain is made over; a change of any of it breaks the link."""

    number: int  # place in the chain, from 1
    kind: str
    sha256: str  # of the file
    size_bytes: int
    identity: str  # of the article
    address: str  # "" for a scan
    captured_at: datetime
    record_id: str = ""  # WARC-Record-ID of the response
    payload_sha256: str = ""  # of the page's bytes as they came


@dataclass(frozen=True, slots=True)
class ArchiveAbout:
    """What stands at the head of a web archive."""

    title: str  # what it is a copy of
    operator: str  # who can be asked about it: a mail or web address
    user_agent: str
    made_at: datetime
    respects_robots: bool = True


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """What was written into a web archive."""

    record_count: int
    record_id: str  # of the page's own response, with its angle brackets
    payload_sha256: str  # of that response's body as transferred


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page as read back out of a web archive."""

    address: str
    body: bytes  # decompressed
    content_type: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as a browser showed it, or the reason why it did not."""

    screenshot: bytes = b""  # JPEG, the whole page down to a bound
    pdf: bytes = b""
    browser: str = ""  # name and version
    exchanges: tuple[HttpExchange, ...] = field(
        default=()
    )  # of the page's parts: style sheets, pictures, fonts
    refused_count: int = 0  # parts that the page asked for and did not get
    problem: str = ""  # one English sentence for a person, empty on success
