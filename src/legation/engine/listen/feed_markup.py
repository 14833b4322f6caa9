"""The texts inside a feed: plain titles out of any markup, and HTML that is safe to keep."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from html.entities import html5
from typing import Final

import nh3
from lxml import etree

# What an article's text needs; no style, no form, no frame, nothing that loads or runs.
_TAGS: Final = frozenset(
    {
        *(
            "a",
            "abbr",
            "b",
            "bdi",
            "bdo",
            "blockquote",
            "br",
            "cite",
            "code",
            "dd",
            "del",
            "dfn",
            "div",
            "dl",
        ),
        *("dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins"),
        *(
            "kbd",
            "li",
            "mark",
            "ol",
            "p",
            "pre",
            "q",
            "rp",
            "rt",
            "ruby",
            "s",
            "samp",
            "small",
            "span",
            "strong",
        ),
        *(
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "time",
            "tr",
            "u",
            "ul",
            "var",
            "wbr",
        ),
    }
)
_ATTRIBUTES: Final = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "time": {"datetime"},
    "blockquote": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_VOID: Final = frozenset(
    {"br", "hr", "img", "wbr", "input", "meta", "link", "source", "area", "col", "embed"}
)

# Names by which markup is told from a "<" in a sentence.
_KNOWN_TAG: Final = re.compile(
    r"<(/?)(a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|figcaption|figure|font|h[1-6]|hr|i|iframe|img"
    r"|ins|li|ol|p|pre|q|s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul|video"
    r"|wbr)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_BLOCK_NAMES: Final = frozenset(
    {"blockquote", "br", "center", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"}
    | {"table", "td", "th", "tr", "ul"}
)
_SILENT: Final = re.compile(r"<(script|style)\b", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&(?:\#(\d{1,7})|\#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_BARE_AMPERSAND: Final = re.compile(r"&(?!\#?[A-Za-z0-9]{1,32};)")
_SPACES: Final = re.compile(r"[\s\u200b]+")
# Between words of the scripts that are written without spaces an invisible break is all that parts them.
_UNSEEN: Final = re.compile(
    r"\ufeff|(?<![\u0e00-\u109f\u1780-\u17ff])\u200b|\u200b(?![\u0e00-\u109f\u1780-\u17ff])"
)
# Windows' signs in the place of Unicode's controls, as browsers read them (HTML Standard, 13.2.5.80). Signs
# that turn the writing's direction round are taken out: they make "exe.txt" of "txt.exe", reach beyond the
# text that holds them, and honest texts have none; marks that join letters or say one letter's direction
# stay.
_SIGNS: Final = {
    **{code: sign for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", "ignore"))},
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
}

# The HTML parser behind nh3 takes time quadratic in the elements left open: 100,000 nested <div> cost 16 s,
# 30,000 differing <b> 23 s. 400 tags in the worst order found cost 20 ms (docs/decisions/0004).
_MAX_LOOSE_TAGS: Final = 400
_MAX_TAGS: Final = 50_000
_MAX_REFERENCES: Final = 20_000  # quadratic as well: 400,000 cost 3 s
_MAX_DEPTH: Final = 100
_PLAIN_TAG: Final = re.compile(
    r"<!--[^<>]*-->|<(/?)([A-Za-z][A-Za-z0-9]*)"
    r"((?:\s+[A-Za-z][\w:-]*(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=`]+))?)*)\s*/?>"
)
# Elements whose content is no markup, so that the tags inside are none.
_RAW_TEXT: Final = re.compile(
    r"<(?:script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext|svg|math|select|template)",
    re.IGNORECASE,
)


def make_plain(text: str) -> str:
    """Turn a title, with or without markup and references, into plain NFC text on one line.

    Markup that was escaped twice is resolved too; a "<" that opens no HTML tag stays.
    """
    for _ in range(3):  # written once, escaped twice: more layers have not been seen
        if "<" in text:
            text = _KNOWN_TAG.sub(_replace_tag, _drop_silent(text))
        if "&" not in text:
            break
        resolved = _REFERENCE.sub(_resolve_reference, text)
        if resolved == text:
            break
        text = resolved
    text = _UNSEEN.sub("", text.translate(_SIGNS))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip())


def clean_markup(text: str, base: str) -> str | None:
    """Clean HTML of everything active and make its links absolute.

    base: the absolute address that relative links belong to; elsewhere such links are dropped.
    Returns None where the nesting is too hostile to be parsed; take make_plain of it then.
    """
    if not is_cheap_to_parse(text):
        return None
    text = _BARE_AMPERSAND.sub("&amp;", text.translate(_SIGNS))
    try:
        clean = _run_cleaner(text, base)
    except ValueError:  # a base that nh3 cannot read, such as a host with a space in it
        clean = _run_cleaner(text, "")
    # References become signs only there.
    return unicodedata.normalize("NFC", clean.translate(_SIGNS).strip())


def _run_cleaner(text: str, base: str) -> str:
    is_absolute = base.startswith(("http://", "https://"))
    return nh3.clean(
        text,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        url_relative=("rewrite_with_base", base) if is_absolute else "deny",
        link_rel="noopener noreferrer nofollow",
    )


def has_markup(text: str) -> bool:
    """Say whether a text that claims to be plain holds HTML tags after all."""
    return _KNOWN_TAG.search(text) is not None


def serialise_children(element: etree._Element, *, escapes: bool) -> str:
    """Write an element's inner markup as HTML, names without their namespaces.

    escapes: False where the text between the tags is itself HTML. One <div> around everything is left off.
    """
    pieces: list[str] = []
    content = element
    if len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip():
        only = element[0]
        content = only if _get_local_name(only) == "div" else element
    pieces.append(_write_text(content.text, escapes))
    for event, node in etree.iterwalk(content, events=("start", "end")):
        if node is content:
            continue
        name = _get_local_name(node)
        if event == "start":
            if name:
                names = [(key.rpartition("}")[2], value) for key, value in node.attrib.items()]
                pieces.append(f"<{name}" + "".join(f' {key}="{escape(str(v))}"' for key, v in names) + ">")
            pieces.append(_write_text(node.text, escapes))
        else:
            if name and name not in _VOID:
                pieces.append(f"</{name}>")
            pieces.append(_write_text(node.tail, escapes))
    return "".join(pieces)


def _get_local_name(node: etree._Element) -> str:
    """Name a node; "" for what is no element, such as an entity left unresolved."""
    return node.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(node.tag, str) else ""


def _write_text(text: str | None, escapes: bool) -> str:
    return escape(text or "", quote=False) if escapes else text or ""


def _drop_silent(text: str) -> str:
    """Take out scripts and styles with their content; one that never ends stays, and ends the search."""
    lowered = text.lower() if _SILENT.search(text) else ""
    pieces: list[str] = []
    position = 0
    for found in _SILENT.finditer(text) if len(lowered) == len(text) else ():
        if found.start() < position:
            continue
        close = lowered.find(f"</{found[1].lower()}", found.end())
        end = lowered.find(">", close) if close >= 0 else -1
        if end < 0:
            break
        pieces += [text[position : found.start()], " "]
        position = end + 1
    return "".join(pieces) + text[position:]


def _replace_tag(found: re.Match[str]) -> str:
    return " " if found[2].lower() in _BLOCK_NAMES else ""


def _resolve_reference(found: re.Match[str]) -> str:
    if found[3]:
        return html5.get(f"{found[3]};", found[0])
    code = int(found[1]) if found[1] else int(found[2], 16)
    is_character = 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else " " if chr(min(code, 0x20)).isspace() else ""


def is_cheap_to_parse(text: str) -> bool:
    """Say whether parsing cannot explode: few tags in any order, or many nested as in XML."""
    if text.count("&") > _MAX_REFERENCES:
        return False
    if text.count("<") <= _MAX_LOOSE_TAGS:
        return True
    if text.count("<") > _MAX_TAGS or _RAW_TEXT.search(text):
        return False
    stack: list[str] = []
    position = 0
    for found in _PLAIN_TAG.finditer(text):
        if "<" in text[position : found.start()]:
            return False  # a tag too odd to be sure how a browser would read it
        position = found.end()
        name = (found[2] or "").lower()
        if not name or name in _VOID:
            continue
        if not found[1]:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
        if len(stack) > _MAX_DEPTH:
            return False
    return "<" not in text[position:]
