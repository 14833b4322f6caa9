"""Finding a feed's fields among its elements, whatever namespace or spelling they come in."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree

from legation.engine.listen.feed_documents import KNOWN_NAMESPACES
from legation.engine.listen.feed_markup import clean_markup, has_markup, make_plain, serialise_children
from legation.engine.listen.feed_problems import ProblemLog

# Namespaces under which the elements of RSS itself were published: 0.90, 1.0, and the unofficial ones of 2.0.
_RSS_NAMESPACES: Final = frozenset(
    {
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://purl.org/rss/1.0/",
        "http://backend.userland.com/rss2",
        "http://backend.userland.com/rss091",
        "http://cyber.law.harvard.edu/rss/rss.html",
        "http://purl.org/net/rss1.1#",
    }
)
_PREFIXES: Final = {
    **{namespace.lower(): prefix for prefix, namespace in KNOWN_NAMESPACES.items()},
    "http://purl.org/atom/ns#": "atom",
    "http://search.yahoo.com/mrss": "media",
}
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_MAX_ADDRESS_CHARS: Final = 4_096  # as the fetcher's own guard


class Element:
    """One element with its children by canonical name: "title", "dc:date", "content:encoded"."""

    def __init__(self, node: etree._Element) -> None:
        """Index the direct children; the deeper ones stay unread until asked for."""
        self.node = node
        self._children: dict[str, list[etree._Element]] = {}
        default = node.nsmap.get(None)
        for child in node:
            if isinstance(child.tag, str):
                self._children.setdefault(name_element(child, default), []).append(child)

    def find_all(self, *names: str) -> list[etree._Element]:
        """Find the children of any of these names, in the order of the names."""
        return [child for name in names for child in self._children.get(name, ())]

    def find(self, *names: str) -> etree._Element | None:
        """Find the first child of the first of these names that is present with content."""
        for child in self.find_all(*names):
            if len(child) or (child.text or "").strip():
                return child
        return None

    def read_text(self, *names: str) -> str:
        """Read the plain text of the first of these children that has any."""
        for child in self.find_all(*names):
            text = read_text(child)
            if text:
                return text
        return ""


def name_element(node: etree._Element, default_namespace: str | None) -> str:
    """Name an element canonically; the document's own vocabulary goes without prefix.

    A prefix that nobody declared is taken at its word.
    """
    namespace, _, local = str(node.tag).rpartition("}")
    local = local.lower()
    namespace = namespace.removeprefix("{").strip()
    if not namespace or namespace.lower() in _RSS_NAMESPACES:
        return local
    # "https:" before a name that is no address is a common mistake.
    prefix = _PREFIXES.get(namespace.lower().replace("https:", "http:", 1))
    if prefix == "atom" and namespace == (default_namespace or "").strip():
        return local  # an Atom document, or RSS that declares Atom as its own
    if prefix:
        return f"{prefix}:{local}"
    return local if namespace == (default_namespace or "").strip() else f"?:{local}"


def read_text(node: etree._Element) -> str:
    """Read everything that an element and its children say, without markup."""
    return "".join(str(part) for part in node.itertext()).strip()


def read_language(node: etree._Element) -> str:
    """Read xml:lang of the element itself."""
    return (node.get(f"{_XML}lang") or "").strip()


def resolve_address(address: str, base: str) -> str:
    """Make an address absolute; "" where the outcome is no http or https address."""
    address = "".join(address.split()) if "\n" in address else address.strip()
    if not address or len(address) > _MAX_ADDRESS_CHARS:
        return ""
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return joined.replace(" ", "%20") if is_web else ""


def get_base(node: etree._Element, address: str) -> str:
    """Say which address the relative links inside an element belong to: xml:base, else the feed's own."""
    return resolve_address(node.base or "", address) or address


def has_own_base(node: etree._Element) -> bool:
    """Say whether the element or one above it sets xml:base."""
    return any(step.get(f"{_XML}base") for step in (node, *node.iterancestors()))


@dataclass(frozen=True, slots=True)
class TextReader:
    """Reads titles and HTML within bounds, noting what was cut."""

    address: str
    max_title_chars: int
    max_html_chars: int
    log: ProblemLog

    def read_title(self, node: etree._Element | None) -> str:
        """Read an element as one line of plain text."""
        if node is None:
            return ""
        raw, _ = _read_construct(node)
        # Markup and references shrink in cleaning, so more is taken than may stay.
        plain = make_plain(raw[: self.max_title_chars * 20])
        if len(plain) <= self.max_title_chars and len(raw) <= self.max_title_chars * 20:
            return plain
        self.log.note(f"A title was longer than {self.max_title_chars:,} characters and was cut.")
        return plain[: self.max_title_chars].rstrip()

    def read_html(self, node: etree._Element | None) -> str:
        """Read an element as clean HTML with absolute links."""
        if node is None:
            return ""
        raw, is_html = _read_construct(node)
        if len(raw) > self.max_html_chars:
            raw = raw[: self.max_html_chars]
            self.log.note(f"A text was longer than {self.max_html_chars:,} characters and was cut.")
        if not is_html and not has_markup(raw):
            return escape(raw.strip(), quote=False)
        clean = clean_markup(raw, get_base(node, self.address))
        if clean is None:
            self.log.note("A text was nested too deeply and was read without its markup.")
            return escape(make_plain(raw), quote=False)
        return clean


def _read_construct(node: etree._Element) -> tuple[str, bool]:
    """Read a text construct of RSS or Atom: its content, and whether that is HTML.

    Source: RFC 4287, sections 3.1 and 4.1.3; Atom 0.3, section 3.1.
    """
    kind = (node.get("type") or "").strip().lower()
    mode = (node.get("mode") or "").strip().lower()
    if len(node):
        return serialise_children(node, escapes="xhtml" in kind or kind not in ("html", "text/html")), True
    text = node.text or ""
    if mode == "base64" or _is_binary(kind):
        try:
            return base64.b64decode(text, validate=False).decode("utf-8", "replace"), True
        except (binascii.Error, ValueError):
            return "", False
    is_plain = kind in ("text", "text/plain") and mode != "escaped"
    return text, not is_plain


def _is_binary(kind: str) -> bool:
    is_media = kind.startswith(("image/", "audio/", "video/")) and not kind.endswith("+xml")
    return is_media or kind == "application/octet-stream"


def join_names(names: Iterable[str]) -> str:
    """Join the names of a byline, each once, in order."""
    return ", ".join(dict.fromkeys(name for name in names if name))
