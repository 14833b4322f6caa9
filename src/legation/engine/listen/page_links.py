"""The links of a page with what stands on and beside them: title, place and date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from legation.engine.listen.addresses import UnusableAddress, address_key, site_key
from legation.engine.listen.cleaning import drop_crowds
from legation.engine.listen.feed_dates import parse_feed_date
from legation.engine.listen.feed_markup import make_plain
from legation.engine.text.encodings import decode_bytes

_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MAX_BYTES: Final = 20_000_000  # as the fetcher's
_MAX_LINKS: Final = 5_000  # home pages of large papers hold some 800
_MAX_TITLE_CHARS: Final = 300
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BESIDE_TAGS: Final = frozenset({"nav", "header", "footer", "aside", "form"})
_BESIDE_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|footer|breadcrumbs?|sidebar|social|share|tags?|cookie|topbar|related"
    r"|most-?read|trending|popular|ads?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DATE_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:date|time|datetime|published|pubdate|timestamp|posted)", re.IGNORECASE
)
_HAS_TIME: Final = re.compile(r"\d{1,2}\s?[:hT]\s?\d{2}")
_STEPS_UP: Final = 4  # from a link to the box that holds one article's headline, picture and date
_MAX_BOX_LINKS: Final = 12
# A letter of Chinese or Japanese says about as much as three of an alphabet.
_FIRST_IDEOGRAPH: Final = "\u2e80"
_FULL_HEADLINE_CHARS: Final = 50  # from here on a link's text is surely a headline
_LEAST_HEADLINE_CHARS: Final = 15


class UnreadableList(ValueError):
    """The body is no page whose links could be read; the message says why."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """One address that a page links to, all its links taken together."""

    address: str  # absolute, without fragment
    title: str  # plain text: the longest that its links show
    is_heading: bool = False  # stands in a heading, or holds one
    is_beside: bool = False  # in a menu, a header, a footer or a box at the side
    moment: datetime | None = None  # aware, of the date beside it
    has_time: bool = False  # whether that is given to the minute


def read_list_tree(html: bytes | str, content_type: str = "") -> HtmlElement:
    """Parse a page within bounds of size and nesting.

    Raises UnreadableList.
    """
    if len(html) > _MAX_BYTES:
        raise UnreadableList(f"The page is larger than {_MAX_BYTES:,} bytes.")
    if isinstance(html, bytes):
        declared = _CHARSET.search(content_type)
        html, _, _ = decode_bytes(html, declared.group(1) if declared else "")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = document_fromstring(drop_crowds(html).encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError) as error:
        raise UnreadableList(f"The page cannot be parsed: {error}.") from error
    if tree is None or not isinstance(tree, HtmlElement):
        raise UnreadableList("The page is empty.")
    return tree


def find_page_links(tree: HtmlElement, *, address: str, zone: tzinfo = UTC) -> list[PageLink]:
    """List the addresses of the page's own site that it links to, each once, in the order of the page.

    address: the page's own, absolute. zone: of dates that name none.
    """
    base = urljoin(address, next(iter(tree.xpath("//base/@href")), ""))
    try:
        site, own = site_key(address), address_key(address)
    except UnusableAddress as error:
        raise UnreadableList(str(error)) from error
    found: dict[str, PageLink] = {}
    for number, anchor in enumerate(tree.iter("a")):
        if number >= _MAX_LINKS:
            break
        target, key = _read_target(anchor, base, site)
        if not key or key == own:
            continue
        link = _read_link(anchor, target, zone)
        found[key] = _join_links(found[key], link) if key in found else link
    return list(found.values())


def weigh_headline(text: str) -> float:
    """Say how much a link's text reads like a headline, in [0, 1]: by its length alone, in any script."""
    length = len(text) + 2 * sum(char >= _FIRST_IDEOGRAPH for char in text[:100])
    if length < _LEAST_HEADLINE_CHARS:
        return 0.0
    return min(length / _FULL_HEADLINE_CHARS, 1.0)


