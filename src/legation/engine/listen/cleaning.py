"""Clean foreign HTML down to the few elements that an article's text needs."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import nh3
from lxml import etree
from lxml.html import HTMLParser, document_fromstring, tostring

from legation.engine.text.encodings import normalise_text

# Text and its structure; nothing that loads, runs, floats over the page or names an identifier.
ALLOWED_TAGS = frozenset(
    ("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a", "em", "strong", "br", "figure", "figcaption")
)
# Elements whose content is no text for readers.
_DROPPED_WITH_CONTENT = frozenset(
    (
        "script", "style", "template", "iframe", "object", "embed", "svg", "math", "noscript", "title",
        "textarea", "select", "button", "form", "head", "video", "audio", "canvas", "xmp", "noframes",
    )
)  # fmt: skip
# A feed's item or an article beyond a million characters is no article; what is quadratic in the parsers
# (many attributes of one element) then stays under five seconds.
_MAX_CHARACTERS = 1_000_000
_MAX_ATTRIBUTES = 50_000  # a live blog of a day has 10,000
_LONG_TAG = re.compile(r"<[a-zA-Z/!][^<>]{50000}")

# Parsers compare each attribute with all before it: 100,000 of one element take 20 s. Scripts that put a
# page's data into one attribute make tags as long, but of few attributes.
_VERY_LONG_TAG = re.compile(r"<([a-zA-Z][^\s<>/]{0,50})[^<>]{10000,}>?")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_MAX_TAG_ATTRIBUTES = 2_000
# Each "&" costs the parser 7 microseconds; a million of them, 7 seconds.
_MAX_REFERENCES = 100_000

_RENAMED = re.compile(
    r"<(/?)(h1|h5|h6|b|i|strike|div|section|article|table|tbody|thead|tr|th|td|dt|dd|pre)(?=[\s/>])",
    re.IGNORECASE,
)
_NEW_NAMES = {"h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em", "strike": "em"}
_BLOCK_END = re.compile(
    r"</?(?:p|h[1-6]|ul|ol|li|blockquote|figure|figcaption)\b[^<>]*>|(?:<br\s*/?>\s*){2,}"
)
_LINE_BREAK = re.compile(r"<br\s*/?>")
_TAG = re.compile(r"<[^<>]*>")
_HOST = re.compile(r"(?:(?!xn--)[a-z0-9][a-z0-9-]*\.)*[a-z][a-z]+")  # names, not numbers
_EMPTY = re.compile(r"<(p|h2|h3|h4|li|ul|ol|em|strong|a|figure|figcaption|blockquote)(?: [^<>]*)?>\s*</\1>")


def clean_html(html: str, *, address: str = "") -> str:
    """Clean HTML so that it can be stored, and shown as it is without harm to its readers.

    Keeps paragraphs, headings, lists, quotations, links to http and https, emphasis and line breaks; the
    text of all other elements stays without them. Links carry rel="noopener noreferrer nofollow". address: of
    the page, to make relative links absolute; without it they lose their target. Never fails.
    """
    html = html[:_MAX_CHARACTERS].encode("utf-8", "replace").decode()  # halves of surrogates stop nh3
    if html.count("&") > _MAX_REFERENCES:
        html = html.replace("&", " ")
    straight = _straighten(html)
    if straight is None:
        return nh3.clean(_TAG.sub(" ", html).replace("<", " "), tags=set()).strip()
    renamed = _RENAMED.sub(_rename_tag, straight)
    cleaned = nh3.clean(
        renamed,
        tags=set(ALLOWED_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={"*": set(), "a": {"href"}},  # without "*" title and lang would stay
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
        url_relative=("rewrite_with_base", address) if _is_base(address) else "deny",
    )
    for _ in range(3):  # an empty list item leaves an empty list, and that an empty quotation
        cleaned, count = _EMPTY.subn("", cleaned)
        if not count:
            break
    return normalise_text(cleaned).strip()


def html_to_text(html: str) -> str:
    """Turn HTML into plain text: one blank line between blocks, no mark-up, references resolved."""
    marked = _BLOCK_END.sub("\n\n", clean_html(html))
    marked = _LINE_BREAK.sub("\n", marked)
    text = normalise_text(unescape(_TAG.sub("", marked)))
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def drop_crowds(html: str) -> str:
    """Take all attributes from elements with thousands of them, so that parsing takes linear time."""
    # Splitting is five times as fast as the expression, and hardly a page has a run as long.
    pieces = html.split("<") if len(html) > 10_000 else ()
    if not any(len(piece) > 10_000 and ">" not in piece[:10_000] for piece in pieces):
        return html
    return _VERY_LONG_TAG.sub(_thin_tag, html)


def _thin_tag(match: re.Match[str]) -> str:
    """Leave a long tag its name alone where it has too many attributes."""
    bare = _VALUE.sub('""', match.group())
    is_crowded = max(len(bare.split()), bare.count("="), bare.count("/")) > _MAX_TAG_ATTRIBUTES
    return f"<{match.group(1)}>" if is_crowded else match.group()


def _is_base(address: str) -> bool:
    """Tell whether relative links can be resolved against an address; nh3 raises where they cannot."""
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in {"http", "https"}
            and bool(_HOST.fullmatch(parts.hostname or ""))
            and parts.port != 0
        )
    except ValueError:
        return False


def _rename_tag(match: re.Match[str]) -> str:
    """Give an element that is not kept the name of the kept one nearest to it."""
    slash, name = match.group(1), match.group(2).lower()
    return f"<{slash}{_NEW_NAMES.get(name, 'p')}"


def _straighten(html: str) -> str | None:
    """Write HTML anew with every element closed; None where it is built to exhaust a parser.

    nh3's parser takes time quadratic in open elements, and how many are open cannot be counted without
    parsing: closing tags may stand in attributes and comments. libxml2 parses in linear time and stops at a
    depth of 256.
    """
    if not html.strip() or html.count("=") > _MAX_ATTRIBUTES or _LONG_TAG.search(html):
        return None if html.strip() else ""
    parser = HTMLParser(
        encoding="utf-8", recover=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        tree = document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        return None
    return str(tostring(tree, encoding="unicode"))
