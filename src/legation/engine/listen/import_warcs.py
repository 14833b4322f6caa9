"""Read the pages of a web archive (WARC) one by one."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from legation.engine.listen.import_items import read_moment
from legation.engine.text.encodings import normalise_text

_MAX_PAGE_BYTES = 20_000_000  # as the fetcher's own bound
_MAX_LINE_BYTES = 65_536  # of a record's head; servers stop at 8 to 64 KB
_MAX_HEADER_LINES = 1000
# Text is packed to a tenth, a page of one repeated line to a hundredth; more of it is made to fill a disk.
_MAX_PACKING, _FREE_BYTES = 200, 100_000_000
_HTML = ("text/html", "application/xhtml+xml")
_PDF = "application/pdf"
_STATUS = re.compile(r"HTTP/\S{1,9} +([1-9][0-9][0-9])(?: |$)")
# What the reader raises for archives that break off or were broken on purpose.
_DAMAGE = (
    ArchiveLoadFailed, ValueError, EOFError, OSError, AttributeError, TypeError, LookupError, RecursionError,
    AssertionError, zlib.error,
)  # fmt: skip


class UnreadableCoding(ValueError):
    """A page that is compressed in an unknown way, or beyond what a page may have; the message says which."""


@dataclass(frozen=True, slots=True)
class WarcPage:
    """One record of an archive: a page to be read, or why it is none."""

    end_offset: int  # bytes from the file's beginning to the end of the record: where to resume
    address: str = ""
    content_type: str = ""
    body: bytes = b""
    codings: tuple[str, str] = ("", "")  # of transfer and content, still to be undone: see decode_payload
    captured_at: datetime | None = None  # aware, UTC
    reason: str = (
        ""  # "not_an_article", "not_html", "page_gone", "page_rejected", "page_too_large", "broken_archive"
    )
    detail: str = ""


def read_warc(stream: BinaryIO, *, start_offset: int = 0, size_bytes: int = 0) -> Iterator[WarcPage]:
    """Read the records of a WARC file, plain or compressed record by record, holding one in memory.

    stream: seekable; reading begins at start_offset, which must be 0 or an end_offset of an earlier reading.
    size_bytes: of the file. Requests, notes and archives of pictures are answered as well, so that every
    record is accounted for. A broken archive is one last answer, after what could still be read before it.
    """
    stream.seek(start_offset)
    records = _Records(stream, no_record_parse=True, arc2warc=True)
    end = start_offset
    while True:
        try:
            record = next(records, None)
            if record is None:
                break
            page = _read_record(record)
            records.read_to_end()
            reached = int(records.offset)
            if not end < reached <= max(size_bytes, reached):
                raise ArchiveLoadFailed("its records lie about their lengths")
        except _DAMAGE as error:
            detail = f"The archive cannot be read from here on: {type(error).__name__}: {str(error)[:300]}."
            yield WarcPage(max(size_bytes, end), reason="broken_archive", detail=detail)
            return
        if _count_missing(record):
            page = {"reason": "broken_archive", "detail": f"The record of {page['address']} breaks off."}
        end = reached
        yield WarcPage(end, **page)
    if end < size_bytes:
        detail = f"The archive cannot be read beyond byte {end:,} of {size_bytes:,}."
        yield WarcPage(size_bytes, reason="broken_archive", detail=detail)


def decode_payload(body: bytes, codings: tuple[str, str]) -> bytes:
    """Undo the codings of a page's transfer and content, as its archive kept them.

    A few bytes may claim any memory: call it where it can be killed. Raises UnreadableCoding.
    """
    transfer, content = (coding.strip().lower() for coding in codings)
    packing = "" if content in {"", "identity"} else content.removeprefix("x-")
    if "chunked" not in transfer and not packing:
        return body
    reader_of = ChunkedDataReader if "chunked" in transfer else DecompressingBufferedReader
    if packing not in {"", "gzip", "deflate", "br"}:
        raise UnreadableCoding(f"The page is compressed as {packing[:40]!r}.")
    try:
        plain = bytes(reader_of(BytesIO(body), decomp_type=packing or None).read(_MAX_PAGE_BYTES + 1))
    except _DAMAGE as error:
        raise UnreadableCoding(f"The page cannot be decompressed: {type(error).__name__}.") from error
    if len(plain) > _MAX_PAGE_BYTES:
        raise UnreadableCoding(f"The page is larger than {_MAX_PAGE_BYTES:,} bytes.")
    return plain


class _Reader(DecompressingBufferedReader):  # type: ignore[misc]
    """Decompresses an archive within bounds, and says where it is damaged instead of passing over it."""

    packed, unpacked = 0, 0
    decompressor: Any

    def readline(self, length: int | None = None) -> bytes:
        line = bytes(super().readline(min(length or _MAX_LINE_BYTES, _MAX_LINE_BYTES)))
        if len(line) >= _MAX_LINE_BYTES:
            raise ArchiveLoadFailed(f"a line is longer than {_MAX_LINE_BYTES:,} bytes")
        return line

    def _decompress(self, data: bytes) -> bytes:
        if not (self.decompressor and data):
            return data
        try:
            plain = bytes(self.decompressor.decompress(data))
        except zlib.error as error:
            if self.num_block_read:
                raise ArchiveLoadFailed("its compressed bytes are damaged") from error
            self.decompressor = None  # not compressed
            return data
        self.packed += len(data)
        self.unpacked += len(plain)
        if self.unpacked > _FREE_BYTES + _MAX_PACKING * self.packed:
            raise ArchiveLoadFailed(f"{self.packed:,} bytes of it unpack to more than {self.unpacked:,}")
        return plain


class _Records(ArchiveIterator):  # type: ignore[misc]
    """Reads records through our own reader, and writes nothing of what it finds to the terminal."""

    INC_RECORD = ""

    def __init__(self, stream: BinaryIO, **options: Any) -> None:
        super().__init__(stream, **options)
        self.reader = _Reader(stream)


def _read_record(record: ArcWarcRecord) -> dict[str, Any]:
    """Return the fields of a page, or of what is none."""
    address = normalise_text(record.rec_headers.get_header("WARC-Target-URI") or "")[:2048]
    facts = {
        "address": address,
        "captured_at": read_moment(record.rec_headers.get_header("WARC-Date") or ""),
    }
    if record.rec_type not in {"response", "resource"}:
        return {**facts, "reason": "not_an_article", "detail": f"A record of type {record.rec_type}."}
    status, headers = 200, {"content-type": record.content_type or ""}
    is_http = "application/http" in headers["content-type"].lower()
    if record.rec_type == "response" and (is_http or address.startswith(("http://", "https://"))):
        status, headers = _read_http_head(record.raw_stream)
    content_type = headers.get("content-type", "")[:300]
    kind = content_type.partition(";")[0].strip().lower()
    if not 200 <= status < 300:
        reason = "page_gone" if status in (404, 410) else "page_rejected"
        return {**facts, "reason": reason, "detail": f"{address} was answered with {status or 'no status'}."}
    if kind not in _HTML and kind != _PDF:
        return {**facts, "reason": "not_html", "detail": f"{address} is {kind or 'of no stated type'}."}
    body = record.raw_stream.read(_MAX_PAGE_BYTES + 1)
    if len(body) > _MAX_PAGE_BYTES:
        detail = f"{address} is larger than {_MAX_PAGE_BYTES:,} bytes."
        return {**facts, "reason": "page_too_large", "detail": detail}
    codings = (headers.get("transfer-encoding", ""), headers.get("content-encoding", ""))
    return {**facts, "content_type": content_type, "body": body, "codings": codings}


def _read_http_head(stream: Any) -> tuple[int, dict[str, str]]:
    """Read an answer's status and headers, names in small letters, the first of each; status 0 for none."""
    lines: list[str] = []
    while line := stream.readline(_MAX_LINE_BYTES).strip(b"\r\n"):
        if len(lines) < _MAX_HEADER_LINES:
            lines.append(line.decode("utf-8", "replace"))
    found = _STATUS.match(lines[0]) if lines else None
    headers: dict[str, str] = {}
    for header in lines[1:]:
        name, _, value = header.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return (int(found[1]) if found else 0), headers


def _count_missing(record: ArcWarcRecord) -> int:
    """Count the bytes that a record promises and does not have, once it was read to its end."""
    return int(getattr(record.raw_stream, "limit", 0))
