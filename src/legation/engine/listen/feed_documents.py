"""From a feed's bytes to an XML tree: charset, stray bytes and broken markup mended, hostile XML disarmed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.entities import html5
from typing import Final

from lxml import etree

from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.listen.feed_repairs import balance_tags


class UnreadableFeed(Exception):
    """The bytes are no feed that can be read; the message says what is wrong and where."""


# What a label means in practice: the superset that browsers use (WHATWG Encoding Standard, "labels").
_WIDER_CODECS: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SPACES: Final = re.compile(r"\s*")
_DOCTYPE_MARKS: Final = re.compile(r"<!--|[\"'\[\]>]")
_ROOT_NAME: Final = re.compile(r"<[A-Za-z_][\w:.-]{0,60}")
_DECLARED_IN_XML: Final = re.compile(rb"<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_DECLARED_IN_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
CONTROLS: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FEED_START: Final = re.compile(
    r"<\?xml|<!DOCTYPE|<!--|<(?:rss|feed|channel|(?:\w{1,20}:)?(?:RDF|urlset|sitemapindex))\b", re.IGNORECASE
)
# libxml2 refuses text of 10,000,000 bytes; UTF-8 takes up to four for a character.
_MAX_RUN_CHARS: Final = 2_000_000
_MAX_JUNK_CHARS: Final = 4_096  # warnings of a broken server before the feed's first tag
# A node takes 120 bytes of memory and as few as four in the feed. The largest honest feeds seen, of 5 MB,
# have some 200,000 tags.
_MAX_TAGS: Final = 1_200_000
_MAX_ATTRIBUTES: Final = 1_000_000

# Prefixes that feeds use without declaring them; the modules' own documents name these addresses.
KNOWN_NAMESPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "xhtml": "http://www.w3.org/1999/xhtml",
}

# A reference that XML understands, one that only HTML knows, or a bare ampersand; or a "<" that opens
# nothing.
_LOOSE_MARKUP: Final = re.compile(
    r"&(?:\#(?P<decimal>\d{1,7});|\#[xX](?P<hex>[0-9a-fA-F]{1,6});|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?"
    r"|<(?![A-Za-z_/!?])"
)
_STRAY_SIGN: Final = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6});)|<(?![A-Za-z_/!?])"
)
_ITEM_TAG: Final = re.compile(r"<(?:item|entry)[\s>]")
_XML_NAMES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


def decode_document(body: bytes, *, content_type: str, max_bytes: int, log: ProblemLog) -> str:
    """Decode a document's bytes into text that begins with its root element.

    Control characters, what stands before the root, and the document type declaration are taken off, so
    that no entity exists; what was done is noted in the log. Raises UnreadableFeed.
    """
    if not body.strip():
        raise UnreadableFeed("The feed is empty.")
    if len(body) > max_bytes:
        raise UnreadableFeed(f"The feed is larger than {max_bytes:,} bytes.")
    text = _decode(body, content_type, log)
    if CONTROLS.search(text):
        text = CONTROLS.sub("", text)
        log.note("Control characters were taken out.")
    return _cut_prolog(text, log)


def parse_document(text: str, *, address: str, log: ProblemLog) -> etree._Element:
    """Parse a feed's text into a tree without entities, DTD, comments or anything fetched.

    Strictly where the XML is well formed, after mending where it is not, and as much of it as can be had
    where mending does not help; what was done is noted in the log.
    Raises UnreadableFeed.
    """
    if len(text) > _MAX_RUN_CHARS:
        text = _shorten_runs(text, log)
    if max(text.count("='"), text.count('="')) > _MAX_ATTRIBUTES:
        raise UnreadableFeed(f"The feed holds more than {_MAX_ATTRIBUTES:,} attributes.")
    if text.count("<") > _MAX_TAGS:
        end = _find_nth(text, "<", _MAX_TAGS)
        log.drop("beyond_limit", len(_ITEM_TAG.findall(text, end)))
        text = text[:end]
        log.note(f"Only the first {_MAX_TAGS:,} tags of the feed were read.")
    return _parse(text, address, log)


def mend_markup(text: str) -> str:
    """Make references and stray signs well formed outside CDATA, and declare the prefixes that are known."""
    return _mend(text)


def has_loose_markup(text: str) -> bool:
    """Tell whether a text holds an ampersand or a "<" that stands for itself."""
    return _STRAY_SIGN.search(text) is not None


def _find_nth(text: str, sign: str, count: int) -> int:
    position = -1
    for _ in range(count):
        position = text.find(sign, position + 1)
    return position


def _decode(body: bytes, content_type: str, log: ProblemLog) -> str:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    if body[:2] in (b"<\0", b"\0<"):
        return body.decode("utf-16-le" if body[0] else "utf-16-be", "replace")
    in_xml = _DECLARED_IN_XML.search(body[:1_024])
    in_header = _DECLARED_IN_HEADER.search(content_type)
    labels = [in_xml[1].decode("ascii") if in_xml else "", in_header[1] if in_header else ""]
    declared = [codec for codec in map(_find_codec, labels) if codec]
    # UTF-8 is almost never right by accident, so it is tried before what is declared; ISO-2022 is ASCII to
    # it.
    is_ascii_like = any(codec.startswith(("iso2022", "hz")) for codec in declared)
    tries = [*declared, "utf-8"] if is_ascii_like else ["utf-8", *declared]
    for encoding in tries:
        try:
            text = body.decode(encoding)
        except (UnicodeDecodeError, ValueError):
            continue
        if declared and encoding != declared[0] and not body.isascii():
            log.note(f"The feed declares {declared[0]} but is written in {encoding}.")
        return text
    # Nothing fits: a few damaged characters are the commonest cause, in whatever was declared, else UTF-8.
    encoding = declared[0] if declared else "utf-8"
    text = body.decode(encoding, "replace")
    if not declared and text.count("\ufffd") * 10 > len(text):
        encoding = "cp1252"
        text = body.decode(encoding, "replace")
    log.note(f"Some characters are damaged; the feed was read as {encoding}.")
    return text


def _find_codec(label: str) -> str:
    """Name the codec for a declared charset; "" where there is none, or where it is no charset of text."""
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    if not info._is_text_encoding or info.name in (
        "utf-7",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
    ):
        return ""
    if info.name.startswith(("utf-16", "utf-32", "raw")):
        return ""  # without BOM and zero bytes it cannot be
    return _WIDER_CODECS.get(info.name, info.name)


def _cut_prolog(text: str, log: ProblemLog) -> str:
    """Take off what stands before the root, a document type declaration above all: entities end here."""
    start = _FEED_START.search(text, 0, _MAX_JUNK_CHARS)
    if start is None:
        head = text.lstrip("\ufeff \t\r\n")
        if not head.startswith("<"):
            raise UnreadableFeed("This is not XML: no tag stands at the beginning.")
    elif text[: start.start()].strip("\ufeff \t\r\n"):
        log.note("Something stood before the feed's beginning and was taken off.")
    position = start.start() if start else 0
    while True:
        position = _SPACES.match(text, position).end()  # type: ignore[union-attr]
        if text.startswith("<!--", position):
            position = _find_end(text, "-->", position)
        elif text.startswith("<?", position):
            position = _find_end(text, "?>", position)
        elif text[position : position + 9].upper() == "<!DOCTYPE":
            position = _find_doctype_end(text, position + 9, log)
        else:
            return text[position:]


def _find_end(text: str, mark: str, position: int) -> int:
    end = text.find(mark, position)
    if end < 0:
        raise UnreadableFeed("What stands before the feed's first tag has no end.")
    return end + len(mark)


def _find_doctype_end(text: str, position: int, log: ProblemLog) -> int:
    is_inside = False
    while True:
        found = _DOCTYPE_MARKS.search(text, position)
        if found is None:
            raise UnreadableFeed("The document type declaration has no end.")
        mark, position = found[0], found.end()
        if mark == "<!--":
            position = _find_end(text, "-->", position)
        elif mark in "\"'":
            position = _find_end(text, mark, position)
        elif mark == ">" and not is_inside:
            return position
        elif mark == "[":
            is_inside = True
            log.note("Entities declared in the feed were not used.")
        elif mark == "]":
            is_inside = False


def _split_cdata(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of the text in order, each with whether it is a CDATA section, its marks included."""
    position = 0
    while True:
        start = text.find("<![CDATA[", position)
        end = text.find("]]>", start) if start >= 0 else -1
        if end < 0:
            yield False, text[position:]
            return
        yield False, text[position:start]
        yield True, text[start : end + 3]
        position = end + 3


