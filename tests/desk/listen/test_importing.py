"""Importing files: every line is accounted for, whatever interrupts the reading."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.desk.factories import UserFactory
from tests.desk.listen.conftest import MovableClock

from legation.desk.carry.models import Job
from legation.desk.carry.services.runs import run_job
from legation.desk.listen.models import Article, ImportRun, Outcome, Source
from legation.desk.listen.services import import_batches, importing
from legation.desk.listen.services.importing import ImportTakenOver, read_file, start_import, upload_import
from legation.engine.listen import import_formats

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return write(*lines, name): a file of the lines, records or bytes; batches are of ten lines."""
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(import_batches, "BATCH_RECORDS", 10)

    def make(*lines: Any, name: str = "records.jsonl", end: bytes = b"\n") -> Path:
        raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        path = tmp_path / name
        path.write_bytes(b"\n".join(raw) + end)
        return path

    return make


def records(count: int, **fields: Any) -> list[dict[str, Any]]:
    """Make records of articles that are no copies of each other."""
    return [
        {
            "id": str(number),
            "title": f"Headline {number} of the day",
            "text": f"Report {number}. " * 5,
            **fields,
        }
        for number in range(count)
    ]


def test_the_account_adds_up_to_the_lines(write: Write, clock: MovableClock) -> None:
    path = write(
        *records(12), b"", b"{broken", b'["no object"]', {"id": "empty"}, {"title": "x", "time": "yesterday"},
        b"\xff\xfe", {"id": "3", "title": "Headline 3 of the day", "text": "Report 3. " * 5},
        b'{"title": "cut off', end=b"",
    )  # fmt: skip
    run = read_file(run=start_import(path=path, at=clock()), clock=clock)
    assert run.counts == {
        "kept": 12,
        "known": 1,
        "discarded:blank_line": 1,
        "discarded:unusable_record": 2,
        "quarantined:not_json": 1,
        "quarantined:not_an_object": 1,
        "quarantined:not_utf8": 1,
        "quarantined:truncated": 1,
    }
    assert sum(run.counts.values()) == run.line_number == 20
    assert sum(Outcome.objects.values_list("count", flat=True)) == 20
    assert run.finished_at is not None
    kept = [Path(outcome.content.path).read_bytes() for outcome in Outcome.objects.filter(kind="quarantined")]
    assert b"\n{broken\n" in kept or b"{broken\n" in kept


def test_the_forms_of_the_evaluation_sets_are_read(write: Write, clock: MovableClock) -> None:
    path = write(
        {
            "uri": "66",
            "lang": "eng",
            "published_at": "2021-07-01 08:01:00",
            "title": "A title alone",
            "cluster_id": "c",
        },
        {
            "id": "12",
            "title": "Tiêu đề",
            "summary": "Tóm tắt",
            "body": "Nội dung bài viết",
            "time": "23/10/2013 11:39",
        },
    )
    read_file(run=start_import(path=path, at=clock()), clock=clock)
    first, second = Article.objects.order_by("sort_at").reverse()
    assert (first.language, first.published_at.isoformat()) == ("en", "2021-07-01T08:01:00+00:00")
    assert (second.lead, second.published_at.isoformat()) == ("Tóm tắt", "2013-10-23T11:39:00+00:00")
    assert Source.objects.get().key == "import-records"


def test_records_go_to_the_outlets_that_they_name(
    write: Write, clock: MovableClock, make_source: Any
) -> None:
    make_source("gazette", name="The Gazette")
    path = write(*records(1, outlet="the gazette"), *records(1, outlet="Le Port", country="fr"), *records(1))
    read_file(run=start_import(path=path, at=clock(), source_name="Archive"), clock=clock)
    assert sorted(Article.objects.values_list("source__key", flat=True)) == [
        "gazette",
        "import-archive",
        "import-le-port",
    ]
    assert Source.objects.get(key="import-le-port").country == "FR"
    assert not Source.objects.get(key="import-le-port").is_enabled


def test_an_interrupted_import_resumes_where_it_stopped(write: Write, clock: MovableClock) -> None:
    path = write(*records(35))

    def stop(run: ImportRun) -> None:
        if run.line_number == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_file(run=start_import(path=path, at=clock()), clock=clock, report=stop)
    assert Article.objects.count() == 20
    resumed = start_import(path=path, at=clock(), resumes=True)
    assert resumed.line_number == 20
    with mock.patch.object(import_formats, "read_record", wraps=import_formats.read_record) as read:
        read_file(run=resumed, clock=clock)
    assert read.call_count == 15
    assert ImportRun.objects.get().counts == {"kept": 35}
    assert sum(Outcome.objects.values_list("count", flat=True)) == 35


