"""Telling whether two addresses are one feed: by their spelling, and by what they bring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from legation.engine.listen.addresses import UnusableAddress, address_key

# A folder's default pages, as the common servers name them.
_INDEX: Final = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp|xml|rss|rdf|atom)$", re.IGNORECASE)
# WordPress serves one feed as /feed/, /feed/rss2/, /feed/atom/ and /?feed=rss2.
_DIALECT_PATH: Final = re.compile(r"/feed/(?:rss2?|rdf|atom)$", re.IGNORECASE)
_DIALECT_QUERY: Final = re.compile(r"feed=(?:feed|rss2?|rdf|atom)", re.IGNORECASE)
# Ask for a form of the same entries and never for other entries.
_FORM_QUERY: Final = re.compile(r"(?:format|fmt|output|outputtype|alt)=(?:xml|rss2?|atom)", re.IGNORECASE)
_BURNERS: Final = re.compile(r"^(?:feeds2?\.feedburner\.com|feedproxy\.google\.com)/(?:~r/)?", re.IGNORECASE)
# Of the items of a feed; below, two feeds of one newsroom only share their top stories.
_SAME_SHARE: Final = 0.8
# Of what the known feed held: a section's feed lies inside the main one and covers little of it.
_COVERED_SHARE: Final = 0.5
_MIN_ITEMS: Final = 3  # fewer are equal by chance


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far the items of a found feed are those of a known source."""

    found_count: int  # items of the found feed
    shared_count: int  # of these, known from the source
    known_count: int  # items that the source's own feeds held when they were last read; 0 where unknown

    @property
    def is_same(self) -> bool:
        """Whether the found feed is the known one under another address."""
        return self.is_inside and self.shared_count >= self.known_count * _COVERED_SHARE

    @property
    def is_inside(self) -> bool:
        """Whether nearly all that the found feed brings is brought already, as a section's feed is."""
        enough = self.found_count >= _MIN_ITEMS
        return enough and self.shared_count >= self.found_count * _SAME_SHARE


def twin_key(address: str) -> str:
    """Name a feed so that its twin addresses are the same.

    Twins differ in http or https, www, a trailing slash, a default page's name, the dialect asked for, or in
    which of the names of one feed service they use. An address that cannot be read names itself.
    """
    try:
        key = address_key(address)
    except UnusableAddress:
        return address.strip()
    page, _, query = key.partition("?")
    kept = [part for part in query.split("&") if part and not _FORM_QUERY.fullmatch(part)]
    parts = [part for part in kept if not _DIALECT_QUERY.fullmatch(part)]
    page = _INDEX.sub("", page).rstrip("/")
    if len(parts) < len(kept) and not page.endswith("/feed"):
        page += "/feed"
    page = _DIALECT_PATH.sub("/feed", page)
    burner = _BURNERS.match(page)
    if burner:
        page = f"feeds.feedburner.com/{page[burner.end() :].lower()}"
    return page + (f"?{'&'.join(parts)}" if parts else "")


def find_twins(addresses: Iterable[str], known: Iterable[str]) -> set[str]:
    """Return those of the addresses that are one of the known feeds under a twin address."""
    keys = {twin_key(address) for address in known}
    return {address for address in addresses if twin_key(address) in keys}
