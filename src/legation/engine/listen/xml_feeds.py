"""Reading RSS 0.9 to 2.0, RDF and Atom from their XML tree into one Feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from legation.engine.listen.feed_authors import MAX_BYLINE_CHARS, tidy_name
from legation.engine.listen.feed_dates import prefers_month_first
from legation.engine.listen.feed_documents import UnreadableFeed
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
from legation.engine.listen.feed_items import FeedOptions, ItemShelf, list_subjects, tidy_language
from legation.engine.listen.feed_markup import make_plain
from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.records.articles import Feed, FeedItem

_PERIODS: Final = {
    "hourly": 3_600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}
_ITEM_NAMES: Final = frozenset({"item", "entry", "atom:entry"})
_PUBLISHED: Final = ("pubdate", "published", "issued", "atom:published", "dcterms:issued")
_UPDATED: Final = ("updated", "modified", "atom:updated", "dcterms:modified", "dc:date")
_CREATED: Final = ("dc:date", "created", "dcterms:created")


@dataclass(slots=True)
class _Reading:
    """One feed while it is being read."""

    address: str
    texts: TextReader
    shelf: ItemShelf
    language: str = ""


def read_xml_feed(root: etree._Element, *, address: str, options: FeedOptions, log: ProblemLog) -> Feed:
    """Read a tree of RSS, RDF or Atom.

    address: where it was fetched from. Raises UnreadableFeed where the tree is none of the three.
    """
    dialect = _name_dialect(root)
    texts = TextReader(address, options.max_title_chars, options.max_html_chars, log)
    channel_node = _find_channel(root)
    channel = Element(channel_node)
    reading = _Reading(address, texts, ItemShelf(options, log))
    language = channel.read_text("language", "dc:language", "atom:language") or read_language(channel_node)
    reading.language = tidy_language(language or read_language(root))
    nodes = _choose_items(_find_items(root, channel_node), reading.shelf)
    elements = [Element(node) for node in nodes]
    reading.shelf.is_month_first = prefers_month_first(
        [one.read_text(*_PUBLISHED, *_UPDATED, *_CREATED) for one in elements],
        language=reading.language,
        now=options.now,
    )
    for element in elements:
        reading.shelf.keep(_read_item(reading, element))
    return Feed(
        title=texts.read_title(channel.find("title", "dc:title", "atom:title")),
        address=_read_link(channel, address),
        language=reading.language,
        items=tuple(reading.shelf.items.values()),
        dialect=dialect,
        problems=log.list_sentences(),
        description=make_plain(
            texts.read_html(
                channel.find("description", "subtitle", "tagline", "itunes:summary", "dc:description", "info")
            )
        ),
        update_period_seconds=_read_update_period(channel),
        hub=_read_related(channel, "hub", address),
        topic=_read_related(channel, "self", address),
        icon=_read_icon(channel, address),
        dropped=log.list_dropped(),
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
    """List the items inside the channel and, as in RDF and RSS 0.9, beside it.

    Where an item was never closed the next stands inside it: it is an item all the same.
    """
    places = [channel] if channel is root else [channel, root]
    found: list[etree._Element] = []
    for place in places:
        default = place.nsmap.get(None)
        # The last of the list is looked at first, so that the order of the document is kept.
        waiting = [child for child in reversed(place) if _is_item(child, default)]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += [child for child in reversed(node) if _is_item(child, default)]
    return found


def _is_item(node: etree._Element, default_namespace: str | None) -> bool:
    return isinstance(node.tag, str) and name_element(node, default_namespace) in _ITEM_NAMES


def _choose_items(nodes: list[etree._Element], shelf: ItemShelf) -> list[etree._Element]:
    """Keep as many items as may be read: the first, or the last of a feed that puts the newest last."""
    most = shelf.options.max_items
    if len(nodes) <= most:
        return nodes
    names = (*_PUBLISHED, *_UPDATED)
    ends = [Element(node).read_text(*names) for node in (nodes[0], nodes[-1])]
    first, last = (shelf.read_date(text) if text else None for text in ends)
    is_newest_last = first is not None and last is not None and last > first
    shelf.log.drop("beyond_limit", len(nodes) - most)
    shelf.log.note(f"Only the {'last' if is_newest_last else 'first'} {most} items were read.")
    return nodes[-most:] if is_newest_last else nodes[:most]


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
    published = _read_date(reading, item, *_PUBLISHED)
    updated = _read_date(reading, item, *_UPDATED)
    if published is None:
        published = _read_date(reading, item, *_CREATED) or updated
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
        language=tidy_language(language) or reading.language,
        categories=_read_categories(item),
    )


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
    return reading.shelf.shorten_guid(guid or about.strip() or address, says=text)


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


def _read_related(channel: Element, rel: str, address: str) -> str:
    """Read the address of a feed's link of one relation, such as "hub" or "self"; "" where it has none."""
    for node in channel.find_all("link", "atom:link"):
        if rel in (node.get("rel") or "").lower().split():
            found = resolve_address(node.get("href") or "", get_base(node, address))
            if found:
                return found
    return ""


def _read_icon(channel: Element, address: str) -> str:
    for node in channel.find_all("icon", "atom:icon", "image", "logo", "atom:logo"):
        found = Element(node).read_text("url") if len(node) else read_text(node)
        if resolve_address(found, get_base(node, address)):
            return resolve_address(found, get_base(node, address))
    return ""


def _read_date(reading: _Reading, item: Element, *names: str) -> datetime | None:
    for node in item.find_all(*names):
        text = read_text(node)
        moment = reading.shelf.read_date(text) if text else None
        if moment is not None:
            return moment
    return None


def _read_byline(item: Element) -> str:
    """Name the authors as the feed does, without their mail addresses."""
    for kind in ("author", "dc:creator", "atom:author", "dc:author", "itunes:author"):
        names: list[str] = []
        for node in item.find_all(kind):
            people = Element(node).find_all("name", "atom:name") if len(node) else []
            names += [tidy_name(read_text(person)) for person in people or [node]]
        if any(names):
            return join_names(names)[:MAX_BYLINE_CHARS]
    return ""


def _read_categories(item: Element) -> tuple[str, ...]:
    """List the item's subjects, each once."""
    found = [_read_category(node) for node in item.find_all("category")]
    found += [make_plain(word) for word in item.read_text("itunes:keywords")[:1_000].split(",")]
    found += [_read_category(node) for node in item.find_all("dc:subject", "atom:category")]
    return list_subjects(found)


def _read_category(node: etree._Element) -> str:
    return make_plain((node.get("label") or node.get("term") or read_text(node))[:MAX_BYLINE_CHARS])


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
