"""Finding the feeds that a site announces: in its pages, under usual paths, in its robots.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

# A page announces its feeds in its head; what stands behind this many characters is its text.
_MAX_CHARS: Final = 1_000_000
_MAX_LINKS: Final = 50
_MAX_SITEMAPS: Final = 20  # large sites name one for each year and section
_FEED_TYPES: Final = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/x.atom+xml",
        "application/feed+json",
    }
)
# JSON Feed's first version shared its type with every other service of a site, so its address must say it.
_JSON_FEED_PATH: Final = re.compile(r"feed[^/]{0,20}\.json$|\.json\?.{0,50}feed", re.IGNORECASE)
# What readers wrote below articles, which the usual publishing systems announce beside the articles.
_COMMENTS_PATH: Final = re.compile(r"/comments?/(?:feed|rss)|[?&]feed=comments", re.IGNORECASE)
# The paths of the commonest publishing systems, the commonest first; each costs the site one request.
_USUAL_PATHS: Final = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "feed.json")
_SITEMAP_LINE: Final = re.compile(r"^\s*sitemap\s*:\s*(\S{1,2000})\s*(?:#.*)?$", re.IGNORECASE | re.MULTILINE)
_NEWS_NAME: Final = re.compile(r"news|latest|recent", re.IGNORECASE)
_MAX_ROBOTS_CHARS: Final = 500_000  # RFC 9309, section 2.5
_TAG: Final = re.compile(r"<(link|a|base)\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([a-zA-Z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
# How the paths of feeds end or are named; weaker than an announcement, so listed after those.
_LIKELY_PATH: Final = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:rss|feed|atom)(?:\.xml)?/?|/feed\.json|[?&]feed=rss2?)$", re.IGNORECASE
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
        elif _COMMENTS_PATH.search(target):
            continue
        elif name == "a" and _LIKELY_PATH.search(target):
            guessed.setdefault(target, FeedLink(target, attributes.get("title", ""), is_announced=False))
        elif name == "link" and _is_announcement(attributes, target):
            announced.setdefault(target, FeedLink(target, attributes.get("title", "")))
    links = list(announced.values()) + [link for key, link in guessed.items() if key not in announced]
    return links[:_MAX_LINKS]


def list_usual_addresses(address: str) -> list[str]:
    """List where feeds of a site usually stand, for a site that announces none.

    address: of any of its pages; of a section (a path of one part), the section's own feed comes first. At
    most seven addresses, as each is one request to somebody's server.
    """
    parts = urlsplit(address)
    root = f"{parts.scheme}://{parts.netloc}/"
    section = parts.path.strip("/")
    own = [f"{root}{section}/feed"] if section and "/" not in section and "." not in section else []
    return [*own, *(root + path for path in _USUAL_PATHS)]


def find_sitemaps(robots: str, address: str) -> list[str]:
    """List the sitemaps that a robots.txt names, those of news first; at most twenty.

    address: of the robots.txt itself, for addresses that are relative though they must not be.
    """
    named = (_join(address, found[1]) for found in _SITEMAP_LINE.finditer(robots[:_MAX_ROBOTS_CHARS]))
    sitemaps = dict.fromkeys(one for one in named if one)
    return sorted(sitemaps, key=lambda one: not _NEWS_NAME.search(urlsplit(one).path))[:_MAX_SITEMAPS]


def _is_announcement(attributes: dict[str, str], target: str) -> bool:
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    is_feed = kind in _FEED_TYPES or (kind == "application/json" and bool(_JSON_FEED_PATH.search(target)))
    return is_feed and "alternate" in attributes.get("rel", "").lower().split()


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
