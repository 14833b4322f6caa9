"""Files of every documented format are known by their content, and each of their records is accounted for."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tests.evaluation.fuzz_archives import make_record, make_response

from legation.engine.listen.import_formats import ImportPart, UnknownFormat, read_parts, recognise_format
from legation.engine.records.articles import OutcomeKind
from legation.engine.records.imports import ImportedRecord, ImportFormat, ImportUnit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PARAGRAPH = (
    "The harbour master said on Friday that the new pier would open to ferries before the rains begin. " * 3
)
PAGE = f"""<!doctype html><html lang="fr"><head><title>Le port rouvre | Gazette</title>
<meta property="og:site_name" content="Gazette du Port">
<meta property="article:published_time" content="2026-11-20T08:00:00+01:00"></head>
<body><nav><a href="/">Accueil</a></nav><article><h1>Le port rouvre</h1>
<p>{"Le port de la ville rouvre vendredi après deux ans de travaux, a annoncé la capitainerie. " * 4}</p>
<p>{"Les pêcheurs attendent ce moment depuis la tempête qui avait emporté la jetée nord. " * 4}</p></article>
</body></html>""".encode()
NEWSML = f"""<?xml version="1.0"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:newsml:wire.example:1" version="2" standard="NewsML-G2" standardversion="2.35">
 <itemMeta><provider literal="Wire"/><versionCreated>2026-11-21T10:00:00+07:00</versionCreated>
  <firstCreated>2026-11-21T09:00:00+07:00</firstCreated><pubStatus qcode="stat:usable"/></itemMeta>
 <contentMeta><language tag="en-GB"/><headline>Pier opens</headline></contentMeta>
 <contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>
  <p>{PARAGRAPH}</p><p>Second <b>paragraph</b>.</p></body></html></inlineXML></contentSet>
</newsItem>
<newsItem guid="urn:newsml:wire.example:2"><itemMeta><pubStatus qcode="stat:canceled"/></itemMeta></newsItem>
<newsItem guid="urn:newsml:wire.example:3"><itemMeta><embargoed>2026-11-23T00:00:00Z</embargoed></itemMeta>
 <contentSet><inlineData contenttype="text/plain">Not yet.</inlineData></contentSet></newsItem>
<packageItem guid="urn:newsml:wire.example:4"><itemMeta/></packageItem>
</itemSet></newsMessage>""".encode()
NINJS = {
    "uri": "https://wire.example/items/7", "type": "text", "pubstatus": "usable", "language": "es-AR",
    "firstcreated": "2026-11-21T09:00:00-03:00", "versioncreated": "2026-11-21T12:00:00-03:00",
    "headlines": [{"role": "short", "value": "Muelle"}, {"role": "main", "value": "Abre el muelle"}],
    "bodies": [{"role": "main", "contenttype": "text/html", "value": f"<p>{PARAGRAPH}</p><p>Fin.</p>"}],
    "infosources": [{"name": "Agencia"}], "standard": {"name": "ninjs", "version": "3.0"},
}  # fmt: skip


def read(content: bytes, name: str = "", kind: ImportFormat | None = None) -> list[ImportUnit]:
    """Read all units of a file's content."""
    kind = kind or recognise_format(content, name)
    units: list[ImportUnit] = []
    for part in read_parts(io.BytesIO(content), kind, now=NOW, size_bytes=len(content), file_name=name):
        units.extend(part.units if part.reading is None else part.reading(*part.arguments))
    return units


def only_record(units: list[ImportUnit]) -> ImportedRecord:
    """Return the record of the one unit that has one."""
    [record] = [unit.record for unit in units if unit.record]
    return record


