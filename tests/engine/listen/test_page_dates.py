"""The date of an article is what its page shows and states, and no other date that stands on it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml.html import document_fromstring

from legation.engine.listen.page_dates import PageDates, find_page_dates, is_month_first
from legation.engine.listen.page_heads import read_head

TITLE = "Two harbours agree on ferries"
PROSE = (
    "<p>" + "The ministers signed the timetable in the afternoon, and ships leave in spring. " * 4 + "</p>"
)


def find(
    head: str = "", above: str = "", below: str = "", after: str = "", lang: str = "en", address: str = ""
) -> PageDates:
    html = (
        f"<html lang='{lang}'><head><title>{TITLE}</title>{head}</head><body>"
        f"<nav>Sunday, 22 November 2026</nav><main><article>{above}<h1>{TITLE}</h1>{below}{PROSE * 4}{after}"
        "</article></main>"
        "<footer>© 1 January 2019 The Harbour Times</footer></body></html>"
    )
    tree = document_fromstring(html)
    return find_page_dates(tree, read_head(tree), zone=UTC, address=address)


def day_of(dates: PageDates) -> date | None:
    return dates.published_at.date() if dates.published_at else None


def json_ld(**fields: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


def meta(name: str, content: str) -> str:
    return f"<meta property='{name}' content='{content}'>"


@pytest.mark.parametrize(
    ("below", "lang"),
    [
        ("<div>By A. Writer</div><div>March 5, 2024</div>", "en"),
        ("<span>Published</span> <span>5 March 2024</span>", "en-GB"),
        ("<time datetime='2024-03-05T08:00:00+07:00'>2 hours ago</time>", "en"),
        ("<span>5</span> <span>tháng 3,</span> <span>2024</span>", "vi"),
        ("<p class='date'>ngày 5 tháng 3 năm 2024</p>", "vi"),
        ("<div dir='rtl'>نشر في ٥ مارس ٢٠٢٤</div>", "ar"),
        ("<div dir='rtl'>۱۵ اسفند ۱۴۰۲</div>", "fa"),
        ("<div>发布时间：2024年3月5日</div>", "zh"),
        ("<div>5 มีนาคม 2567</div>", "th"),
        ("<div>Опубликовано 5 марта 2024</div>", "ru"),
        ("<div>Updated 9 March 2024</div><div>Published 5 March 2024</div>", "en"),
    ],
)
def test_the_day_shown_beside_the_headline_is_found(below: str, lang: str) -> None:
    assert day_of(find(below=below, lang=lang)) == date(2024, 3, 5)


def test_the_day_above_the_headline_serves_where_none_stands_below() -> None:
    assert day_of(find(above="<div>5 March 2024</div>")) == date(2024, 3, 5)


def test_the_day_shown_wins_over_what_machines_are_told() -> None:
    dates = find(meta("article:published_time", "2024-03-20T09:00:00Z"), below="<div>5 March 2024</div>")
    assert day_of(dates) == date(2024, 3, 5)


def test_a_moment_in_utc_takes_on_the_day_that_readers_saw() -> None:
    dates = find(meta("article:published_time", "2024-03-06T02:00:00Z"), below="<div>March 5, 2024</div>")
    assert dates.published_at == datetime(2024, 3, 6, 2, tzinfo=UTC)
    assert day_of(dates) == date(2024, 3, 5)
    assert dates.has_time
    eastern = find(meta("article:published_time", "2024-03-04T20:00:00Z"), below="<div>March 5, 2024</div>")
    assert eastern.published_at == datetime(2024, 3, 4, 20, tzinfo=UTC)
    assert day_of(eastern) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "line",
    [
        "Updated March 9, 2024",
        "Cập nhật 9/3/2024",
        "Mis à jour le 9 mars 2024",
        "آخر تحديث: ٩ مارس ٢٠٢٤",
        "更新于2024年3月9日",
    ],
)
def test_the_day_of_a_correction_is_not_that_of_publication(line: str) -> None:
    dates = find(
        meta("article:published_time", "2024-03-05T08:00:00Z"), below=f"<div>{line}</div>", lang="fr"
    )
    assert dates.published_at == datetime(2024, 3, 5, 8, tzinfo=UTC)


def test_a_guide_written_anew_is_dated_by_its_revision() -> None:
    dates = find(json_ld(datePublished="2015-03-05T08:00:00Z"), below="<div>Updated March 9, 2024</div>")
    assert day_of(dates) == date(2024, 3, 9)


def test_a_system_that_writes_the_change_into_both_fields_is_not_believed() -> None:
    moment = "2024-11-29T12:00:00Z"
    head = json_ld(datePublished=moment, dateModified=moment)
    assert day_of(find(head, below="<div>Posted March 5, 2024</div>")) == date(2024, 3, 5)


def test_figures_that_could_be_turned_agree_with_what_else_is_known() -> None:
    dates = find(meta("article:published_time", "2024-04-03T08:00:00Z"), below="<div>03/04/2024</div>")
    assert day_of(dates) == date(2024, 4, 3)
    addressed = find(below="<div>03/04/2024</div>", address="https://a.example/2024/april/03/ferries")
    assert day_of(addressed) == date(2024, 4, 3)


def test_the_address_gives_the_day_where_the_page_shows_none() -> None:
    assert day_of(find(address="https://a.example/world/2024/03/05/ferries")) == date(2024, 3, 5)
    assert day_of(find(address="https://a.example/20240305-ferries.html")) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "extra",
    [
        "<p>The treaty of 4 May 2019 binds both, said the minister, and nobody in the harbours doubts that it"
        "  will go on binding them for a long time to come.</p>",
        "<div>Registration deadline: 4 May 2019</div>",
        "<aside><h3>More</h3><time datetime='2019-05-04'>4 May 2019</time></aside>",
    ],
)
def test_other_days_on_the_page_are_not_taken(extra: str) -> None:
    dates = find(meta("article:published_time", "2024-03-05T08:00:00Z"), below=extra)
    assert day_of(dates) == date(2024, 3, 5)


def test_a_magazine_is_dated_by_its_month() -> None:
    assert day_of(find(below="<div>March 2024</div>")) == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("language", "address", "is_month"),
    [
        ("en-US", "", True),
        ("en", "https://a.example.com/", True),
        ("en", "https://a.example.au/", False),
        ("en_GB", "https://a.example.com/", False),
        ("vi", "https://a.example.com/", False),
        ("en", "https://a.example.io/", True),
    ],
)
def test_the_page_tells_whether_it_writes_the_month_first(
    language: str, address: str, is_month: bool
) -> None:
    assert is_month_first(language, address) is is_month


def test_a_page_of_ten_thousand_dates_is_read_in_time() -> None:
    began = datetime.now(UTC)
    find(below="<span>5</span><span>March</span>" * 10_000 + "<div>" * 200)
    assert datetime.now(UTC) - began < timedelta(seconds=5)


def test_a_day_alone_on_its_line_dates_a_page_that_states_none() -> None:
    html = "<html><body><div><p>Guide to permits</p></div><div><p>Feb 16, 2026</p></div></body></html>"
    assert _find_day(html) == date(2026, 2, 16)


def test_a_copyright_line_or_a_year_alone_dates_no_page() -> None:
    html = (
        "<html><body><p>The best of 2024</p><p>Open until 3 May 2027</p><p>© 2026 A Paper</p></body></html>"
    )
    assert _find_day(html) is None


def _find_day(html: str) -> date | None:
    tree = document_fromstring(html)
    moment = find_page_dates(tree, read_head(tree), zone=UTC).published_at
    return moment.date() if moment else None
