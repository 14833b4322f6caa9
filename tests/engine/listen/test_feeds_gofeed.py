"""Every RSS, Atom and JSON fixture of gofeed, compared with the fields that gofeed expects of it.

The fixtures are third-party data that stay outside the repository; where they are absent these tests say so.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from legation.engine.listen.feeds import UnreadableFeed, parse_feed
from legation.engine.records.articles import Feed, FeedItem


def is_json_fixture(path: Path) -> bool:
    """Tell a feed from an expected answer: those stand beside an XML file or are named so."""
    is_answer = path.stem.endswith("_expected") or path.with_suffix(".xml").exists()
    return not is_answer and ("json" in path.parts or path.parent.name == "universal")


FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "feeds" / "gofeed" / "testdata"
FEEDS = sorted(FIXTURES.glob("**/*.xml"))
JSON_FEEDS = sorted(path for path in FIXTURES.glob("**/*.json") if is_json_fixture(path))
ADDRESS = "http://feeds.test/"

# Where we read more out of a feed than gofeed does, on purpose: fixture, field, and why.
DELIBERATE = {
    ("dublincore_item_multiple_values", "byline"): "every dc:creator is named, not the first alone",
}

pytestmark = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason="gofeed's fixtures are absent: ../shared/data/feeds/gofeed is needed"
)


def read_plain(markup: str | None) -> str:
    """Reduce an expected text to what a reader sees of it: no tags, no references, single spaces."""
    text = markup or ""
    for _ in range(3):
        text = unescape(re.sub(r"</?[A-Za-z][^<>]*>", " ", re.sub(r"&(?!\w+;|#)", "&amp;", text)))
    return " ".join(text.split())


def list_links(markup: str | None) -> list[str]:
    return re.findall(r"""(?:href|src)="([^"]*)\"""", markup or "")


def read_moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def pick_atom_link(links: list[dict[str, str]] | None) -> str:
    hits = [link.get("href", "") for link in links or [] if link.get("rel") == "alternate"]
    return hits[-1] if hits else ""


def read_names(people: list[dict[str, str]] | None) -> str:
    return ", ".join(person["name"] for person in people or [] if "name" in person)


def expect_feed(kind: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Translate an expected feed of any of gofeed's three forms into our fields."""
    description = wanted.get("subtitle") if kind == "atom" else wanted.get("description")
    link = pick_atom_link(wanted.get("links")) if kind == "atom" else wanted.get("link", "")
    link = link or wanted.get("home_page_url", "")
    return {
        "title": read_plain(wanted.get("title")),
        "description": read_plain(description),
        "address": link.rstrip("/"),
        "language": wanted.get("language", "").lower(),
        "version": wanted.get("feedVersion", wanted.get("version")),
        "items": len(wanted.get("entries") or wanted.get("items") or []),
    }


