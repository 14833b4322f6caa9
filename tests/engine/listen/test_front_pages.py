"""A page that a person named as a source: publisher, feeds and list of articles in one reading."""

from __future__ import annotations

import random
import time

import pytest

from legation.engine.listen.front_pages import read_front_page

LINKS = "".join(
    f'<h3><a href="/2026/11/2{number}/hoi-dong-{number}.html">'
    f"Hội đồng quyết định về cảng mới, phần {number}</a></h3>"
    for number in range(8)
)
PAGE = (
    '<!doctype html><html lang="vi"><head><title>Báo Cảng</title>'
    '<link rel="alternate" type="application/rss+xml" href="/tin.rss" title="Tin">'
    f"</head><body>{LINKS}</body></html>"
)


def test_one_reading_tells_publisher_feeds_and_list() -> None:
    front = read_front_page(PAGE.encode(), content_type="text/html", address="https://cang.vn/")
    assert (front.facts.name, front.facts.language, front.facts.country) == ("Báo Cảng", "vi", "VN")
    assert [(link.address, link.title) for link in front.feeds] == [("https://cang.vn/tin.rss", "Tin")]
    assert front.proposal is not None
    assert front.proposal.match_count == 8


def test_the_charset_of_the_header_or_the_page_is_believed() -> None:
    page = PAGE.replace("Báo Cảng", "Газета").encode("cp1251", "replace")
    front = read_front_page(page, content_type="text/html; charset=windows-1251", address="https://a.ru/")
    assert front.facts.name == "Газета"


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00" * 1_000, b"\xff\xfe", b"<a href='" + b"x" * 3_000_000, b"<a>" * 400_000, b"\x89PNG\r\n"],
    ids=["empty", "zeros", "mark", "one address", "depth", "picture"],
)
def test_what_is_no_page_is_read_as_a_page_that_says_nothing(body: bytes) -> None:
    started = time.monotonic()
    front = read_front_page(body, content_type="", address="https://a.example/")
    assert (front.facts.name, front.feeds, front.proposal) == ("", (), None)
    assert time.monotonic() - started < 10


def test_damaged_pages_never_break_the_reading() -> None:
    chance = random.Random(3)
    good = PAGE.encode()
    for _ in range(150):
        bad = bytearray(good)
        for _ in range(chance.randint(1, 30)):
            place = chance.randrange(len(bad))
            bad[place : place + chance.randint(0, 3)] = chance.choice(
                [b"<", b">", b"\x00", b"&", b'"', b"\xff", b"<!--", b"]]>", b"<a href="]
            )
        front = read_front_page(bytes(bad), content_type="text/html", address="https://cang.vn/")
        assert len(front.facts.name) <= 200
