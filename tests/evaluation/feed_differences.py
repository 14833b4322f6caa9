"""Compares our feed reader with feedparser on files, made feeds and mutations, and counts the differences.

Run it as `python -m tests.evaluation.feed_differences [mutations]` from the checkout with src on the path.
"""

from __future__ import annotations

import io
import random
import re
import sys
import unicodedata
import warnings
from calendar import timegm
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

from tests.evaluation.feed_mutations import make_feed, mutate

from legation.engine.listen.feeds import UnreadableFeed, parse_feed

HERE = Path(__file__).parent
CORPUS = sorted((HERE / "feed_corpus").glob("*.xml"))
GOFEED = HERE.parents[2] / "shared" / "data" / "feeds" / "gofeed" / "testdata"
ADDRESS = "https://paper.example/rss/feed.xml"
FIELDS = ("title", "link", "id", "date")
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\ufeff\ufffd-\uffff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Item:
    """What both readers say of one item."""

    title: str
    link: str
    id: str
    date: int | None  # seconds since 1970


@dataclass(slots=True)
class Tally:
    """What came of many comparisons."""

    feeds: int = 0
    equal: int = 0
    ruled: Counter[str] = field(default_factory=Counter)  # name of a rule to differences
    open: list[str] = field(default_factory=list)  # differences that no rule explains
    better: Counter[str] = field(default_factory=Counter)  # fields that only we could read

    def describe(self) -> str:
        """Write the figures, one to a line."""
        lines = [f"{self.feeds:>7} feeds compared", f"{self.equal:>7} read alike in every field"]
        lines += [f"{count:>7} {what}: only ours reads it" for what, count in self.better.most_common()]
        lines += [f"{count:>7} by rule: {rule}" for rule, count in self.ruled.most_common()]
        return "\n".join([*lines, f"{len(self.open):>7} unexplained", *self.open[:40]]) + "\n"


def read_theirs(body: bytes) -> list[Item]:
    """Read a feed with feedparser."""
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": "application/xml", "content-location": ADDRESS},
        )
        return [_read_entry(entry) for entry in parsed.entries]


def _read_entry(entry: Any) -> Item:
    """Read what feedparser says of one item."""
    moment = entry.get("published_parsed") or entry.get("updated_parsed") or entry.get("created_parsed")
    link = urljoin(ADDRESS, entry["link"]) if entry.get("link") else ""
    return Item(plain(entry.get("title", "")), link, entry.get("id", ""), _to_seconds(moment))


def _to_seconds(moment: Any) -> int | None:
    try:
        return timegm(moment) if moment else None
    except ValueError:
        return None


def read_ours(body: bytes) -> list[Item]:
    """Read a feed with ours; an unreadable one has no items."""
    try:
        feed = parse_feed(body, content_type="application/xml", address=ADDRESS)
    except UnreadableFeed:
        return []
    return [
        Item(plain(i.title), i.address, i.guid, int(i.published_at.timestamp()) if i.published_at else None)
        for i in feed.items
    ]


def plain(text: str) -> str:
    """Reduce a title to what is seen: no markup, no references, no invisible signs."""
    for _ in range(3):
        text = unescape(re.sub(r"</?[A-Za-z][^<>]*>", " ", text))
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def same_link(one: str, other: str) -> bool:
    """Compare addresses as a browser would send them."""
    return unquote(one.strip()).rstrip("/") == unquote(other.strip()).rstrip("/")


def list_once(items: list[Item]) -> list[Item]:
    """Leave out items that say again what another said: the same identifier, and no other address."""
    kept: list[Item] = []
    for item in items:
        name = item.id or item.link or item.title
        twins = [one for one in kept if (one.id or one.link or one.title) == name]
        if not any(item.link in ("", one.link) for one in twins):
            kept.append(item)
    return kept


def compare(body: bytes, name: str, tally: Tally) -> None:
    """Compare both readers on one feed and add to the tally."""
    theirs, ours = read_theirs(body), read_ours(body)
    tally.feeds += 1
    once = list_once(theirs)
    if len(once) < len(theirs):
        tally.ruled[ONCE] += 1
        theirs = once
    found: list[tuple[str, Any, Any]] = []
    if len(theirs) != len(ours):
        found.append(("count", len(theirs), len(ours)))
    else:
        for their, our in zip(theirs, ours, strict=True):
            for name_of_field in FIELDS:
                one, other = getattr(their, name_of_field), getattr(our, name_of_field)
                is_same = same_link(one, other) if name_of_field in ("link", "id") else one == other
                if not is_same:
                    found.append((name_of_field, one, other))
    if not found:
        tally.equal += 1
    for what, one, other in found:
        rule = explain(what, one, other, body, theirs, ours)
        if rule.startswith("better: "):
            tally.better[rule.removeprefix("better: ")] += 1
        elif rule:
            tally.ruled[rule] += 1
        else:
            tally.open.append(f"{name}: {what}: feedparser {one!r}, ours {other!r}")


ONCE = "an item that stands twice counts once"
TWICE = "of a field that stands twice in an item the first counts"