def expect_item(kind: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Translate an expected item; a field is absent where gofeed says nothing that we could compare."""
    content, guid = wanted.get("content"), wanted.get("guid")
    markup = content.get("value") if isinstance(content, dict) else content
    summary = wanted.get("summary") if kind == "atom" else wanted.get("description")
    link = pick_atom_link(wanted.get("links")) if kind == "atom" else wanted.get("link", "")
    expected: dict[str, Any] = {
        "title": read_plain(wanted.get("title")),
        "summary": read_plain(summary),
        "summary links": list_links(summary),
        "content": read_plain(markup),
        "content links": list_links(markup),
        "address": link.rstrip("/"),
    }
    guid = wanted.get("id") if kind == "atom" else guid.get("value") if isinstance(guid, dict) else guid
    if guid:
        expected["guid"] = read_plain(guid)
    for field, name in (("published", "publishedParsed"), ("updated", "updatedParsed")):
        if name in wanted:
            expected[field] = read_moment(wanted[name]).replace(microsecond=0)
    names = read_names(wanted.get("authors")) or (wanted.get("author") if kind == "rss" else "")
    if names:
        expected["byline"] = read_plain(names)
    words = [word for word in wanted.get("categories") or [] if isinstance(word, str)]
    labelled = [word for word in wanted.get("categories") or [] if isinstance(word, dict)]
    words += [word.get("label") or word.get("value") or word.get("term") or "" for word in labelled]
    if any(words):
        expected["categories"] = [read_plain(word) for word in words]
    return expected


def describe_feed(feed: Feed) -> dict[str, Any]:
    return {
        "title": feed.title,
        "description": feed.description,
        "address": feed.address.rstrip("/"),
        "language": feed.language.lower(),
        "version": feed.dialect.partition(" ")[2],
        "items": len(feed.items),
    }


def describe_item(item: FeedItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "summary": read_plain(item.summary_html),
        "summary links": list_links(item.summary_html),
        "content": read_plain(item.content_html),
        "content links": list_links(item.content_html),
        "address": item.address.rstrip("/"),
        "guid": read_plain(item.guid),
        "published": item.published_at,
        "updated": item.updated_at,
        "byline": item.byline,
        "categories": list(item.categories),
    }


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: str(path.relative_to(FIXTURES))[:-4])
def test_a_fixture_is_read_as_expected(path: Path) -> None:
    answer = path.with_suffix(".json")
    if not answer.exists():  # the universal ones only test the recognition of the kind
        expect_recognition(path)
        return
    wanted = json.loads(answer.read_text("utf-8"))
    feed = parse_feed(path.read_bytes(), content_type="", address=ADDRESS)
    kind = path.parent.name if path.parent.parent.name == "parser" else "any"
    items = wanted.get("entries") or wanted.get("items") or []
    pairs = [(describe_feed(feed), expect_feed(kind, wanted))]
    pairs += [(describe_item(mine), expect_item(kind, w)) for mine, w in zip(feed.items, items, strict=False)]
    name = path.stem
    differences = [
        f"{field}: {mine.get(field)!r} instead of {value!r}"
        for mine, expected in pairs
        for field, value in expected.items()
        if mine.get(field) != value and (name, field) not in DELIBERATE
    ]
    assert not differences


def expect_recognition(path: Path) -> None:
    """Check the fixtures without expected fields by their names."""
    if path.stem in ("empty_feed", "unknown_feed"):
        with pytest.raises(UnreadableFeed):
            parse_feed(path.read_bytes(), content_type="", address=ADDRESS)
        return
    feed = parse_feed(path.read_bytes(), content_type="", address=ADDRESS)
    dialects = {"atom03_feed": "atom 0.3", "atom10_feed": "atom 1.0", "rdf_feed": "rdf 1.0"}
    assert (feed.title, feed.dialect) == ("Feed Title", dialects.get(path.stem, "rss 2.0"))


def expect_json_item(wanted: dict[str, Any]) -> dict[str, Any]:
    """Translate an expected item of a JSON Feed in its own vocabulary into the fields of the others."""
    authors = wanted.get("authors") or [wanted.get("author")]
    markup = wanted.get("content_html") or wanted.get("content_text", "")
    expected: dict[str, Any] = {
        "title": read_plain(wanted.get("title")),
        "summary": read_plain(wanted.get("summary")),
        "content": read_plain(markup),
        "address": wanted.get("url", "").rstrip("/"),
        "guid": wanted.get("id", ""),
        "categories": wanted.get("tags", []),
    }
    for field, name in (("published", "date_published"), ("updated", "date_modified")):
        if wanted.get(name):
            expected[field] = read_moment(wanted[name]).replace(microsecond=0)
    names = ", ".join(author["name"] for author in authors if author and author.get("name"))
    return expected | ({"byline": names} if names else {})


@pytest.mark.parametrize("path", JSON_FEEDS, ids=lambda path: str(path.relative_to(FIXTURES))[:-5])
def test_a_json_fixture_is_read_as_expected(path: Path) -> None:
    if path.stem == "invalid":
        with pytest.raises(UnreadableFeed):
            parse_feed(path.read_bytes(), content_type="", address=ADDRESS)
        return
    answer = path.with_name(f"{path.stem}_expected.json")
    wanted = json.loads((answer if answer.exists() else path).read_text("utf-8"))
    feed = parse_feed(path.read_bytes(), content_type="application/feed+json", address=ADDRESS)
    is_translated = "feedType" in wanted
    expect = (lambda item: expect_item("any", item)) if is_translated else expect_json_item
    pairs = [(describe_feed(feed) | {"version": feed.dialect[-3:]}, expect_feed("any", wanted))]
    items = wanted.get("items", [])
    pairs += [(describe_item(mine), expect(item)) for mine, item in zip(feed.items, items, strict=True)]
    differences = [
        f"{field}: {mine.get(field)!r} instead of {value!r}"
        for mine, expected in pairs
        for field, value in expected.items()
        if mine.get(field) != value
    ]
    assert not differences


def test_no_fixture_was_overlooked() -> None:
    assert (len(FEEDS), len(JSON_FEEDS)) == (541, 11)
