"""Autodiscovery of a page's feeds."""

from __future__ import annotations

from legation.engine.listen.feed_links import FeedLink, find_feed_links, find_sitemaps, list_usual_addresses

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


def test_a_json_feed_is_announced_and_another_service_s_json_is_not() -> None:
    page = """<link rel="alternate" type="application/feed+json" href="/a.json">
    <link rel="alternate" type="application/json" href="/feed.json">
    <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">"""
    links = find_feed_links(page, "https://paper.example/")
    assert [link.address for link in links] == [
        "https://paper.example/a.json",
        "https://paper.example/feed.json",
    ]


def test_the_feed_of_what_readers_wrote_is_no_feed_of_the_publication() -> None:
    announced = '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
    page = f'{announced}<a href="/?feed=comments-rss2">c</a>'
    assert find_feed_links(page, "https://paper.example/") == []


def test_the_usual_addresses_begin_with_the_section_s_own() -> None:
    usual = list_usual_addresses("https://paper.example/world?x=1")
    assert usual[:2] == ["https://paper.example/world/feed", "https://paper.example/feed"]
    assert len(usual) == 7
    assert list_usual_addresses("https://paper.example/a/b.html")[0] == "https://paper.example/feed"


def test_robots_txt_names_sitemaps_and_those_of_news_come_first() -> None:
    robots = """User-agent: *
Sitemap: https://paper.example/archive.xml
sitemap : /news-sitemap.xml # newest
Sitemap: javascript:alert(1)
Sitemap: https://paper.example/archive.xml
"""
    assert find_sitemaps(robots, "https://paper.example/robots.txt") == [
        "https://paper.example/news-sitemap.xml",
        "https://paper.example/archive.xml",
    ]


def test_a_robots_txt_of_endless_sitemaps_is_read_in_bounds() -> None:
    robots = "\n".join(f"Sitemap: https://paper.example/{number}.xml" for number in range(100_000))
    assert len(find_sitemaps(robots, "https://paper.example/robots.txt")) == 20
    assert find_sitemaps("sitemap:" + " " * 400_000, "https://paper.example/robots.txt") == []
