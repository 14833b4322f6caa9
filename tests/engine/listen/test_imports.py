"""Imported files are read record by record, and every bad line is named."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.listen.imports import UnusableRecord, read_lines, read_record


def test_a_full_record_is_read() -> None:
    record = read_record(
        {
            "id": 7,
            "title": "Ferries  agreed",
            "summary": "From spring.",
            "body": "One.\nTwo.",
            "lang": "eng",
            "published_at": "2026-11-20T08:30:00+07:00",
            "url": "https://a.example/x?utm_source=y",
            "source": {"name": "Example Times"},
            "country": "fr",
            "cluster_id": "gold",
        },
        3,
    )
    assert (record.record_id, record.title, record.lead, record.body) == (
        "7", "Ferries agreed", "From spring.", "One.\n\nTwo.",
    )  # fmt: skip
    assert record.published_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert (record.language, record.outlet, record.country) == ("en", "Example Times", "FR")
    assert record.address == "https://a.example/x"
    assert "gold" not in repr(record)


@pytest.mark.parametrize(("fields", "identifier"), [({"uri": "u-1"}, "u-1"), ({}, "12"), ({"id": ""}, "12")])
def test_a_record_without_identifier_takes_its_line_number(fields: dict[str, Any], identifier: str) -> None:
    assert read_record({"title": "T", **fields}, 12).record_id == identifier


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2013-05-09T10:00:00", datetime(2013, 5, 9, 10, tzinfo=UTC)),
        ("9/5/2013 06:05", datetime(2013, 5, 9, 6, 5, tzinfo=UTC)),
        ("09/05/2013", datetime(2013, 5, 9, tzinfo=UTC)),
        ("2013-05-09", datetime(2013, 5, 9, tzinfo=UTC)),
        ("2013-05-09T10:00:00Z", datetime(2013, 5, 9, 10, tzinfo=UTC)),
        (None, None),
    ],
)
def test_times_of_both_forms_are_read(written: str | None, moment: datetime | None) -> None:
    assert read_record({"title": "T", "time": written}, 1).published_at == moment


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({}, "title"),
        ({"title": "", "body": "  "}, "title"),
        ({"title": 5}, "title"),
        ({"title": "T", "body": {"a": 1}}, "body"),
        ({"title": "T" * 2000}, "title"),
        ({"title": "T", "lang": "klingon"}, "lang"),
        ({"title": "T", "time": "yesterday"}, "time"),
        ({"title": "T", "published_at": 1_700_000_000}, "published_at"),
        ({"title": "T", "published_at": "31/31/2013 10:00"}, "published_at"),
        ({"title": "T", "id": "x" * 300}, "id"),
    ],
)
def test_an_unusable_record_names_line_field_and_remedy(record: dict[str, Any], field: str) -> None:
    with pytest.raises(UnusableRecord) as caught:
        read_record(record, 42)
    assert (caught.value.line_number, caught.value.field) == (42, field)
    assert caught.value.what
    assert caught.value.mending
    assert "42" in str(caught.value)


def test_a_bad_address_is_left_out_and_named() -> None:
    record = read_record({"title": "T", "url": "javascript:alert(1)", "country": "France"}, 1)
    assert (record.address, record.country) == ("", "")
    assert len(record.problems) == 2


def test_markup_in_a_body_is_removed() -> None:
    assert read_record({"body": "<p>One</p><script>x</script><p>Two &amp; 3</p>"}, 1).body == "One\n\nTwo & 3"


def test_every_bad_line_is_reported_and_the_rest_is_read() -> None:
    stream = io.BytesIO(
        b'\xef\xbb\xbf{"title": "1"}\n'
        b"\n"
        b'{"title": "\xff"}\n'
        b"not json\n"
        b"[1, 2]\n" + b'{"title": "' + b"x" * 500 + b'"}\n' + b"[" * 90 + b"\n"
        b'{"title": "8"}\r\n'
        b'{"title": "brok'
    )
    lines = list(read_lines(stream, max_bytes=100))
    assert [(line.number, line.reason) for line in lines] == [
        (1, ""), (3, "not_utf8"), (4, "not_json"), (5, "not_an_object"), (6, "too_long"), (7, "not_json"),
        (8, ""), (9, "truncated"),
    ]  # fmt: skip
    assert all(line.detail for line in lines if line.reason)


def test_reading_resumes_after_the_last_line_dealt_with() -> None:
    stream = io.BytesIO(
        b"".join(json.dumps({"title": str(number)}).encode() + b"\n" for number in range(1, 6))
    )
    first = next(iter(read_lines(stream)))
    stream.seek(first.end_offset)
    rest = list(read_lines(stream, first_number=first.number + 1, start_offset=first.end_offset))
    assert [line.number for line in rest] == [2, 3, 4, 5]
    assert rest[-1].end_offset == len(stream.getvalue())


@given(st.binary(max_size=400), st.integers(min_value=1, max_value=60))
def test_no_bytes_can_stop_the_reader(body: bytes, max_bytes: int) -> None:
    lines = list(read_lines(io.BytesIO(body), max_bytes=max_bytes))
    assert all((line.record is None) == bool(line.reason) for line in lines)
    assert [line.end_offset for line in lines] == sorted({line.end_offset for line in lines})
