"""Feeds made at random, and what servers do to them: each mutation keeps to the structure of a feed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from xml.sax.saxutils import escape

WORDS = {
    "en": [
        "port",
        "bridge",
        "market",
        "ministers",
        "open",
        "talks",
        "on",
        "river",
        "trade",
        "and",
        "fish",
        "prices",
        "this",
        "week",
    ],
    "vi": [
        "cảng",
        "cầu",
        "chợ",
        "bộ",
        "trưởng",
        "khai",
        "mạc",
        "hội",
        "đàm",
        "về",
        "sông",
        "thương",
        "mại",
        "và",
        "giá",
        "cá",
        "tuần",
        "này",
    ],
    "fr": [
        "le",
        "port",
        "le",
        "pont",
        "le",
        "marché",
        "les",
        "ministres",
        "ouvrent",
        "l'été",
        "à",
        "Orléans",
        "&",
        "ailleurs",
    ],
    "ru": [
        "порт",
        "мост",
        "рынок",
        "министры",
        "открывают",
        "переговоры",
        "о",
        "реке",
        "торговле",
        "и",
        "ценах",
    ],
    "zh": ["港口", "大桥", "市场", "部长", "会谈", "河流", "贸易", "鱼价"],
    "ar": ["ميناء", "جسر", "سوق", "وزراء", "يفتتحون", "محادثات", "حول", "النهر", "والتجارة"],
    "lo": ["ທ່າເຮືອ", "ຂົວ", "ຕະຫຼາດ", "ລັດຖະມົນຕີ", "ເປີດ", "ການເຈລະຈາ"],
    "he": ["נמל", "גשר", "שוק", "שרים", "פותחים", "שיחות", "על", "הנהר"],
}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
ELEMENT = re.compile(
    r"<(title|link|guid|id|pubDate|updated|published|description|summary|dc:date)\b[^>]*>.*?</\1>", re.DOTALL
)
ITEM = re.compile(r"<(item|entry)\b.*?</\1>", re.DOTALL)

Mutation = Callable[[random.Random, str], str | bytes]


def make_feed(chance: random.Random) -> str:
    """Write a well-formed feed of one of three vocabularies, with one to eight items."""
    language = chance.choice(sorted(WORDS))
    items = [_make_item(chance, number, language) for number in range(chance.randint(1, 8))]
    return {"rss": _write_rss, "atom": _write_atom, "rdf": _write_rdf}[
        chance.choice(["rss", "rss", "atom", "rdf"])
    ](items, language)


def _make_item(chance: random.Random, number: int, language: str) -> dict[str, str]:
    words = [chance.choice(WORDS[language]) for _ in range(chance.randint(2, 9))]
    day, month, hour = chance.randint(1, 28), chance.randint(1, 12), chance.randint(0, 23)
    path = chance.choice(
        [f"a/{number}", f"?id={number}&lang={language}", f"tin-{number}.html", f"%E1%BA%BF/{number}"]
    )
    return {
        "title": " ".join(words),
        "link": f"https://paper.example/{path}",
        "id": f"tag:paper.example,2026:{number}",
        "rfc": f"{day:02} {MONTHS[month - 1]} 2026 {hour:02}:15:00 "
        + chance.choice(["GMT", "+0700", "-0500", "EST"]),
        "iso": f"2026-{month:02}-{day:02}T{hour:02}:15:00{chance.choice(['Z', '+07:00', '-05:00'])}",
        "text": chance.choice(["Plain text.", "<p>A <b>bold</b> word &amp; a <a href='/x'>link</a>.</p>"]),
    }


def _write_rss(items: list[dict[str, str]], language: str) -> str:
    rows = "".join(
        f"<item><title>{escape(i['title'])}</title><link>{escape(i['link'])}</link>"
        f'<guid isPermaLink="false">{i["id"]}</guid><pubDate>{i["rfc"]}</pubDate>'
        f"<description>{escape(i['text'])}</description></item>"
        for i in items
    )
    head = f"<title>Paper</title><link>https://paper.example/</link><language>{language}</language>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>{head}{rows}</channel></rss>'


def _write_atom(items: list[dict[str, str]], language: str) -> str:
    rows = "".join(
        f'<entry><title>{escape(i["title"])}</title><link href="{escape(i["link"])}"/><id>{i["id"]}</id>'
        f'<updated>{i["iso"]}</updated><summary type="html">{escape(i["text"])}</summary></entry>'
        for i in items
    )
    head = '<title>Paper</title><id>tag:paper.example,2026:feed</id><link href="https://paper.example/"/>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">{head}{rows}</feed>'


def _write_rdf(items: list[dict[str, str]], language: str) -> str:
    rows = "".join(
        f'<item rdf:about="{escape(i["link"])}"><title>{escape(i["title"])}</title>'
        f"<link>{escape(i['link'])}</link><dc:date>{i['iso']}</dc:date></item>"
        for i in items
    )
    names = (
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    )
    channel = '<channel rdf:about="https://paper.example/"><title>Paper</title></channel>'
    return f'<?xml version="1.0"?><rdf:RDF {names}>{channel}{rows}</rdf:RDF>'


def _pick(chance: random.Random, text: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return chance.choice(found) if found else None


def drop_element(chance: random.Random, text: str) -> str:
    """Leave one of an item's elements out."""
    found = _pick(chance, text, ELEMENT)
    return text[: found.start()] + text[found.end() :] if found else text


def double_element(chance: random.Random, text: str) -> str:
    """Write one element twice."""
    found = _pick(chance, text, ELEMENT)
    return text[: found.end()] + text[found.start() :] if found else text


