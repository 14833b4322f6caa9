"""Reading JSON Feed: ordinary ones exactly, and whatever else JSON can hold within bounds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.engine.listen.feeds import FeedOptions, UnreadableFeed, parse_feed
from legation.engine.records.articles import Feed

ADDRESS = "https://paper.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"
ITEM = {
    "id": 17,
    "url": "/tin/17",
    "title": "Cầu mới <b>thông xe</b>",
    "content_html": '<p onclick="x()">Sáng nay <a href="a">tại đây</a></p>',
    "summary": "Cầu & đường",
    "date_published": "2026-03-01T07:30:00+07:00",
    "date_modified": "2026-03-01T08:00:00+07:00",
    "authors": [{"name": "An Nguyễn"}, {"name": "b@paper.example"}, "c"],
    "tags": ["giao thông", 5, "giao thông"],
    "language": "vi",
}


def read(document: Any, **options: Any) -> Feed:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_feed(body, content_type="", address=ADDRESS, options=FeedOptions(**options))


def wrap(*items: Any, **members: Any) -> dict[str, Any]:
    return {"version": VERSION, "title": "Báo", "items": list(items), **members}


def test_every_field_is_read() -> None:
    feed = read(
        wrap(
            ITEM,
            home_page_url="https://paper.example/",
            feed_url=ADDRESS,
            language="vi-vn",
            icon="/icon.png",
            description="Tin",
            hubs=[{"type": "rssCloud", "url": "https://x.example/"}, {"type": "WebSub", "url": "/hub"}],
        )
    )
    assert (feed.title, feed.address, feed.language) == ("Báo", "https://paper.example/", "vi-VN")
    assert (feed.dialect, feed.description, feed.problems) == ("json feed 1.1", "Tin", ())
    assert (feed.hub, feed.topic) == ("https://paper.example/hub", ADDRESS)
    assert feed.icon == "https://paper.example/icon.png"
    item = feed.items[0]
    assert (item.guid, item.address) == ("17", "https://paper.example/tin/17")
    assert (item.title, item.summary_html) == ("Cầu mới thông xe", "Cầu &amp; đường")
    assert '<a href="https://paper.example/a"' in item.content_html
    assert "onclick" not in item.content_html
    assert item.published_at == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    assert item.updated_at == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    assert (item.byline, item.categories, item.language) == ("An Nguyễn", ("giao thông",), "vi")


def test_plain_text_stays_plain() -> None:
    feed = read(wrap({"id": "1", "content_text": "a < b\nc & d <script>x</script>"}))
    assert feed.items[0].content_html == "a &lt; b<br>c &amp; d &lt;script&gt;x&lt;/script&gt;"


def test_an_item_without_an_address_of_its_own_links_elsewhere() -> None:
    assert (
        read(wrap({"id": "1", "external_url": "https://x.example/1"})).items[0].address
        == "https://x.example/1"
    )
    assert read(wrap({"id": "https://x.example/2"})).items[0].address == "https://x.example/2"


def test_the_feed_s_author_stands_for_items_without_one() -> None:
    assert read(wrap({"id": "1"}, author={"name": "An"})).items[0].byline == "An"


def test_half_a_surrogate_and_a_nul_harm_nothing() -> None:
    body = b'{"version": "%s", "items": [{"id": "a\\u0000b", "title": "x\\ud83d\\ude00y\\ud800z\\u202ew"}]}'
    item = read(body % VERSION.encode()).items[0]
    assert (item.guid, item.title) == ("ab", "x😀y\ufffdzw")
    assert (item.guid + item.title).encode()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "broken JSON"),
        (b"[]", "not an object"),
        (b"[" * 100_000, "deeply"),
        (b'{"a":' * 100_000, "deeply"),
        (b'{"items": []}', "no JSON Feed"),
        (b'{"version": "1.1", "items": {"a": 1}}', "no JSON Feed"),
        (b'{"version": "1.1", "items": [' + b"[]," * 600_000 + b"1]}", "500,000 lists"),
        (b'{"version": "1.1", "items": [' + b"9" * 5_000 + b"]}", "broken JSON"),
    ],
)
def test_other_json_is_refused_with_a_reason(body: bytes, words: str) -> None:
    with pytest.raises(UnreadableFeed, match=words):
        read(body)


def test_what_is_not_kept_is_counted() -> None:
    feed = read(wrap(*[{"id": n} for n in range(8)], {"id": 1}, "x", None), max_items=9)
    assert len(feed.items) == 8
    assert feed.dropped == (("no_item", 2), ("repeated", 1))
    feed = read(wrap(*[{"id": n} for n in range(8)]), max_items=5)
    assert (len(feed.items), feed.dropped) == (5, (("beyond_limit", 3),))


NOISE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ITEM, "name"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*ITEM]), NOISE),
    st.dictionaries(st.sampled_from(["title", "hubs", "icon", "authors", "language", "feed_url"]), NOISE),
)
def test_values_of_any_kind_are_read_or_left_out(item: dict[str, Any], members: dict[str, Any]) -> None:
    feed = read(wrap(item, ITEM, **members))
    assert len(feed.items) + sum(count for _, count in feed.dropped) == 2
    for one in feed.items:
        assert one.guid.encode()
        (one.title + one.content_html + one.byline).encode()
