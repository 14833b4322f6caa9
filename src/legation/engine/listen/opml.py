"""Reading and writing OPML 2.0, the form in which feed readers exchange their lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from lxml import etree

from legation.engine.listen.feed_documents import UnreadableFeed, decode_document, parse_document
from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.records.sources import SourceKind, SourceRecord

_MAX_BYTES: Final = 10_000_000  # a list of 50,000 feeds; the largest public ones seen hold some 5,000
_MAX_OUTLINES: Final = 20_000  # twice the sources that one desk is built for
_MAX_CHARS: Final = 2_000
_MAX_NAME_CHARS: Final = 200
_KIND_CATEGORY: Final = "/kind/"
_COUNTRY_CATEGORY: Final = "/country/"


class UnreadableOpml(Exception):
    """The bytes are no OPML; the message says why."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One line of a list: a feed, or a group of feeds."""

    number: int  # in the order of the file, from 1
    name: str  # plain text, "" where it has none
    feed: str  # the address as written; "" where it has none
    home: str = ""
    language: str = ""  # as written
    kind: str = ""  # of our own exports, else ""
    country: str = ""  # of our own exports, else ""
    is_group: bool = False  # holds other outlines and is no feed itself


@dataclass(frozen=True, slots=True)
class OutlineList:
    """What an OPML file holds."""

    title: str
    outlines: tuple[Outline, ...]
    beyond_count: int = 0  # outlines after the first 20,000, which were not read
    problems: tuple[str, ...] = ()  # English sentences: what was mended


def read_opml(body: bytes) -> OutlineList:
    """Read every outline of a list, groups included, in the order of the file.

    Broken XML is mended as that of feeds is (most exports of phones hold bare ampersands); entities do not
    exist here; nesting beyond 256 levels is cut off. Raises UnreadableOpml.
    """
    log = ProblemLog()
    try:
        text = decode_document(body, content_type="", max_bytes=_MAX_BYTES, log=log)
        root = parse_document(text, address="", log=log)
    except UnreadableFeed as error:
        raise UnreadableOpml(str(error)) from error
    if _name(root) != "opml":
        raise UnreadableOpml(f"This is <{_name(root)[:40]}>, not OPML.")
    outlines: list[Outline] = []
    beyond = 0
    for node in root.iter():
        if _name(node) != "outline":
            continue
        if len(outlines) >= _MAX_OUTLINES:
            beyond += 1
            continue
        outlines.append(_read_outline(node, len(outlines) + 1))
    title = _clean(root.findtext("head/title") or "")
    return OutlineList(title, tuple(outlines), beyond, log.list_sentences())


def write_opml(records: Iterable[SourceRecord], *, title: str, at: datetime) -> bytes:
    """Write sources as OPML 2.0: one outline for each feed, sources without feeds left out.

    at: aware. Kind and country travel as categories, which other readers show or ignore.
    Source: opml.org/spec2.opml.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _clean(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(at)
    body = etree.SubElement(root, "body")
    for record in records:
        for feed in record.feeds:
            values = {
                "text": record.name, "title": record.name, "type": "rss", "xmlUrl": feed,
                "htmlUrl": record.home, "language": record.languages[0] if record.languages else "",
                "category": _write_category(record),
            }  # fmt: skip
            kept = {name: _clean(value) for name, value in values.items() if value}
            etree.SubElement(body, "outline", kept)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _read_outline(node: etree._Element, number: int) -> Outline:
    values = {str(name).lower(): _clean(str(value)) for name, value in node.attrib.items()}
    is_feed = values.get("type", "") in ("rss", "atom")
    feed = values.get("xmlurl") or (values.get("url", "") if is_feed else "")
    categories = values.get("category", "").split(",")
    return Outline(
        number=number,
        name=(values.get("title") or values.get("text", ""))[:_MAX_NAME_CHARS],
        feed=feed,
        home=values.get("htmlurl", ""),
        language=values.get("language", "")[:35],
        kind=_find_category(categories, _KIND_CATEGORY),
        country=_find_category(categories, _COUNTRY_CATEGORY)[:2].upper(),
        is_group=not feed and len(node) > 0,
    )


def _find_category(categories: Iterable[str], prefix: str) -> str:
    return next((one.strip()[len(prefix) :] for one in categories if one.strip().startswith(prefix)), "")


def _write_category(record: SourceRecord) -> str:
    country = f",{_COUNTRY_CATEGORY}{record.country}" if record.country else ""
    return f"{_KIND_CATEGORY}{SourceKind(record.kind)}{country}"


def _name(node: etree._Element) -> str:
    # QName refuses the names that mended documents may have, such as one with an unknown prefix.
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _clean(text: str) -> str:
    """Make a text of one line that XML can hold."""
    line = " ".join(text[:_MAX_CHARS].split())
    return "".join(char for char in line if char.isprintable() or char in "\u200c\u200d")
