"""Reading sitemaps as feeds: news sitemaps, plain ones, lists of addresses, and indexes of sitemaps.

A sitemap may hold a site's whole past. It is read in one pass, of which only the newest entries stay in
memory. Source: https://www.sitemaps.org/protocol.html; the news extension as Google documents it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from legation.engine.listen.addresses import UnusableAddress, site_key
from legation.engine.listen.feed_documents import CONTROLS, UnreadableFeed
from legation.engine.listen.feed_elements import resolve_address
from legation.engine.listen.feed_items import FeedOptions, ItemShelf, list_subjects, tidy_language
from legation.engine.listen.feed_markup import make_plain
from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.listen.sitemap_entries import NewestEntries, SitemapEntry, walk_entries
from legation.engine.records.articles import Feed, FeedItem

SITEMAP_DIALECTS: Final = frozenset({"sitemap", "news sitemap", "text sitemap", "sitemap index"})

_WEB_ADDRESS: Final = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_LISTED_ADDRESS: Final = re.compile(r"https?://([^\s/?#]+)(?:[/?#]\S*)?$", re.IGNORECASE)
_HAS_TIME: Final = re.compile(r"\dT\d|\d \d|\d{1,2}:\d{2}")
# Words in the names of sitemaps, and what they tell of their worth to a reader of news.
_GOOD_NAMES: Final = re.compile(r"news|latest|recent|today|google-?news|tin-?moi", re.IGNORECASE)
_FAIR_NAMES: Final = re.compile(r"posts?|articles?|stor(?:y|ies)|content|tin|bai", re.IGNORECASE)
_POOR_NAMES: Final = re.compile(
    r"images?|videos?|photos?|tags?|categor|taxonom|authors?|users?|static|pages?\b|products?|archive|topics?",
    re.IGNORECASE,
)
_MANY: Final = 20  # from here on equal times of change say when the sitemap was made


def is_address_list(head: bytes) -> bool:
    """Say whether the beginning of a body is a sitemap of plain lines, each an address.

    head: some thousand bytes, without byte order mark and leading white space.
    """
    lines = head.splitlines()[:20]
    whole = lines[:-1] if len(lines) > 1 else lines
    return bool(whole) and all(
        line.strip().lower().startswith((b"http://", b"https://"))
        and b" " not in line.strip()
        and b"<" not in line
        for line in whole
        if line.strip()
    )


def read_address_list(body: bytes, *, address: str, options: FeedOptions, log: ProblemLog) -> Feed:
    """Read a text sitemap: one address in each line, without titles and dates.

    Raises UnreadableFeed where no line holds one.
    """
    newest = NewestEntries(options.max_items)
    shelf = ItemShelf(options, log)
    text = CONTROLS.sub("", body.decode("utf-8-sig", "replace"))
    for line in text.splitlines():
        if not line.strip():
            continue
        target = resolve_address(line, address) if _is_listed_address(line.strip()) else ""
        if target:
            newest.add(SitemapEntry(address=target))
        else:
            shelf.log.drop("no_address")
    if not newest.count:
        raise UnreadableFeed("This is not XML: no tag stands at the beginning.")
    return _make_feed(newest, shelf, address=address, dialect="text sitemap")


def _is_listed_address(line: str) -> bool:
    """Tell whether a line without any markup names a host of the web: noise may begin with http://, too."""
    found = _LISTED_ADDRESS.match(line)
    return found is not None and ("." in found.group(1).strip(".") or ":" in found.group(1).strip(":"))


def read_sitemap(text: str, *, address: str, options: FeedOptions, log: ProblemLog, is_index: bool) -> Feed:
    """Read a sitemap's text in one pass, or the index of several.

    text: begins with the root element. Of an index `parts` names the sitemaps worth reading first, all of
    the same site; it has no items. The newest entries stay; the others are counted in `dropped`. Raises
    UnreadableFeed where there is no entry in what cannot be read to its end.
    """
    shelf = ItemShelf(options, log)
    newest = NewestEntries(5_000 if is_index else options.max_items)
    count = 0
    for entry in walk_entries(text, name="sitemap" if is_index else "url", log=log):
        count += 1
        # Taking an address apart costs most of the time; it is done for the entries that stay.
        is_plain = _WEB_ADDRESS.match(entry.address) is not None
        target = entry.address if is_plain else resolve_address(entry.address, address)
        if target:
            entry.address = target
            newest.add(entry)
        else:
            shelf.log.drop("no_address")
            log.note("An entry has no address.")
    if not count and log.list_sentences():
        raise UnreadableFeed(f"The sitemap cannot be read: {log.list_sentences()[-1]}")
    if is_index:
        return _make_index(newest.list_entries(), shelf, address=address)
    has_news = any(entry.title for entry in newest.list_entries())
    return _make_feed(newest, shelf, address=address, dialect="news sitemap" if has_news else "sitemap")


