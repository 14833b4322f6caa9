"""Listings, live blogs and pages that hold nothing are not taken for articles, nor articles for listings."""

from __future__ import annotations

import json

import pytest
from lxml.html import document_fromstring

from legation.engine.listen.page_heads import read_head
from legation.engine.listen.page_kinds import find_page_kind, measure_shape
from legation.engine.records.articles import LivePost, PageKind

PROSE = "The ministers signed the timetable in the afternoon, and the first ship leaves in spring. " * 3
TEASERS = "".join(
    f"<article><h3><a href='/news/{number}'>Harbour number {number} agrees on its ferries</a></h3></article>"
    for number in range(24)
)
ARTICLE = f"<h1>Two harbours agree on ferries</h1><div>{f'<p>{PROSE}</p>' * 6}</div>"
ADDRESS = "https://post.example/world/2026/two-harbours-agree-on-ferries"


def name(body: str, head: str = "", address: str = ADDRESS, text: str = PROSE * 6) -> PageKind:
    tree = document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    return find_page_kind(tree, read_head(tree), text, (), address=address)


def json_ld(kind: str, **fields: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': kind, **fields})}</script>"


def test_an_article_with_many_links_beside_it_is_an_article() -> None:
    assert name(ARTICLE) is PageKind.ARTICLE
    assert name(ARTICLE + TEASERS) is PageKind.ARTICLE
    assert name(ARTICLE + TEASERS, json_ld("NewsArticle", headline="Two harbours")) is PageKind.ARTICLE


@pytest.mark.parametrize(
    "address",
    [
        "https://post.example/",
        "https://post.example/index.html",
        "https://post.example/category/world/",
        "https://post.example/tag/ferries",
        "https://post.example/chuyen-muc/the-gioi",
        "https://post.example/rubrique/monde",
        "https://post.example/search?q=ferries",
        "https://post.example/news",
    ],
)
def test_a_page_of_teasers_is_a_listing(address: str) -> None:
    assert name(f"<h1>World</h1>{TEASERS}", address=address, text="") is PageKind.LISTING


@pytest.mark.parametrize("kind", ["CollectionPage", "SearchResultsPage"])
def test_a_page_that_calls_itself_a_collection_is_a_listing(kind: str) -> None:
    address = "https://post.example/world"
    assert name(f"<h1>World</h1>{TEASERS}", json_ld(kind), address, "") is PageKind.LISTING


def test_a_right_to_left_section_is_a_listing() -> None:
    teasers = "".join(
        f"<h3><a href='/a/{number}'>الميناءان يتفقان على جدول العبارات رقم {number}</a></h3>"
        for number in range(24)
    )
    assert name(f"<div dir='rtl'>{teasers}</div>", address="https://akhbar.example/topics/w", text="") is (
        PageKind.LISTING
    )


def test_a_front_page_is_a_listing_even_if_it_describes_its_first_article() -> None:
    head = json_ld("NewsArticle", headline="Harbour number 1") + json_ld("CollectionPage")
    assert name(TEASERS, head, "https://post.example/", "") is PageKind.LISTING


def test_a_short_undated_article_is_not_refused() -> None:
    assert name("<h1>Notice to mariners</h1><p>The harbour is closed on Friday.</p>") is PageKind.ARTICLE


@pytest.mark.parametrize(
    "title",
    [
        "404", "Page not found | Post", "Page introuvable", "Seite nicht gefunden",
        "Página no encontrada", "Página não encontrada", "Pagina non trovata", "Страница не найдена",
        "Không tìm thấy trang",
        "页面不存在", "ページが見つかりません", "페이지를 찾을 수 없습니다", "الصفحة غير موجودة",
        "صفحه یافت نشد",
        "Halaman tidak ditemukan", "Sayfa bulunamadı", "ไม่พบหน้าที่คุณต้องการ",
    ],
)  # fmt: skip
def test_an_error_page_that_answers_200_is_no_article(title: str) -> None:
    assert name(f"<h1>{title}</h1><p>Sorry.</p>", f"<title>{title}</title>", text="Sorry.") is PageKind.OTHER


def test_an_article_about_a_lost_page_is_an_article() -> None:
    assert name(ARTICLE, "<title>Why the page could not be found</title>") is PageKind.ARTICLE


def test_a_video_alone_is_no_article() -> None:
    head = json_ld("VideoObject") + "<meta property='og:type' content='video.other'>"
    assert name("<h1>Ferry leaves harbour</h1>", head, text="") is PageKind.OTHER
    assert name(ARTICLE, head) is PageKind.ARTICLE


def test_three_posts_make_a_live_blog() -> None:
    tree = document_fromstring("<html><body><p>Live</p></body></html>")
    posts = [LivePost(None, "", str(number)) for number in range(3)]
    assert find_page_kind(tree, read_head(tree), "", posts, address=ADDRESS) is PageKind.LIVE_BLOG


def test_prose_is_measured_under_one_parent() -> None:
    shape = measure_shape(document_fromstring(f"<html><body>{ARTICLE}{TEASERS}</body></html>"))
    assert shape.prose > 1000
    assert (shape.teasers, shape.headings, shape.cards) == (24, 24, 24)
