"""Import files of records: in batches, each with its bookmark and account in one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.models import ImportRun, Source
from legation.desk.listen.services.articles import Arrival, hash_text, keep_articles
from legation.desk.listen.services.outcomes import MAX_QUARANTINED_BYTES, OutcomeLedger
from legation.desk.listen.services.sources import named_source
from legation.desk.people.models import Unit, User
from legation.engine.listen.imports import ImportLine, UnusableRecord, read_lines, read_record
from legation.engine.ports import Clock
from legation.engine.records.articles import FeedItem, LanguageGuess, OutcomeKind, PageText, ReadItem
from legation.engine.records.imports import ImportedRecord
from legation.engine.text.languages import name_language

IMPORT_JOB = "listen.import_file"
BATCH_RECORDS = 200  # some 0.2 s of work: that much is done again after a crash
_MAX_KEPT_LINES = 200  # broken lines whose bytes are kept one by one; the others are found by their number
_CHUNK_BYTES = 1 << 20

Report = Callable[[ImportRun], None]


class ImportTakenOver(Exception):
    """Another process reads the same file on; this one must stop."""


@dataclass(slots=True)
class _Batch:
    """Some lines on their way into the store."""

    arrivals: list[Arrival] = field(default_factory=list)
    refused: list[tuple[ImportLine, OutcomeKind, str, str, int]] = field(
        default_factory=list
    )  # …, where it begins
    blank: int = 0


def start_import(
    *,
    path: Path,
    at: datetime,
    source_name: str = "",
    language: str = "",
    resumes: bool = False,
    file_name: str = "",
    by: User | None = None,
    unit: Unit | None = None,
) -> ImportRun:
    """Open the account of a file, or, to resume, take up the last one of the same content that has no end.

    language: BCP 47, of records that name none; "" detects. Raises OSError where the file cannot be read.
    """
    digest = hash_file(path)
    if resumes:
        open_run = ImportRun.objects.filter(sha256=digest, finished_at__isnull=True).order_by("-id").first()
        if open_run:
            open_run.path = str(path)
            open_run.save(update_fields=["path"])
            return open_run
    return ImportRun.objects.create(
        file_name=(file_name or path.name)[:255],
        path=str(path),
        sha256=digest,
        size_bytes=path.stat().st_size,
        source_name=source_name[:200],
        language=language,
        created_at=at,
        created_by=by,
        unit=unit,
    )


def upload_import(
    *, upload: UploadedFile, source_name: str, language: str, by: User, unit: Unit | None, at: datetime
) -> ImportRun:
    """Keep an uploaded file under its hash and enqueue its reading."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"upload-{hashlib.sha256(f'{upload.name}{at}{by.pk}'.encode()).hexdigest()[:16]}"
    with partial.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    path = partial.rename(folder / f"{hash_file(partial)}.jsonl")
    name = (upload.name or path.name).replace("\\", "/").rpartition("/")[2]
    with transaction.atomic():
        run = start_import(
            path=path, at=at, source_name=source_name, language=language, file_name=name, by=by, unit=unit
        )
        run.job = enqueue_job(
            kind=IMPORT_JOB,
            arguments={"import_run": run.pk},
            key=f"{IMPORT_JOB}:{run.pk}",
            title=run.file_name,
            by=by,
            unit=unit,
        )
        run.save(update_fields=["job"])
    return run


def read_file(*, run: ImportRun, clock: Clock, report: Report | None = None) -> ImportRun:
    """Read a file from its bookmark to its end; returns the finished account.

    report: called after each batch; may raise to stop, after which the bookmark stands where the articles do.
    The counts of the account add up to the lines read. Raises ImportTakenOver, and OSError where the file
    cannot be read.
    """
    ledger = OutcomeLedger(source=None, at=clock(), job=run.job)
    with Path(run.path).open("rb") as stream:
        stream.seek(run.byte_offset)
        lines = read_lines(stream, first_number=run.line_number + 1, start_offset=run.byte_offset)
        while batch := list(islice(lines, BATCH_RECORDS)):
            with transaction.atomic():
                _store_batch(run, batch, ledger, clock())
            if report:
                report(run)
    run.finished_at = clock()
    ImportRun.objects.filter(pk=run.pk).update(finished_at=run.finished_at)
    return run


