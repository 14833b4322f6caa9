"""Import files of articles: in batches, each with its bookmark and account in one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.models import ImportRun, Source
from legation.desk.listen.services.articles import Arrival, keep_articles
from legation.desk.listen.services.import_arrivals import SourceFinder, make_read
from legation.desk.listen.services.import_batches import UnitBatch, read_batches
from legation.desk.listen.services.outcomes import MAX_QUARANTINED_BYTES, OutcomeLedger
from legation.desk.people.models import Unit, User
from legation.engine.ports import Clock
from legation.engine.records.articles import OutcomeKind

IMPORT_JOB = "listen.import_file"
_MAX_KEPT_RECORDS = 200  # broken records whose bytes are kept one by one; the others are found by number
_COUNTED_TOGETHER = {"blank_line", "not_an_article"}
_CHUNK_BYTES = 1 << 20

Report = Callable[[ImportRun], None]


class ImportTakenOver(Exception):
    """Another process reads the same file on; this one must stop."""


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
    path = partial.rename(folder / f"{hash_file(partial)}.import")
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
    """Read a file of any format from its bookmark to its end; returns the finished account.

    report: called after each batch; may raise to stop, after which the bookmark stands where the articles do.
    The counts of the account add up to the records read. A file of no known format ends as one quarantined
    record. Raises ImportTakenOver, and OSError where the file cannot be read.
    """
    ledger = OutcomeLedger(source=None, at=clock(), job=run.job)
    for batch in read_batches(run=run, at=clock()):
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


def _store_batch(run: ImportRun, batch: UnitBatch, ledger: OutcomeLedger, at: datetime) -> None:
    """Store some records, count each once, and move the bookmark behind them."""
    ledger.counts = Counter(run.counts)
    sources = SourceFinder(run)
    arrivals = [
        Arrival(
            sources.find(unit.record),
            make_read(run, unit.record, is_declared=batch.is_declared),
            noticed="file",
        )
        for unit in batch.units
        if unit.record is not None
    ]
    counted: Counter[tuple[OutcomeKind, Source]] = Counter()
    for kept, arrival in zip(keep_articles(arrivals=arrivals, at=at), arrivals, strict=True):
        counted[kept.outcome, arrival.source] += 1
    for (kind, source), count in counted.items():
        ledger.write(kind, count=count, source=source)
    _write_refused(run, batch, ledger)
    before = {"byte_offset": run.byte_offset, "line_number": run.line_number}
    run.byte_offset, run.line_number = batch.end_offset, run.line_number + len(batch.units)
    run.counts = dict(ledger.counts)
    moved = ImportRun.objects.filter(pk=run.pk, **before).update(
        byte_offset=run.byte_offset, line_number=run.line_number, counts=run.counts
    )
    if not moved:
        raise ImportTakenOver(run.file_name)


def _write_refused(run: ImportRun, batch: UnitBatch, ledger: OutcomeLedger) -> None:
    """Write why records are no articles; what nobody asks about one by one shares a row."""
    kept = sum(count for key, count in run.counts.items() if key.startswith(OutcomeKind.QUARANTINED))
    together: Counter[str] = Counter()
    for unit in batch.units:
        if unit.record is not None:
            continue
        if unit.reason in _COUNTED_TOGETHER:
            together[unit.reason] += 1
            continue
        is_kept = unit.outcome is OutcomeKind.QUARANTINED and kept < _MAX_KEPT_RECORDS
        kept += is_kept
        content = unit.content[:MAX_QUARANTINED_BYTES] if is_kept else b""
        ledger.write(
            unit.outcome, reason=unit.reason, detail=f"{run.file_name}: {unit.detail}", content=content
        )
    for reason, count in together.items():
        ledger.write(OutcomeKind.DISCARDED, reason=reason, count=count)
