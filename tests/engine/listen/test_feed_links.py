"""Autodiscovery of a page's feeds."""

from __future__ import annotations

from legation.engine.listen.feed_links import FeedLink, find_feed_links

PAGE = """<!doctype html><html><head>
<link rel="stylesheet" href="/a.css">
<link rel="Alternate" type="application/rss+xml; charset=utf-8" title="Tin &amp; bài" href="/tin.rss">
<LINK REL='alternate home' TYPE='application/atom+xml' HREF='https://other.example/atom'>
<link rel=alternate type=application/rss+xml href=/tin.rss>
<link rel="alternate" type="text/html" hreflang="en" href="/en/">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
</head><body><a href="/chuyen-muc/the-gioi.rss" title="Thế giới">RSS</a> <a href="/feedback">Write</a>
<a href="/tin.rss">again</a></body></html>"""


def test_announced_feeds_come_first_and_each_once() -> None:
    assert find_feed_links(PAGE, "https://paper.example/trang/chu") == [
        FeedLink("https://paper.example/tin.rss", "Tin & bài"),
        FeedLink("https://other.example/atom"),
        FeedLink("https://paper.example/chuyen-muc/the-gioi.rss", "Thế giới", is_announced=False),
    ]


def test_the_base_of_the_page_is_respected() -> None:
    page = (
        '<base href="https://cdn.example/x/"><link rel="alternate" type="application/rss+xml" href="f.xml">'
    )
    assert [link.address for link in find_feed_links(page, "https://paper.example/")] == [
        "https://cdn.example/x/f.xml"
    ]


def test_a_page_without_feeds_has_none() -> None:
    assert find_feed_links("<p>Không có gì", "https://paper.example/") == []


def test_a_hostile_page_is_read_in_bounds() -> None:
    page = "<link " * 100_000 + '<link rel="alternate" type="application/rss+xml" href="/f">' * 60_000
    links = find_feed_links(page, "https://paper.example/")
    assert [link.address for link in links] == ["https://paper.example/f"]
