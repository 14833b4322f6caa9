"""Reading sitemaps: the newest entries whatever the size, and of an index the parts worth reading."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from legation.engine.listen.feeds import FeedOptions, UnreadableFeed, parse_feed
from legation.engine.records.articles import Feed

ADDRESS = "https://paper.example/sitemap.xml"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://paper.example/a?x=1&amp;y=2</loc><lastmod>2026-11-22T09:00:00Z</lastmod>
  <image:image><image:loc>https://paper.example/a.jpg</image:loc><image:title>Ảnh</image:title></image:image>
  <news:news><news:publication><news:name>Báo Ví Dụ</news:name><news:language>vi</news:language>
  </news:publication><news:publication_date>2026-11-22T08:30:00+07:00</news:publication_date>
  <news:title>Cầu &amp; đường</news:title><news:keywords>giao thông, cầu</news:keywords></news:news></url>
<url><loc>https://paper.example/b</loc><news:news><news:publication><news:name>Báo Ví Dụ</news:name>
  <news:language>vi</news:language></news:publication><news:publication_date>2026-11-21</news:publication_date>
  <news:title>Chợ</news:title></news:news></url>
</urlset>"""


def read(body: str | bytes, **options: Any) -> Feed:
    raw = body if isinstance(body, bytes) else body.encode()
    return parse_feed(raw, content_type="", address=ADDRESS, options=FeedOptions(now=NOW, **options))


def make_sitemap(entries: Iterable[tuple[str, str]], *, name: str = "url") -> str:
    root = "urlset" if name == "url" else "sitemapindex"
    rows = (f"<{name}><loc>{loc}</loc>{day and f'<lastmod>{day}</lastmod>'}</{name}>" for loc, day in entries)
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(rows)}</{root}>'


def list_paths(feed: Feed) -> list[str]:
    return [item.address.removeprefix("https://paper.example") for item in feed.items]


def test_a_news_sitemap_is_read_like_a_feed() -> None:
    feed = read(NEWS)
    assert (feed.dialect, feed.title, feed.language, feed.problems) == ("news sitemap", "Báo Ví Dụ", "vi", ())
    first, second = feed.items
    assert (first.guid, first.address) == ("https://paper.example/a?x=1&y=2",) * 2
    assert (first.title, first.language, first.categories) == ("Cầu & đường", "vi", ("giao thông", "cầu"))
    assert (first.published_at, first.has_time) == (datetime(2026, 11, 22, 1, 30, tzinfo=UTC), True)
    assert (second.title, second.has_time) == ("Chợ", False)


def test_a_plain_sitemap_gives_the_newest_first_and_no_date_of_publication() -> None:
    days = [("2026-11-20", "x"), ("2026-11-22T08:00:00+00:00", "y"), ("", "z"), ("2026-11-21", "w")]
    feed = read(make_sitemap((f"/{name}", day) for day, name in days))
    assert list_paths(feed) == ["/y", "/w", "/x", "/z"]
    assert [item.title for item in feed.items] == [""] * 4
    assert feed.items[0].updated_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert feed.items[0].published_at is None


def test_the_newest_stay_and_the_others_are_counted() -> None:
    feed = read(make_sitemap((f"/{n}", f"20{n % 26:02}-01-01") for n in range(1_000)), max_items=30)
    assert len(feed.items) == 30
    assert all(item.updated_at and item.updated_at.year == 2025 for item in feed.items)
    assert feed.dropped == (("beyond_limit", 970),)
    assert feed.problems == ("Only the 30 newest entries were read.",)


def test_days_in_addresses_stand_for_missing_ones() -> None:
    paths = ["/2026/01/05/a", "/old", "/2026/11/21/b", "/2026-11-20-c", "/20261122/d"]
    assert list_paths(read(make_sitemap((path, "") for path in paths), max_items=3)) == [
        "/20261122/d", "/2026/11/21/b", "/2026-11-20-c",
    ]  # fmt: skip


def test_a_time_that_all_entries_share_is_that_of_the_sitemap() -> None:
    feed = read(make_sitemap((f"/{n}", "2026-11-22T03:00:00Z") for n in range(30)))
    assert {item.updated_at for item in feed.items} == {None}
    assert "All entries have one time of change, which was left out." in feed.problems


def test_a_day_that_all_entries_share_is_believed() -> None:
    feed = read(make_sitemap((f"/{n}", "2026-11-22") for n in range(30)))
    assert {item.updated_at for item in feed.items} == {datetime(2026, 11, 22, tzinfo=UTC)}