def _read_target(anchor: HtmlElement, base: str, site: str) -> tuple[str, str]:
    """Resolve a link; ("", "") where it leads off the site or nowhere."""
    href = (anchor.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")) or len(href) > 2_048:
        return "", ""
    try:
        target = urldefrag(urljoin(base, href)).url
        if urlsplit(target).scheme not in ("http", "https") or site_key(target) != site:
            return "", ""
        return target, address_key(target)
    except (ValueError, UnusableAddress):
        return "", ""


def _read_link(anchor: HtmlElement, target: str, zone: tzinfo) -> PageLink:
    ancestors = list(_climb(anchor))
    inner = next((node for node in anchor.iterdescendants() if node.tag in _HEADINGS), None)
    is_heading = inner is not None or any(node.tag in _HEADINGS for node in ancestors[:3])
    title = _read_text(inner if inner is not None else anchor)
    label = make_plain((anchor.get("title") or "")[:1_000])
    if (
        title.endswith(("…", "..."))
        and label.startswith(title.rstrip("….")[:20])
        or weigh_headline(title) == 0.0
    ):
        title = max(label, title, key=len)
    box = _find_box(anchor, target)
    if weigh_headline(title) == 0.0 and box is not None:
        heading = next((node for node in box.iterdescendants() if node.tag in _HEADINGS), None)
        if heading is not None:
            title, is_heading = _read_text(heading) or title, True
    moment, has_time = _read_moment(box, zone) if box is not None else (None, False)
    is_beside = any(_is_beside(node) for node in ancestors)
    return PageLink(target, title[:_MAX_TITLE_CHARS], is_heading, is_beside, moment, has_time)


def _join_links(one: PageLink, other: PageLink) -> PageLink:
    """Take the better of what two links to one address say."""
    better = max(one, other, key=lambda link: (link.is_heading and bool(link.title), len(link.title)))
    dated = one if one.moment else other
    is_beside = one.is_beside and other.is_beside
    return replace(
        better, address=one.address, is_beside=is_beside, moment=dated.moment, has_time=dated.has_time
    )


def _climb(node: HtmlElement) -> Iterator[HtmlElement]:
    parent = node.getparent()
    while parent is not None and parent.tag != "body":
        yield parent
        parent = parent.getparent()


def _is_beside(node: HtmlElement) -> bool:
    if node.tag in _BESIDE_TAGS:
        # An article's own header is no menu.
        return node.tag != "header" or not any(one.tag == "article" for one in _climb(node))
    return _BESIDE_NAMES.search(f"{node.get('class') or ''} {node.get('id') or ''}"[:300]) is not None


def _find_box(anchor: HtmlElement, target: str) -> HtmlElement | None:
    """Find the largest element around a link that links to no other address: the box of one article."""
    box: HtmlElement | None = None
    own = urlsplit(target).path
    for steps, node in enumerate(_climb(anchor)):
        if steps >= _STEPS_UP or node.tag in ("main", "html"):
            break
        for number, link in enumerate(node.iterdescendants("a")):
            if number >= _MAX_BOX_LINKS or not own.endswith(_read_path(link)):
                return box
        box = node
    return box


def _read_path(link: HtmlElement) -> str:
    """Return the path of a link's address, "" for one to a place of the same page, and for none."""
    try:
        return urlsplit(link.get("href") or "").path.lstrip(".")
    except ValueError:  # of brackets that are no address of a host
        return ""


def _read_moment(box: HtmlElement, zone: tzinfo) -> tuple[datetime | None, bool]:
    """Read the first date in an article's box: a <time>, or what is named like one."""
    for number, node in enumerate(box.iter()):
        if number > 60:
            break
        is_time = node.tag == "time"
        if not is_time and not _DATE_NAMES.search(f"{node.get('class') or ''}"[:200]):
            continue
        text = (node.get("datetime") or "").strip() or _read_text(node)
        moment = parse_feed_date(text, zone=zone) if 6 <= len(text) <= 120 else None
        if moment is not None:
            return moment, _HAS_TIME.search(text) is not None
    return None, False


def _read_text(node: HtmlElement) -> str:
    pieces: list[str] = []
    size = 0
    for piece in node.itertext():
        if (
            getattr(piece, "getparent", None) is not None
            and piece.is_text
            and piece.getparent().tag in ("script", "style")
        ):
            continue
        pieces.append(str(piece))
        size += len(piece)
        if size > 2_000:
            break
    return make_plain(" ".join(pieces))
