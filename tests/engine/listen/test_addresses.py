"""Addresses: one spelling for a page, one key for a site."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.listen.addresses import UnusableAddress, address_key, canonical_address, site_key


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTPS://Paper.Example", "https://paper.example/"),
        (" http://paper.example:80/a#top ", "http://paper.example/a"),
        ("https://paper.example:443/a", "https://paper.example/a"),
        ("https://paper.example:8443/a", "https://paper.example:8443/a"),
        ("https://paper.example./a", "https://paper.example/a"),
        (
            "https://paper.example/a?utm_source=x&id=3&UTM_Medium=rss&page=2",
            "https://paper.example/a?id=3&page=2",
        ),
        ("https://paper.example/a?fbclid=1&amp;utm_x=2&gclid=3", "https://paper.example/a"),
        ("https://paper.example/a?b=2&a=1", "https://paper.example/a?b=2&a=1"),
        ("https://paper.example/a?q=x%20y&empty=", "https://paper.example/a?q=x%20y&empty="),
        ("https://paper.example/a;jsessionid=12AB?b=1", "https://paper.example/a?b=1"),
        ("https://paper.example/x/../a/./b/..", "https://paper.example/a/"),
        ("https://paper.example/../../a", "https://paper.example/a"),
        ("https://paper.example/tin mới", "https://paper.example/tin%20m%E1%BB%9Bi"),
        ("https://paper.example/%c3%a0", "https://paper.example/%C3%A0"),
        ("https://báo.example/", "https://xn--bo-mia.example/"),
        ("http://[2001:DB8:0:0::1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
)
def test_an_address_has_one_spelling(address: str, canonical: str) -> None:
    assert canonical_address(address) == canonical
    assert canonical_address(canonical) == canonical


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "  ",
            "paper.example",
            "//paper.example/",
            "ftp://paper.example/",
            "mailto:a@b.example",
            "http://",
        ),
        *("http://a:b@paper.example/", "http://paper.example:x/", "http://[::1/", "http://pa per.example/"),
        *(
            "http://paper..example/",
            "http://-.example/",
            "javascript:alert(1)",
            "http://a\\b/",
            "http://x\x00.y/",
        ),
        "http://x.example/" + "a" * 5_000,
    ],
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    for function in (canonical_address, address_key, site_key):
        with pytest.raises(UnusableAddress):
            function(address)


def test_one_page_has_one_key_however_it_is_reached() -> None:
    keys = {
        address_key(address)
        for address in (
            "http://www.paper.example/tin/1",
            "https://paper.example/tin/1/",
            "https://WWW.paper.example:443/tin/1?utm_source=rss#c",
        )
    }
    assert keys == {"paper.example/tin/1"}


def test_two_pages_have_two_keys() -> None:
    assert address_key("https://paper.example/?id=1") != address_key("https://paper.example/?id=2")


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.paper.example/a", "paper.example"),
        ("https://en.news.paper.example/a", "paper.example"),
        ("https://news.paper.co.uk/", "paper.co.uk"),
        ("https://www.paper.com.br/", "paper.com.br"),
        ("https://press.mofa.gov.la/", "mofa.gov.la"),
        ("https://www.city.kawasaki.jp/", "city.kawasaki.jp"),
        ("https://co.uk/", "co.uk"),
        ("https://báo.example.com/", "example.com"),
        ("https://en.rfi.fr/", "rfi.fr"),
        ("https://one.wordpress.com/", "one.wordpress.com"),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001"),
        ("http://localhost:8002/a", "localhost:8002"),
        ("http://[::1]:8002/", "[::1]:8002"),
    ],
)
def test_a_site_is_known_by_its_registered_name(address: str, site: str) -> None:
    assert site_key(address) == site


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_path_and_query_are_settled_after_one_pass(path: str, query: str) -> None:
    try:
        canonical = canonical_address(f"https://paper.example/{path}?{query}")
    except UnusableAddress:
        return
    assert canonical.isascii()
    assert canonical_address(canonical) == canonical
