"""Reading JSON Feed 1.0 and 1.1, whose every value may be of the wrong kind.

Source: https://www.jsonfeed.org/version/1.1/.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

from legation.engine.listen.feed_authors import MAX_BYLINE_CHARS, tidy_name
from legation.engine.listen.feed_dates import prefers_month_first
from legation.engine.listen.feed_documents import CONTROLS, UnreadableFeed
from legation.engine.listen.feed_elements import join_names, resolve_address
from legation.engine.listen.feed_items import FeedOptions, ItemShelf, list_subjects, tidy_language
from legation.engine.listen.feed_markup import clean_markup, make_plain
from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.records.articles import Feed, FeedItem

# An empty list takes three bytes in the feed and sixty in memory.
_MAX_CONTAINERS: Final = 500_000
_VERSION: Final = re.compile(r"(\d\.\d)/?$")
_MAX_AUTHORS: Final = 50


@dataclass(slots=True)
class _Reading:
    """One feed while it is being read."""

    address: str
    shelf: ItemShelf
    language: str = ""
    byline: str = ""


def read_json_feed(body: bytes, *, address: str, options: FeedOptions, log: ProblemLog) -> Feed:
    """Read the bytes of a JSON Feed.

    address: where it was fetched from. Raises UnreadableFeed where the bytes are no JSON, or no feed.
    """
    document = _load(body, options, log)
    items = document.get("items")
    version = _VERSION.search(_read_text(document, "version"))
    if not isinstance(items, list) or (version is None and not _read_text(document, "title")):
        raise UnreadableFeed("This is JSON, but no JSON Feed: it names no version and lists no items.")
    reading = _Reading(address, ItemShelf(options, log))
    reading.language = tidy_language(_read_text(document, "language"))
    reading.byline = _read_byline(document)
    entries = [item for item in items if isinstance(item, dict)]
    if len(entries) < len(items):
        log.note("Something among the items is none.")
        log.drop("no_item", len(items) - len(entries))
    dates = [_read_text(item, "date_published", "date_modified") for item in entries[: options.max_items]]
    reading.shelf.is_month_first = prefers_month_first(dates, language=reading.language, now=options.now)
    if len(entries) > options.max_items:
        log.note(f"Only the first {options.max_items} items were read.")
        log.drop("beyond_limit", len(entries) - options.max_items)
    for item in entries[: options.max_items]:
        reading.shelf.keep(_read_item(reading, item))
    return Feed(
        title=_read_title(reading, document),
        address=_read_address(document, address, "home_page_url"),
        language=reading.language,
        items=tuple(reading.shelf.items.values()),
        dialect=f"json feed {version[1] if version else ''}".strip(),
        problems=log.list_sentences(),
        description=make_plain(_read_text(document, "description")[: options.max_html_chars]),
        hub=_read_hub(document, address),
        topic=_read_address(document, address, "feed_url"),
        icon=_read_address(document, address, "icon", "favicon"),
        dropped=log.list_dropped(),
    )


def _load(body: bytes, options: FeedOptions, log: ProblemLog) -> dict[str, Any]:
    """Parse JSON within bounds of size, number and depth."""
    if len(body) > options.max_bytes:
        raise UnreadableFeed(f"The feed is larger than {options.max_bytes:,} bytes.")
    if body.count(b"[") + body.count(b"{") > _MAX_CONTAINERS:
        raise UnreadableFeed(f"The feed holds more than {_MAX_CONTAINERS:,} lists and objects.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("utf-8-sig", "replace")
        log.note("Some characters are damaged; the feed was read as utf-8.")
    try:
        document = json.loads(text, strict=False)
    except RecursionError as error:
        raise UnreadableFeed("The feed is JSON nested too deeply.") from error
    except ValueError as error:
        raise UnreadableFeed(f"The feed is broken JSON: {error}.") from error
    if not isinstance(document, dict):
        raise UnreadableFeed("This is JSON, but no JSON Feed: a list, not an object.")
    return document


def _read_item(reading: _Reading, item: dict[str, Any]) -> FeedItem:
    title = _read_title(reading, item)
    content = _read_html(reading, item, "content_html")
    text = _read_text(item, "content_text")[: reading.shelf.options.max_html_chars]
    content = content or "<br>".join(escape(text.strip(), quote=False).splitlines())
    summary = make_plain(_read_text(item, "summary")[: reading.shelf.options.max_html_chars])
    summary = escape(summary, quote=False)
    address = _read_address(item, reading.address, "url", "external_url")
    published, updated = (_read_date(reading, item, name) for name in ("date_published", "date_modified"))
    guid = reading.shelf.shorten_guid(
        _read_text(item, "id") or address, says=f"{title}\n{summary or content}"
    )
    return FeedItem(
        guid=guid,
        address=address or resolve_address(guid if "://" in guid else "", reading.address),
        title=title,
        summary_html=summary,
        content_html=content,
        byline=_read_byline(item) or reading.byline,
        published_at=published or updated,
        updated_at=updated,
        language=tidy_language(_read_text(item, "language")) or reading.language,
        categories=list_subjects([make_plain(word[:MAX_BYLINE_CHARS]) for word in _list_texts(item, "tags")]),
    )


def _read_text(holder: dict[str, Any], *names: str) -> str:
    """Read the first of these members that is a text or a number, without signs that no text may hold."""
    for name in names:
        value = holder.get(name)
        if isinstance(value, str) and value.strip():
            return _tidy(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
    return ""


def _list_texts(holder: dict[str, Any], name: str) -> list[str]:
    values = holder.get(name)
    texts = values[:100] if isinstance(values, list) else []
    return [_tidy(text) for text in texts if isinstance(text, str)]


def _tidy(text: str) -> str:
    """Join surrogate pairs, replace halves, and take out control characters."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return CONTROLS.sub("", text).strip()


