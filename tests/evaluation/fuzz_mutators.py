"""What the world does to pages, records and mails: each mutation keeps to the structure of what it spoils."""

# ruff: noqa: E501 - inputs stand on lines of their own length
from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

# Addresses, dates, numbers and texts that somebody has already sent to a reader of news, or will.
ADDRESSES = (
    "http://[::1", "http://[::ffff:127.0.0.1]/", "//", "http://", "https://2130706433/", "javascript:alert(1)",
    "http://paper.example:99999/", "http://paper.example:x/", "http://a..b/", "file:///etc/passwd", "\x00",
    "http://paper.example/" + "a" * 3000, "http://paper.example/%ZZ%00%D8%00", "http://xn--/", "?", "#", "..",
    "http://ü.example/ế?q=ữ", "http://user:word@paper.example/", "data:text/html,<p>", "http://[fe80::1%25en0]/",
    "HTTP://PAPER.EXAMPLE:80/../../x", "http://paper.example/\ud800", "http:///x", "http:paper", "1e999",
    "http://paper.example\\@evil.example/", "http://\u202emoc.rep\u202c/", "http://[]/", "http://[v1.x]/",
)  # fmt: skip
DATES = (
    "0000-00-00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "10000-01-01", "2026-11-22T25:61:99Z",
    "Infinity", "-1", "1e999", "99999999999999999999", "2026-02-30", "Thu, 32 Foo 0000 99:99:99 +9999", "now",
    "2026-11-22T08:00:00+99:99", "1899-12-31", "2201-01-01T00:00:00Z", "22/11/0001", "31/12/9999 23:59", "\ud800",
    "Mon, 01 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1200", "2026-W99", "٢٠٢٦-١١-٢٢", "-2026-11-22",
    "2026-11-22T08:00:00.999999999999Z", "Sat, 01 Jan 99999999999 00:00:00 GMT", "20261122T080000Z", "²⁰²⁶-11-22",
    "1795375800000", "0", "24:00", "2569-11-22", "1405-09-01",
)  # fmt: skip
TEXTS = (
    "", " ", "\x00", "\x00title", "\ud800", "a\udfff", "\u202egnp.exe", "\u2067\u2066", "\ufeff", "\ufffe\uffff",
    "\u200b" * 50, "<", "<p", "&", "&#xD800;", "&#0;", "&#x110000;", "&#99999999999;", "&lt;script&gt;", "]]>",
    "-->", "\x1b[2J", "%s%n%d", "{{7*7}}", "ﬁ" * 400, "\u0958" * 600, "e\u0301" * 800, "\u0345" * 3000, "😀" * 300,
    "A" * 5000, "word " * 3000, "ມ" * 900, "\x85\u2028\u2029", "=?utf-8?b?//79?=", "\r\n\r\n", "\t\x0b\x0c", "null",
    "\u0301" * 5000, "١٢٣", "\U000e0041" * 40, "\ufdd0", "\x7f\x80\x9f", "中" * 2000,
)  # fmt: skip
NUMBERS = (
    "0",
    "-1",
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "9" * 400,
    "0.1e-999",
    "0x10",
    "1_000",
    "２０２６",
)
REFERENCES = (
    "&#xD800;", "&#xDFFF;", "&#0;", "&#x202e;", "&#1114112;", "&#x110000;", "&bogus;", "&amp;amp;", "&#;", "&#x;",
    "&#xfffe;", "&nbsp", "&lt;b&gt;", "&#13;", "&#128;", "&#150;", "&" * 40, "&#99999999999999999999;",
)  # fmt: skip
CHARSETS = (
    "utf-8", "utf-16", "utf-16le", "utf-7", "iso-2022-jp", "hz-gb-2312", "shift_jis", "windows-1258", "gb2312",
    "x-user-defined", "idna", "punycode", "base64", "rot13", "undefined", "unicode_escape", "utf-32", "cp65001",
    "zlib", "mbcs", "raw_unicode_escape", "\x00", "a" * 60, "big5", "koi8-r", "euc-kr", "utf_8_sig", "oem",
)  # fmt: skip
_WRITABLE = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "gb18030",
    "shift_jis",
    "utf-7",
    "cp1258",
)

_TAG = re.compile(r"<[^<>]{1,2000}>")
_OPENING = re.compile(r"<([a-zA-Z][\w:-]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)=(\"[^\"]*\"|'[^']*')")
_TEXT = re.compile(r">([^<>]{2,})<")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.+-]+Z?)?|\d{1,2} \w{3} \d{4} [\d:]+ \S+")
_STRUCTURED = re.compile(r'(<script type="application/ld\+json">)(.*?)(</script>)', re.DOTALL)

MarkupMutation = Callable[[random.Random, str], str]