def _make_feed(newest: NewestEntries, shelf: ItemShelf, *, address: str, dialect: str) -> Feed:
    if newest.repeated:
        shelf.log.drop("repeated", newest.repeated)
    if newest.left_out:
        shelf.log.drop("beyond_limit", newest.left_out)
        shelf.log.note(f"Only the {shelf.options.max_items} newest entries were read.")
    entries = newest.list_entries()
    is_stamped = newest.count >= _MANY and newest.is_stamped
    if is_stamped:
        shelf.log.note("All entries have one time of change, which was left out.")
    for entry in entries:
        entry.address = resolve_address(entry.address, address)
        if entry.address:
            shelf.keep(_make_item(entry, shelf, is_stamped=is_stamped))
        else:
            shelf.log.drop("no_address")
    names = [entry.publication for entry in entries if entry.publication]
    languages = [tidy_language(entry.language) for entry in entries if entry.language]
    return Feed(
        title=make_plain(names[0])[:300] if names else "",
        address="",
        language=languages[0] if languages and set(languages) == {languages[0]} else "",
        items=tuple(shelf.items.values()),
        dialect=dialect,
        problems=shelf.log.list_sentences(),
        dropped=shelf.log.list_dropped(),
    )


def _make_item(entry: SitemapEntry, shelf: ItemShelf, *, is_stamped: bool) -> FeedItem:
    published = shelf.read_date(entry.published) if entry.published else None
    changed = shelf.read_date(entry.changed) if entry.changed and not is_stamped else None
    most = shelf.options.max_title_chars
    return FeedItem(
        guid=shelf.shorten_guid(entry.address, says=entry.address),
        address=entry.address,
        title=make_plain(entry.title[: most * 20])[:most],
        published_at=published,
        updated_at=changed,
        language=tidy_language(entry.language),
        categories=list_subjects([make_plain(word) for word in entry.keywords[:2_000].split(",")]),
        has_time=published is None or _HAS_TIME.search(entry.published) is not None,
    )


def _make_index(entries: list[SitemapEntry], shelf: ItemShelf, *, address: str) -> Feed:
    """Choose the sitemaps worth reading: news before posts before the rest, and of each the newest."""
    now = shelf.options.now
    if now is None:
        latest = max((entry.moment for entry in entries if entry.moment), default=0.0)
        now = datetime.fromtimestamp(latest, UTC) if latest else None
    own = [entry for entry in entries if _is_same_site(entry.address, address)]
    if len(own) < len(entries):
        shelf.log.note("A sitemap of another site was left out.")
    ranked = sorted(
        dict.fromkeys((entry.address, entry.moment or 0.0) for entry in own),
        key=lambda part: (_weigh_name(part[0], now), part[1]),
        reverse=True,
    )
    parts = tuple(dict.fromkeys(part for part, _ in ranked))[: shelf.options.max_parts]
    if len(ranked) > len(parts):
        shelf.log.note(f"Only the {len(parts)} most promising sitemaps of the index are read.")
    return Feed(
        title="",
        address="",
        language="",
        items=(),
        dialect="sitemap index",
        problems=shelf.log.list_sentences(),
        parts=parts,
        dropped=shelf.log.list_dropped(),
    )


def _weigh_name(address: str, now: datetime | None) -> int:
    """Say how promising a sitemap's name is."""
    name = address.partition("://")[2].partition("/")[2]
    weight = (
        4 * bool(_GOOD_NAMES.search(name))
        + bool(_FAIR_NAMES.search(name))
        - 4 * bool(_POOR_NAMES.search(name))
    )
    return weight + 2 * any(mark in name for mark in _list_marks(now))


def _list_marks(now: datetime | None) -> Iterator[str]:
    """Yield how names write this month, and on its first days the one before."""
    for moment in (now, now - timedelta(days=2)) if now else ():
        yield from (moment.strftime(form) for form in ("%Y-%m", "%Y%m", "%Y/%m", "%Y_%m"))


def _is_same_site(one: str, other: str) -> bool:
    try:
        return site_key(one) == site_key(other)
    except UnusableAddress:
        return False
