"""Read the lines of an imported JSONL file one by one, whatever is wrong with any of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

_BOM = b"\xef\xbb\xbf"
# A megabyte is a book; 32 allow for records that carry their page's HTML along.
MAX_LINE_BYTES = 32_000_000
_PIECE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One line that is not blank: a record, or the reason why it holds none."""

    number: int  # from 1, blank lines counted
    end_offset: int  # bytes from the beginning of the stream to the end of the line: where to resume
    record: Mapping[str, Any] | None
    reason: str = ""  # "too_long", "not_utf8", "truncated", "not_json", "not_an_object"; "" with a record
    detail: str = ""  # one English sentence with what to do


def read_lines(
    stream: BinaryIO, *, max_bytes: int = MAX_LINE_BYTES, first_number: int = 1, start_offset: int = 0
) -> Iterator[ImportLine]:
    """Read a JSONL stream line by line, holding one line in memory; a bad line is reported and passed over.

    The stream stands where reading begins. To resume, seek to the end_offset of the last line that was dealt
    with, and give it as start_offset with the number after it as first_number. Never raises for what the
    lines hold.
    """
    number = first_number - 1
    offset = start_offset
    while True:
        raw, size = _read_line(stream, max_bytes)
        if not size:
            return
        number += 1
        offset += size
        if raw is None:
            detail = f"Line {number} has {size:,} bytes; the limit is {max_bytes:,}. Shorten the record."
            yield ImportLine(number, offset, None, "too_long", detail)
        elif raw.removeprefix(_BOM).strip():
            yield _read_record_line(raw, number, offset)


def _read_line(stream: BinaryIO, max_bytes: int) -> tuple[bytes | None, int]:
    """Return the next line and its size in bytes; None for a line beyond the limit, which is skipped."""
    line = stream.readline(max_bytes + 1)
    size = len(line)
    if size <= max_bytes or line.endswith(b"\n"):
        return line, size
    while piece := stream.readline(_PIECE_BYTES):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return None, size


def _read_record_line(raw: bytes, number: int, offset: int) -> ImportLine:
    """Parse one line."""
    try:
        text = raw.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"Line {number} is not UTF-8 at byte {error.start + 1}. Convert the file to UTF-8."
        return ImportLine(number, offset, None, "not_utf8", detail)
    try:
        record = json.loads(text)
    except RecursionError:
        detail = f"Line {number} is nested too deeply to be an article. Remove it."
        return ImportLine(number, offset, None, "not_json", detail)
    except ValueError as error:
        if not raw.endswith(b"\n"):
            detail = (
                f"Line {number} breaks off at the end of the file. Get the whole file and import it again."
            )
            return ImportLine(number, offset, None, "truncated", detail)
        detail = f"Line {number} is not JSON: {error}. Write one JSON object per line."
        return ImportLine(number, offset, None, "not_json", detail)
    if not isinstance(record, dict):
        detail = f"Line {number} is JSON, but not an object. Write one JSON object per line."
        return ImportLine(number, offset, None, "not_an_object", detail)
    return ImportLine(number, offset, record)
