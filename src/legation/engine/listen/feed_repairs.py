"""Repairs of markup whose tags do not match, so that what follows the fault is read as it was meant.

A parser that recovers by itself loses more: libxml2 drops every reference after the first fault, which
corrupts addresses, and takes all that follows a forgotten end tag for the text of one element.
"""

from __future__ import annotations

import re
from typing import Final

# No alternative gives back what it took, and none but the last can fail after taking more than a tag: what
# has no end goes on to the end of the text.
_TOKEN: Final = re.compile(
    r"<!\[CDATA\[(?:(?!\]\]>).)*+(?:\]\]>)?|<!--(?:(?!-->).)*+(?:-->)?|<\?(?:(?!\?>).)*+(?:\?>)?"
    r"|<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]{0,80})(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>",
    re.DOTALL,
)
FEED_ITEMS: Final = frozenset({"item", "entry"})
# Elements that hold text and never one of the fields below.
_LEAVES: Final = frozenset(
    {"title", "link", "guid", "id", "pubdate", "published", "updated", "issued", "modified", "description"}
    | {
        "summary",
        "category",
        "dc:date",
        "dc:creator",
        "dc:subject",
        "content:encoded",
        "language",
        "comments",
    }
    | {"loc", "lastmod", "changefreq", "priority", "news:title", "news:publication_date"}
)
# Of the fields, those that HTML has too close a leaf only where they stand directly in it.
_AMBIGUOUS: Final = frozenset({"title", "link", "summary", "id"})
_ADDRESSES: Final = frozenset({"link", "guid", "id", "loc"})
_MAX_DEPTH: Final = 200  # libxml2 follows 256


def balance_tags(text: str, items: frozenset[str] = FEED_ITEMS) -> str:
    """Close what was left open, drop end tags of what is not open, and escape what only looks like a tag.

    text: XML without document type declaration, its loose signs mended. A field that begins inside another
    ends it, and an item ends the item before. items: their names, in lower case. Takes time in proportion
    to the text.
    """
    pieces: list[str] = []
    stack: list[str] = []
    position = 0
    for token in _TOKEN.finditer(text):
        pieces.append(text[position : token.start()].replace("<", "&lt;"))
        position = token.end()
        name = token["name"]
        if name is None:
            if token[0].startswith("<![CDATA["):  # comments and instructions say nothing
                pieces.append(token[0] if token[0].endswith("]]>") else token[0] + "]]>")
        elif token["end"]:
            _close(name, stack, pieces)
        else:
            _open(name, token, stack, pieces, items)
    pieces.append(text[position:].replace("<", "&lt;"))
    if stack and stack[-1].lower() in _ADDRESSES:
        # Half an address leads elsewhere; what stood in the element goes, its tag included.
        start = max(number for number, piece in enumerate(pieces) if piece.startswith(f"<{stack[-1]}"))
        del pieces[start:], stack[-1]
    pieces += [f"</{name}>" for name in reversed(stack)]
    return "".join(pieces)


def _open(
    name: str, token: re.Match[str], stack: list[str], pieces: list[str], items: frozenset[str]
) -> None:
    folded = name.lower()
    if folded in items:
        _close_through(items | _LEAVES, stack, pieces)
    elif folded in _AMBIGUOUS:
        if stack and stack[-1].lower() in _LEAVES:
            pieces.append(f"</{stack.pop()}>")
    elif folded in _LEAVES:
        _close_through(_LEAVES, stack, pieces)
    is_closed = token["rest"].endswith("/")
    if not is_closed and len(stack) >= _MAX_DEPTH:
        return
    pieces.append(token[0])
    if not is_closed:
        stack.append(name)


def _close(name: str, stack: list[str], pieces: list[str]) -> None:
    """Write an end tag and those of the elements inside; nothing where the element is not open."""
    if name not in stack:
        return
    while stack:
        inner = stack.pop()
        pieces.append(f"</{inner}>")
        if inner == name:
            return


def _close_through(names: frozenset[str], stack: list[str], pieces: list[str]) -> None:
    """Close the outermost open element of these names, and all inside it."""
    place = next((number for number, name in enumerate(stack) if name.lower() in names), None)
    if place is not None:
        pieces.extend(f"</{name}>" for name in reversed(stack[place:]))
        del stack[place:]