def _read_title(reading: _Reading, holder: dict[str, Any]) -> str:
    most = reading.shelf.options.max_title_chars
    title = make_plain(_read_text(holder, "title")[: most * 20])
    if len(title) > most:
        reading.shelf.log.note(f"A title was longer than {most:,} characters and was cut.")
    return title[:most].rstrip()


def _read_html(reading: _Reading, item: dict[str, Any], name: str) -> str:
    raw = _read_text(item, name)
    most = reading.shelf.options.max_html_chars
    if len(raw) > most:
        raw = raw[:most]
        reading.shelf.log.note(f"A text was longer than {most:,} characters and was cut.")
    clean = clean_markup(raw, reading.address) if raw else ""
    if clean is None:
        reading.shelf.log.note("A text was nested too deeply and was read without its markup.")
        return escape(make_plain(raw), quote=False)
    return clean


def _read_address(holder: dict[str, Any], base: str, *names: str) -> str:
    found = (resolve_address(_read_text(holder, name), base) for name in names)
    return next((address for address in found if address), "")


def _read_date(reading: _Reading, item: dict[str, Any], name: str) -> datetime | None:
    text = _read_text(item, name)
    return reading.shelf.read_date(text) if text else None


def _read_byline(holder: dict[str, Any]) -> str:
    """Name the authors: a list since 1.1, one before."""
    authors = holder.get("authors")
    people = authors[:_MAX_AUTHORS] if isinstance(authors, list) else []
    people = people or [holder.get("author")]
    names = [tidy_name(_read_text(person, "name")) for person in people if isinstance(person, dict)]
    return join_names(names)[:MAX_BYLINE_CHARS]


def _read_hub(document: dict[str, Any], address: str) -> str:
    hubs = document.get("hubs")
    for hub in hubs[:10] if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and _read_text(hub, "type").lower() in ("websub", "pubsubhubbub"):
            return _read_address(hub, address, "url")
    return ""
