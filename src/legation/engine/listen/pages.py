"""Read an article's page: title, lead, text, byline, dates and canonical address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from legation.engine.listen.cleaning import drop_crowds
from legation.engine.listen.page_addresses import canonical_address
from legation.engine.listen.page_bodies import extract_body, is_teaser
from legation.engine.listen.page_dates import find_page_dates
from legation.engine.listen.page_heads import PageHead, read_head
from legation.engine.listen.page_judgements import choose_lead, judge_page
from legation.engine.listen.page_openings import drop_opening
from legation.engine.listen.page_series import find_next_address
from legation.engine.listen.page_titles import choose_title
from legation.engine.records.articles import PageText
from legation.engine.text.encodings import (
    convert_tcvn3,
    convert_vni,
    decode_bytes,
    normalise_text,
    recognise_legacy_vietnamese,
)

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# A script that is left open reaches to the sample's end, so that no end is looked for twice.
_SCRIPTS = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_LOOKS_LIKE_HTML = re.compile(
    r"<\s*(?:!doctype|html|head|body|div|p|article|title|meta|span|h1|table)\b", re.IGNORECASE
)
# Overrides of direction that are written as references, which only the parser resolves.
_TURNS = re.compile(r"&#(?:x0*20(?:2[a-e]|6[6-9])|0*(?:823[4-8]|829[4-7]))(?![0-9a-f]);?", re.IGNORECASE)
_SAMPLE_CHARACTERS = 200_000
_SHOWN_CHARACTERS = 4_000  # more is not looked at to recognise an old font


class UnreadablePage(ValueError):
    """A body that is no HTML page, or is too large or too broken to be read; the message says which."""


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Bounds and choices for reading pages."""

    max_bytes: int = 20_000_000  # the fetcher's own bound; larger bodies are refused unread
    quick_bytes: int = 3_000_000  # above it no second reader is asked; the largest article seen has 2 MB
    min_body_characters: int = 250  # a shorter text is a teaser; the shortest agency reports have about 300
    is_thorough: bool = True  # ask a second reader about doubtful pages; see docs/decisions/0005
    zone: tzinfo = UTC  # of dates that name none


_DEFAULT = PageOptions()


def read_page(
    html: bytes | str, *, address: str, content_type: str = "", options: PageOptions = _DEFAULT
) -> PageText:
    """Read an article's page as its readers and its machines are told it.

    html: the whole body. address: where it was found, absolute or "". content_type: the header's own text.
    Dates are aware, in the zone that the page states. Raises UnreadablePage for anything but a page of sane
    size.
    """
    text, tree, head = parse_page(html, content_type=content_type, options=options)
    dates = find_page_dates(tree, head, zone=options.zone, address=address)
    title = choose_title(head, address=address)
    body = extract_body(
        tree,
        head,
        min_characters=options.min_body_characters,
        asks_second=options.is_thorough and len(text) <= options.quick_bytes,
    )
    body = drop_opening(body, (title, head.heading, head.headline, head.og_title))
    judged = judge_page(tree, head, body, address=address, zone=options.zone)
    is_short = is_teaser(judged.body, head, min_characters=options.min_body_characters)
    return PageText(
        title=title,
        lead=choose_lead(head, judged.body),
        body=judged.body,
        byline=head.byline,
        published_at=dates.published_at,
        modified_at=dates.modified_at,
        has_time=dates.has_time,
        language=head.language,
        canonical_address=canonical_address(address, head.canonical),
        site_name=head.site_name,
        is_teaser=is_short or judged.is_barred,
        kind=judged.kind,
        access=judged.access,
        posts=judged.posts,
        next_address=judged.next_address,
    )


def find_following(html: bytes, *, address: str, content_type: str = "") -> str:
    """Find the address of the page that follows this one in an article, as page_series does; "" for none.

    Costs a tenth of read_page. "" also for what is no page.
    """
    try:
        _, tree, _ = parse_page(html, content_type=content_type)
    except UnreadablePage:
        return ""
    return find_next_address(tree, address=address)


def parse_page(
    html: bytes | str, *, content_type: str = "", options: PageOptions = _DEFAULT
) -> tuple[str, HtmlElement, PageHead]:
    """Decode and parse a page, and read its head: the first half of read_page, and raises as that does."""
    text = _decode(html, content_type, options)
    tree = _parse(text)
    return text, tree, read_head(tree)


def _decode(html: bytes | str, content_type: str, options: PageOptions) -> str:
    """Decode and normalise a body, old Vietnamese fonts included."""
    if len(html) > options.max_bytes:
        raise UnreadablePage(f"The page has {len(html):,} bytes; the limit is {options.max_bytes:,}.")
    if isinstance(html, bytes):
        declared = _CHARSET.search(content_type)
        text, _, _ = decode_bytes(html, declared.group(1) if declared else "")
    else:
        text = html
    if not _LOOKS_LIKE_HTML.search(text):
        raise UnreadablePage("The body holds no HTML element.")
    if not text[:_SAMPLE_CHARACTERS].isascii():
        legacy = recognise_legacy_vietnamese(_show_beginning(text))
        convert = {"tcvn3": convert_tcvn3, "vni": convert_vni}.get(legacy)
        text = convert(text) if convert else text
    return _TURNS.sub("", normalise_text(text))


def _show_beginning(text: str) -> str:
    """Return what a page shows its readers at its beginning, without parsing it."""
    start = max(0, text.find("<body", 0, _SAMPLE_CHARACTERS))  # the head takes longer than what is read
    for size in (_SHOWN_CHARACTERS * 6, _SHOWN_CHARACTERS * 18, _SAMPLE_CHARACTERS):
        sample = _SCRIPTS.sub(" ", text[start : start + size])
        visible = " ".join(_TAG.sub(" ", sample).split())
        if len(visible) >= _SHOWN_CHARACTERS:
            break
    return visible


def _parse(text: str) -> HtmlElement:
    """Parse a page; libxml2 bounds the nesting and mends the rest."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    # Of lxml.html's own parser every access to an element costs a call into Python that looks up its class.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        tree = document_fromstring(drop_crowds(text).encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError) as error:
        raise UnreadablePage(f"The page cannot be parsed: {error}.") from error
    if tree is None or len(tree) == 0:
        raise UnreadablePage("The page is empty.")
    return tree
