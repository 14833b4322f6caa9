"""Recognise what a file of articles is written in, and cut it into parts that are read one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from legation.engine.listen.import_documents import read_document, read_page_part
from legation.engine.listen.import_items import is_ninjs, read_ninjs
from legation.engine.listen.import_lines import ImportLine, read_lines
from legation.engine.listen.import_mails import MAX_MAIL_BYTES
from legation.engine.listen.import_units import make_unit, refuse_unit
from legation.engine.listen.import_warcs import WarcPage, read_warc
from legation.engine.listen.imports import UnusableRecord, read_record
from legation.engine.records.articles import OutcomeKind
from legation.engine.records.imports import ImportFormat, ImportUnit

MAX_DOCUMENT_BYTES = 64_000_000  # of a file that is read as a whole
_HEAD_BYTES = 65_536  # enough of a file to recognise it
_BOM = b"\xef\xbb\xbf"
_ENDINGS = {
    ".jsonl": ImportFormat.JSON_LINES, ".ndjson": ImportFormat.JSON_LINES, ".warc": ImportFormat.WARC,
    ".html": ImportFormat.HTML, ".htm": ImportFormat.HTML, ".xhtml": ImportFormat.HTML,
    ".pdf": ImportFormat.PDF, ".eml": ImportFormat.MAIL, ".mbox": ImportFormat.MAILBOX,
}  # fmt: skip
_MAIL_HEADERS = (
    b"from:", b"to:", b"subject:", b"date:", b"received:", b"return-path:", b"message-id:", b"mime-version:",
    b"delivered-to:", b"x-", b"dkim-signature:", b"content-type:", b"reply-to:", b"sender:", b"list-id:",
)  # fmt: skip

# The line before each message: a sender and a day of the week; "From the quay" in a text is none.
_POSTMARK = re.compile(rb"From \S* *(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ")


class UnknownFormat(ValueError):
    """A file in none of the formats; the message names them."""


@dataclass(frozen=True, slots=True)
class ImportPart:
    """One step of reading a file: units that are there, or how to read them where it may be killed."""

    end_offset: int  # bytes from the file's beginning: where to resume once the part is stored
    units: tuple[ImportUnit, ...] = ()
    reading: Callable[..., tuple[ImportUnit, ...]] | None = None  # of a module, so that processes find it
    arguments: tuple[Any, ...] = ()


def recognise_format(head: bytes, file_name: str = "") -> ImportFormat:
    """Name a file's format from its first bytes, and from its name only where they say nothing.

    head: at least the first 64 KB, or the whole file. Raises UnknownFormat.
    """
    start = head.removeprefix(_BOM).lstrip()
    lower = start[:1000].lower()
    if start.startswith((b"WARC/", b"\x1f\x8b")):
        return ImportFormat.WARC  # compressed by record; whatever else is compressed says so when read
    if b"%PDF-" in head[:1024]:
        return ImportFormat.PDF
    if start.startswith(b"["):
        return ImportFormat.NINJS
    if start.startswith(b"{"):
        return ImportFormat.JSON_LINES if _is_first_line_whole(start) else ImportFormat.NINJS
    if lower.startswith((b"<!doctype html", b"<html")):
        return ImportFormat.HTML
    if b"http://iptc.org/std/nar/" in start[:20_000]:
        return ImportFormat.NEWSML
    if lower.startswith(b"<"):
        return ImportFormat.HTML if b"<html" in lower else ImportFormat.NEWSML
    if start.startswith(b"From ") and b"\n" in start:
        return ImportFormat.MAILBOX
    first = lower.partition(b"\n")[0]
    if first.startswith(_MAIL_HEADERS) and b":" in first:
        return ImportFormat.MAIL
    for ending, kind in _ENDINGS.items():
        if file_name.lower().endswith((ending, f"{ending}.gz")):
            return kind
    raise UnknownFormat(
        "The file is none of JSON Lines, ninjs, NewsML-G2, WARC, HTML, PDF and mail (eml, mbox)."
    )


def read_parts(
    stream: BinaryIO,
    kind: ImportFormat,
    *,
    now: datetime,
    size_bytes: int,
    file_name: str = "",
    start_offset: int = 0,
    first_number: int = 1,
) -> Iterator[ImportPart]:
    """Cut a file into parts, holding one in memory; what any of them holds never raises.

    stream: seekable, in binary. start_offset: 0, or the end_offset of the last part that was stored, with the
    number after its last unit as first_number. Units come numbered from 1 within their part, but for lines,
    which keep their number in the file.
    """
    if kind is ImportFormat.JSON_LINES:
        stream.seek(start_offset)
        number = first_number - 1
        for line in read_lines(stream, first_number=first_number, start_offset=start_offset):
            blanks = tuple(
                refuse_unit(blank, "blank_line", "An empty line.") for blank in range(number + 1, line.number)
            )
            yield ImportPart(line.end_offset, (*blanks, _read_line(line, now)))
            number = line.number
    elif kind is ImportFormat.WARC:
        for page in read_warc(stream, start_offset=start_offset, size_bytes=size_bytes):
            yield _cut_page(page, now)
    elif kind is ImportFormat.MAILBOX:
        yield from _cut_mailbox(stream, start_offset, size_bytes, now)
    elif start_offset < size_bytes:
        stream.seek(0)
        content = stream.read(MAX_DOCUMENT_BYTES + 1)
        yield ImportPart(size_bytes, reading=read_document, arguments=(content, kind, file_name, now))


def read_head(stream: BinaryIO) -> bytes:
    """Read what recognise_format wants to see, and return to the beginning."""
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    return head


def _is_first_line_whole(start: bytes) -> bool:
    """Tell whether the first line is a JSON value of its own, or one that is too long to be seen whole."""
    line, newline, _ = start.partition(b"\n")
    if not newline and len(start) >= _HEAD_BYTES - 100:
        return True
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return bool(newline) and len(line) > 200  # a broken record; pretty-printed JSON has short lines
    return True


def _read_line(line: ImportLine, now: datetime) -> ImportUnit:
    """Read one line as a record of ours or as an item of an agency."""
    if line.record is None:
        return refuse_unit(line.number, line.reason, line.detail, outcome=OutcomeKind.QUARANTINED)
    if is_ninjs(line.record):
        return make_unit(line.number, read_ninjs(line.record, line.number, now=now))
    try:
        return make_unit(line.number, read_record(line.record, line.number))
    except UnusableRecord as error:
        return refuse_unit(line.number, "unusable_record", str(error))


def _cut_page(page: WarcPage, now: datetime) -> ImportPart:
    """Make a part of one record of an archive."""
    if page.reason:
        broken = page.reason == "broken_archive"
        outcome = OutcomeKind.QUARANTINED if broken else OutcomeKind.DISCARDED
        return ImportPart(page.end_offset, (refuse_unit(1, page.reason, page.detail, outcome=outcome),))
    arguments = (page.body, page.address, page.content_type, page.captured_at or now, page.codings)
    return ImportPart(page.end_offset, reading=read_page_part, arguments=arguments)


def _cut_mailbox(stream: BinaryIO, start_offset: int, size_bytes: int, now: datetime) -> Iterator[ImportPart]:
    """Cut a mailbox at the lines that begin its messages (RFC 4155)."""
    stream.seek(start_offset)
    lines: list[bytes] = []
    held, offset = 0, start_offset
    for line in iter(lambda: stream.readline(1_000_000), b""):
        if _POSTMARK.match(line) and lines and not lines[-1].strip():
            yield _make_mail_part(lines, held, offset, now)
            lines, held = [], 0
        offset += len(line)
        held += len(line)
        if held <= MAX_MAIL_BYTES and not (_POSTMARK.match(line) and not lines):
            lines.append(line[1:] if line.startswith(b">From ") else line)
        elif not lines:
            lines.append(b"")
    if lines:
        yield _make_mail_part(lines, held, offset, now)


def _make_mail_part(lines: list[bytes], held: int, end_offset: int, now: datetime) -> ImportPart:
    if held > MAX_MAIL_BYTES:
        detail = f"A message of the mailbox has {held:,} bytes; the limit is {MAX_MAIL_BYTES:,}."
        return ImportPart(end_offset, (refuse_unit(1, "too_long", detail, outcome=OutcomeKind.QUARANTINED),))
    arguments = (b"".join(lines), ImportFormat.MAIL, "", now)
    return ImportPart(end_offset, reading=read_document, arguments=arguments)
