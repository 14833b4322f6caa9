"""Pages are read as their readers see them, and hostile ones break nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from legation.engine.listen.page_addresses import canonical_address
from legation.engine.listen.page_dates import parse_page_date
from legation.engine.listen.page_titles import strip_outlet
from legation.engine.listen.pages import PageOptions, UnreadablePage, read_page
from legation.engine.records.articles import PageText

ADDRESS = "https://www.example-times.com/world/2026/harbour?utm_source=feed"
PARAGRAPHS = [
    f"Paragraph {number} of the report says that the two harbours agreed on a common timetable for ferries, "
    "that the ministers signed it in the afternoon, and that the first ship leaves next spring."
    for number in range(1, 7)
]


def compose_page(head: str = "", body: str = "", paragraphs: list[str] | None = None) -> str:
    text = "".join(f"<p>{line}</p>" for line in (PARAGRAPHS if paragraphs is None else paragraphs))
    menu = "".join(f"<li><a href='/{number}'>Section {number}</a></li>" for number in range(12))
    return (
        f"<!doctype html><html lang='en'><head>{head}</head><body><nav><ul>{menu}</ul></nav>"
        f"<main><article><h1>Two harbours agree on ferries</h1>{body}{text}</article></main>"
        "<footer>All rights reserved by the publisher</footer></body></html>"
    )


def compose_json_ld(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


def read(html: str | bytes, address: str = ADDRESS) -> PageText:
    return read_page(html, address=address)


def test_an_article_is_read_whole_and_without_the_page_around_it() -> None:
    page = read(compose_page())
    assert page.body.split("\n\n")[-6:] == PARAGRAPHS
    assert "rights reserved" not in page.body
    assert "Section 3" not in page.body
    assert (page.title, page.language, page.is_teaser) == ("Two harbours agree on ferries", "en", False)


def test_json_ld_is_believed_before_other_statements() -> None:
    head = compose_json_ld(
        headline="Harbours sign &amp; agree",
        datePublished="2026-11-20T08:30:00+07:00",
        dateModified="2026-11-20T10:00:00+07:00",
        author=[{"@type": "Person", "name": "A. Writer"}, {"name": "B. Writer"}],
        publisher={"@type": "Organization", "name": "Example Times"},
        description="Ferries will run from spring.",
    )
    page = read(compose_page(head + "<meta property='og:title' content='Other'>"))
    assert page.title == "Harbours sign & agree"
    assert page.published_at == datetime(2026, 11, 20, 8, 30, tzinfo=timezone(timedelta(hours=7)))
    assert page.modified_at == datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert page.has_time
    assert (page.byline, page.site_name) == ("A. Writer, B. Writer", "Example Times")
    assert page.lead == "Ferries will run from spring."


def test_a_graph_of_json_ld_is_searched_for_the_article() -> None:
    graph = {
        "@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "headline": "Found inside the graph"}]
    }
    page = read(compose_page(f"<script type='application/ld+json'>{json.dumps(graph)}</script>"))
    assert page.title == "Found inside the graph"


def test_broken_json_ld_is_passed_over() -> None:
    page = read(
        compose_page("<script type='application/ld+json'>{'headline': </script>" + "<meta name='date'>")
    )
    assert page.title == "Two harbours agree on ferries"


def test_a_day_without_a_time_says_so() -> None:
    page = read(compose_page("<meta property='article:published_time' content='2026-11-20'>"))
    assert page.published_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert not page.has_time


def test_a_date_shown_to_readers_is_found() -> None:
    page = read(compose_page(body="<span class='entry-date'>Published: November 3, 2026</span>"))
    assert page.published_at == datetime(2026, 11, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "has_time"),
    [
        ("2026-11-20T08:30:00Z", datetime(2026, 11, 20, 8, 30, tzinfo=UTC), True),
        ("2026-11-20 08:30", datetime(2026, 11, 20, 8, 30, tzinfo=UTC), True),
        ("20/11/2026", datetime(2026, 11, 20, tzinfo=UTC), False),
        ("", None, False),
        ("soon", None, False),
        ("0001-01-01T00:00:00Z", None, False),
    ],
)
def test_dates_of_many_forms_are_read(text: str, moment: datetime | None, has_time: bool) -> None:
    assert parse_page_date(text) == (moment, has_time)


@pytest.mark.parametrize(
    ("title", "stripped"),
    [
        ("Ferries agreed | Example Times", "Ferries agreed"),
        ("Ferries agreed - World - Example Times", "Ferries agreed - World"),
        ("Example Times: not cut here", "Example Times: not cut here"),
        ("Example Times | Ferries agreed", "Ferries agreed"),
        ("Ferries – a history", "Ferries – a history"),
        ("Ferries agreed – example-times.com", "Ferries agreed"),
        ("Example Times", ""),
    ],
)
def test_a_title_loses_the_name_of_its_outlet(title: str, stripped: str) -> None:
    assert strip_outlet(title, site_name="Example Times", address=ADDRESS) == stripped


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("", "https://www.example-times.com/world/2026/harbour"),
        ("/world/harbour-7#top", "https://www.example-times.com/world/harbour-7"),
        ("https://m.example-times.com/h", "https://m.example-times.com/h"),
        ("https://elsewhere.example/h", "https://www.example-times.com/world/2026/harbour"),
        ("https://www.example-times.com/", "https://www.example-times.com/world/2026/harbour"),
        ("javascript:alert(1)", "https://www.example-times.com/world/2026/harbour"),
        ("http://[broken", "https://www.example-times.com/world/2026/harbour"),
    ],
)
def test_a_canonical_link_is_believed_on_its_own_site_only(stated: str, expected: str) -> None:
    assert canonical_address(ADDRESS, stated) == expected


def test_parameters_that_name_the_page_are_kept() -> None:
    assert canonical_address("https://a.example/?id=7&fbclid=x#c") == "https://a.example/?id=7"


@pytest.mark.parametrize(
    "last",
    [
        "Subscribe now to read the full story.",
        "Abonnez-vous pour lire la suite",
        "Đăng ký tài khoản để đọc tiếp",
    ],
)
def test_an_invitation_to_subscribe_makes_a_teaser(last: str) -> None:
    assert read(compose_page(paragraphs=[*PARAGRAPHS[:3], last])).is_teaser


def test_a_short_article_in_ideographs_is_no_teaser() -> None:
    line = "外交部发言人十九日表示，双方同意在明年春季开通两个港口之间的轮渡航线，并将共同制定统一的时刻表。"
    assert len(line * 3) < 250
    assert not read(compose_page(paragraphs=[line, line.replace("明年", "今年"), line])).is_teaser


def test_the_cards_below_an_article_are_not_its_text() -> None:
    card = "<article class='card'><h3><a href='/{0}'>Other news {0}</a></h3><p>{1}</p></article>"
    cards = "".join(card.format(number, f"Report {number}: " + PARAGRAPHS[0][13:]) for number in range(6))
    head = "<meta property='og:type' content='article'>"
    page = read(compose_page(head).replace("<footer>", f"<section>{cards}</section><footer>"))
    assert PARAGRAPHS[5] in page.body
    assert "Report 3" not in page.body


def test_a_short_text_is_a_teaser() -> None:
    assert read(compose_page(paragraphs=["Two harbours agreed."])).is_teaser


def test_a_page_in_an_old_font_is_converted() -> None:
    line = "Bé tr­ëng Bé Ngo¹i giao ®· tiÕp ®¹i sø c¸c n­íc t¹i Hµ Néi vµo s¸ng nay. "
    html = f"<html><head><title>Bé Ngo¹i giao ViÖt Nam tiÕp ®¹i sø</title></head><body><p>{line * 6}</p>"
    page = read(html.encode("cp1252"))
    assert page.title == "Bộ Ngoại giao Việt Nam tiếp đại sứ"
    assert page.body.startswith("Bộ trưởng Bộ Ngoại giao đã tiếp đại sứ các nước tại Hà Nội")


def test_the_charset_of_the_header_is_used() -> None:
    russian = "Министр иностранных дел принял сегодня утром послов нескольких стран. "
    html = f"<html><body><h1>Послы</h1><article><p>{russian * 6}</p></article>".encode("koi8-r")
    page = read_page(html, address=ADDRESS, content_type="text/html; charset=KOI8-R")
    assert page.title == "Послы"
    assert "Министр" in page.body


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"%PDF-1.7 binary",
        b"{}",
        b"\x00" * 500,
        "just words",
        "<html></html>",
        "<html><body></body></html>",
    ],
)
def test_what_is_no_article_is_refused_or_empty(html: bytes | str) -> None:
    try:
        body = read(html).body
    except UnreadablePage:
        body = ""
    assert body == ""


def test_a_page_beyond_the_bound_is_refused_unread() -> None:
    with pytest.raises(UnreadablePage, match="limit"):
        read_page("<p>" + "x" * 2000, address="", options=PageOptions(max_bytes=1000))


@pytest.mark.parametrize(
    "html",
    [
        "<html><body>" + "<div>" * 50_000 + "deep" + "</div>" * 50_000,
        "<html><body>" + "<p><b><i>" * 20_000,
        "<html><head><title>" + "t" * 2_000_000 + "</title></head><body><p>x</p>",
        "<html><head><script type='application/ld+json'>" + "[" * 100_000 + "</script></head><body><p>x</p>",
        "<html><body><table>" + "<tr><td>" * 30_000,
        "<html><body>" + "<a href='" * 30_000,
        "<html><body><p>\ud800 lone &#xD800; &#0; &#x110000;</p>",
    ],
    ids=["deep", "unclosed", "title", "json", "table", "quotes", "surrogates"],
)
def test_a_hostile_page_is_bounded(html: str) -> None:
    try:
        page = read(html)
    except UnreadablePage:
        return
    assert len(page.title) <= 500


def test_a_huge_page_is_read_by_the_quick_method() -> None:
    page = read_page(compose_page(), address=ADDRESS, options=PageOptions(quick_bytes=100))
    assert PARAGRAPHS[0] in page.body


@pytest.mark.parametrize("sign", ["&#x202e;", "&#8238;", "&#x0202E", "&#x2066;", "\u202e"])
def test_a_text_that_turns_round_is_straightened(sign: str) -> None:
    words = f"The {sign}harbour master spoke on Friday about the pier and its cost to the town. " * 9
    head = f"<head><title>Pier {sign}opens</title></head>"
    page = f"<html>{head}<body><article><p>{words}</p></article></body></html>"
    read = read_page(page.encode(), address="https://a.example/news/pier.html")
    assert "\u202e" not in read.title + read.body + read.lead
    assert "\u2066" not in read.title + read.body + read.lead
    assert "harbour master" in read.body
