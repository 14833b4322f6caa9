"""No feed is read worse than by feedparser: every difference is a rule's, or in our favour."""

from __future__ import annotations

import pytest
from tests.evaluation.feed_differences import CORPUS, GOFEED, Tally, compare, list_feeds


def tally_feeds(mutations: int, *, seed: int, are_third_party: bool) -> Tally:
    tally = Tally()
    ours = {path.name for path in CORPUS}
    for name, body in list_feeds(seed, mutations):
        is_file = name.endswith(".xml")
        if is_file and (name in ours) is are_third_party:
            continue
        compare(body, name, tally)
    return tally


@pytest.mark.skipif(
    not GOFEED.is_dir(), reason="gofeed's fixtures are absent: ../shared/data/feeds is needed"
)
def test_every_fixture_of_gofeed_is_read_as_well() -> None:
    tally = tally_feeds(0, seed=0, are_third_party=True)
    assert tally.open == []
    assert tally.feeds >= 541


def test_feeds_of_our_own_and_mutations_of_them_are_read_as_well() -> None:
    tally = tally_feeds(600, seed=11, are_third_party=False)
    assert tally.open == []
    assert tally.feeds == len(CORPUS) + 600
    assert tally.equal > tally.feeds / 2  # else the comparison compares nothing


def test_a_lost_item_and_a_corrupted_link_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.evaluation import feed_differences

    tally = Tally()
    monkeypatch.setattr(feed_differences, "read_ours", lambda body: feed_differences.read_theirs(body)[1:])
    compare(CORPUS[1].read_bytes(), "lost", tally)
    monkeypatch.setattr(
        feed_differences,
        "read_ours",
        lambda body: [
            feed_differences.Item(item.title, item.link + "x", item.id, item.date)
            for item in feed_differences.read_theirs(body)
        ],
    )
    compare(CORPUS[1].read_bytes(), "corrupted", tally)
    assert len(tally.open) == 3