def _shorten_runs(text: str, log: ProblemLog) -> str:
    """Cut every run of text that libxml2 would refuse the whole feed for."""
    pieces: list[str] = []
    for is_cdata, part in _split_cdata(text):
        if is_cdata:
            is_long = len(part) > _MAX_RUN_CHARS
            pieces.append(part[:_MAX_RUN_CHARS] + "]]>" if is_long else part)
        else:
            runs = part.split("<")
            is_long = any(len(run) > _MAX_RUN_CHARS for run in runs)
            pieces.append("<".join(run[:_MAX_RUN_CHARS] for run in runs) if is_long else part)
        if is_long:
            log.note("A text of millions of characters was cut.")
    return "".join(pieces)


def _parse(text: str, address: str, log: ProblemLog) -> etree._Element:
    try:
        return _parse_xml(text, address, recovers=False)
    except etree.XMLSyntaxError as error:
        first_error = str(error)
    text = _mend(text)
    for repair in (str, balance_tags):
        try:
            root = _parse_xml(repair(text), address, recovers=False)
        except etree.XMLSyntaxError as error:
            last_error = str(error)
        else:
            how = "mended" if repair is str else "read as far as possible"
            log.note(f"The feed is broken XML and was {how}: {first_error}.")
            return root
    log.note(f"The feed is broken XML and was read as far as possible: {last_error}.")
    text = balance_tags(text)
    try:
        return _parse_xml(text, address, recovers=True)
    except etree.XMLSyntaxError as error:
        raise UnreadableFeed(f"The feed cannot be read as XML: {error}.") from error


