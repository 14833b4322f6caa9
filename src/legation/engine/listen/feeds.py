"""Reading RSS 0.9 to 2.0, RDF and Atom, however broken or hostile, into one Feed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from lxml import etree

from legation.engine.listen.feed_dates import parse_feed_date
from legation.engine.listen.feed_documents import UnreadableFeed, read_document
from legation.engine.listen.feed_elements import (
    Element,
    TextReader,
    get_base,
    has_own_base,
    join_names,
    name_element,
    read_language,
    read_text,
    resolve_address,
)
from legation.engine.listen.feed_markup import make_plain
from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.records.articles import Feed, FeedItem

__all__ = ["FeedOptions", "UnreadableFeed", "parse_feed"]


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """Bounds of reading, and what a date is measured against."""

    now: datetime | None = None  # aware; without it no date counts as lying in the future
    max_future: timedelta = timedelta(days=1)  # wrong zones reach 14 hours ahead
    zone: tzinfo = UTC  # of dates that name none: the source's own
    max_bytes: int = 20_000_000  # as the fetcher's
    max_items: int = 500  # the longest feeds of news agencies hold some 300
    max_title_chars: int = 1_000  # three times the longest headline of the data measured on
    max_html_chars: int = 500_000  # a book's chapter
    max_guid_chars: int = 500  # a longer one is replaced by its hash


_EMAIL: Final = re.compile(r"[^\s()<>]{1,100}@[^\s()<>]{1,100}")
_PERIODS: Final = {
    "hourly": 3_600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}
_MAX_BYLINE_CHARS: Final = 300  # the desk's column
_MAX_CATEGORIES: Final = 50  # the most tagged items seen carry some thirty
_ITEM_NAMES: Final = frozenset({"item", "entry", "atom:entry"})


@dataclass(slots=True)
class _Reading:
    """One feed while it is being read."""

    address: str
    options: FeedOptions
    texts: TextReader
    log: ProblemLog
    language: str = ""
    guids: dict[str, FeedItem] = field(default_factory=dict)


def parse_feed(body: bytes, *, content_type: str, address: str, options: FeedOptions | None = None) -> Feed:
    """Read a feed's bytes into plain titles, clean HTML, absolute addresses and aware dates.

    content_type: the HTTP header's own text, whose charset is the last to be believed. address: where the
    feed was fetched from, for its relative links. What was mended or left out stands in `problems`.
    Raises UnreadableFeed where the bytes are no RSS, RDF or Atom.
    """
    options = options or FeedOptions()
    log = ProblemLog()
    root = read_document(
        body, content_type=content_type, address=address, max_bytes=options.max_bytes, log=log
    )
    dialect = _name_dialect(root)
    texts = TextReader(address, options.max_title_chars, options.max_html_chars, log)
    channel_node = _find_channel(root)
    channel = Element(channel_node)
    reading = _Reading(address, options, texts, log)
    language = channel.read_text("language", "dc:language", "atom:language") or read_language(channel_node)
    reading.language = _tidy_language(language or read_language(root))
    for node in _find_items(root, channel_node):
        if len(reading.guids) >= options.max_items:
            log.note(f"Only the first {options.max_items} items were read.")
            break
        _keep_item(reading, _read_item(reading, Element(node)))
    return Feed(
        title=texts.read_title(channel.find("title", "dc:title", "atom:title")),
        address=_read_link(channel, address),
        language=reading.language,
        items=tuple(reading.guids.values()),
        dialect=dialect,
        problems=log.list_sentences(),
        description=make_plain(
            texts.read_html(
                channel.find("description", "subtitle", "tagline", "itunes:summary", "dc:description", "info")
            )
        ),
        update_period_seconds=_read_update_period(channel),
    )


def _name_dialect(root: etree._Element) -> str:
    """Name the vocabulary and its version, as "rss 2.0"; raise UnreadableFeed for any other document."""
    namespace, _, local = str(root.tag).rpartition("}")
    name, namespace = local.rpartition(":")[2].lower(), namespace.removeprefix("{").strip().lower()
    version = (root.get("version") or "").strip()[:10]
    if name in ("rss", "channel"):
        return f"rss {version}".strip()
    if name == "rdf":
        namespaces = " ".join(str(value) for value in root.nsmap.values()).lower()
        is_old = "netscape.com/rdf/simple/0.9" in namespaces and "purl.org/rss/1.0/" not in namespaces
        return "rdf 0.9" if is_old else "rdf 1.0"
    if name == "feed":
        is_old = namespace == "http://purl.org/atom/ns#" or version == "0.3"
        return "atom 0.3" if is_old else "atom 1.0"
    if name == "html":
        raise UnreadableFeed("This is a web page, not a feed.")
    raise UnreadableFeed(f"The root element <{name[:40]}> belongs to no RSS, RDF or Atom feed.")


def _find_channel(root: etree._Element) -> etree._Element:
    for child in root:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2].lower() == "channel":
            return child
    return root


def _find_items(root: etree._Element, channel: etree._Element) -> list[etree._Element]:
    """List the items inside the channel and, as in RDF and RSS 0.9, beside it."""
    places = [channel] if channel is root else [channel, root]
    return [
        child
        for place in places
        for child in place
        if isinstance(child.tag, str) and name_element(child, place.nsmap.get(None)) in _ITEM_NAMES
    ]


def _read_item(reading: _Reading, item: Element) -> FeedItem:
    texts = reading.texts
    title = texts.read_title(item.find("title", "atom:title", "dc:title", "media:title", "itunes:title"))
    summary = texts.read_html(
        item.find(
            "description", "summary", "dc:description", "atom:summary", "itunes:summary", "media:description"
        )
    )
    content = texts.read_html(
        item.find("content:encoded", "content", "atom:content", "xhtml:body", "fullitem")
    )
    published = _read_date(
        reading, item, "pubdate", "published", "issued", "atom:published", "dcterms:issued"
    )
    updated = _read_date(reading, item, "updated", "modified", "atom:updated", "dcterms:modified", "dc:date")
    if published is None:
        published = _read_date(reading, item, "dc:date", "created", "dcterms:created") or updated
    address = _read_link(item, reading.address)
    language = item.read_text("dc:language") or read_language(item.node)
    return FeedItem(
        guid=_read_guid(reading, item, address, f"{title}\n{summary or content}"),
        address=address,
        title=title,
        summary_html=summary,
        content_html=content,
        byline=_read_byline(item),
        published_at=published,
        updated_at=updated,
        language=_tidy_language(language) or reading.language,
        categories=_read_categories(item),
    )


def _keep_item(reading: _Reading, item: FeedItem) -> None:
    """Add an item under its identifier; where that repeats for another address, under its address."""
    known = reading.guids.get(item.guid)
    if known is not None:
        reading.log.note("An item repeats the identifier of another.")
        if not item.address or item.address == known.address or item.address in reading.guids:
            return
        item = replace(item, guid=item.address)
    reading.guids[item.guid] = item


def _read_guid(reading: _Reading, item: Element, address: str, text: str) -> str:
    """Take the feed's own identifier, else the address, else a hash of what the item says."""
    node = item.find("guid", "id", "atom:id", "dc:identifier")
    guid = read_text(node) if node is not None else ""
    if (
        node is not None
        and has_own_base(node)
        and "://" not in guid
        and not guid.startswith(("urn:", "tag:"))
    ):
        is_relative = name_element(node, item.node.nsmap.get(None)) == "id"
        guid = (resolve_address(guid, get_base(node, reading.address)) if is_relative else "") or guid
    about = item.node.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or ""
    guid = " ".join((guid or about.strip() or address).split())
    if not guid:
        reading.log.note("An item has neither identifier nor address.")
        guid = text
    elif len(guid) <= reading.options.max_guid_chars:
        return guid
    return "sha256:" + hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()