def make_mail(**headers: str) -> EmailMessage:
    """Make a message of the wire."""
    mail = EmailMessage()
    for name, value in {
        "From": "Wire Desk <desk@wire.example>", "Subject": "Re: Cầu cảng", "Message-ID": "<1@wire>",
        "Date": "Fri, 20 Nov 2026 08:00:00 +0700", **headers,
    }.items():  # fmt: skip
        mail[name] = value
    return mail


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b'{"title": "a"}\n{"title": "b"}\n', "x", ImportFormat.JSON_LINES),
        (b'\xef\xbb\xbf{"title": "a"}', "x", ImportFormat.JSON_LINES),
        (b'{\n  "uri": "a",\n  "headline": "b"\n}', "x.json", ImportFormat.NINJS),
        (b'[{"uri": "a"}]', "x", ImportFormat.NINJS),
        (NEWSML, "x.txt", ImportFormat.NEWSML),
        (b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", "x", ImportFormat.WARC),
        (b"\x1f\x8b\x08\x00", "x.warc.gz", ImportFormat.WARC),
        (PAGE, "x", ImportFormat.HTML),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html></html>', "x", ImportFormat.HTML),
        (b"%PDF-1.7\n", "x.doc", ImportFormat.PDF),
        (b"Received: from a\r\nSubject: x\r\n\r\n", "x", ImportFormat.MAIL),
        (b"From desk@wire Fri Nov 20\nSubject: x\n\n", "x", ImportFormat.MAILBOX),
        (b"", "x.jsonl", ImportFormat.JSON_LINES),
    ],
)
def test_a_format_is_known_by_its_first_bytes(head: bytes, name: str, kind: ImportFormat) -> None:
    assert recognise_format(head, name) is kind


@pytest.mark.parametrize("head", [b"\x00\x01\x02", b"PK\x03\x04", b"plain words", b""])
def test_a_file_of_no_known_format_is_refused_with_those_that_are(head: bytes) -> None:
    with pytest.raises(UnknownFormat, match="NewsML-G2, WARC, HTML, PDF"):
        recognise_format(head, "x.bin")


def test_a_news_message_accounts_for_each_of_its_items() -> None:
    units = read(NEWSML)
    assert [(unit.outcome, unit.reason) for unit in units] == [
        (OutcomeKind.KEPT, ""), (OutcomeKind.DISCARDED, "withdrawn"),
        (OutcomeKind.QUARANTINED, "embargoed"), (OutcomeKind.DISCARDED, "not_text"),
    ]  # fmt: skip
    assert [unit.number for unit in units] == [1, 2, 3, 4]
    assert b"Not yet." in units[2].content
    record = only_record(units)
    assert (record.record_id, record.title, record.language, record.outlet) == (
        "urn:newsml:wire.example:1", "Pier opens", "en", "Wire",
    )  # fmt: skip
    assert record.body.endswith("\n\nSecond paragraph .") or record.body.endswith("\n\nSecond paragraph.")
    assert record.published_at == datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert record.is_named_for_good


def test_an_item_of_ninjs_three_is_read() -> None:
    record = only_record(read(json.dumps(NINJS, indent=1).encode()))
    assert (record.title, record.language, record.outlet) == ("Abre el muelle", "es", "Agencia")
    assert record.body.split("\n\n")[1] == "Fin."
    assert record.address == "https://wire.example/items/7"
    assert record.modified_at == datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def test_an_item_of_ninjs_one_on_a_line_is_read_among_records_of_ours() -> None:
    lines = [
        {"title": "Plain", "body": PARAGRAPH, "id": "1"},
        {
            "uri": "tag:wire,2026:8",
            "headline": "Wire",
            "body_text": PARAGRAPH,
            "versioncreated": "2026-11-20T00:00:00Z",
        },
        {"uri": "tag:wire,2026:9", "type": "picture", "headline": "Wire", "body_text": ""},
    ]
    units = read("\n".join(json.dumps(line) for line in lines).encode())
    assert [(unit.record.title if unit.record else unit.reason) for unit in units] == [
        "Plain",
        "Wire",
        "not_text",
    ]


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_what_an_agency_takes_back_is_not_kept(status: str) -> None:
    [unit] = read(json.dumps([{**NINJS, "pubstatus": status}]).encode())
    assert (unit.outcome, unit.reason) == (OutcomeKind.DISCARDED, "withdrawn")


