"""Web archives are written by the book: other programs read them, and a changed byte is found."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from datetime import UTC, datetime
from typing import Any

import fastwarc
import pytest
from warcio.archiveiterator import ArchiveIterator

from legation.engine.records.captures import ArchiveAbout, ArchiveSummary
from legation.engine.records.fetches import HttpExchange
from legation.gateways.archive import UnreadableArchive, find_faults, read_archived_page, write_archive

NOW = datetime(2026, 11, 22, 7, 30, 15, 123456, tzinfo=UTC)
BODY = gzip.compress("<p>Những lời trên trang.</p>".encode())
ABOUT = ArchiveAbout("The council decides", "press@example.org", "Legation/0.1 (+press@example.org)", NOW)


def make_exchange(path: str = "/news", **changes: Any) -> HttpExchange:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n"
        b"Transfer-Encoding: chunked\r\nx-oddly-Cased:  two  spaces \r\n\r\n"
    )
    fields: dict[str, Any] = {
        "address": f"https://paper.test{path}",
        "started_at": NOW,
        "request_head": f"GET {path} HTTP/1.1\r\nHost: paper.test\r\n\r\n".encode(),
        "response_head": head,
        "response_body": BODY,
        "remote_address": "192.0.2.7",
    }
    return HttpExchange(**{**fields, **changes})


REDIRECT = make_exchange(
    "/old",
    response_head=b"HTTP/1.1 301 Moved\r\nLocation: /news\r\nContent-Length: 0\r\n\r\n",
    response_body=b"",
)


def write(*exchanges: HttpExchange, page_index: int = 0) -> tuple[bytes, ArchiveSummary]:
    target = io.BytesIO()
    summary = write_archive(exchanges, target, about=ABOUT, page_index=page_index)
    return target.getvalue(), summary


def list_records(content: bytes) -> list[tuple[Any, bytes]]:
    return [
        (record.rec_headers, record.raw_stream.read())
        for record in ArchiveIterator(io.BytesIO(content), no_record_parse=True)
    ]


def test_warcio_finds_every_digest_right() -> None:
    content, summary = write(REDIRECT, make_exchange(), page_index=1)
    seen = []
    for record in ArchiveIterator(io.BytesIO(content), check_digests="raise"):
        record.content_stream().read()
        seen.append(record.rec_type)
        assert record.digest_checker.passed is not False
    assert seen == ["warcinfo", "response", "request", "response", "request"]
    assert summary.record_count == 5


def test_a_second_reader_finds_every_digest_right() -> None:
    content, _ = write(REDIRECT, make_exchange(), page_index=1)
    plain = gzip.decompress(content)
    for given, expected in ((content, True), (plain.replace(BODY, bytes(len(BODY))), False)):
        records = fastwarc.ArchiveIterator(io.BytesIO(given), parse_http=False)
        verdicts = [record.verify_block_digest() for record in records]
        assert len(verdicts) == 5
        assert all(verdicts) is expected


def test_the_page_is_found_again_with_its_words() -> None:
    content, summary = write(REDIRECT, make_exchange(), page_index=1)
    page = read_archived_page(io.BytesIO(content), record_id=summary.record_id)
    assert "Những lời" in page.body.decode()
    assert page.address == "https://paper.test/news"
    assert page.content_type == "text/html; charset=utf-8"
    assert page.captured_at == NOW
    assert summary.payload_sha256 == hashlib.sha256(BODY).hexdigest()


def test_a_block_holds_what_went_over_the_wire_byte_for_byte() -> None:
    plain = make_exchange(response_head=b"HTTP/1.1 200 OK\r\nx-oddly-Cased:  two  spaces \r\n\r\n")
    content, _ = write(plain)
    blocks = {headers.get_header("WARC-Type"): block for headers, block in list_records(content)}
    assert blocks["response"] == plain.response_head + plain.response_body
    assert blocks["request"] == plain.request_head


def test_an_undone_transfer_coding_is_not_claimed() -> None:
    content, _ = write(make_exchange())
    response = next(b for h, b in list_records(content) if h.get_header("WARC-Type") == "response")
    assert b"\r\nX-Orig-Transfer-Encoding: chunked\r\n" in response
    assert b"\r\nTransfer-Encoding" not in response


def test_records_name_each_other_and_the_time_to_the_microsecond() -> None:
    content, summary = write(make_exchange())
    info, response, request = [headers for headers, _ in list_records(content)]
    assert info.protocol == "WARC/1.1"
    assert response.get_header("WARC-Record-ID") == summary.record_id
    assert response.get_header("WARC-Concurrent-To") == request.get_header("WARC-Record-ID")
    assert request.get_header("WARC-Concurrent-To") == summary.record_id
    assert response.get_header("WARC-Warcinfo-ID") == info.get_header("WARC-Record-ID")
    for record in (response, request):
        assert record.get_header("WARC-Date") == "2026-11-22T07:30:15.123456Z"
        assert record.get_header("WARC-IP-Address") == "192.0.2.7"
        assert record.get_header("WARC-Target-URI") == "https://paper.test/news"
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", record.get_header("WARC-Block-Digest"))


def test_each_record_is_a_gzip_member_of_its_own() -> None:
    content, _ = write(make_exchange())
    assert content.count(b"\x1f\x8b\x08") >= 3
    names = [line for line in gzip.decompress(content).split(b"\r\n") if line == b"WARC/1.1"]
    assert len(names) == 3


def test_a_body_that_broke_off_is_marked() -> None:
    content, _ = write(make_exchange(is_cut=True))
    response = next(h for h, _ in list_records(content) if h.get_header("WARC-Type") == "response")
    assert response.get_header("WARC-Truncated") == "length"


def test_a_title_cannot_begin_a_header() -> None:
    target = io.BytesIO()
    about = ArchiveAbout("bad\r\nrobots: none\u2028x\ud800", "a@b.test", "x (+a@b.test)", NOW)
    write_archive([make_exchange()], target, about=about, page_index=0)
    info = list_records(target.getvalue())[0][1]
    assert b"\r\nrobots: none" not in info
    assert b"description: bad robots: none x" in info


def test_a_whole_archive_has_no_faults() -> None:
    content, _ = write(REDIRECT, make_exchange(), page_index=1)
    assert list(find_faults(io.BytesIO(content))) == []


def test_a_swapped_byte_is_found_in_its_record() -> None:
    content, summary = write(make_exchange(response_body=b"honest words", is_cut=False))
    plain = gzip.decompress(content).replace(b"honest words", b"other. words")
    (fault,) = find_faults(io.BytesIO(plain))
    assert summary.record_id in fault


def test_a_cut_file_is_found() -> None:
    content, _ = write(make_exchange(response_body=bytes(range(256)) * 400))
    assert list(find_faults(io.BytesIO(content[: len(content) // 2])))
    assert list(find_faults(io.BytesIO(b"")))
    assert list(find_faults(io.BytesIO(b"nothing of the kind")))


def test_a_page_that_is_not_there_is_said() -> None:
    content, _ = write(make_exchange())
    with pytest.raises(UnreadableArchive, match="no response"):
        read_archived_page(io.BytesIO(content), record_id="<urn:uuid:none>")


def test_a_page_of_any_size_is_read_within_bounds() -> None:
    content, summary = write(make_exchange(response_body=gzip.compress(bytes(3_000_000))))
    page = read_archived_page(io.BytesIO(content), record_id=summary.record_id, max_bytes=100_000)
    assert len(page.body) <= 100_000