def _pick(chance: random.Random, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Choose one of a pattern's places in a text, looking at no more than some thousands."""
    found = [match for _, match in zip(range(5000), pattern.finditer(text), strict=False)]
    return chance.choice(found) if found else None


def _pick_stretch(chance: random.Random, text: str) -> tuple[int, int]:
    """Choose from one tag's beginning to a later one's end."""
    tags = [match for _, match in zip(range(5000), _TAG.finditer(text), strict=False)]
    if len(tags) < 2:
        return 0, len(text)
    first = chance.randrange(len(tags) - 1)
    last = min(len(tags) - 1, first + chance.choice((1, 1, 3, 10, 100)))
    return tags[first].start(), tags[last].end()


def drop_stretch(chance: random.Random, text: str) -> str:
    """Leave some elements out, whole or half."""
    start, end = _pick_stretch(chance, text)
    return text[:start] + text[end:]


def repeat_stretch(chance: random.Random, text: str) -> str:
    """Write some elements several times."""
    start, end = _pick_stretch(chance, text)
    return text[:start] + text[start:end] * chance.choice((2, 3, 50)) + text[end:]


def move_stretch(chance: random.Random, text: str) -> str:
    """Put some elements where they do not belong."""
    start, end = _pick_stretch(chance, text)
    rest = text[:start] + text[end:]
    where = chance.randint(0, len(rest))
    return rest[:where] + text[start:end] + rest[where:]


def nest_stretch(chance: random.Random, text: str) -> str:
    """Wrap some elements in hundreds of others, or in more than any parser's stack holds."""
    start, end = _pick_stretch(chance, text)
    name = chance.choice(
        ("div", "p", "table", "b", "article", "a", "svg", "li", "font", "select", "inlineXML")
    )
    depth = chance.choice((10, 254, 300, 3000, 30_000))
    closing = f"</{name}>" * depth if chance.random() < 0.5 else ""
    return text[:start] + f"<{name}>" * depth + text[start:end] + closing + text[end:]


def rename_element(chance: random.Random, text: str) -> str:
    """Give a tag the name of another."""
    found = _pick(chance, _OPENING, text)
    names = (
        "script",
        "style",
        "plaintext",
        "title",
        "textarea",
        "template",
        "svg",
        "math",
        "frameset",
        "x:y",
        "time",
    )
    return text[: found.start(1)] + chance.choice(names) + text[found.end(1) :] if found else text


def crowd_attributes(chance: random.Random, text: str) -> str:
    """Give an element thousands of attributes, or one of a megabyte."""
    found = _pick(chance, _OPENING, text)
    if found is None:
        return text
    count = chance.choice((100, 5000, 20_000))
    more = (
        "".join(f' a{number}="{number}"' for number in range(count))
        if chance.random() < 0.5
        else f' class="{"x " * count * 10}"'
    )
    return text[: found.end(2)] + more + text[found.end(2) :]


def spoil_attribute(chance: random.Random, text: str) -> str:
    """Let an attribute say something absurd."""
    found = _pick(chance, _ATTRIBUTE, text)
    if found is None:
        return text
    value = chance.choice((*ADDRESSES, *DATES, *TEXTS, *NUMBERS)).replace('"', "")
    return text[: found.start(2)] + f'"{value}"' + text[found.end(2) :]


def spoil_text(chance: random.Random, text: str) -> str:
    """Let an element hold something absurd."""
    found = _pick(chance, _TEXT, text)
    if found is None:
        return text
    where = chance.choice((found.start(1), found.end(1)))
    end = chance.choice((where, found.end(1)))
    return text[:where] + chance.choice((*TEXTS, *REFERENCES, *DATES)) + text[end:]


def spoil_dates(chance: random.Random, text: str) -> str:
    """Write every date anew, each in a way that no calendar knows."""
    return _DATE.sub(lambda _: chance.choice(DATES), text)


def open_without_end(chance: random.Random, text: str) -> str:
    """Begin what is never ended."""
    where = chance.randint(0, len(text))
    starts = (
        "<!--",
        "<![CDATA[",
        "<script>",
        "<style>",
        "<!DOCTYPE x [",
        "<p title='",
        '<a href="',
        "<?",
        "<textarea>",
    )
    return text[:where] + chance.choice(starts) + text[where:]


def declare_entities(chance: random.Random, text: str) -> str:
    """Declare entities that grow, or that name files."""
    rows = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 12}">' for n in range(1, 9))
    head = f'<!DOCTYPE x [<!ENTITY e0 "ha"><!ENTITY f SYSTEM "file:///etc/hostname">{rows}]>'
    body = re.sub(r"^(?:\s*<\?xml[^>]*\?>)?\s*(?:<!doctype[^>]*>)?", "", text, count=1, flags=re.IGNORECASE)
    found = _pick(chance, _TEXT, body)
    where = found.start(1) if found else 0
    return head + body[:where] + chance.choice(("&e8;", "&f;", "&e1;")) + body[where:]


def spoil_structured(chance: random.Random, text: str) -> str:
    """Spoil a page's JSON-LD as structured as it is."""

    def spoil(found: re.Match[str]) -> str:
        try:
            value = json.loads(found[2])
        except (ValueError, RecursionError):
            return found[0]
        return found[1] + mutate_json(chance, value) + found[3]

    return _STRUCTURED.sub(spoil, text)