def hash_file(path: Path) -> str:
    """Hash a file's content: hexadecimal SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _store_batch(run: ImportRun, lines: list[ImportLine], ledger: OutcomeLedger, at: datetime) -> None:
    """Store some lines, count each once, and move the bookmark behind them."""
    ledger.counts = Counter(run.counts)
    batch = _read_batch(run, lines, _SourceFinder(run))
    counted: Counter[tuple[OutcomeKind, Source]] = Counter()
    for kept, arrival in zip(keep_articles(arrivals=batch.arrivals, at=at), batch.arrivals, strict=True):
        counted[kept.outcome, arrival.source] += 1
    for (kind, source), count in counted.items():
        ledger.write(kind, count=count, source=source)
    ledger.write(OutcomeKind.DISCARDED, reason="blank_line", count=batch.blank)
    kept_lines = sum(count for key, count in run.counts.items() if key.startswith(OutcomeKind.QUARANTINED))
    for line, kind, reason, detail, begins_at in batch.refused:
        is_kept = kind is OutcomeKind.QUARANTINED and kept_lines < _MAX_KEPT_LINES
        content = _read_bytes(run.path, begins_at, line.end_offset) if is_kept else b""
        kept_lines += is_kept
        ledger.write(kind, reason=reason, detail=f"{run.file_name}: {detail}", content=content)
    before = run.byte_offset
    run.byte_offset, run.line_number, run.counts = lines[-1].end_offset, lines[-1].number, dict(ledger.counts)
    moved = ImportRun.objects.filter(pk=run.pk, byte_offset=before).update(
        byte_offset=run.byte_offset, line_number=run.line_number, counts=run.counts
    )
    if not moved:
        raise ImportTakenOver(run.file_name)


def _read_batch(run: ImportRun, lines: list[ImportLine], sources: _SourceFinder) -> _Batch:
    """Read lines into arrivals and refusals, and count the blank ones between them."""
    batch = _Batch()
    number, begins_at = run.line_number, run.byte_offset
    for line in lines:
        batch.blank += line.number - number - 1
        if line.record is None:
            batch.refused.append((line, OutcomeKind.QUARANTINED, line.reason, line.detail, begins_at))
        else:
            try:
                record = read_record(line.record, line.number)
                batch.arrivals.append(Arrival(sources.find(record), _to_read(run, line, record)))
            except UnusableRecord as error:
                refusal = (line, OutcomeKind.DISCARDED, "unusable_record", str(error), begins_at)
                batch.refused.append(refusal)
        number, begins_at = line.number, line.end_offset
    return batch


class _SourceFinder:
    """Finds the source of each record: the outlet that it names, else one for the whole file."""

    def __init__(self, run: ImportRun) -> None:
        self.name = run.source_name or Path(run.file_name).stem or run.file_name
        self.language = run.language
        self._found: dict[str, Source] = {}

    def find(self, record: ImportedRecord) -> Source:
        """Return the source, made on first need; an outlet known by this name is that source."""
        name = record.outlet or self.name
        if name not in self._found:
            known = Source.objects.filter(name__iexact=name).order_by("id").first() if record.outlet else None
            language = record.language or self.language
            self._found[name] = known or named_source(
                name=name, prefix="import", languages=[language] if language else [], country=record.country
            )
        return self._found[name]


def _to_read(run: ImportRun, line: ImportLine, record: ImportedRecord) -> ReadItem:
    """Make the read item that a record stands for."""
    stated = record.language or run.language
    text = "\n".join((record.title, record.lead, record.body))
    guess = LanguageGuess(stated, 1.0, "declared") if stated else name_language(text)
    page = PageText(
        title=record.title, lead=record.lead, body=record.body, has_time=True, is_teaser=not record.body
    )
    item = FeedItem(
        guid=_name_record(run, line, record),
        address=record.address,
        title=record.title,
        published_at=record.published_at,
    )
    return ReadItem(OutcomeKind.KEPT, item=item, page=page, language=guess, address=record.address)


def _name_record(run: ImportRun, line: ImportLine, record: ImportedRecord) -> str:
    """Name a record for good: by its identifier within the file's name, else by address or text."""
    has_own = any(line.record and line.record.get(name) not in (None, "") for name in ("id", "uri"))
    if has_own:
        return f"import:{run.source_name or Path(run.file_name).stem}:{record.record_id}"
    return (
        record.address
        or f"text:{hash_text(record.title, record.lead, record.body, str(record.published_at))}"
    )


def _read_bytes(path: str, begins_at: int, ends_at: int) -> bytes:
    """Read one line's bytes again, blank lines before it included, for a person to look at."""
    with Path(path).open("rb") as stream:
        stream.seek(begins_at)
        return stream.read(min(ends_at - begins_at, MAX_QUARANTINED_BYTES))
