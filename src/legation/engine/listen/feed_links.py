"""Finding the feeds that a web page announces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

# A page announces its feeds in its head; what stands behind this many characters is its text.
_MAX_CHARS: Final = 1_000_000
_MAX_LINKS: Final = 50
_FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/x.atom+xml"}
)
_TAG: Final = re.compile(r"<(link|a|base)\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([a-zA-Z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
# How the paths of feeds end or are named; weaker than an announcement, so listed after those.
_LIKELY_PATH: Final = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:rss|feed|atom)(?:\.xml)?/?|[?&]feed=rss2?)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """One feed that a page points to."""

    address: str  # absolute
    title: str = ""
    is_announced: bool = True  # by <link rel="alternate">; else guessed from an ordinary link's form


def find_feed_links(html: str, address: str) -> list[FeedLink]:
    """List the feeds of a page: the announced ones in their order, then links that look like feeds.

    address: the page's own, for relative links. Each address is listed once, at most fifty.
    """
    base = address
    announced: dict[str, FeedLink] = {}
    guessed: dict[str, FeedLink] = {}
    for found in _TAG.finditer(html[:_MAX_CHARS]):
        name, attributes = found[1].lower(), _read_attributes(found[2])
        target = _join(base, attributes.get("href", ""))
        if not target:
            continue
        if name == "base":
            base = target
        elif name == "a" and _LIKELY_PATH.search(target):
            guessed.setdefault(target, FeedLink(target, attributes.get("title", ""), is_announced=False))
        elif name == "link" and _is_announcement(attributes):
            announced.setdefault(target, FeedLink(target, attributes.get("title", "")))
    links = list(announced.values()) + [link for key, link in guessed.items() if key not in announced]
    return links[:_MAX_LINKS]


def _is_announcement(attributes: dict[str, str]) -> bool:
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return "alternate" in attributes.get("rel", "").lower().split() and kind in _FEED_TYPES


def _read_attributes(text: str) -> dict[str, str]:
    return {
        found[1].lower(): unescape(found[2] or found[3] or found[4] or "").strip()
        for found in _ATTRIBUTE.finditer(text)
    }


def _join(base: str, href: str) -> str:
    try:
        joined = urljoin(base, href) if href else ""
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return joined if parts.scheme in ("http", "https") and parts.hostname else ""