def _parse_xml(text: str, address: str, *, recovers: bool) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recovers,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,  # at most 256 levels and 10 MB for one text
        remove_comments=True,
        remove_pis=True,
    )
    root: etree._Element | None = etree.fromstring(text.encode("utf-8"), parser, base_url=address)
    if root is None:  # lxml's answer to recovering from nothing
        raise UnreadableFeed("The feed cannot be read as XML: it holds no element.")
    return root


def _mend(text: str) -> str:
    """Make references and stray signs well formed outside CDATA, and declare the prefixes that are known."""
    parts = _split_cdata(text)
    text = "".join(
        part if is_cdata else _LOOSE_MARKUP.sub(_mend_markup, part).replace("]]>", "]]&gt;")
        for is_cdata, part in parts
    )
    missing = [
        f' xmlns:{prefix}="{namespace}"'
        for prefix, namespace in KNOWN_NAMESPACES.items()
        if f"<{prefix}:" in text and f"xmlns:{prefix}" not in text
    ]
    root = _ROOT_NAME.match(text)
    return text[: root.end()] + "".join(missing) + text[root.end() :] if root and missing else text


def _mend_markup(found: re.Match[str]) -> str:
    if found[0] == "<":
        return "&lt;"
    if found["decimal"] or found["hex"]:
        code = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16)
        is_valid = code <= 0x10FFFF and not CONTROLS.match(chr(code))
        return found[0] if is_valid else ""
    if found["name"] in _XML_NAMES:
        return found[0]
    meaning = html5.get(f"{found['name']};")
    if meaning:
        return "".join(f"&#{ord(char)};" for char in meaning)
    return "&amp;" + found[0][1:]
