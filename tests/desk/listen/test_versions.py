"""A changed article is a new version of the same article, however the change comes in, and never news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.desk.listen.conftest import BODY, NOW, make_read

from legation.desk.listen.models import Article, ArticleVersion, Source
from legation.desk.listen.services.articles import Arrival, keep_article, keep_articles
from legation.desk.listen.services.versions import (
    compare_readings,
    list_versions,
    read_version,
    to_version_text,
)
from legation.engine.records.articles import OutcomeKind

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
LATER = NOW + timedelta(hours=3)


def test_the_chain_tells_number_time_way_and_size(make_source: MakeSource) -> None:
    source = make_source()
    keep_article(source=source, read=make_read(), at=NOW)
    keep_article(source=source, read=make_read(body=BODY.replace("Thursday", "Friday", 1)), at=LATER)
    retitled = make_read(title="The council hesitates", body=BODY.replace("Thursday", "Friday", 1))
    again = LATER + timedelta(hours=1)
    keep_articles(arrivals=[Arrival(source, retitled, noticed="page")], at=again)
    article = Article.objects.get()
    assert (article.version, article.changed_at) == (3, again)
    third, second, first = list_versions(article=article)
    assert (third.number, third.first_seen_at, third.noticed) == (3, again, "page")
    assert (third.is_current, third.is_headline_changed, third.added) == (True, True, 0.0)
    assert (second.first_seen_at, second.noticed, second.is_headline_changed) == (LATER, "feed", False)
    assert second.added is not None
    assert 0 < second.added < 0.02
    assert (first.first_seen_at, first.noticed, first.added) == (NOW, "", None)


def test_any_two_versions_can_be_compared(make_source: MakeSource) -> None:
    source = make_source()
    for day in ("Thursday", "Friday", "Sunday"):
        keep_article(source=source, read=make_read(body=BODY.replace("Thursday", day, 1)), at=LATER)
    article = Article.objects.get()
    first, last = (read_version(article=article, number=number) for number in (1, 3))
    assert first is not None
    assert last == to_version_text(article)
    found = compare_readings(first=first, second=last)
    assert [run.text.strip() for run in found.text if run.kind == "added"] == ["Sunday"]
    assert not found.is_headline_changed
    assert read_version(article=article, number=9) is None


def test_what_changes_by_itself_is_known(make_source: MakeSource) -> None:
    source = make_source()
    keep_article(source=source, read=make_read(), at=NOW)
    stamped = make_read(body=f"{BODY}\n\nUpdated: 22 November 2026, 14:05\n\n1,204 views")
    assert keep_article(source=source, read=stamped, at=LATER).outcome is OutcomeKind.KNOWN
    assert Article.objects.get().body == BODY


def test_an_edit_keeps_the_articles_place_in_time(make_source: MakeSource) -> None:
    source = make_source()
    before = keep_article(source=source, read=make_read(), at=NOW).article
    edited = make_read(title="Another", published=LATER)
    article = keep_article(source=source, read=edited, at=LATER).article
    assert (article.pk, article.sort_at, article.collected_at) == (before.pk, before.sort_at, NOW)


def test_an_edited_article_under_a_new_identifier_is_the_same_article(make_source: MakeSource) -> None:
    source, address = make_source(), "https://gazette.test/2026/port"
    keep_article(source=source, read=make_read("v1", address=address), at=NOW)
    edited = make_read("v2", address=address, title="New title", body=BODY.replace("Thursday", "Friday"))
    assert keep_article(source=source, read=edited, at=LATER).outcome is OutcomeKind.CHANGED
    assert keep_article(source=source, read=edited, at=LATER).outcome is OutcomeKind.KNOWN
    assert Article.objects.count() == 1


def test_different_items_at_one_address_stay_different(make_source: MakeSource) -> None:
    source, address = make_source(), "https://gazette.test/live"
    keep_article(source=source, read=make_read("1", address=address), at=NOW)
    other = " ".join(f"Something else entirely, sentence {number}." for number in range(40))
    second = make_read("2", address=address, title="Other", body=other)
    assert keep_article(source=source, read=second, at=NOW).outcome is OutcomeKind.KEPT
    assert Article.objects.count() == 2


def test_a_teaser_that_is_completed_was_not_changed(make_source: MakeSource) -> None:
    source = make_source()
    keep_article(source=source, read=make_read(body=BODY[:120] + "…", is_teaser=True), at=NOW)
    assert keep_article(source=source, read=make_read(), at=LATER).outcome is OutcomeKind.CHANGED
    article, version = Article.objects.get(), ArticleVersion.objects.get()
    assert (article.version, article.changed_at, article.is_teaser) == (2, None, False)
    assert version.change["completed"]
    assert list_versions(article=article)[0].is_completed


def test_a_teasers_page_is_planned_only_where_its_source_is_listened_to(make_source: MakeSource) -> None:
    listening = make_source("on", feeds=["https://on.test/feed"])
    silent = make_source("off", feeds=["https://off.test/feed"], is_enabled=False)
    for source in (listening, silent):
        read = make_read(address=f"https://{source.key}.test/a", is_teaser=True)
        keep_article(source=source, read=replace(read), at=NOW)
    planned = dict(Article.objects.values_list("source__key", "next_check_at"))
    assert planned["off"] is None
    assert NOW + timedelta(hours=1) <= planned["on"] <= NOW + timedelta(hours=1.1)
