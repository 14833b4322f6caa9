"""Read an imported file in batches of records, hostile parts of it in processes that may be killed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from legation.desk.listen.models import ImportRun
from legation.desk.listen.services.outcomes import MAX_QUARANTINED_BYTES
from legation.desk.listen.services.reading import share_reader_pool
from legation.engine.listen.import_formats import (
    ImportPart,
    UnknownFormat,
    read_head,
    read_parts,
    recognise_format,
)
from legation.engine.listen.import_units import refuse_unit
from legation.engine.records.articles import OutcomeKind
from legation.engine.records.imports import ImportFormat, ImportUnit
from legation.gateways.readers import ReadCall, ReaderPool, ReadingFailed

BATCH_RECORDS = 200  # some 0.2 s of work: that much is done again after a crash
_READING_SECONDS = 120.0  # a PDF of 300 pages takes 40 s on a busy core
# Formats that are read piece by piece from any bookmark; the others are read again and passed over.
_PIECEWISE = {ImportFormat.JSON_LINES, ImportFormat.WARC, ImportFormat.MAILBOX}
# Formats whose makers state the language with care.
_DECLARED = {ImportFormat.JSON_LINES, ImportFormat.NINJS, ImportFormat.NEWSML}


@dataclass(frozen=True, slots=True)
class UnitBatch:
    """Some records on their way into the store."""

    units: tuple[ImportUnit, ...]
    end_offset: int  # the bookmark once they are stored
    is_declared: bool  # whether the format states languages with care


@dataclass(slots=True)
class _Pending:
    """A part of the file, and its reading where that goes on elsewhere."""

    part: ImportPart
    begins_at: int
    future: Future[tuple[ImportUnit, ...]] | None


def read_batches(*, run: ImportRun, at: datetime) -> Iterator[UnitBatch]:
    """Read what follows a run's bookmark, about BATCH_RECORDS at a time; parts are never torn apart.

    Raises OSError where the file cannot be read.
    """
    with Path(run.path).open("rb") as stream:
        head = read_head(stream)
        try:
            kind = recognise_format(head, run.file_name)
        except UnknownFormat as error:
            if not run.line_number and run.size_bytes:
                outcome = OutcomeKind.QUARANTINED
                unit = refuse_unit(1, "unknown_format", str(error), outcome=outcome, content=head)
                yield UnitBatch((unit,), run.size_bytes, is_declared=False)
            return
        is_declared = kind in _DECLARED
        if kind not in _PIECEWISE:
            yield from _read_whole(run, stream, kind, at, is_declared)
            return
        parts = read_parts(
            stream, kind, now=at, size_bytes=run.size_bytes, file_name=run.file_name,
            start_offset=run.byte_offset, first_number=run.line_number + 1,
        )  # fmt: skip
        units: list[ImportUnit] = []
        for pending in _read_ahead(parts, run.byte_offset):
            units.extend(_end_part(run, pending, kind))
            if len(units) >= BATCH_RECORDS:
                yield UnitBatch(tuple(units), pending.part.end_offset, is_declared)
                units = []
        if units:
            yield UnitBatch(tuple(units), pending.part.end_offset, is_declared)


def _read_whole(
    run: ImportRun, stream: BinaryIO, kind: ImportFormat, at: datetime, is_declared: bool
) -> Iterator[UnitBatch]:
    """Read a document as a whole and pass over the records that were stored before."""
    for part in read_parts(stream, kind, now=at, size_bytes=run.size_bytes, file_name=run.file_name):
        units = _end_part(run, _submit(part, 0, share_reader_pool()), kind)
        for first in range(run.line_number, len(units), BATCH_RECORDS):
            last = min(first + BATCH_RECORDS, len(units))
            yield UnitBatch(units[first:last], part.end_offset * last // len(units), is_declared)


def _read_ahead(parts: Iterator[ImportPart], begins_at: int) -> Iterator[_Pending]:
    """Let as many parts be read at once as there are processes, and give them back in their order."""
    pool = share_reader_pool()
    waiting: deque[_Pending] = deque()
    for part in parts:
        waiting.append(_submit(part, begins_at, pool))
        begins_at = part.end_offset
        if len(waiting) > 2 * pool.processes:
            yield waiting.popleft()
    yield from waiting


def _submit(part: ImportPart, begins_at: int, pool: ReaderPool) -> _Pending:
    if part.reading is None:
        return _Pending(part, begins_at, None)
    call = ReadCall(part.reading, part.arguments, timeout_seconds=_READING_SECONDS)
    return _Pending(part, begins_at, pool.submit(call))


def _end_part(run: ImportRun, pending: _Pending, kind: ImportFormat) -> tuple[ImportUnit, ...]:
    """Return a part's units; a reading that failed is one quarantined unit, and so is what it leaves out."""
    try:
        units = pending.future.result() if pending.future else pending.part.units
    except ReadingFailed as error:
        outcome = OutcomeKind.QUARANTINED
        units = (refuse_unit(1, f"unreadable_{kind}", str(error), outcome=outcome),)
    return tuple(
        replace(unit, content=_read_bytes(run.path, pending.begins_at, pending.part.end_offset))
        if unit.outcome is OutcomeKind.QUARANTINED and not unit.content
        else unit
        for unit in units
    )


def _read_bytes(path: str, begins_at: int, ends_at: int) -> bytes:
    """Read a part's bytes again, for a person to look at."""
    with Path(path).open("rb") as stream:
        stream.seek(begins_at)
        return stream.read(min(ends_at - begins_at, MAX_QUARANTINED_BYTES))
