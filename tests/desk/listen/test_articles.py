"""Keeping articles: new, changed, known; and which of several copies is the origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
from tests.desk.listen.conftest import BODY, NOW, make_read

from legation.desk.listen.mapping import to_article_text
from legation.desk.listen.models import Article, ArticleVersion, CopyBand, CopyGroup, Source
from legation.desk.listen.services import articles
from legation.desk.listen.services.articles import Arrival, keep_article, keep_articles
from legation.desk.listen.services.copies import purge_bands
from legation.engine.records.articles import OutcomeKind

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]


def test_a_new_article_waits_to_be_handed_on(make_source: MakeSource) -> None:
    kept = keep_article(source=make_source(), read=make_read(byline="A. Writer"), at=NOW)
    assert kept.outcome is OutcomeKind.KEPT
    article = Article.objects.get()
    assert (article.title, article.country, article.language) == ("The council decides", "FR", "en")
    assert not article.is_handed_on
    assert article.sort_at == article.published_at == NOW - timedelta(hours=2)
    assert to_article_text(article).source_key == "gazette"


def test_the_same_item_again_changes_nothing(make_source: MakeSource) -> None:
    source = make_source()
    keep_article(source=source, read=make_read(), at=NOW)
    Article.objects.update(is_handed_on=True)
    spaced = make_read(body=BODY.replace(" ", "  "))
    assert keep_article(source=source, read=spaced, at=NOW).outcome is OutcomeKind.KNOWN
    assert Article.objects.get().is_handed_on
    assert not ArticleVersion.objects.exists()


def test_a_changed_text_keeps_what_it_said_before(make_source: MakeSource) -> None:
    source = make_source()
    keep_article(source=source, read=make_read(), at=NOW)
    Article.objects.update(is_handed_on=True)
    kept = keep_article(
        source=source, read=make_read(title="The council hesitates"), at=NOW + timedelta(hours=1)
    )
    assert kept.outcome is OutcomeKind.CHANGED
    article, version = Article.objects.get(), ArticleVersion.objects.get()
    assert (article.title, article.title_folded) == ("The council hesitates", "the council hesitates")
    assert (version.title, version.number) == ("The council decides", 1)
    assert not article.is_handed_on
    assert article.collected_at == NOW


def test_a_teaser_never_replaces_the_whole_text(make_source: MakeSource) -> None:
    source = make_source()
    keep_article(source=source, read=make_read(), at=NOW)
    teaser = make_read(body="The council met.", is_teaser=True)
    assert keep_article(source=source, read=teaser, at=NOW).outcome is OutcomeKind.KNOWN
    assert Article.objects.get().body == BODY


def test_a_date_in_the_future_does_not_stay_on_top(make_source: MakeSource) -> None:
    future = NOW + timedelta(days=30)
    article = keep_article(source=make_source(), read=make_read(published=future), at=NOW).article
    assert (article.published_at, article.sort_at) == (future, NOW)


def test_an_article_without_a_date_sorts_by_its_collection(make_source: MakeSource) -> None:
    assert keep_article(source=make_source(), read=make_read(published=None), at=NOW).article.sort_at == NOW


def test_twin_addresses_are_one_article(make_source: MakeSource) -> None:
    source = make_source()
    keep_article(source=source, read=make_read("http://www.gazette.test/a?utm_source=rss"), at=NOW)
    again = keep_article(source=source, read=make_read("https://gazette.test/a#top"), at=NOW)
    assert again.outcome is OutcomeKind.KNOWN


def test_one_batch_may_hold_an_item_twice(make_source: MakeSource) -> None:
    source = make_source()
    reads = [
        make_read("1"),
        make_read("2", body=BODY[::-1]),
        make_read("1"),
        make_read("1", title="Another title"),
    ]
    kept = keep_articles(arrivals=[Arrival(source, read) for read in reads], at=NOW)
    assert [one.outcome for one in kept] == ["kept", "kept", "known", "changed"]
    assert Article.objects.count() == 2


def test_an_article_that_another_worker_stores_meanwhile_is_known(make_source: MakeSource) -> None:
    source = make_source()
    keep_article(source=source, read=make_read(), at=NOW)
    blind = mock.Mock(wraps=Article.objects)
    blind.select_for_update.return_value.filter.return_value = []
    blind.select_for_update.return_value.get = Article.objects.get
    with mock.patch.object(articles.Article, "objects", blind):
        kept = keep_article(source=source, read=make_read(), at=NOW)
    assert kept.outcome is OutcomeKind.KNOWN
    assert Article.objects.count() == 1


def test_the_earliest_of_several_copies_is_the_origin(make_source: MakeSource) -> None:
    moments = {"late": 1, "early": 5, "middle": 3}
    for key, hours in moments.items():
        moved = make_read(title=f"As told by {key}", published=NOW - timedelta(hours=hours))
        keep_article(source=make_source(key), read=moved, at=NOW)
    assert CopyGroup.objects.get().size == 3
    assert [article.source.key for article in Article.objects.filter(is_origin=True)] == ["early"]
    assert Article.objects.all().count_both_ways() == (3, 1)


def test_among_copies_of_one_minute_the_agency_is_the_origin(make_source: MakeSource) -> None:
    keep_article(source=make_source("paper"), read=make_read(title="In the paper"), at=NOW)
    kept = keep_article(
        source=make_source("wire", kind="agency"), read=make_read(title="On the wire"), at=NOW
    )
    assert kept.article.is_origin
    assert not Article.objects.get(source__key="paper").is_origin


def test_a_lightly_edited_reprint_joins_and_another_report_does_not(make_source: MakeSource) -> None:
    keep_article(source=make_source("first"), read=make_read(), at=NOW)
    edited = BODY.replace("Thursday", "Friday", 1) + "\n\nReporting by our correspondent."
    reprint = keep_article(source=make_source("second"), read=make_read(title="Ours", body=edited), at=NOW)
    other = " ".join(f"Quite another report number {number} with words of its own." for number in range(60))
    alone = keep_article(source=make_source("third"), read=make_read(title="Other", body=other), at=NOW)
    assert (reprint.article.is_origin, reprint.article.copy_group_id is None) == (False, False)
    assert (alone.article.is_origin, alone.article.copy_group_id) == (True, None)


def test_copies_within_one_batch_find_each_other(make_source: MakeSource) -> None:
    arrivals = [
        Arrival(make_source(f"paper-{number}"), make_read(published=NOW - timedelta(hours=number)))
        for number in (1, 2, 3)
    ]
    kept = keep_articles(arrivals=arrivals, at=NOW)
    assert [one.article.is_origin for one in kept] == [False, False, True]
    assert CopyGroup.objects.get().size == 3


def test_a_changed_text_leaves_the_group_of_its_copies(make_source: MakeSource) -> None:
    first, second = make_source("first"), make_source("second")
    keep_article(source=first, read=make_read(), at=NOW)
    keep_article(source=second, read=make_read(published=NOW - timedelta(hours=1)), at=NOW)
    other = " ".join(f"Now it says something else, sentence {number}, and no more." for number in range(60))
    keep_article(source=first, read=make_read(body=other), at=NOW)
    assert not CopyGroup.objects.exists()
    assert Article.objects.filter(is_origin=True, copy_group=None).count() == 2


def test_texts_weeks_apart_are_no_copies(make_source: MakeSource) -> None:
    keep_article(source=make_source("first"), read=make_read(published=NOW - timedelta(days=20)), at=NOW)
    assert keep_article(source=make_source("second"), read=make_read(), at=NOW).article.copy_group_id is None


def test_bands_are_purged_when_their_window_has_passed(make_source: MakeSource) -> None:
    keep_article(source=make_source(), read=make_read(), at=NOW)
    assert purge_bands(before=NOW) == 0
    assert purge_bands(before=NOW + timedelta(days=1)) > 0
    assert not CopyBand.objects.exists()


def test_keeping_costs_a_bounded_number_of_queries(
    make_source: MakeSource, django_assert_max_num_queries
) -> None:
    source = make_source()
    arrivals = [
        Arrival(
            source,
            make_read(str(number), title=f"Title {number}", body=f"{number} {BODY[number * 3 :]}"[:50]),
        )
        for number in range(100)
    ]
    with django_assert_max_num_queries(12):
        keep_articles(arrivals=arrivals, at=NOW)


def test_an_address_is_kept_in_ascii_so_that_every_database_can_index_it(make_source: MakeSource) -> None:
    read = replace(make_read(), address="https://news.example/" + "\u0111" * 3000)
    article = keep_article(source=make_source(), read=read, at=NOW).article
    assert article.address.isascii()
    assert len(article.address) == 2000