def _read_link(element: Element, address: str) -> str:
    """Choose the address of the page that an item or feed stands for.

    Plain <link> elements, of which the last counts, then Atom's alternate link, then a permanent guid.
    """
    original = element.read_text("feedburner:origlink")
    candidates = [(element.node, original)] if original else []
    plain = [node for node in element.find_all("link") if _is_alternate(node)]
    candidates += [(node, node.get("href") or read_text(node)) for node in reversed(plain)]
    atom_links = [node for node in element.find_all("atom:link") if _is_alternate(node)]
    candidates += [(node, node.get("href") or read_text(node)) for node in atom_links]
    for guid in element.find_all("guid"):
        if (guid.get("isPermaLink") or "true").strip().lower() != "false" and "://" in read_text(guid):
            candidates.append((guid, read_text(guid)))
    for node, found in candidates:
        resolved = resolve_address(found, get_base(node, address))
        if resolved:
            return resolved
    return ""


def _is_alternate(node: etree._Element) -> bool:
    return (node.get("rel") or "alternate").strip().lower() == "alternate"


def _read_date(reading: _Reading, item: Element, *names: str) -> datetime | None:
    for node in item.find_all(*names):
        text = read_text(node)
        if not text:
            continue
        moment = parse_feed_date(text, zone=reading.options.zone)
        if moment is None:
            reading.log.note("A date could not be read.")
        elif reading.options.now is not None and moment > reading.options.now + reading.options.max_future:
            reading.log.note("A date lies in the future and was left out.")
        else:
            return moment
    return None


