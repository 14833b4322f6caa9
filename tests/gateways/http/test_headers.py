"""Headers that steer the fetcher, well formed and not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from legation.gateways.http.headers import read_links

PAGE = "https://paper.test/news/feed"


@pytest.mark.parametrize(
    ("values", "links"),
    [
        (['<https://hub.test/>; rel="hub"'], {"hub": "https://hub.test/"}),
        (
            ['<https://hub.test/>; rel=hub, </feed>; rel="self"'],
            {"hub": "https://hub.test/", "self": "https://paper.test/feed"},
        ),
        (
            ['<a>; rel="self hub"', "<b>; rel=hub"],
            dict.fromkeys(("self", "hub"), "https://paper.test/news/a"),
        ),
        (['<x>; title="a, b; rel=no"; rel="HUB"'], {"hub": "https://paper.test/news/x"}),
        (["<file:///etc/passwd>; rel=hub", "<javascript:x>; rel=self"], {}),
        (["<a>", "<b>; type=text", "nonsense", "<http://[::1; rel=hub>"], {}),
        ([], {}),
    ],
)
def test_a_link_header_names_hub_and_topic(values: list[str], links: dict[str, str]) -> None:
    assert read_links(values, address=PAGE) == links


@pytest.mark.parametrize("junk", ["<", "<a>;" * 50, '<a>; rel="', "<a>; x=" + ";" * 50, '<a>;a="b;' * 50])
def test_a_hostile_link_header_is_read_in_good_time(junk: Any) -> None:
    started = time.perf_counter()
    read_links([junk * 10_000], address=PAGE)
    assert time.perf_counter() - started < 0.5