def test_an_index_names_news_and_this_month_first_and_nothing_of_other_sites() -> None:
    parts = [
        ("/sitemap-images.xml", "2026-11-22"), ("/sitemap-2026-10.xml", "2026-11-01"),
        ("/post-sitemap2.xml", "2026-11-22"), ("/post-sitemap1.xml", "2020-01-01"),
        ("/sitemap-2026-11.xml", ""), ("/news-sitemap.xml", ""),
        ("https://other.example/news.xml", "2026-11-22"),
    ]  # fmt: skip
    feed = read(make_sitemap(parts, name="sitemap"), max_parts=5)
    assert [part.rpartition("/")[2] for part in feed.parts] == [
        "news-sitemap.xml", "sitemap-2026-11.xml", "post-sitemap2.xml", "post-sitemap1.xml",
        "sitemap-2026-10.xml",
    ]  # fmt: skip
    assert (feed.items, feed.dialect) == ((), "sitemap index")
    assert "A sitemap of another site was left out." in feed.problems


def test_packed_and_plain_text_sitemaps_are_read() -> None:
    assert len(read(gzip.compress(NEWS.encode())).items) == 2
    feed = read("\ufeffhttps://paper.example/2026/11/22/a\nhttps://paper.example/b\r\n\nnot an address\n")
    assert (list_paths(feed), feed.dialect) == (["/2026/11/22/a", "/b"], "text sitemap")
    assert feed.dropped == (("no_address", 1),)


def test_every_entry_ends_once() -> None:
    entries = [("/a", ""), ("/a", ""), ("", ""), ("javascript:x", ""), ("/b", "")]
    feed = read(make_sitemap(entries))
    assert list_paths(feed) == ["/a", "/b"]
    assert feed.dropped == (("no_address", 2), ("repeated", 1))


def test_loose_ampersands_stay_in_addresses() -> None:
    assert list_paths(read(make_sitemap([("/?a=1&b=2&copy=3", "")]))) == ["/?a=1&b=2&copy=3"]


@pytest.mark.parametrize("prefix", ["s:", "", "S.x:"])
def test_the_namespace_does_not_matter(prefix: str) -> None:
    body = f"<{prefix}urlset><{prefix}url><{prefix}loc>/a</{prefix}loc></{prefix}url></{prefix}urlset>"
    assert list_paths(read(body)) == ["/a"]


class TestHostileSitemaps:
    def test_a_sitemap_that_was_cut_keeps_its_whole_entries(self) -> None:
        feed = read(make_sitemap([("/a", ""), ("/b", "")])[:-30])
        assert list_paths(feed)[0] == "/a"
        assert any("as far as possible" in problem for problem in feed.problems)

    def test_a_hundred_thousand_entries_are_read_in_one_pass(self) -> None:
        feed = read(make_sitemap((f"http://x.co/{n}", f"2026-{n % 12 + 1:02}-01") for n in range(100_000)))
        assert (len(feed.items), feed.dropped) == (500, (("beyond_limit", 99_500),))

    @pytest.mark.slow
    def test_a_million_entries_are_read_in_one_pass(self) -> None:
        feed = read(
            "<urlset>"
            + "".join(f"<url><loc>http://x.co/{n:06}</loc></url>" for n in range(1_000_000))
            + "</urlset>"
        )
        assert (len(feed.items), feed.dropped) == (500, (("beyond_limit", 999_500),))

    def test_a_bomb_is_unpacked_only_so_far(self) -> None:
        bomb = gzip.compress(b"<urlset><url><loc>/a</loc></url>" + b" " * 200_000_000)
        feed = read(bomb, max_sitemap_bytes=1_000_000)
        assert list_paths(feed) == ["/a"]
        assert "Only the first 1,000,000 bytes of the packed feed were read." in feed.problems

    @pytest.mark.parametrize("part", ["<a/>", "<loc>", "x", "<url a='", "&a;", "<![CDATA["])
    def test_what_never_becomes_an_entry_is_refused(self, part: str) -> None:
        with pytest.raises(UnreadableFeed):
            read("<urlset>" + part * (4_000_000 // len(part)))

    def test_entities_are_never_used(self) -> None:
        dtd = '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        feed = read(dtd + make_sitemap([("/&b;&x;", "")]))
        assert list_paths(feed) == ["/&b;&x;"]

    @pytest.mark.parametrize(
        "body", [b"\x1f\x8b", b"\x1f\x8bxxxxxxxx", gzip.compress(b""), gzip.compress(b"x")]
    )
    def test_broken_packing_is_refused(self, body: bytes) -> None:
        with pytest.raises(UnreadableFeed):
            read(body)

    def test_an_empty_sitemap_is_no_fault(self) -> None:
        assert read("<urlset></urlset>").items == ()


@pytest.mark.parametrize("line", ["http://!", "http://...", "http:// a.example", "see http://a.example/b"])
def test_a_line_that_names_no_host_is_no_text_sitemap(line: str) -> None:
    with pytest.raises(UnreadableFeed):
        parse_feed(line.encode(), content_type="text/plain", address="https://a.example/sitemap.txt")