def _read_byline(item: Element) -> str:
    """Name the authors as the feed does, without their mail addresses."""
    for kind in ("author", "dc:creator", "atom:author", "dc:author", "itunes:author"):
        names: list[str] = []
        for node in item.find_all(kind):
            people = Element(node).find_all("name", "atom:name") if len(node) else []
            names += [_tidy_name(read_text(person)) for person in people or [node]]
        if any(names):
            return join_names(names)[:_MAX_BYLINE_CHARS]
    return ""


def _tidy_name(text: str) -> str:
    """Take the mail address out of "mail (Name)" and "Name <mail>"."""
    name = make_plain(_EMAIL.sub(" ", text[:_MAX_BYLINE_CHARS])).strip("()<> ")
    return name + ")" if name.count("(") > name.count(")") else name


def _read_categories(item: Element) -> tuple[str, ...]:
    """List the item's subjects, each once."""
    found = [_read_category(node) for node in item.find_all("category")]
    found += [make_plain(word) for word in item.read_text("itunes:keywords")[:1_000].split(",")]
    found += [_read_category(node) for node in item.find_all("dc:subject", "atom:category")]
    return tuple(dict.fromkeys(word for word in found if word))[:_MAX_CATEGORIES]


def _read_category(node: etree._Element) -> str:
    return make_plain((node.get("label") or node.get("term") or read_text(node))[:_MAX_BYLINE_CHARS])


def _read_update_period(channel: Element) -> int | None:
    """Read how often the feed says that it changes, in seconds; None where it does not."""
    minutes = channel.read_text("ttl")[:8]
    if minutes.isascii() and minutes.isdigit() and int(minutes) > 0:
        return int(minutes) * 60
    period = _PERIODS.get(channel.read_text("sy:updateperiod").lower())
    if period is None:
        return None
    times = channel.read_text("sy:updatefrequency")[:4]
    frequency = int(times) if times.isascii() and times.isdigit() else 1
    return period // max(frequency, 1)


def _tidy_language(tag: str) -> str:
    """Keep a language tag that looks like BCP 47, in its usual case; "" for anything else."""
    tag = tag.strip().replace("_", "-")
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", tag):
        return ""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])
