"""Sites without feeds: the pattern that is proposed for a list page, and what is read by it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from legation.engine.listen.link_patterns import UnusablePattern
from legation.engine.listen.list_pages import propose_list, read_list_page
from legation.engine.listen.page_links import UnreadableList
from legation.engine.records.sources import ListPage

ADDRESS = "https://paper.example/news/"
PAGES = Path(__file__).parent / "list_pages"
SECTIONS = ("about", "world", "sports", "contact-us")
MENU = "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in SECTIONS)


def make_page(*rows: str, head: str = "") -> str:
    return (
        f"<html lang='en'><head><title>News</title>{head}</head><body><nav><ul>{MENU}</ul></nav><main>"
        + "".join(rows)
        + "</main><footer><a href='/privacy-policy-and-terms'>Privacy policy and terms of use</a>"
        + "<a href='https://other.example/some-name-1'>A long headline of another site</a></footer>"
    )


def make_row(number: int, *, day: str = "") -> str:
    title = f"Ministers of {number} countries met for the opening of bridge number {number}"
    return (
        f"<article><a href='/news/2026/11/bridge-number-{number}'><img src='x.jpg'></a>"
        f"<h2><a href='/news/2026/11/bridge-number-{number}?utm_source=list#c'>{title}</a></h2>{day}"
        f"<p>They were many.</p><a href='/news/2026/11/bridge-number-{number}'>Read more</a></article>"
    )


@pytest.mark.parametrize(
    ("name", "pattern", "count"),
    [
        ("ministry.html", "/press/{year}/{month}/{slug}", 6),
        ("daily_vi.html", "/*/{slug}-{number}.html", 8),
        ("agency_zh.html", "/{year}-{month}/{day}/c_{number}.htm", 6),
        ("agency_ar.html", "/news/{slug}", 5),
        ("table_fr.html", "/actualites.php?id={number}", 5),
    ],
)
def test_the_pattern_of_a_page_is_proposed(name: str, pattern: str, count: int) -> None:
    proposal = propose_list((PAGES / name).read_bytes(), address="https://www.site.example/")
    assert proposal is not None
    assert (proposal.pattern, proposal.match_count) == (pattern, count)
    assert all(len(link.title) >= 8 for link in proposal.links)


def test_menus_and_footers_are_not_taken_for_articles() -> None:
    proposal = propose_list(make_page(*map(make_row, range(5))), address=ADDRESS)
    assert proposal is not None
    assert (proposal.pattern, proposal.match_count) == ("/news/{year}/{month}/{slug}", 5)


@pytest.mark.parametrize("rows", [(), ("<p>Nothing here.</p>",), (make_row(1), make_row(2))])
def test_too_few_links_give_no_proposal(rows: tuple[str, ...]) -> None:
    assert propose_list(make_page(*rows), address=ADDRESS) is None


def test_a_list_is_read_into_items_each_once_with_the_best_title() -> None:
    page = ListPage(ADDRESS, "/news/{year}/{month}/{slug}")
    feed = read_list_page(make_page(make_row(1), make_row(2)), page=page, address=ADDRESS)
    assert (feed.title, feed.language, feed.dialect, feed.problems) == ("News", "en", "list page", ())
    assert [item.title[:22] for item in feed.items] == ["Ministers of 1 countri", "Ministers of 2 countri"]
    assert feed.items[0].address == "https://paper.example/news/2026/11/bridge-number-1"


@pytest.mark.parametrize(
    ("day", "moment", "has_time"),
    [
        (
            "<time datetime='2026-11-21T08:30:00+07:00'>x</time>",
            datetime(2026, 11, 21, 1, 30, tzinfo=UTC),
            True,
        ),
        ("<span class='post-date'>21 Nov 2026</span>", datetime(2026, 11, 21, tzinfo=UTC), False),
        ("<span class='up-to-you'>21 Nov 2026</span>", None, True),
    ],
)
def test_the_date_beside_a_link_is_read(day: str, moment: datetime | None, has_time: bool) -> None:
    page = ListPage(ADDRESS, "/news/{year}/{month}/{slug}")
    body = make_page(make_row(1, day=day), make_row(2))
    item = read_list_page(body, page=page, address=ADDRESS).items[0]
    assert (item.published_at, item.has_time) == (moment, has_time)


def test_a_list_that_was_rebuilt_is_told() -> None:
    feed = read_list_page(make_page(make_row(1)), page=ListPage(ADDRESS, "/old/{slug}"), address=ADDRESS)
    assert feed.items == ()
    assert "rebuilt" in feed.problems[0]


def test_links_past_the_bound_are_counted() -> None:
    rows = [make_row(number) for number in range(320)]
    feed = read_list_page(make_page(*rows), page=ListPage(ADDRESS, "/news/**/{slug}"), address=ADDRESS)
    assert (len(feed.items), feed.dropped) == (300, (("beyond_limit", 20),))


def test_what_is_no_pattern_or_page_is_refused() -> None:
    with pytest.raises(UnusablePattern):
        read_list_page(make_page(), page=ListPage(ADDRESS, "(a+)+$"), address=ADDRESS)
    with pytest.raises(UnreadableList):
        propose_list(b"", address=ADDRESS)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000 + make_row(1),
        "<a href=/x-y-z>" * 100_000,
        "<a href='/x-y-z-1'>" + "word " * 500_000,
        "<p>"
        + "".join(
            f"<a href='/news/long-name-of-page-{n}'>headline number {n} of many</a>" for n in range(60_000)
        ),
    ],
)
def test_hostile_pages_are_read_within_bounds(html: str) -> None:
    proposal = propose_list(html, address=ADDRESS)
    feed = read_list_page(html, page=ListPage(ADDRESS, "/**/{slug}"), address=ADDRESS)
    assert len(feed.items) <= 300
    assert proposal is None or len(proposal.links) <= 10


def test_a_link_to_brackets_costs_no_other_link() -> None:
    rows = "".join(
        f"<li><a href='/news/{n}-a-long-slug'>The council decides {n}</a><a href='http://[]/'>x</a>"
        for n in range(5)
    )
    page = ListPage("https://a.test/", "/news/*")
    found = read_list_page(f"<html><body><ul>{rows}</ul></body></html>", page=page, address=page.address)
    assert len(found.items) == 5