def test_a_saved_page_is_an_article() -> None:
    record = only_record(read(PAGE, "page.html"))
    assert (record.title, record.outlet, record.language) == ("Le port rouvre", "Gazette du Port", "fr")
    assert record.published_at == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def pack(kind: str, path: str, block: bytes, **lies: Any) -> bytes:
    """Write one compressed record of an archive."""
    return gzip.compress(make_record(kind, f"https://gazette.example{path}", block, **lies), mtime=0)


def cut_archive(content: bytes, start_offset: int = 0) -> list[ImportPart]:
    kind, size = ImportFormat.WARC, len(content)
    return list(read_parts(io.BytesIO(content), kind, now=NOW, size_bytes=size, start_offset=start_offset))


def test_an_archive_accounts_for_each_of_its_records_and_resumes_between_them() -> None:
    content = b"".join((
        pack("warcinfo", "/", b"software: a test\r\n"),
        pack("response", "/a", make_response(PAGE)),
        pack("response", "/b", make_response(b"gone", status="404 Not Found")),
        pack("response", "/c.png", make_response(b"\x89PNG", headers=["Content-Type: image/png"])),
        pack("response", "/d", make_response(PAGE)),
    ))  # fmt: skip
    parts = cut_archive(content)
    units = [unit for part in parts for unit in (part.units or part.reading(*part.arguments))]  # type: ignore[misc]
    assert [unit.record.address if unit.record else unit.reason for unit in units] == [
        "not_an_article", "https://gazette.example/a", "page_gone", "not_html", "https://gazette.example/d",
    ]  # fmt: skip
    assert parts[-1].end_offset == len(content)
    rest = cut_archive(content, parts[2].end_offset)
    assert [part.end_offset for part in rest] == [part.end_offset for part in parts[3:]]