def has_fields_twice(body: bytes) -> bool:
    """Tell whether there are more identifiers or dates than items, which were mixed up."""
    items = len(re.findall(rb"<(?:item|entry)\b", body))
    return any(
        len(re.findall(rb"<" + name + rb"\b", body)) > items
        for name in (b"guid", b"id", b"pubDate", b"title")
    )


def explain(what: str, one: Any, other: Any, body: bytes, theirs: list[Item], ours: list[Item]) -> str:
    """Name the rule by which two readings differ on purpose; "" where none does.

    one: feedparser's reading of the field; other: ours. A rule that begins with "better: " counts what only
    ours reads.
    """
    if what != "count" and {item.link for item in theirs} == {item.link for item in ours} and one != other:
        same = sorted(item.title for item in theirs) == sorted(item.title for item in ours)
        if same and [item.link for item in theirs] != [item.link for item in ours]:
            return ONCE  # and where the first of the copies stood
    if what == "count":
        return _explain_count(one, other, theirs)
    if what == "id":
        return _explain_id(one, other, body)
    if what == "link":
        return _explain_link(one, other, theirs, body)
    if what == "date":
        return _explain_date(one, other, body)
    return _explain_title(one, other, body)


def _explain_count(one: int, other: int, theirs: list[Item]) -> str:
    if other > one:
        return "better: items"
    # Where a copy was left open, feedparser takes the next field for a part of its address, or reads nothing.
    names = [{item.id or item.link for item in theirs}, {i.link for i in theirs}, {i.title for i in theirs}]
    return ONCE if other in [len(name - {""}) for name in names] else ""


def _explain_id(one: str, other: str, body: bytes) -> str:
    if not one:
        return "an item without identifier is known by its address, or by what it says"
    if urljoin(ADDRESS, other) == one or one.endswith("/" + other):
        return "an identifier is a name: it is not made absolute"
    return TWICE if has_fields_twice(body) else ""


def _explain_link(one: str, other: str, theirs: list[Item], body: bytes) -> str:
    if not one or "\u00a9" in one:  # "&copy=2" is a parameter, and no sign of copyright
        return "better: link"
    if body.rstrip().endswith(one.rpartition("/")[2].encode()) and not body.rstrip().endswith(b">"):
        return "an address that breaks off with the feed is none"
    if not one.startswith(("http://", "https://")):
        return "an address is one of the web"
    if not other and any(one in (item.id, urljoin(ADDRESS, item.id)) for item in theirs):
        return "an identifier that is not called a permanent link is no address"
    return ""


def _explain_date(one: int | None, other: int | None, body: bytes) -> str:
    if one is None:
        return "better: date"
    if one < 631_152_000:  # 1990
        return "better: date" if other else "a date before 1990 is a mistake"
    if re.search(rb">\d{4}/\d{1,2}/\d{1,2}", body) and other:
        return "better: date"  # feedparser takes the first of the month
    if re.search(rb"\d [A-Z]{3,4}<", body) and other and abs(other - one) <= 14 * 3_600:
        return "better: date"  # a zone that feedparser does not know
    return TWICE if has_fields_twice(body) else ""


def _explain_title(one: str, other: str, body: bytes) -> str:
    if not one and other:
        return "better: title"
    if one.replace("AT&T;", "AT&T") == other or plain(one) == other:
        return "better: title"
    if "\u200b".encode() in body and one.replace(" ", "") == other.replace(" ", ""):
        return "an invisible break between Lao words is a space"
    if "<![CDATA[" in one:
        return "better: title"
    if not other and (b"<enclosure" in body or b"media:title" in body):
        return "the title of a picture or an enclosure is not the item's"
    text = plain(re.sub(r"\]\]>|<!\[CDATA\[", "", body.decode("utf-8", "replace")))
    if (
        other
        and all(word in text for word in other.split())
        and not all(word in text for word in one.split())
    ):
        return "better: charset"
    return ""


def list_feeds(seed: int, mutations: int) -> Iterator[tuple[str, bytes]]:
    """Yield the files of both corpora, then as many made or mutated feeds."""
    for path in CORPUS:
        yield path.name, path.read_bytes()
    files = sorted(GOFEED.glob("**/*.xml")) if GOFEED.is_dir() else []
    for path in files:
        yield str(path.relative_to(GOFEED)), path.read_bytes()
    chance = random.Random(seed)
    seeds = [path.read_text("utf-8") for path in CORPUS if b"UTF-8" in path.read_bytes()[:60].upper()]
    for number in range(mutations):
        text = chance.choice(seeds) if number % 4 == 0 else make_feed(chance)
        if number % 10 == 1:
            yield f"made {number}", text.encode()
        else:
            names, body = mutate(chance, text)
            yield f"{number} {names}", body


def main() -> None:
    """Compare, and write the figures."""
    tally = Tally()
    for name, body in list_feeds(2026, int(sys.argv[1]) if len(sys.argv) > 1 else 2_000):
        compare(body, name, tally)
    sys.stdout.write(tally.describe())


if __name__ == "__main__":
    main()
