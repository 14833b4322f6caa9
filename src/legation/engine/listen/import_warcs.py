"""Read the pages of a web archive (WARC) one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from legation.engine.listen.import_items import read_moment

_MAX_PAGE_BYTES = 20_000_000  # as the fetcher's own bound
_HTML = ("text/html", "application/xhtml+xml")
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class WarcPage:
    """One record of an archive: a page to be read, or why it is none."""

    end_offset: int  # bytes from the file's beginning to the end of the record: where to resume
    address: str = ""
    content_type: str = ""
    body: bytes = b""
    captured_at: datetime | None = None  # aware, UTC
    reason: str = (
        ""  # "not_an_article", "not_html", "page_gone", "page_rejected", "too_large", "broken_archive"
    )
    detail: str = ""


def read_warc(stream: BinaryIO, *, start_offset: int = 0, size_bytes: int = 0) -> Iterator[WarcPage]:
    """Read the records of a WARC file, plain or compressed record by record, holding one in memory.

    stream: seekable; reading begins at start_offset, which must be 0 or an end_offset of an earlier reading.
    Requests, notes and archives of pictures are answered as well, so that every record is accounted for.
    A broken archive is one last answer with what could still be read before it.
    """
    stream.seek(start_offset)
    records = ArchiveIterator(stream, no_record_parse=False, arc2warc=True)
    while True:
        try:
            record = next(records, None)
            if record is None:
                return
            page = _read_record(record)
            records.read_to_end()
            end = int(records.offset)
        except (
            ArchiveLoadFailed,
            ValueError,
            EOFError,
            OSError,
            AttributeError,
            TypeError,
            IndexError,
        ) as error:
            # The reader raises all of these for an archive that breaks off or was broken on purpose.
            detail = f"The archive cannot be read from here on: {type(error).__name__}: {error}."
            yield WarcPage(max(size_bytes, start_offset), reason="broken_archive", detail=detail)
            return
        yield WarcPage(end, **page)


def _read_record(record: ArcWarcRecord) -> dict[str, Any]:
    """Return the fields of a page, or of what is none."""
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    facts = {
        "address": address[:2048],
        "captured_at": read_moment(record.rec_headers.get_header("WARC-Date") or ""),
    }
    if record.rec_type not in {"response", "resource"}:
        return {**facts, "reason": "not_an_article", "detail": f"A record of type {record.rec_type}."}
    status, content_type = 200, record.content_type or ""
    if record.http_headers is not None:
        status = int(record.http_headers.get_statuscode() or 0)
        content_type = record.http_headers.get_header("Content-Type") or ""
    kind = content_type.partition(";")[0].strip().lower()
    if not 200 <= status < 300:
        reason = "page_gone" if status in (404, 410) else "page_rejected"
        return {**facts, "reason": reason, "detail": f"{address} was answered with {status}."}
    if kind not in _HTML and kind != _PDF:
        return {**facts, "reason": "not_html", "detail": f"{address} is {kind or 'of no stated type'}."}
    body = record.content_stream().read(_MAX_PAGE_BYTES + 1)
    if len(body) > _MAX_PAGE_BYTES:
        return {
            **facts,
            "reason": "page_too_large",
            "detail": f"{address} is larger than {_MAX_PAGE_BYTES:,} bytes.",
        }
    return {**facts, "content_type": content_type, "body": body}