MARKUP_MUTATIONS: tuple[MarkupMutation, ...] = (
    drop_stretch, repeat_stretch, move_stretch, nest_stretch, rename_element, crowd_attributes, spoil_attribute,
    spoil_attribute, spoil_text, spoil_text, spoil_dates, open_without_end, declare_entities, spoil_structured,
)  # fmt: skip


def write_text(chance: random.Random, text: str) -> bytes:
    """Write a text in some encoding, most often honestly."""
    if chance.random() < 0.6:
        return text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.3:  # twice, as servers do that mistake UTF-8 for Latin
        return text.encode("utf-8", "surrogatepass").decode("cp1252", "replace").encode()
    text = re.sub(r"(charset=|encoding=)(\"?)[\w-]+", lambda m: m[1] + m[2] + chance.choice(CHARSETS), text)
    return text.encode(chance.choice(_WRITABLE), "replace")


def mutate_bytes(chance: random.Random, content: bytes) -> bytes:
    """Damage bytes: cut, overwrite, double or move some of them."""
    if not content:
        return content
    where, length = chance.randrange(len(content)), chance.choice((1, 1, 2, 16, 512))
    kind = chance.randrange(7)
    if kind == 0:
        return content[:where]
    if kind == 1:
        return content[:where] + chance.randbytes(length) + content[where + length :]
    if kind == 2:
        return content[:where] + content[where + length :]
    if kind == 3:
        return content[:where] + content[where : where + length] * chance.choice((2, 300)) + content[where:]
    if kind == 4:
        return content[:where] + bytes(length) + content[where:]
    if kind == 5:
        mark = chance.choice(
            (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\xff\xfe\x00\x00")
        )
        return mark + content
    other = chance.randrange(len(content))
    return content[:where] + content[other : other + length] + content[where + length :]


def mutate_markup(chance: random.Random, content: bytes) -> bytes:
    """Apply some mutations to a page or document in markup."""
    text = content.decode("utf-8", "replace")
    for _ in range(chance.choice((1, 1, 2, 3))):
        text = chance.choice(MARKUP_MUTATIONS)(chance, text)
        if len(text) > 3_000_000:
            break
    raw = write_text(chance, text)
    return mutate_bytes(chance, raw) if chance.random() < 0.25 else raw


def _absurd_value(chance: random.Random) -> Any:
    """Make a value of JSON that stands nowhere rightly."""
    deep: Any = "end"
    for _ in range(chance.choice((3, 90))):
        deep = chance.choice(([deep], {"@graph": [deep]}, {"items": [deep]}))
    return chance.choice((
        None, True, False, 0, -1, 10**400, float("inf"), float("nan"), -0.0, [], {}, [[]], [None], {"": ""}, deep,
        {"@id": "#a", "author": {"@id": "#a"}}, {"@type": ["NewsArticle", 7, None]}, {"@value": [1]},
        [{"@type": "Person", "name": {"@value": "x"}}] * 200, {"name": [{"name": {"name": 1}}]},
        *(chance.choice(pool) for pool in (TEXTS, DATES, ADDRESSES)),
    ))  # fmt: skip


def _list_places(value: Any, found: list[tuple[Any, Any]]) -> None:
    if len(found) > 2000:
        return
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            found.append((value, key))
            _list_places(value[key], found)


def mutate_json(chance: random.Random, value: Any) -> str:
    """Spoil some places of a JSON document; returns its text, not always JSON any more."""
    holder = {"root": json.loads(json.dumps(value))}
    for _ in range(chance.choice((1, 2, 4))):
        places: list[tuple[Any, Any]] = []
        _list_places(holder["root"], places)
        if not places or chance.random() < 0.05:
            holder["root"] = _absurd_value(chance)
            continue
        parent, key = chance.choice(places)
        kind = chance.randrange(6)
        if kind < 3:
            parent[key] = _absurd_value(chance)
        elif kind == 3 and isinstance(parent, dict):
            del parent[key]
        elif kind == 4 and isinstance(parent, dict):
            parent[chance.choice(("type", "uri", "items", "body_text", "@graph", "\ud800", "standard"))] = (
                parent.pop(key)
            )
        else:
            parent[key] = [parent[key]] * chance.choice((1, 2, 60))
    text = json.dumps(holder["root"], ensure_ascii=chance.random() < 0.7)
    if chance.random() < 0.1:
        depth = chance.choice((400, 100_000))
        text = text.replace('"', "[" * depth + '"', 1) if chance.random() < 0.5 else '{"a":' * depth + text
    if chance.random() < 0.1:
        text = re.sub(r"\d+", lambda _: chance.choice(NUMBERS), text, count=3)
    return text


def mutate_json_bytes(chance: random.Random, content: bytes) -> bytes:
    """Spoil a JSON document, or the lines of one per line."""
    rows = content.decode("utf-8", "replace").splitlines() if b"\n{" in content else [content.decode("utf-8")]
    for place in {chance.randrange(len(rows)) for _ in range(chance.choice((1, 2, 5)))}:
        try:
            rows[place] = mutate_json(chance, json.loads(rows[place]))
        except (ValueError, RecursionError):
            continue
    raw = "\n".join(rows).encode("utf-8", "surrogatepass")
    return mutate_bytes(chance, raw) if chance.random() < 0.25 else raw
