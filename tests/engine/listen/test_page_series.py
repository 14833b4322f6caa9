"""An article's pages are found and joined; other articles, comments and listings are not."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from legation.engine.listen.page_series import find_next_address, join_pages
from legation.engine.records.articles import PageText

STORY = "https://post.example/world/ferries"


def find(body: str, address: str = STORY, head: str = "") -> str:
    tree = document_fromstring(f"<html><head>{head}</head><body><h1>Ferries</h1>{body}</body></html>")
    return find_next_address(tree, address=address)


@pytest.mark.parametrize(
    ("link", "address", "found"),
    [
        ("<a href='?page=2'>2</a>", STORY, f"{STORY}?page=2"),
        ("<a href='/world/ferries/2'>Next page</a>", STORY, f"{STORY}/2"),
        ("<a href='/world/ferries/page/2/'>Page 2</a>", STORY, f"{STORY}/page/2/"),
        ("<a href='ferries-2.html'>Seite 2</a>", f"{STORY}.html", f"{STORY}-2.html"),
        ("<a href='?trang=2'>Trang 2</a>", STORY, f"{STORY}?trang=2"),
        ("<a href='?page=2'>Trang sau</a>", STORY, f"{STORY}?page=2"),
        ("<a href='ferries_2.html'>下一页</a>", f"{STORY}.html", f"{STORY}_2.html"),
        ("<a href='?page=2'>Suivant »</a>", STORY, f"{STORY}?page=2"),
        ("<a href='?page=2'>Nächste Seite</a>", STORY, f"{STORY}?page=2"),
        ("<a href='?page=2'>Siguiente</a>", STORY, f"{STORY}?page=2"),
        ("<a href='?page=2'>Следующая страница</a>", STORY, f"{STORY}?page=2"),
        ("<div dir='rtl'><a href='?page=2'>الصفحة التالية</a></div>", STORY, f"{STORY}?page=2"),
        ("<a href='?page=2'>次のページ</a>", STORY, f"{STORY}?page=2"),
        ("<a href='?page=3'>3</a><a href='?page=1'>1</a>", f"{STORY}?page=2", f"{STORY}?page=3"),
        ("<a href='/world/ferries'>1</a><a href='/world/ferries/3'>3</a>", f"{STORY}/2", f"{STORY}/3"),
    ],
)
def test_the_next_page_of_an_article_is_found(link: str, address: str, found: str) -> None:
    assert find(f"<nav class='pagination'>{link}</nav>", address) == found


def test_a_stated_next_page_is_found() -> None:
    assert find("", head="<link rel='next' href='/world/ferries?page=2'>") == f"{STORY}?page=2"


@pytest.mark.parametrize(
    "link",
    [
        "<a href='?view=all'>View all</a>", "<a href='/world/ferries/print'>Print version</a>",
        "<a href='?single=1'>Single page</a>", "<a href='/world/ferries/all'>Auf einer Seite lesen</a>",
        "<a href='?full=1'>Xem toàn bộ</a>", "<a href='?full=1'>查看全文</a>",
    ],
)  # fmt: skip
def test_the_whole_on_one_page_is_preferred(link: str) -> None:
    whole = find(f"<a href='?page=2'>2</a>{link}")
    assert whole.startswith(STORY)
    assert "page=2" not in whole
    assert find(link) == ""  # an article that is not cut needs no other page


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("<a href='/world/ferries-sail'>Next</a>", STORY),
        ("<a rel='next' href='/news/12346'>Next article</a>", "https://post.example/news/12345"),
        ("<a rel='next' href='/news/46'>Next</a>", "https://post.example/news/45"),
        ("<a href='/2026/11/23'>Next</a>", "https://post.example/2026/11/22"),
        ("<a href='https://other.example/world/ferries?page=2'>2</a>", STORY),
        ("<a href='?page=3'>3</a>", STORY),
        ("<div id='comments'><a href='?page=2'>2</a></div>", STORY),
        ("<div class='related'><a href='/world/ferries/2'>Next</a></div>", STORY),
        ("<a href='?page=2#comments'>See 2 comments</a>", STORY),
        ("<a href='javascript:next()'>2</a><a href='#2'>2</a><a href='http://[x/?page=2'>2</a>", STORY),
        ("<a href='?page=1'>1</a>", f"{STORY}?page=2"),
    ],
)
def test_what_is_not_the_same_article_is_not_followed(body: str, address: str) -> None:
    assert find(body, address) == ""


def compose(body: str, title: str = "Ferries", **fields: object) -> PageText:
    return PageText(title=title, lead="", body=body, **fields)  # type: ignore[arg-type]


def test_pages_are_joined_in_order_without_what_each_repeats() -> None:
    standfirst = "What the ferries mean for both harbours."
    pages = [compose(f"{standfirst}\n\nText of page {number}.") for number in (1, 2, 3)]
    joined = join_pages(pages)
    assert joined.body.split("\n\n") == [standfirst, *(f"Text of page {number}." for number in (1, 2, 3))]
    assert joined.next_address == ""


def test_the_whole_article_after_its_beginning_is_not_doubled() -> None:
    joined = join_pages([compose("One.\n\nTwo."), compose("One.\n\nTwo.\n\nThree.\n\nFour.")])
    assert joined.body == "One.\n\nTwo.\n\nThree.\n\nFour."


def test_a_page_under_another_title_ends_the_series() -> None:
    joined = join_pages([compose("One."), compose("Else.", title="Airports"), compose("Three.")])
    assert joined.body == "One."
    continued = join_pages([compose("One."), compose("Two.", title="Ferries - page 2")])
    assert continued.body == "One.\n\nTwo."


def test_a_joined_article_is_no_teaser() -> None:
    assert not join_pages([compose("One.", is_teaser=True), compose("Two. " * 90)]).is_teaser
    assert join_pages([compose("One.", is_teaser=True)]).is_teaser
