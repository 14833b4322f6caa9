"""A chain tells what was done to it: a link missing, moved or changed, and nothing of the links beside it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.listen.capture_chains import CHAIN_START, ChainLink, find_breaks, make_link, write_facts
from legation.engine.records.captures import CaptureFacts

AT = datetime(2026, 11, 22, 7, 30, 15, 500, tzinfo=UTC)


def make_facts(number: int) -> CaptureFacts:
    return CaptureFacts(
        number=number,
        kind="warc",
        sha256=f"{number:064x}",
        size_bytes=number * 7,
        identity="e" * 64,
        address="https://báo.test/tin",
        captured_at=AT + timedelta(hours=number),
    )


def make_chain(count: int) -> list[ChainLink]:
    links: list[ChainLink] = []
    for number in range(1, count + 1):
        previous = links[-1].chain_sha256 if links else CHAIN_START
        links.append(ChainLink(make_facts(number), make_link(previous, make_facts(number))))
    return links


def test_facts_are_written_so_that_anybody_can_count_the_link() -> None:
    written = write_facts(make_facts(1))
    assert written == (
        '{"address":"https://báo.test/tin","captured_at":"2026-11-22T08:30:15.000500+00:00","identity":"'
        + "e" * 64
        + '","kind":"warc","number":1,"payload_sha256":"","record_id":"","sha256":"'
        + f"{1:064x}"
        + '","size_bytes":7}'
    )
    assert make_link("ab", make_facts(1)) == hashlib.sha256(f"ab\n{written}".encode()).hexdigest()


def test_the_zone_in_which_a_time_is_read_back_changes_nothing() -> None:
    facts = make_facts(1)
    elsewhere = facts.captured_at.astimezone(timezone(timedelta(hours=7)))
    assert make_link("", replace(facts, captured_at=elsewhere)) == make_link("", facts)


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_a_whole_chain_has_no_break(count: int) -> None:
    assert list(find_breaks(make_chain(count))) == []


def test_missing_links_are_named_with_their_range() -> None:
    chain = make_chain(9)
    assert list(find_breaks([*chain[:3], *chain[6:]])) == ["link 4 to 6 of the chain is missing"]
    assert list(find_breaks(chain[1:])) == ["link 1 of the chain is missing"]


@given(
    place=st.integers(0, 11), field=st.sampled_from(["kind", "sha256", "identity", "address", "record_id"])
)
def test_a_changed_fact_accuses_its_own_link_alone(place: int, field: str) -> None:
    chain = make_chain(12)
    changed = replace(chain[place].facts, **{field: "another"})
    chain[place] = ChainLink(changed, chain[place].chain_sha256)
    assert list(find_breaks(chain)) == [
        f"link {place + 1} of the chain does not fit: its facts or the link itself were changed"
    ]


@given(places=st.lists(st.integers(0, 11), min_size=2, max_size=2, unique=True))
def test_two_links_that_changed_places_are_both_named_with_their_right_place(places: list[int]) -> None:
    chain = make_chain(12)
    first, second = sorted(places)
    one, two = chain[first], chain[second]
    chain[first] = ChainLink(replace(two.facts, number=first + 1), two.chain_sha256)
    chain[second] = ChainLink(replace(one.facts, number=second + 1), one.chain_sha256)
    assert list(find_breaks(chain)) == [
        f"link {first + 1} of the chain was put there; it belongs at place {second + 1}",
        f"link {second + 1} of the chain was put there; it belongs at place {first + 1}",
    ]


def test_a_forged_link_accuses_the_one_that_rests_on_it_too() -> None:
    chain = make_chain(4)
    chain[1] = ChainLink(chain[1].facts, "f" * 64)
    assert [problem.split()[1] for problem in find_breaks(chain)] == ["2", "3"]


def test_a_chain_that_is_broken_everywhere_is_told_in_good_time() -> None:
    forged = [ChainLink(make_facts(number), "0" * 64) for number in range(1, 5_000)]
    assert len(list(find_breaks(forged))) == 4_999