@pytest.mark.parametrize("cut", [0.1, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("is_packed", [True, False])
def test_an_archive_that_breaks_off_says_so_once(cut: float, is_packed: bool) -> None:
    records = [pack("response", f"/{number}", make_response(PAGE)) for number in range(5)]
    content = b"".join(record if is_packed else gzip.decompress(record) for record in records)
    units = read(content[: int(len(content) * cut)], kind=ImportFormat.WARC)
    assert all(unit.record for unit in units[:-1])
    assert units[-1].reason == "broken_archive"
    assert len(units) == int(5 * cut) + 1


def test_a_record_without_a_status_does_not_cost_the_others() -> None:
    content = b"".join(
        pack("response", f"/{number}", make_response(PAGE, status=status))
        for number, status in enumerate(("abc", "\u00b2\u00b2\u00b2 x", "200 OK"))
    )
    assert [unit.reason for unit in read(content)] == ["page_rejected", "page_rejected", ""]


@pytest.mark.parametrize("name", ["zstd", "aws-chunked, br", "gzip"])
def test_a_page_in_no_known_compression_does_not_cost_the_others(name: str) -> None:
    coded = make_response(b"\x1f\x8bbroken", headers=["Content-Type: text/html", f"Content-Encoding: {name}"])
    units = read(pack("response", "/1", coded) + pack("response", "/2", make_response(PAGE)))
    assert [unit.reason for unit in units] == ["unreadable_page", ""]


def test_a_page_is_freed_from_its_chunks_and_its_compression() -> None:
    packed = gzip.compress(PAGE)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    headers = ["Content-Type: text/html", "Transfer-Encoding: chunked", "Content-Encoding: gzip"]
    record = only_record(read(pack("response", "/1", make_response(chunked, headers=headers))))
    assert record.title == "Le port rouvre"


def test_a_wire_by_mail_is_an_article_of_its_sender() -> None:
    mail = make_mail(Subject="Khánh thành cầu cảng mới")
    mail.set_content(f"Dòng đầu\r\ncủa đoạn một.\r\n\r\n{PARAGRAPH}\r\n-- \r\nWire Desk, telephone 1\r\n")
    record = only_record(read(mail.as_bytes(), "wire.eml"))
    assert (record.title, record.outlet, record.record_id) == (
        "Khánh thành cầu cảng mới",
        "Wire Desk",
        "mid:1@wire",
    )
    assert record.body.startswith("Dòng đầu của đoạn một.\n\nThe harbour")
    assert "telephone" not in record.body
    assert record.published_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_documents_attached_to_a_cover_note_are_the_articles() -> None:
    mail = make_mail()
    mail.set_content("Please find today's items attached.")
    mail.add_attachment(NEWSML, maintype="application", subtype="xml", filename="items.xml")
    mail.add_attachment(json.dumps(NINJS).encode(), maintype="application", subtype="json", filename="a.json")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="pier.png")
    units = read(mail.as_bytes(), "wire.eml")
    assert [unit.reason or "kept" for unit in units] == [
        "cover_note", "kept", "withdrawn", "embargoed", "not_text", "kept", "not_text",
    ]  # fmt: skip


def test_a_mailbox_is_cut_into_its_messages_and_resumes_between_them() -> None:
    messages = []
    for number in range(3):
        mail = make_mail(**{"Message-ID": f"<{number}@wire>"}, Subject=f"Item {number}")
        mail.set_content(f"{PARAGRAPH}\n\nFrom the quay, item {number}.")
        messages.append(b"From desk@wire Fri Nov 20 08:00:00 2026\n" + mail.as_bytes(unixfrom=False) + b"\n")
    content = b"".join(messages)
    units = read(content, "wire.mbox")
    assert [unit.record.title for unit in units if unit.record] == ["Item 0", "Item 1", "Item 2"]
    rest = list(
        read_parts(
            io.BytesIO(content),
            ImportFormat.MAILBOX,
            now=NOW,
            size_bytes=len(content),
            start_offset=len(messages[0]),
        )
    )
    assert [part.end_offset for part in rest] == [len(messages[0] + messages[1]), len(content)]


def test_the_text_of_a_pdf_is_read_in_paragraphs(tmp_path: Path) -> None:
    from weasyprint import HTML

    html = f"<html lang=en><title>Statement on the pier</title><body><p>{PARAGRAPH}</p><p>End.</p></html>"
    content = HTML(string=html).write_pdf()
    record = only_record(read(content, "statement.pdf"))
    assert record.title == "Statement on the pier"
    assert record.body.split("\n\n")[-1] == "End."
    assert "the new pier would open" in record.body


def test_a_scanned_pdf_asks_for_its_text() -> None:
    from pypdf import PdfWriter

    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(stream)
    [unit] = read(stream.getvalue(), "scan.pdf")
    assert unit.reason == "no_text"
    assert "recognised" in unit.detail


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%broken", ImportFormat.PDF),
        (b"<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'><cut", ImportFormat.NEWSML),
        (b"<html xmlns='x'/>", ImportFormat.NEWSML),
        (b"[" * 100_000, ImportFormat.NINJS),
        (b"[]", ImportFormat.NINJS),
        (b"", ImportFormat.MAIL),
        (b"\x00\x01 no page", ImportFormat.HTML),
    ],
)  # fmt: skip
def test_a_broken_document_is_one_quarantined_record(content: bytes, kind: ImportFormat) -> None:
    from legation.engine.listen.import_documents import read_document

    [unit] = read_document(content, kind, "x", NOW)
    assert unit.outcome is OutcomeKind.QUARANTINED
    assert unit.reason.startswith("unreadable_")
    assert unit.detail


def test_entities_of_a_hostile_message_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-secret")
    bomb = f"""<?xml version="1.0"?><!DOCTYPE n [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY a "aaaaaaaaaa">
    <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
    <newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g">
    <contentMeta><headline>h</headline></contentMeta>
    <contentSet><inlineData contenttype="text/plain">&x;&c;{PARAGRAPH}</inlineData></contentSet></newsItem>"""
    units = read(bomb.encode(), kind=ImportFormat.NEWSML)
    assert all("the-secret" not in (unit.record.body if unit.record else "") for unit in units)
    assert len(units) == 1


def test_mails_inside_mails_end_somewhere() -> None:
    mail = make_mail()
    mail.set_content(PARAGRAPH)
    for _ in range(12):
        outer = make_mail()
        outer.set_content(PARAGRAPH)
        outer.add_attachment(mail)
        mail = outer
    assert 1 <= len(read(mail.as_bytes(), "x.eml")) <= 20


