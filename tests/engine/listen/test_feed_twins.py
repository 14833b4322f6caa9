"""One feed under two addresses, and two feeds that only share some stories."""

from __future__ import annotations

import pytest

from legation.engine.listen.feed_twins import Overlap, find_twins, twin_key


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("http://paper.test/rss", "https://www.paper.test/rss/"),
        ("https://paper.test/feed/", "https://paper.test/feed/atom/"),
        ("https://paper.test/feed", "https://paper.test/?feed=rss2"),
        ("https://paper.test/news/index.xml", "https://paper.test/news/"),
        ("http://feeds.feedburner.com/Paper", "https://feeds2.feedburner.com/paper?format=xml"),
        ("https://feedproxy.google.com/~r/Paper", "https://feeds.feedburner.com/paper"),
        ("https://paper.test/rss/?outputType=xml", "https://paper.test/rss"),
        ("https://PAPER.test:443/rss#top", "http://paper.test/rss?utm_source=x"),
    ],
)
def test_one_feed_under_two_spellings_has_one_key(first: str, second: str) -> None:
    assert twin_key(first) == twin_key(second)
    assert find_twins([first], [second]) == {first}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://paper.test/rss/politics", "https://paper.test/rss/sports"),
        ("https://paper.test/rss?section=1", "https://paper.test/rss?section=2"),
        ("https://paper.test/category/a/feed/", "https://paper.test/feed/"),
        ("https://en.paper.test/rss", "https://fr.paper.test/rss"),
        ("https://paper.test/RSS", "https://paper.test/rss"),
        ("https://feeds.feedburner.com/paper-a", "https://feeds.feedburner.com/paper-b"),
    ],
)
def test_two_feeds_of_one_site_stay_two(first: str, second: str) -> None:
    assert twin_key(first) != twin_key(second)
    assert find_twins([first], [second]) == set()


def test_what_is_no_address_names_itself() -> None:
    assert twin_key(" not an address ") == "not an address"


@pytest.mark.parametrize(
    ("found", "shared", "known", "is_same", "is_inside"),
    [
        (10, 10, 10, True, True),
        (10, 8, 12, True, True),
        (10, 7, 10, False, False),
        (10, 10, 60, False, True),  # a section inside the main feed
        (2, 2, 2, False, False),  # too few to tell
        (0, 0, 0, False, False),
        (10, 10, 0, True, True),  # nobody knows what the known feed holds now
    ],
)
def test_the_same_items_make_the_same_feed(
    found: int, shared: int, known: int, is_same: bool, is_inside: bool
) -> None:
    overlap = Overlap(found, shared, known)
    assert (overlap.is_same, overlap.is_inside) == (is_same, is_inside)
