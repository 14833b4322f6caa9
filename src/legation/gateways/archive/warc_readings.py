"""Reads web archives back: whether every record still has its digest, and what the page said."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from legation.engine.records.captures import ArchivedPage
from legation.gateways.archive.warcs import digest_of
from legation.gateways.http.bodies import BodyTooLarge, BrokenBody, make_decoder

_PIECE_BYTES = 65_536
# What a damaged file makes the reader raise; anything else is a fault of ours and shall be seen.
_DAMAGE = (ArchiveLoadFailed, OSError, ValueError, zlib.error, EOFError)


class UnreadableArchive(ValueError):
    """A web archive that is damaged, or does not hold the page that was looked for."""


def find_faults(stream: IO[bytes]) -> Iterator[str]:
    """Say in English which records of an archive of ours lack bytes or digests, nothing where all is whole.

    The digests are counted anew here: the reader passes over an archive that breaks off.
    """
    count = 0
    try:
        for record in ArchiveIterator(stream, no_record_parse=True):
            count += 1
            name = record.rec_headers.get_header("WARC-Record-ID") or f"number {count}"
            fault = _find_fault(record.rec_headers, record.raw_stream.read())
            if fault:
                yield f"record {name} {fault}"
    except _DAMAGE as error:
        yield f"the archive is damaged after {count} records ({_quote(error)})"
        return
    if not count:
        yield "the archive holds no record"


def _find_fault(headers: Any, block: bytes) -> str:
    if len(block) != int(headers.get_header("Content-Length") or -1):
        return "breaks off"
    if headers.get_header("WARC-Block-Digest") != digest_of(block):
        return "was changed: its block has another digest"
    expected = headers.get_header("WARC-Payload-Digest")
    if expected and expected != digest_of(block.partition(b"\r\n\r\n")[2]):
        return "was changed: its payload has another digest"
    return ""


def read_archived_page(stream: IO[bytes], *, record_id: str, max_bytes: int = 20_000_000) -> ArchivedPage:
    """Read one response out of a web archive, decompressed within max_bytes; a longer one is cut.

    max_bytes: as the fetcher's own bound.
    Raises UnreadableArchive where the archive is damaged or has no such response.
    """
    try:
        for record in ArchiveIterator(stream):
            if record.rec_headers.get_header("WARC-Record-ID") == record_id and record.http_headers:
                return _take_page(record, max_bytes)
    except _DAMAGE as error:
        raise UnreadableArchive(f"The archive is damaged: {_quote(error)}") from error
    raise UnreadableArchive(f"The archive holds no response {record_id}.")


def _take_page(record: Any, max_bytes: int) -> ArchivedPage:
    headers = record.http_headers
    pieces: list[bytes] = []
    size = 0
    try:
        decoder = make_decoder(headers.get_header("Content-Encoding") or "")
        for packed in _read_pieces(record.raw_stream):
            piece = decoder.feed(packed, max_bytes - size)
            size += len(piece)
            pieces.append(piece)
    except BodyTooLarge:
        pass
    except BrokenBody as error:
        raise UnreadableArchive(str(error)) from error
    return ArchivedPage(
        address=str(record.rec_headers.get_header("WARC-Target-URI")),
        body=b"".join(pieces),
        content_type=str(headers.get_header("Content-Type") or ""),
        captured_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
    )


def _quote(error: Exception) -> str:
    """Return what a reader complains of, without the damaged bytes that it quotes."""
    words = str(error).partition(":")[0].partition("\n")[0][:100]
    return words if words.isprintable() and words.isascii() else type(error).__name__


def _read_pieces(stream: Any) -> Iterator[bytes]:
    while piece := stream.read(_PIECE_BYTES):
        yield piece
