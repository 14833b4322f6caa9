"""Pages in use are read again, within a budget, and a change of the page alone is noticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.desk.listen.conftest import BODY, NOW, MovableClock, Outlet, make_read

from legation.desk.listen.models import Article, Outcome, Source
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.listening import listen_once
from legation.desk.listen.services.revisits import (
    CHECKS_PER_VISIT,
    due_checks,
    due_query,
    watch_articles,
    watch_cited,
)
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]


@pytest.fixture
def heard(
    outlet: Outlet, make_source: MakeSource, clock: MovableClock, options: FetchOptions
) -> Callable[[], Any]:
    """Serve one article, hear it, and return a function that makes the source due and listens again."""
    outlet.show_page("port")
    source = make_source(feeds=[outlet.show_feed(outlet.feed_item("port"))])

    def listen() -> Any:
        Source.objects.filter(pk=source.pk).update(next_fetch_at=None)
        return listen_once(clock=clock, options=options)

    listen()
    return listen


def test_an_edit_of_the_page_alone_is_noticed_while_the_article_is_in_use(
    outlet: Outlet, clock: MovableClock, heard: Callable[[], Any]
) -> None:
    article = Article.objects.get()
    assert watch_articles(articles=[article.pk], at=clock()) == 1
    outlet.show_page("port", body=BODY.replace("Thursday", "Friday", 1))
    assert heard().counts["changed"] == 0, "its time has not come"
    clock.move(hours=1.2)
    assert heard().counts["changed"] == 1
    article.refresh_from_db()
    assert (article.version, "Friday" in article.body) == (2, True)
    assert article.versions.get().noticed == "page"
    assert article.next_check_at is not None
    assert article.next_check_at > clock()


def test_a_page_that_nobody_uses_is_not_asked_for_again(
    outlet: Outlet, clock: MovableClock, heard: Callable[[], Any]
) -> None:
    for _ in range(3):
        clock.move(hours=30)
        heard()
    assert outlet.count_asked("/port") == 1


def test_an_unchanged_page_is_known_and_costs_no_body(
    outlet: Outlet, clock: MovableClock, heard: Callable[[], Any]
) -> None:
    outlet.answers["/port"].etag = '"one"'
    watch_articles(articles=[Article.objects.get().pk], at=clock())
    clock.move(hours=1.2)
    heard()
    assert Article.objects.get().page_state["etag"] == '"one"'
    clock.move(hours=6)
    assert heard().counts["known"] >= 1
    article = Article.objects.get()
    assert (article.version, "failures" in article.page_state) == (1, False)
    assert Outcome.objects.filter(kind="known").exists()


def test_a_headline_that_the_page_changes_is_noticed_and_one_that_only_the_feed_words_otherwise_is_not(
    outlet: Outlet, clock: MovableClock, heard: Callable[[], Any]
) -> None:
    watch_articles(articles=[Article.objects.get().pk], at=clock())
    outlet.show_page("port", title="How the page calls it")
    clock.move(hours=1.2)
    heard()
    assert Article.objects.get().version == 1
    outlet.show_page("port", title="Council rejects the port")
    clock.move(hours=6)
    heard()
    article = Article.objects.get()
    assert (article.title, article.version) == ("Council rejects the port", 2)
    assert article.versions.get().change["headline"]


def test_a_page_that_is_gone_is_left_alone(
    outlet: Outlet, clock: MovableClock, heard: Callable[[], Any]
) -> None:
    watch_cited(articles=[Article.objects.get().pk], until=clock() + timedelta(days=30), at=clock())
    del outlet.answers["/port"]
    clock.move(hours=27)
    heard()
    article = Article.objects.get()
    assert (article.next_check_at, article.page_state["is_gone"], article.body != "") == (None, True, True)


def test_a_notice_in_the_articles_place_is_no_version(
    outlet: Outlet, clock: MovableClock, heard: Callable[[], Any]
) -> None:
    watch_articles(articles=[Article.objects.get().pk], at=clock())
    notice = "\n\n".join(
        f"We are moving to a new address, dear reader, step {n}; write to us." for n in range(20)
    )
    outlet.show_page("port", title="Site under maintenance", body=notice)
    clock.move(hours=1.2)
    heard()
    assert Article.objects.get().version == 1


def test_a_source_that_was_switched_off_is_never_asked(make_source: MakeSource) -> None:
    source = make_source(feeds=["https://gazette.test/feed"], is_enabled=False)
    article = keep_article(source=source, read=make_read(address="https://gazette.test/a"), at=NOW).article
    Article.objects.update(page_state={"from": "page"}, next_check_at=NOW)
    assert watch_articles(articles=[article.pk], at=NOW) == 0
    assert due_checks(source=source, at=NOW) == []


def test_an_article_whose_text_came_with_the_feed_is_left_to_the_feed(make_source: MakeSource) -> None:
    source = make_source(feeds=["https://gazette.test/feed"])
    article = keep_article(source=source, read=make_read(address="https://gazette.test/a"), at=NOW).article
    assert watch_articles(articles=[article.pk], at=NOW) == 0
    assert Article.objects.get().next_check_at is None


def test_one_visit_reads_a_few_pages_again_the_longest_due_first(make_source: MakeSource) -> None:
    source = make_source(feeds=["https://gazette.test/feed"])
    for number in range(CHECKS_PER_VISIT + 3):
        read = make_read(str(number), title=f"T{number}", body=BODY[number * 50 :])
        article = keep_article(source=source, read=read, at=NOW).article
        Article.objects.filter(pk=article.pk).update(next_check_at=NOW - timedelta(minutes=number))
    due = due_checks(source=source, at=NOW)
    assert [article.title for article in due] == [f"T{number}" for number in (7, 6, 5, 4, 3)]


def test_what_is_due_is_found_along_the_partial_index(make_source: MakeSource) -> None:
    query, parameters = due_query(source=make_source(), at=NOW).query.sql_with_params()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}", parameters)
            plan = " ".join(row[-1] for row in cursor.fetchall())
        assert "articles_to_check (source_id=? AND next_check_at>? AND next_check_at<?)" in plan
        assert "TEMP B-TREE" not in plan
