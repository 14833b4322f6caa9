"""Read the news items of a NewsML-G2 document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from legation.engine.listen.cleaning import html_to_text
from legation.engine.listen.import_items import RefusedItem, read_moment
from legation.engine.listen.page_addresses import canonical_address
from legation.engine.records.imports import ImportedRecord
from legation.engine.text.encodings import normalise_text
from legation.engine.text.languages import UnknownLanguage, language_code

_MAX_BYTES = 64_000_000  # an agency's day of messages; a document is held in memory as a tree
_BODY_CHARACTERS = 2_000_000
# Kinds of items of a NewsML-G2 message (2.35, newsMessage/itemSet).
_ITEMS = {"newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"}
# Blocks of NITF and XHTML that end a paragraph.
_BLOCKS = {
    "p",
    "hl2",
    "h1",
    "h2",
    "h3",
    "h4",
    "li",
    "pre",
    "blockquote",
    "tr",
    "fn",
    "note",
    "div",
    "dd",
    "dt",
}
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class UnreadableNewsml(ValueError):
    """Bytes that are no NewsML-G2 document; the message says what is wrong."""


def read_newsml(document: bytes, *, now: datetime) -> Iterator[ImportedRecord | RefusedItem]:
    """Read a message, an item or a package of NewsML-G2: one answer for each item in it.

    now: aware; an item whose embargo lies beyond it is refused. Pictures, plans, events and packages without
    a text of their own are refused with the reason. Times are UTC. Raises UnreadableNewsml.
    Source: IPTC NewsML-G2 2.35.
    """
    root = _parse(document)
    name = _local(root)
    if name in _ITEMS:
        items = [root]
    elif name == "newsMessage":
        items = [child for child in root.iter() if _local(child) in _ITEMS and not _is_inside_item(child)]
    else:
        raise UnreadableNewsml(f"The document's first element is <{name}>, not one of NewsML-G2.")
    for number, item in enumerate(items, start=1):
        yield _read_item(item, number, now)


def _parse(document: bytes) -> etree._Element:
    if len(document) > _MAX_BYTES:
        raise UnreadableNewsml(f"The document has {len(document):,} bytes; the limit is {_MAX_BYTES:,}.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableNewsml(f"The document is no well-formed XML: {error}.") from error
    if root is None:
        raise UnreadableNewsml("The document is empty.")
    return root


def _is_inside_item(element: etree._Element) -> bool:
    return any(_local(parent) in _ITEMS for parent in element.iterancestors())


def _read_item(item: etree._Element, number: int, now: datetime) -> ImportedRecord | RefusedItem:
    """Make an article of one item, or say why it is none."""
    status = _code(_find(item, "itemMeta", "pubStatus"))
    if status in {"canceled", "cancelled", "withheld"}:
        return RefusedItem("withdrawn", f"Item {number} is {status} by its publisher.")
    embargo = read_moment(_text(_find(item, "itemMeta", "embargoed")))
    if embargo and embargo > now:
        return RefusedItem(
            "embargoed",
            f"Item {number} is embargoed until {embargo:%Y-%m-%d %H:%M} UTC. Import it again then.",
        )
    body = _read_content(item)
    if _local(item) != "newsItem" or not body:
        return RefusedItem("not_text", f"Item {number} is a {_local(item)} without a text.")
    meta = _find(item, "contentMeta")
    title = _text(_find(item, "contentMeta", "headline")) or _text(_find(item, "itemMeta", "title"))
    created = read_moment(_text(_find(item, "contentMeta", "contentCreated")))
    version = read_moment(_text(_find(item, "itemMeta", "versionCreated")))
    first = read_moment(_text(_find(item, "itemMeta", "firstCreated")))
    guid = normalise_text(item.get("guid") or "").strip()
    return ImportedRecord(
        record_id=guid[:200] or str(number),
        line_number=number,
        title=(title or body.partition("\n\n")[0])[:1000],
        lead=_read_lead(meta)[:5000],
        body=body[:_BODY_CHARACTERS],
        language=_read_language(item, meta),
        published_at=first or created or version,
        modified_at=version,
        address=canonical_address(guid) if guid.startswith(("http://", "https://")) else "",
        outlet=_read_outlet(item),
        country="",
        byline=_text(_find(item, "contentMeta", "by"))[:300],
        is_named_for_good=bool(guid),
        has_own_id=bool(guid),
    )


def _read_content(item: etree._Element) -> str:
    """Return the item's text as plain paragraphs: NITF and XHTML inside it, or text that stands there."""
    found = []
    for element in item.iter():
        name = _local(element)
        if name == "inlineXML":
            found.append(_read_markup(element))
        elif name == "inlineData":
            text = "".join(str(part) for part in element.itertext())
            is_markup = "html" in (element.get("contenttype") or "")
            found.append(html_to_text(text) if is_markup else _join_lines(text))
    return normalise_text(max(found, key=len, default=""))