def swap_elements(chance: random.Random, text: str) -> str:
    """Write an item's elements in another order."""
    found = _pick(chance, text, ITEM)
    if found is None:
        return text
    parts = [part.group() for part in ELEMENT.finditer(found.group())]
    shuffled = iter(chance.sample(parts, len(parts)))
    return text[: found.start()] + ELEMENT.sub(lambda _: next(shuffled), found.group()) + text[found.end() :]


def double_item(chance: random.Random, text: str) -> str:
    """Let one item stand twice."""
    found = _pick(chance, text, ITEM)
    return text[: found.end()] + text[found.start() :] if found else text


def break_entity(chance: random.Random, text: str) -> str:
    """Write an ampersand, or a name that only HTML knows, where XML allows neither."""
    return re.sub(
        r"(<title[^>]*>)",
        lambda m: m[0] + chance.choice(["A & B ", "&nbsp;", "&eacute;", "&#150;", "AT&T "]),
        text,
    )


def lie_about_charset(chance: random.Random, text: str) -> bytes:
    """Declare another charset than the text is written in."""
    declared = chance.choice(["iso-8859-1", "windows-1251", "us-ascii", "utf-8", "gb2312"])
    text = re.sub(r"^<\?xml[^>]*\?>\s*", "", text)
    return f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode()


def recode(chance: random.Random, text: str) -> bytes:
    """Write the text in UTF-16, as declared by its byte order mark."""
    text = re.sub(r"^<\?xml[^>]*\?>\s*", "", text)
    encoding = chance.choice(["utf-16", "utf-8-sig"])
    return (f'<?xml version="1.0" encoding="{encoding[:6].rstrip("-")}"?>' + text).encode(encoding)


def cut(chance: random.Random, text: str) -> str:
    """Break the feed off after its first item."""
    found = ITEM.search(text)
    return text[: chance.randint(found.end(), len(text))] if found else text


def change_namespace(chance: random.Random, text: str) -> str:
    """Misspell or drop a namespace."""
    names = re.findall(r'xmlns(?::\w+)?="[^"]*"', text)
    if not names:
        return text.replace("<rss ", '<rss xmlns="http://backend.userland.com/rss2" ', 1)
    name = chance.choice(names)
    return text.replace(
        name, chance.choice([name.upper().replace("XMLNS", "xmlns"), name.replace("http:", "https:")]), 1
    )


def split_cdata(chance: random.Random, text: str) -> str:
    """Write titles as one or two sections of CDATA."""
    parts = chance.randint(1, 2)

    def wrap(found: re.Match[str]) -> str:
        plain = found[2].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
        middle = len(plain) // 2 if parts == 2 else len(plain)
        return (
            f"{found[1]}<![CDATA[{plain[:middle]}]]>"
            + (f"<![CDATA[{plain[middle:]}]]>" if parts == 2 else "")
            + "</title>"
        )

    return re.sub(r"(<title>)([^<]*)</title>", wrap, text)


def make_relative(chance: random.Random, text: str) -> str:
    """Write addresses without their host, sometimes under xml:base."""
    base = "" if "xml:base" in text else chance.choice(["", ' xml:base="https://paper.example/deep/er/"'])
    text = re.sub(r"https://paper\.example/(?=[^<\"])", chance.choice(["/", "../", ""]), text)
    return re.sub(r"<(rss|feed|rdf:RDF)\b", rf"<\1{base}", text, count=1)


def spoil_date(chance: random.Random, text: str) -> str:
    """Write dates that are none, or in another form."""
    bad = ["yesterday", "", "0000-00-00", "32 Foo 2026", "2026-11-22 08:00", "22/11/2026", "1795375800"]
    return re.sub(r"(<(?:pubDate|updated|dc:date)>)[^<]*", lambda m: m[1] + chance.choice(bad), text)


def insert_controls(chance: random.Random, text: str) -> bytes:
    """Put NULs, halves of surrogates and signs that turn writing round into titles."""
    sign = chance.choice(
        ["\x00", "\x0b", "\u202e", "\u2067", "\ufeff", "\u200b", "\ufffe", "&#x202e;", "&#0;", "\ud800"]
    )
    return re.sub(r"(<title[^>]*>[^<])", lambda m: m[1] + sign, text).encode("utf-8", "surrogatepass")


def leave_open(chance: random.Random, text: str) -> str:
    """Forget an end tag."""
    found = _pick(chance, text, re.compile(r"</(?:title|link|item|entry|description|channel)>"))
    return text[: found.start()] + text[found.end() :] if found else text


def add_noise(chance: random.Random, text: str) -> str:
    """Put comments, instructions and strange elements among the items."""
    noise = [
        "<!-- x -->",
        "<?php echo 1 ?>",
        "<x:y xmlns:x='urn:x'>z</x:y>",
        "\n\n",
        "<image><title>Logo</title></image>",
    ]
    return re.sub(r"(?=<(?:item|entry)\b)", lambda m: chance.choice(noise), text)


MUTATIONS: tuple[Mutation, ...] = (
    drop_element, double_element, swap_elements, double_item, break_entity, lie_about_charset, recode, cut,
    change_namespace, split_cdata, make_relative, spoil_date, insert_controls, leave_open, add_noise,
)  # fmt: skip


def mutate(chance: random.Random, text: str) -> tuple[str, bytes]:
    """Apply one to three mutations; returns their names and the bytes."""
    names: list[str] = []
    for _ in range(chance.randint(1, 3)):
        mutation = chance.choice(MUTATIONS)
        names.append(mutation.__name__)
        changed = mutation(chance, text)
        if isinstance(changed, bytes):
            return "+".join(names), changed
        text = changed
    return "+".join(names), text.encode("utf-8", "surrogatepass")
