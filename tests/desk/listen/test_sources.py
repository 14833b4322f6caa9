"""Adding sources, refusing persons, and the honest line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from tests.desk.listen.conftest import NOW, make_read

from legation.desk.listen.models import Source
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.coverage import coverage
from legation.desk.listen.services.sources import (
    SourceRefused,
    add_source,
    adopt_moved_feed,
    change_source,
    export_sources,
    import_sources,
    named_source,
    switch_source,
    switch_sources,
)
from legation.engine.records.sources import ListPage, SourceKind, SourceRecord

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
RECORD = SourceRecord(
    key="", name="The Gazette", kind=SourceKind.PRESS, country="FR", languages=("fr",),
    home="https://gazette.test/", feeds=("https://gazette.test/rss",),
)  # fmt: skip


def test_a_source_gets_a_key_of_its_own() -> None:
    first = add_source(record=RECORD)
    second = add_source(record=replace(RECORD, feeds=("https://gazette.test/sports",)))
    assert (first.key, second.key) == ("fr-the-gazette", "fr-the-gazette-2")


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/somebody",
        "https://x.com/somebody",
        "https://m.youtube.com/channel/1",
        "https://somebody.substack.com/feed",
        "https://somebody.wordpress.com/feed",
        "https://t.me/s/somebody",
        "https://medium.com/feed/@somebody",
        "https://social.example.org/@somebody.rss",
    ],
)
def test_personal_accounts_and_blogs_are_refused(address: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        add_source(record=replace(RECORD, feeds=(address,)))
    assert refusal.value.reason == "personal"
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    "twin", ["http://gazette.test/rss", "https://www.gazette.test/rss/", "https://GAZETTE.test/rss#x"]
)
def test_one_feed_under_two_addresses_is_one(twin: str) -> None:
    add_source(record=RECORD)
    with pytest.raises(SourceRefused) as refusal:
        add_source(record=replace(RECORD, name="Another", feeds=(twin,)))
    assert (refusal.value.reason, refusal.value.about) == ("duplicate", "The Gazette")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", " ", "name"),
        ("languages", ("klingonish",), "language"),
        ("languages", (), "language"),
        ("country", "", "country"),
        ("feeds", ("ftp://gazette.test/",), "malformed"),
        ("home", "https://me:secret@gazette.test/", "credentials"),
    ],
)
def test_a_wrong_fact_is_refused_by_name(field: str, value: object, reason: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        add_source(record=replace(RECORD, **{field: value}))
    assert refusal.value.reason == reason


def test_an_edited_source_keeps_its_key_and_forgets_the_old_feeds_state() -> None:
    source = add_source(record=RECORD)
    source.feed_states, source.last_problem = {"https://gazette.test/rss": {"etag": "1"}}, "It failed."
    source.save()
    change_source(source=source, record=replace(RECORD, name="Le Port", feeds=("https://port.test/rss",)))
    source.refresh_from_db()
    assert (source.key, source.name, source.feed_states, source.last_problem) == (
        "fr-the-gazette",
        "Le Port",
        {},
        "",
    )


def test_a_source_switched_off_is_not_due() -> None:
    source = add_source(record=RECORD)
    switch_source(source=source, is_enabled=False)
    assert not Source.objects.due(NOW).exists()


def test_the_new_address_of_a_feed_is_taken_over_only_if_it_may_be() -> None:
    source = add_source(record=RECORD)
    feed = source.feeds[0]
    source.feed_states = {feed: {"moved_to": "https://facebook.com/gazette"}}
    with pytest.raises(SourceRefused):
        adopt_moved_feed(source=source, feed=feed)
    source.feed_states = {feed: {"moved_to": "https://gazette.test/new"}}
    adopt_moved_feed(source=source, feed=feed)
    source.refresh_from_db()
    assert source.feeds == ["https://gazette.test/new"]


def test_exported_sources_are_read_back_the_same(tmp_path: Path) -> None:
    record = replace(
        RECORD, ownership_type="state", ownership_origin="its imprint", is_ours=True, expected_per_day=8.0
    )
    add_source(record=record)
    path = tmp_path / "sources.yml"
    path.write_text(export_sources())
    before = yaml.safe_load(path.read_text())
    assert import_sources(paths=[path]).known == ["fr-the-gazette"]
    Source.objects.all().delete()
    assert import_sources(paths=[path]).added == ["fr-the-gazette"]
    assert yaml.safe_load(export_sources()) == before


def test_a_name_without_latin_letters_makes_a_stable_key() -> None:
    assert (
        named_source(name="Газета", prefix="import").key == named_source(name="Газета", prefix="import").key
    )
    assert (
        named_source(name="人民报", prefix="import").key != named_source(name="光明报", prefix="import").key
    )


def test_the_honest_line_tells_what_was_not_heard(make_source: MakeSource) -> None:
    yesterday = NOW - timedelta(days=1)
    heard = make_source("heard", feeds=["http://a.test/"], last_success_at=NOW)
    other = make_source("other", feeds=["http://b.test/"], last_success_at=NOW)
    make_source("mute", feeds=["http://c.test/"], languages=["lo"], last_success_at=NOW)
    make_source("dead", feeds=["http://d.test/"], languages=["ar"])
    make_source("typed", feeds=[], languages=["km"])
    for source in (heard, other):
        keep_article(source=source, read=make_read(), at=NOW)
    keep_article(source=heard, read=make_read("2", body="A report of its own. " * 40), at=NOW)
    honest = coverage(since=yesterday, until=NOW, languages=["en", "lo", "ar"])
    assert (honest.alive_count, honest.source_count) == (3, 4)
    assert honest.missing_languages == ("lo", "ar")
    assert (honest.article_count, honest.folded_count) == (3, 2)


def test_the_states_of_sources_leave_none_out(make_source: MakeSource) -> None:
    feeds, old = ["http://a.test/"], NOW - timedelta(days=9)
    make_source("well", feeds=feeds, last_article_at=NOW, expected_per_day=5)
    make_source("rare", feeds=feeds, last_article_at=old, expected_per_day=0.1)
    make_source("quiet", feeds=feeds, last_article_at=old, expected_per_day=5)
    make_source("broken", feeds=feeds, last_problem="It failed.", last_article_at=old, expected_per_day=5)
    make_source("off", feeds=feeds, is_enabled=False)
    make_source("typed")

    def keys(sources: object) -> set[str]:
        return set(sources.values_list("key", flat=True))  # type: ignore[attr-defined]

    assert keys(Source.objects.well(NOW)) == {"well", "rare"}
    assert keys(Source.objects.silent(NOW)) == {"quiet"}
    assert keys(Source.objects.troubled()) == {"broken"}
    assert keys(Source.objects.off()) == {"off", "typed"}


PAGE = ListPage("https://gazette.test/news", "/news/*")


def test_a_list_page_stands_in_for_a_feed_and_survives_export(tmp_path: Path) -> None:
    source = add_source(record=replace(RECORD, feeds=(), home="", list_pages=(PAGE,)))
    assert source.is_enabled
    assert source.home == "https://gazette.test/"
    assert Source.objects.with_feeds().get() == source
    path = tmp_path / "sources.yml"
    path.write_text(export_sources())
    Source.objects.all().delete()
    assert import_sources(paths=[path]).added == [source.key]
    assert Source.objects.get().list_pages == [{"address": PAGE.address, "pattern": PAGE.pattern}]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (ListPage("https://x.com/someone", "/a/*"), "personal"),
        (ListPage("https://gazette.test/news", ""), "pattern"),
        (ListPage("https://gazette.test/news", "{nothing}"), "pattern"),
        (ListPage("ftp://gazette.test/news", "/a/*"), "malformed"),
    ],
)
def test_a_list_page_that_cannot_be_read_is_refused(page: ListPage, reason: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        add_source(record=replace(RECORD, feeds=(), list_pages=(page,)))
    assert refusal.value.reason == reason


def test_one_list_page_belongs_to_one_source() -> None:
    add_source(record=replace(RECORD, feeds=(), list_pages=(PAGE,)))
    twin = ListPage("http://www.gazette.test/news/", "/x/*")
    with pytest.raises(SourceRefused) as refusal:
        add_source(record=replace(RECORD, feeds=(), list_pages=(twin,)))
    assert refusal.value.reason == "duplicate"


def test_only_sources_that_change_are_switched(make_source: MakeSource) -> None:
    make_source("on", feeds=["https://a.test/"])
    make_source("off", feeds=["https://b.test/"], is_enabled=False)
    make_source("typed", feeds=[], is_enabled=False)
    assert switch_sources(keys=["on", "off", "typed", "nobody"], is_enabled=True) == ["off"]
    assert switch_sources(keys=["off"], is_enabled=False) == ["off"]
    assert Source.objects.get(key="on").is_enabled


def test_a_source_without_country_or_language_is_to_be_completed(make_source: MakeSource) -> None:
    feeds = ["https://a.test/"]
    make_source("whole", feeds=feeds)
    make_source("no-language", feeds=feeds, languages=[])
    make_source("no-country", feeds=feeds, country="")
    make_source("world", feeds=feeds, country="", kind="international_organisation")
    make_source("typed", feeds=[], languages=[])
    assert set(Source.objects.incomplete().values_list("key", flat=True)) == {"no-language", "no-country"}