YEARS_OF_NOBODY = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1899-12-31", "2201-01-01"]


@pytest.mark.parametrize("date", YEARS_OF_NOBODY)
def test_a_time_of_no_newspaper_is_left_out(date: str) -> None:
    item = {**NINJS, "versioncreated": date, "contentcreated": date, "firstcreated": date}
    newsml = NEWSML.replace(b"2026-11-21T09:00:00+07:00", date.encode())
    newsml = newsml.replace(b"2026-11-21T10:00:00+07:00", date.encode())
    for content in (json.dumps([item]).encode(), newsml):
        [record] = [unit.record for unit in read(content) if unit.record]
        assert record.published_at is record.modified_at is None
    [unit] = read(json.dumps({"title": "A", "body": PARAGRAPH, "time": date}).encode() + b"\n")
    assert (unit.reason, date in unit.detail) == ("unusable_record", True)


@pytest.mark.parametrize("date", ["Mon, 01 Jan 1800 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1200", "-"])
def test_a_mail_of_no_known_time_is_read(date: str) -> None:
    record = only_record(read(f"Subject: x\nDate: {date}\n\n{PARAGRAPH}".encode(), "x.eml"))
    assert record.published_at is None


def test_what_is_no_object_among_items_is_counted() -> None:
    units = read(json.dumps([NINJS, 7, None, [["text"]], {"items": []}], indent=1).encode())
    assert [unit.reason for unit in units] == [
        "", "not_an_object", "not_an_object", "not_an_object", "unusable_record",
    ]  # fmt: skip


def test_what_a_reason_quotes_of_a_file_can_be_stored() -> None:
    [unit] = read(json.dumps([{**NINJS, "type": "a\ud800\x00\u202eb\nc"}]).encode())
    assert unit.detail == "Item 1 is ab c without a text."
    [unit] = read(pack("response", "/\x00", make_response(PAGE, headers=["Content-Type: \x00/x"])))
    assert "\x00" not in unit.detail


def test_an_archive_that_lies_about_lengths_is_never_read_backwards() -> None:
    record = make_record("response", "https://gazette.example/1", make_response(PAGE), length="20")
    content = (
        gzip.compress(make_record("warcinfo", "/", b"x"), mtime=0) + record + gzip.compress(record, mtime=0)
    )
    ends = [part.end_offset for part in cut_archive(content)]
    assert ends == sorted(ends)
    assert ends[-1] == len(content)


def test_an_archive_that_unpacks_to_a_thousandfold_is_refused_in_time() -> None:
    bomb = gzip.compress(
        make_record("response", "https://a.example/", make_response(bytes(150_000_000))), 9, mtime=0
    )
    assert len(bomb) < 200_000
    [unit] = read(bomb)
    assert (unit.reason, "unpack to more" in unit.detail) == ("broken_archive", True)
    [unit] = read(gzip.compress(b"WARC/1.1\r\nWARC-Type: " + b"x" * 90_000_000, mtime=0))
    assert (unit.reason, "a line is longer" in unit.detail) == ("broken_archive", True)


@pytest.mark.parametrize(("parts", "refused"), [(150, 0), (260, 1)])
def test_parts_of_a_mail_beyond_the_limit_are_told(parts: int, refused: int) -> None:
    mail = make_mail()
    mail.set_content(PARAGRAPH)
    for _ in range(parts):
        mail.add_attachment(
            json.dumps(NINJS).encode(), maintype="application", subtype="json", filename="a.json"
        )
    units = read(mail.as_bytes(), "x.eml")
    assert sum("further parts" in unit.detail for unit in units) == refused


ENDLESS = ["From: " + "(" * 50_000, "Subject: " + "=?utf-8?q?a?= " * 20_000, "From: <[", "Date: ("]


@pytest.mark.parametrize("header", ENDLESS, ids=["brackets", "words", "address", "date"])
def test_a_header_without_end_costs_a_mail_no_more_than_itself(header: str) -> None:
    record = only_record(read(f"To: a@b\n{header}\nMIME-Version: 1.0\n\n{PARAGRAPH}".encode(), "x.eml"))
    assert record.body == PARAGRAPH.strip()