def test_a_crash_within_a_batch_leaves_bookmark_and_articles_together(
    write: Write, clock: MovableClock
) -> None:
    path = write(*records(25))
    run = start_import(path=path, at=clock())
    real, calls = importing.keep_articles, []

    def die(**more: Any) -> Any:
        kept = real(**more)
        calls.append(kept)
        if len(calls) == 2:
            raise SystemExit
        return kept

    with mock.patch.object(importing, "keep_articles", die), pytest.raises(SystemExit):
        read_file(run=run, clock=clock)
    stored = ImportRun.objects.get()
    assert Article.objects.count() == stored.line_number == sum(stored.counts.values()) == 10
    read_file(run=stored, clock=clock)
    assert ImportRun.objects.get().counts == {"kept": 25}


def test_a_second_reader_of_the_same_account_stops(write: Write, clock: MovableClock) -> None:
    run = start_import(path=write(*records(15)), at=clock())
    stale = ImportRun.objects.get(pk=run.pk)
    read_file(run=run, clock=clock)
    with pytest.raises(ImportTakenOver):
        read_file(run=stale, clock=clock)
    assert sum(Outcome.objects.values_list("count", flat=True)) == 15


def test_a_second_reading_knows_everything(write: Write, clock: MovableClock) -> None:
    path = write(*records(12))
    read_file(run=start_import(path=path, at=clock()), clock=clock)
    again = read_file(run=start_import(path=path, at=clock()), clock=clock)
    assert again.counts == {"known": 12}


def test_an_uploaded_file_is_read_by_a_job(write: Write, clock: MovableClock) -> None:
    upload = SimpleUploadedFile("../../Weekly report.jsonl", write(*records(12)).read_bytes())
    run = upload_import(upload=upload, source_name="", language="", by=UserFactory(), unit=None, at=clock())
    assert run.file_name == "Weekly report.jsonl"
    run_job(job_id=run.job.pk)
    job = Job.objects.get(pk=run.job.pk)
    assert (job.status, job.outcome, job.progress_done) == ("done", {"kept": 12}, run.size_bytes)


def test_a_wire_of_many_items_is_read_in_batches_and_resumed(write: Write, clock: MovableClock) -> None:
    items = [
        {"uri": f"tag:wire,2026:{number}", "headline": f"Item {number}", "body_text": f"Item {number}. " * 20}
        for number in range(25)
    ]
    path = write(json.dumps(items, indent=1).encode(), name="wire.json")

    def stop(run: ImportRun) -> None:
        if run.line_number == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_file(run=start_import(path=path, at=clock()), clock=clock, report=stop)
    run = read_file(run=start_import(path=path, at=clock(), resumes=True), clock=clock)
    assert (run.counts, run.line_number, run.byte_offset) == ({"kept": 25}, 25, path.stat().st_size)


def test_the_next_version_of_a_wires_item_is_a_new_version_of_its_article(
    write: Write, clock: MovableClock
) -> None:
    for number, text in enumerate(["The pier opens on Friday. " * 10, "The pier opens on Monday. " * 10]):
        item = {
            "uri": "tag:wire,2026:7",
            "headline": "Pier",
            "body_text": text,
            "infosource": {"name": "Wire"},
        }
        path = write(json.dumps([item]).encode(), name=f"{number}.json")
        run = read_file(run=start_import(path=path, at=clock()), clock=clock)
    assert run.counts == {"changed": 1}
    assert Article.objects.get().source.name == "Wire"


def test_a_file_of_no_known_format_is_one_quarantined_record(write: Write, clock: MovableClock) -> None:
    run = read_file(run=start_import(path=write(b"PK\x03\x04", name="x.zip"), at=clock()), clock=clock)
    assert (run.counts, run.line_number) == ({"quarantined:unknown_format": 1}, 1)
    outcome = Outcome.objects.get()
    assert Path(outcome.content.path).read_bytes() == b"PK\x03\x04\n"
    assert "NewsML-G2" in outcome.detail


def test_an_empty_file_ends_without_a_record(write: Write, clock: MovableClock) -> None:
    run = read_file(run=start_import(path=write(name="x.jsonl", end=b""), at=clock()), clock=clock)
    assert (run.counts, run.line_number) == ({}, 0)
    assert run.finished_at
