"""OPML: real lists in and out, and hostile ones bounded."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from lxml import etree

from legation.engine.listen.opml import UnreadableOpml, read_opml, write_opml
from legation.engine.records.sources import SourceKind, SourceRecord

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
LIST = """<?xml version="1.0"?><opml version="2.0"><head><title>My list</title></head><body>
<outline text="World" title="World">
  <outline text="Le Port &amp; la Mer" type="rss" xmlUrl="https://port.test/rss?a=1&b=2" htmlUrl="https://port.test/"
    language="fr"/>
  <outline TITLE="Upper" XMLURL="https://upper.test/feed"/>
</outline>
<outline text="A thought of mine"/>
</body></opml>"""


def record(**changes: object) -> SourceRecord:
    values: dict[str, object] = {
        "key": "fr-port", "name": "Le Port & la Mer", "kind": SourceKind.PRESS, "country": "FR",
        "languages": ("fr",), "home": "https://port.test/", "feeds": ("https://port.test/rss?a=1&b=2",),
    }  # fmt: skip
    return SourceRecord(**{**values, **changes})  # type: ignore[arg-type]


def test_groups_feeds_and_other_lines_are_told_apart() -> None:
    found = read_opml(LIST.encode())
    assert found.title == "My list"
    assert [(one.number, one.name, one.feed, one.is_group) for one in found.outlines] == [
        (1, "World", "", True),
        (2, "Le Port & la Mer", "https://port.test/rss?a=1&b=2", False),
        (3, "Upper", "https://upper.test/feed", False),
        (4, "A thought of mine", "", False),
    ]
    assert (found.outlines[1].home, found.outlines[1].language) == ("https://port.test/", "fr")


def test_bare_ampersands_are_mended_and_said() -> None:
    assert read_opml(LIST.encode()).problems


def test_what_is_written_is_read_back_by_another_parser() -> None:
    records = [record(), record(name="第二", feeds=("https://b.test/1", "https://b.test/2"), country="")]
    written = write_opml(records, title="Sources", at=NOW)
    root = etree.fromstring(written)
    assert root.get("version") == "2.0"
    assert root.xpath("//outline/@xmlUrl") == [feed for one in records for feed in one.feeds]
    assert root.xpath("//outline/@text") == ["Le Port & la Mer", "第二", "第二"]
    assert etree.fromstring(written).findtext("head/dateCreated") == "Sun, 22 Nov 2026 07:30:00 +0000"


def test_what_is_written_is_read_back_by_ourselves() -> None:
    [outline] = read_opml(write_opml([record()], title="Sources", at=NOW)).outlines
    assert (outline.name, outline.feed, outline.kind, outline.country, outline.language) == (
        "Le Port & la Mer", "https://port.test/rss?a=1&b=2", "press", "FR", "fr",
    )  # fmt: skip


def test_names_that_xml_cannot_hold_are_written_without_what_breaks_it() -> None:
    written = write_opml([record(name='\x00\ud800<a>"\x1b')], title="\x07", at=NOW)
    assert etree.fromstring(written).xpath("//outline/@text") == ['<a>"']


@pytest.mark.parametrize(
    "body",
    [b"", b"  ", b"{}", b"not xml", b"<html><body/></html>", b"<rss/>", b"\x00\x01\x02"],
)
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableOpml):
        read_opml(body)


def test_entities_are_no_bomb() -> None:
    levels = '<!ENTITY e0 "ha">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = (
        f'<!DOCTYPE opml [{levels}<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>'
        '<outline text="&e9;&x;" xmlUrl="https://a.test/"/></body></opml>'
    )
    [outline] = read_opml(body.encode()).outlines
    assert len(outline.name) < 50
    assert "root:" not in outline.name


def test_a_hundred_thousand_outlines_are_counted_and_the_first_are_read() -> None:
    body = "<opml><body>" + '<outline text="a" xmlUrl="https://a.test/"/>' * 100_000 + "</body></opml>"
    started = time.monotonic()
    found = read_opml(body.encode())
    assert (len(found.outlines), found.beyond_count) == (20_000, 80_000)
    assert time.monotonic() - started < 20


def test_a_hundred_thousand_levels_are_cut_and_what_stands_above_is_read() -> None:
    body = "<opml><body><outline xmlUrl='https://a.test/'/>" + "<outline text='g'>" * 100_000
    found = read_opml(body.encode())
    assert found.outlines[0].feed == "https://a.test/"
    assert len(found.outlines) < 300


def test_a_name_that_xml_forbids_is_no_outline() -> None:
    found = read_opml(
        b"<opml><body><x:y text='a' xmlUrl='b'/><outline text='c' xmlUrl='https://c.test/'/></body></opml>"
    )
    assert [one.name for one in found.outlines] == ["c"]
