"""Judge the feeds found on a site: what they bring, in which language, and whether they are known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from legation.desk.listen.services.overlaps import find_overlap
from legation.desk.listen.services.sources import FeedIndex
from legation.engine.listen.discoveries import tidy_language
from legation.engine.listen.feed_twins import twin_key
from legation.engine.records.articles import Feed, FeedItem
from legation.engine.text.languages import name_language

SHOWN_ITEMS = 10
_MAX_TITLE_CHARACTERS = 200


class Twin(TypedDict):
    """How a found feed is known already."""

    how: str  # "address", "redirect", "items", or "section": inside a known one, but not all of it
    name: str  # of the source
    key: str  # of the source, "" where only its feed is known
    share: int  # of its items that are known, in per cent; 0 where the address alone tells


class FoundFeed(TypedDict):
    """One found feed as a job's state keeps it."""

    address: str
    title: str
    dialect: str
    language: str  # declared by the feed, BCP 47, "" where it does not
    count: int
    newest: str  # ISO 8601, "" where no item has a date
    items: list[dict[str, str]]  # title, date, language, address; the first ten
    is_announced: bool
    twin: Twin | None


def describe_feed(
    feed: Feed, *, address: str, is_announced: bool, moved_to: str, final_address: str, taken: FeedIndex
) -> FoundFeed:
    """Describe a feed for the person who decides, and say whether the desk has it.

    moved_to: where its server says that it has moved for good. taken: as index_feeds makes it.
    """
    dates = [item.published_at for item in feed.items if item.published_at]
    return FoundFeed(
        address=moved_to or address,
        title=feed.title[:_MAX_TITLE_CHARACTERS],
        dialect=feed.dialect,
        language=tidy_language(feed.language),
        count=len(feed.items),
        newest=max(dates).isoformat() if dates else "",
        items=[_describe_item(item, feed.language) for item in feed.items[:SHOWN_ITEMS]],
        is_announced=is_announced,
        twin=_find_twin(feed, [address, moved_to, final_address], taken),
    )


def has_same_items(found: Iterable[FoundFeed], feed: Feed) -> bool:
    """Tell whether a feed brings what one found before brings, as a site's RSS and Atom do."""
    addresses = {twin_key(item.address) for item in feed.items[:SHOWN_ITEMS] if item.address}
    if not addresses:
        return False
    return any(
        len(addresses & {twin_key(item["address"]) for item in one["items"]}) >= 0.8 * len(addresses)
        for one in found
    )


def _describe_item(item: FeedItem, prior: str) -> dict[str, str]:
    language = name_language(item.title, prior=tidy_language(prior)).language if item.title else ""
    return {
        "title": item.title[:_MAX_TITLE_CHARACTERS],
        "date": item.published_at.isoformat() if item.published_at else "",
        "language": "" if language == "und" else language,
        "address": item.address[:500],
    }


def _find_twin(feed: Feed, addresses: list[str], taken: FeedIndex) -> Twin | None:
    for number, address in enumerate(addresses):
        if address and (name := taken.get(twin_key(address))):
            return Twin(how="redirect" if number else "address", name=name, key="", share=0)
    known = find_overlap(items=feed.items, address=addresses[0])
    if known is None:
        return None
    how = "items" if known.overlap.is_same else "section"
    share = 100 * known.overlap.shared_count // known.overlap.found_count
    return Twin(how=how, name=known.source.name, key=known.source.key, share=share)


def is_taken(found: dict[str, Any] | FoundFeed) -> bool:
    """Tell whether a found feed is one that the desk has; a section of one may be added."""
    twin = found.get("twin")
    return bool(twin) and twin["how"] != "section"  # type: ignore[index]
