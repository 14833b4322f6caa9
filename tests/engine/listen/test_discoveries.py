"""What a home page says of its publisher, and how little a hostile one can do."""

from __future__ import annotations

import time

import pytest

from legation.engine.listen.discoveries import (
    choose_name,
    detect_language,
    guess_country,
    read_site,
    tidy_language,
)
from legation.engine.records.articles import FeedItem
from legation.engine.records.sources import SourceKind

HOME = """<!doctype html><html lang="vi-VN"><head><meta charset="utf-8">
<title>Trang chủ | Báo Cảng - Tin mới nhất</title>
<meta property="og:site_name" content=" Báo  Cảng ">
<link rel="icon" href="/small.png" sizes="16x16"><link rel="shortcut icon" href="/64.png" sizes="64x64">
<link rel="apple-touch-icon" href="touch.png"><link rel="icon" href="/logo.svg" type="image/svg+xml">
<link rel="icon" href="javascript:alert(1)">
<script type="application/ld+json">{"@type": "NewsMediaOrganization", "name": "Báo Cảng"}</script>
</head><body><p>Tin</p></body></html>"""


def test_a_page_tells_name_language_country_kind_and_icons() -> None:
    facts = read_site(HOME, address="https://www.cang.vn/the-gioi/")
    assert (facts.name, facts.language, facts.country, facts.kind) == (
        "Báo Cảng", "vi", "VN", SourceKind.PRESS,
    )  # fmt: skip
    assert facts.icons == (
        "https://www.cang.vn/64.png",
        "https://www.cang.vn/the-gioi/touch.png",
        "https://www.cang.vn/small.png",
    )
    assert not facts.is_personal


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Latest news | The Port Gazette", "The Port Gazette"),
        ("The Port Gazette – news of the sea", "The Port Gazette"),
        ("Breaking news, weather", "Breaking news, weather"),
        ("", ""),
    ],
)
def test_without_a_site_name_the_title_s_part_that_the_host_repeats_is_the_name(
    title: str, name: str
) -> None:
    page = f"<title>{title}</title>"
    assert read_site(page, address="https://theportgazette.example/").name == name


@pytest.mark.parametrize(
    ("host", "country"),
    [
        ("cang.vn", "VN"), ("paper.co.uk", "GB"), ("lao.la", "LA"), ("station.tv", ""), ("paper.com", ""),
        ("elcolombiano.com.co", "CO"), ("start.co", ""), ("vijesti.me", "ME"), ("un.int", ""), ("xx.zz", ""),
        ("127.0.0.1", ""),
    ],
)  # fmt: skip
def test_an_address_names_its_country_where_its_label_does(host: str, country: str) -> None:
    assert guess_country(f"https://{host}/news") == country


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("mofa.gov.vn", SourceKind.GOVERNMENT), ("mofa.go.jp", SourceKind.GOVERNMENT),
        ("diplomatie.gouv.fr", SourceKind.GOVERNMENT), ("state.gov", SourceKind.GOVERNMENT),
        ("who.int", SourceKind.INTERNATIONAL_ORGANISATION), ("lse.ac.uk", SourceKind.ACADEMIA),
        ("mit.edu", SourceKind.ACADEMIA), ("go.com", None), ("paper.fr", None), ("ac.fr", None),
    ],
)  # fmt: skip
def test_a_kind_is_named_only_where_the_registry_declares_it(host: str, kind: SourceKind | None) -> None:
    assert read_site("<p>", address=f"https://{host}/").kind is kind


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        ('"NewsMediaOrganization"', SourceKind.PRESS),
        ('"RadioStation"', SourceKind.BROADCASTER),
        ('["RadioStation"]', SourceKind.BROADCASTER),
        ('"Organization"', None),
        ('"Person"', None),
    ],
)
def test_a_kind_is_named_where_the_page_declares_it(types: str, kind: SourceKind | None) -> None:
    page = f'<script type="application/ld+json">{{"@type": {types}}}</script>'
    assert read_site(page, address="https://paper.example/").kind is kind


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:type" content="profile">',
        '<meta name="generator" content="Blogger">',
        '<meta property="al:ios:app_name" content="Medium">',
        '<link rel="preconnect" href="https://substackcdn.com">',
    ],
)
def test_a_blog_under_an_address_of_its_own_is_told(head: str) -> None:
    page = f"<html><head>{head}</head><body>My thoughts</body></html>"
    assert read_site(page, address="https://somebody.example/").is_personal


def test_a_newspaper_that_is_made_with_a_usual_system_is_no_blog() -> None:
    page = '<meta name="generator" content="WordPress 6.5"><meta property="og:type" content="website">'
    assert not read_site(page, address="https://paper.example/").is_personal


def test_the_language_of_a_feed_is_the_one_that_most_titles_speak() -> None:
    titles = [
        "Chủ tịch nước tiếp Đại sứ Pháp", "Hội nghị thượng đỉnh khai mạc tại Hà Nội",
        "Thủ tướng thăm chính thức Lào", "Breaking news",
    ]  # fmt: skip
    items = [FeedItem(guid=title, address="", title=title) for title in titles]
    assert detect_language(items, prior="en") == "vi"
    assert detect_language([], prior="en") == ""


@pytest.mark.parametrize(("tag", "code"), [("vi_VN", "vi"), ("zh-Hant", "zh"), ("klingonish", ""), ("", "")])
def test_a_declared_language_gets_the_form_used_inside(tag: str, code: str) -> None:
    assert tidy_language(tag) == code


def test_the_first_name_that_says_something_is_chosen() -> None:
    assert choose_name("", "  ", " Le  Port ", "Other") == "Le Port"
    assert choose_name("", " ") == ""


@pytest.mark.parametrize(
    "page",
    [
        "",
        "\x00",
        "<" * 500_000,
        "<div>" * 300_000,
        '<link rel=icon href="http://[">' * 1_000,
        "<title>" + " | " * 500_000,
        '<script type="application/ld+json">' + '{"@type":[' * 100_000 + "</script>",
        '"@type"' * 200_000,
        '<link rel="icon" sizes="' + "1x" * 200_000 + '" href="/a">',
        "\ud800<html lang='\ud800'>",
    ],
    ids=[
        "nothing", "zero", "signs", "depth", "addresses", "title", "json", "types", "sizes", "surrogate",
    ],
)  # fmt: skip
def test_a_hostile_page_is_read_in_bounds(page: str) -> None:
    started = time.monotonic()
    facts = read_site(page, address="https://paper.example/")
    assert time.monotonic() - started < 5
    assert len(facts.name) <= 200
    assert len(facts.icons) <= 3