def _read_markup(inline: etree._Element) -> str:
    """Return the paragraphs of NITF's body.content or of an XHTML body."""
    content = next((element for element in inline.iter() if _local(element) == "body.content"), None)
    if content is None:
        content = next((element for element in inline.iter() if _local(element) == "body"), inline)
    blocks = [
        element
        for element in content.iter()
        if _local(element) in _BLOCKS
        and not any(_local(child) in _BLOCKS for child in element.iterdescendants())
    ]
    lines = [" ".join(" ".join(str(part) for part in block.itertext()).split()) for block in blocks]
    if not blocks:
        lines = [" ".join(" ".join(str(part) for part in content.itertext()).split())]
    return "\n\n".join(line for line in lines if line)


def _read_lead(meta: etree._Element | None) -> str:
    """Return the description that summarises the item, "" where it has none."""
    found = [child for child in meta if _local(child) == "description"] if meta is not None else []
    roles = ("drol:summary", "descrole:summary", "drol:lead")
    found.sort(key=lambda child: (child.get("role") or "") not in roles)
    return _text(found[0]) if found and "caption" not in (found[0].get("role") or "") else ""


def _read_language(item: etree._Element, meta: etree._Element | None) -> str:
    """Return the language of the content, else that of the item."""
    language = _find(item, "contentMeta", "language") if meta is not None else None
    for code in (language.get("tag") if language is not None else "", item.get(_XML_LANGUAGE)):
        try:
            return language_code(code or "").replace("und", "")
        except UnknownLanguage:
            continue
    return ""


def _read_outlet(item: etree._Element) -> str:
    """Return the publication: its provider, the source of information or who holds the rights."""
    for path in (("itemMeta", "provider"), ("contentMeta", "infoSource"), ("rightsInfo", "copyrightHolder")):
        element = _find(item, *path)
        name = _text(_find(element, "name")) if element is not None else ""
        literal = (element.get("literal") or "") if element is not None else ""
        if name or literal:
            return (name or " ".join(normalise_text(literal).split()))[:200]
    return ""


def _find(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first child of a child, by local names."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if _local(child) == name), None)
    return element


def _text(element: etree._Element | None) -> str:
    whole = "".join(str(part) for part in element.itertext()) if element is not None else ""
    return " ".join(normalise_text(whole).split())


def _code(element: etree._Element | None) -> str:
    """Return the code of a controlled value: stat:usable and the IPTC address of it are both "usable"."""
    value = (element.get("qcode") or element.get("uri") or "") if element is not None else ""
    return value.replace("/", ":").rpartition(":")[2].lower()


def _join_lines(text: str) -> str:
    """Return plain paragraphs of text with line breaks: an empty line parts them, else each line does."""
    parts = text.split("\n\n") if "\n\n" in text.strip() else text.split("\n")
    lines = (" ".join(part.split()) for part in parts)
    return "\n\n".join(line for line in lines if line)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
