"""Clean foreign HTML down to the few elements that an article's text needs."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import nh3

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
# nh3 parses recursively nested trees without recursion, but its memory grows with the input; a feed's item
# or an article beyond two million characters is no article.
_MAX_CHARACTERS = 2_000_000
_MAX_DEPTH = 400  # of open elements; deeper nesting is an attack, and plain text is all that is kept of it

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
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset(
    ("br", "img", "hr", "meta", "link", "input", "source", "wbr", "area", "base", "col", "p", "li")
)
_HOST = re.compile(r"(?:(?!xn--)[a-z0-9][a-z0-9-]*\.)*[a-z][a-z]+")  # names, not numbers
_EMPTY = re.compile(r"<(p|h2|h3|h4|li|ul|ol|em|strong|a|figure|figcaption|blockquote)(?: [^<>]*)?>\s*</\1>")


def clean_html(html: str, *, address: str = "") -> str:
    """Clean HTML so that it can be stored, and shown as it is without harm to its readers.

    Keeps paragraphs, headings, lists, quotations, links to http and https, emphasis and line breaks; the
    text of all other elements stays without them. Links carry rel="noopener noreferrer nofollow". address: of
    the page, to make relative links absolute; without it they lose their target. Never fails.
    """
    html = html[:_MAX_CHARACTERS]
    if html.count("&") > _MAX_REFERENCES:
        html = html.replace("&", " ")
    if _is_nested_too_deeply(html):
        return nh3.clean(_TAG.sub(" ", html), tags=set())
    renamed = _RENAMED.sub(_rename_tag, html)
    cleaned = nh3.clean(
        renamed,
        tags=set(ALLOWED_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={"a": {"href"}},
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


def _is_nested_too_deeply(html: str) -> bool:
    """Tell whether elements are open inside each other beyond reason, which exhausts stacks further on."""
    depth = 0
    for match in _OPENING.finditer(html):
        if match.group(2).lower() in _VOID:
            continue
        depth += -1 if match.group(1) else 1
        if depth > _MAX_DEPTH:
            return True
        depth = max(depth, 0)
    return False
