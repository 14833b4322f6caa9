"""Groups of copies: their kinds, their origin whoever comes first, and their cost when they are large."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.desk.listen.conftest import BODY, NOW, make_read

from legation.desk.listen.models import Article, CopyBand, CopyGroup, Source
from legation.desk.listen.services.articles import Arrival, keep_article, keep_articles
from legation.desk.listen.services.groups import find_origin, list_members

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
PAIRS = Path(__file__).parents[2] / "evaluation" / "corpora" / "copies.jsonl"


def hear(make_source: MakeSource, key: str, body: str, *, hours: float = 2, **source: Any) -> Article:
    """Hear a text from an outlet of its own, published some hours ago."""
    read = make_read(key, title=f"As told by {key}", body=body, published=NOW - timedelta(hours=hours))
    return keep_article(source=make_source(key, **source), read=read, at=NOW).article


def test_our_pairs_are_joined_and_left_apart_as_they_should(make_source: MakeSource) -> None:
    rows = [json.loads(line) for line in PAIRS.read_text().splitlines()]
    wanted = [row for row in rows if row["kind"] != "independent-of-edited"]
    for number, row in enumerate(wanted):
        at = NOW - timedelta(days=20 * number)  # each pair in a time of its own
        pair = []
        for place, name in enumerate(("first", "second")):
            source = make_source(f"{name}-{number}")
            read = make_read(
                row["id"], title=row[f"{name}_title"], body=row[name], published=at + timedelta(hours=place)
            )
            pair.append(keep_article(source=source, read=read, at=NOW).article)
        first = Article.objects.get(pk=pair[0].pk)
        if row["kind"] == "independent":
            assert pair[1].copy_group_id is None, row["id"]
        else:
            assert first.copy_group_id == pair[1].copy_group_id is not None, row["id"]
            assert (first.copy_kind, pair[1].copy_kind) == ("origin", row["kind"]), row["id"]


def test_an_earlier_origin_that_comes_late_takes_the_root(make_source: MakeSource) -> None:
    text = json.loads(PAIRS.read_text().partition("\n")[0])["first"]
    hear(make_source, "paper", text, hours=2)
    hear(make_source, "excerpt", text[: len(text) // 2], hours=1)
    wire = hear(make_source, "wire", f"{text}\n\nThe council meets again in May.", hours=5)
    assert wire.is_origin
    named = dict(Article.objects.values_list("source__key", "copy_kind"))
    assert named == {"wire": "origin", "paper": "reprint", "excerpt": "excerpt"}
    assert Article.objects.filter(is_origin=True).count() == 1


def test_a_credit_says_who_the_origin_is_whatever_the_clocks_say(make_source: MakeSource) -> None:
    hear(make_source, "lantern", f"PORT HALDEN (Corvus) – {BODY}", hours=5)
    agency = hear(make_source, "wire", BODY, hours=4, name="Corvus")
    assert agency.is_origin
    assert not Article.objects.get(source__key="lantern").is_origin


def test_a_reprint_needs_no_keys_and_finds_its_group_all_the_same(make_source: MakeSource) -> None:
    for number in range(5):
        hear(make_source, f"outlet-{number}", BODY.replace("Thursday", f"day {number}", 1), hours=9 - number)
    assert CopyBand.objects.values("article").distinct().count() == 1
    assert CopyGroup.objects.get().size == 5


def test_a_group_whose_keyed_member_changes_is_still_found(make_source: MakeSource) -> None:
    first = hear(make_source, "first", BODY, hours=9)
    hear(make_source, "second", BODY, hours=8)
    other = " ".join(f"Another matter altogether, sentence number {number}." for number in range(50))
    read = make_read("first", title=first.title, body=other, published=first.published_at)
    keep_article(source=first.source, read=read, at=NOW + timedelta(hours=1))
    assert not CopyGroup.objects.exists()
    third = hear(make_source, "third", BODY, hours=7)
    assert third.copy_group_id == Article.objects.get(source__key="second").copy_group_id is not None


def test_a_group_that_loses_its_origin_has_another(make_source: MakeSource) -> None:
    first = hear(make_source, "first", BODY, hours=9)
    hear(make_source, "second", BODY, hours=8)
    hear(make_source, "third", BODY, hours=7)
    other = " ".join(f"Another matter altogether, sentence number {number}." for number in range(50))
    read = make_read("first", title=first.title, body=other, published=first.published_at)
    keep_article(source=first.source, read=read, at=NOW + timedelta(hours=1))
    group = CopyGroup.objects.get()
    members = {row.source.key: row for row in Article.objects.filter(copy_group=group)}
    assert (group.size, members["second"].is_origin, members["third"].copy_kind) == (2, True, "reprint")
    assert find_origin(article=members["third"]) == members["second"]


def test_two_thousand_reprints_are_joined_and_shown_at_once(
    make_source: MakeSource, django_assert_max_num_queries: Any
) -> None:
    source, started = make_source(), time.perf_counter()
    reads = [
        make_read(str(number), title=f"T{number}", body=BODY.replace("Thursday", f"day {number}", 1))
        for number in range(2000)
    ]
    for start in range(0, 2000, 200):
        with django_assert_max_num_queries(30):
            keep_articles(arrivals=[Arrival(source, read) for read in reads[start : start + 200]], at=NOW)
    assert time.perf_counter() - started < 60, "it took minutes when every reprint had keys"
    assert CopyGroup.objects.get().size == 2000
    article = Article.objects.order_by("pk")[1500]
    with django_assert_max_num_queries(3):
        page = list_members(article=article, cursor="")
    assert (len(page), page.items[0].change, page.next != "") == (20, None, True)
