"""Patterns of addresses: what they match, what they refuse, and that none of them runs long."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.engine.listen.link_patterns import UnusablePattern, compile_pattern

PAGE = "https://www.paper.example/news/"


def fits(pattern: str, path: str) -> bool:
    address = path if "://" in path else "https://paper.example" + path
    return compile_pattern(pattern, address=PAGE).match(address) is not None


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/news/{year}/{month}/{slug}", "/news/2026/11/new-bridge"),
        ("/{slug}-{number}.html", "/cau-moi-thong-xe-4812345.html"),
        ("/*/{slug}-{number}.html", "/the-gioi/cau-moi-4812345.html"),
        ("/**/{number}", "/a/b/c/7"),
        ("/**/{number}", "/7"),
        ("/{year}{month}{day}/{number}.shtml", "/20261122/99.shtml"),
        ("/story?id={number}", "/story?lang=en&id=77&x="),
        ("https://m.paper.example/{number}", "https://m.paper.example/5/"),
        ("/a.b/{slug}", "/a.b/x-y"),
        ("/{slug}", "/tin-m%E1%BB%9Bi-h%C3%B4m-nay"),
    ],
)
def test_a_pattern_fits_its_addresses(pattern: str, path: str) -> None:
    assert fits(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/news/{year}/{month}/{slug}", "/news/2026/13/new-bridge"),
        ("/news/{year}/{slug}", "/news/1066/new-bridge"),
        ("/{slug}", "/about"),
        ("/{number}", "/12a"),
        ("/a.b/{slug}", "/axb/x-y"),
        ("/{slug}", "/a-b/c"),
        ("/story?id={number}", "/story?no=5"),
        ("/{slug}", "https://other.example/x-y"),
        ("/{slug}", "ftp://paper.example/x-y"),
        ("/{slug}", "https://paper.example/" + "x-" * 2_000),
    ],
)
def test_a_pattern_fits_nothing_else(pattern: str, path: str) -> None:
    assert not fits(pattern, path)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "  ",
        "news/*",
        "/" + "x" * 600,
        "/{author}",
        "/***",
        "/*a*b*",
        "/**/a/**",
        "/{year}{year}",
        "/{",
        "ftp://x/*",
    ]
    + ["/a" * 30, "/\x00", "/" + "{number}" * 9],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(UnusablePattern):
        compile_pattern(pattern, address=PAGE)


def test_the_day_in_an_address_is_told() -> None:
    match = compile_pattern("/{year}/{month}/{day}/{slug}", address=PAGE).match(
        "https://paper.example/2026/2/3/a-b"
    )
    assert match is not None
    assert match.day == datetime(2026, 2, 3, tzinfo=UTC)
    impossible = compile_pattern("/{year}/{month}/{day}/{slug}", address=PAGE).match(
        "https://paper.example/2026/2/31/a-b"
    )
    assert impossible is not None
    assert impossible.day is None


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["{slug}", "*", "{number}", "-", "a", "1", "{year}", "."]), min_size=1, max_size=10
    ),
    st.sampled_from(["a", "1", "-", "a-", "1a", "2026"]),
)
def test_no_pattern_runs_long(pieces: list[str], part: str) -> None:
    try:
        pattern = compile_pattern("/" + "".join(pieces), address=PAGE)
    except UnusablePattern:
        return
    started = time.monotonic()
    pattern.match("https://paper.example/" + (part * 300)[:300] + "!")
    assert time.monotonic() - started < 2
