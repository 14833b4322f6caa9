"""Rounds over real HTTP: every item ends once, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from tests.desk.listen.conftest import Answer, MovableClock, Outlet

from legation.desk.carry.models import Job
from legation.desk.listen.models import Article, ArticleVersion, FeedEntry, Outcome, Source
from legation.desk.listen.services import listening, settlements
from legation.desk.listen.services.entries import MAX_TRIES
from legation.desk.listen.services.listening import RoundAccount, listen_once, schedule_fetch, schedule_purge
from legation.desk.listen.services.outcomes import OutcomeLedger
from legation.desk.listen.services.visits import VisitLimits
from legation.engine import flow
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
Listen = Callable[..., RoundAccount]


@pytest.fixture
def listen(clock: MovableClock, options: FetchOptions) -> Listen:
    """Return listen(**more): one round by the test's clock."""
    return lambda **more: listen_once(clock=clock, options=options, **more)


def counted() -> dict[str, int]:
    """Add up the outcomes in the database."""
    counts: dict[str, int] = {}
    for kind, reason, count in Outcome.objects.values_list("kind", "reason", "count"):
        key = f"{kind}:{reason}" if reason else kind
        counts[key] = counts.get(key, 0) + count
    return counts


def test_a_teaser_is_read_from_its_page(make_source: MakeSource, outlet: Outlet, listen: Listen) -> None:
    for name in ("one", "two"):
        outlet.show_page(name)
    feed = outlet.show_feed(*(outlet.feed_item(name, summary="The council met.") for name in ("one", "two")))
    source = make_source(feeds=[feed])
    account = listen()
    assert dict(account.counts) == counted() == {"kept": 2}
    assert "Paragraph 8" in Article.objects.get(address__endswith="/one").body
    source.refresh_from_db()
    assert (source.failures, source.last_problem, source.is_verified, source.lease_until) == (
        0,
        "",
        True,
        None,
    )
    assert source.next_fetch_at > source.last_fetch_at


def test_a_feed_that_holds_the_article_saves_its_page(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    whole = "".join(f"<p>Sentence {number} of a long report about the port.</p>" for number in range(60))
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one", summary=whole))])
    assert dict(listen().counts) == {"kept": 1}
    assert outlet.count_asked("/one") == 0


def test_an_unchanged_feed_costs_one_request_and_counts_nothing(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    outlet.show_page("one")
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"), etag='"v1"')])
    listen()
    clock.move(days=2)
    outlet.asked.clear()
    assert dict(listen().counts) == {}
    assert [path for path in outlet.asked if path != "/robots.txt"] == ["/feed.xml"]


def test_known_entries_are_counted_and_their_pages_left_alone(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    outlet.show_page("one")
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    listen()
    clock.move(days=2)
    assert dict(listen().counts) == {"known": 1}
    assert outlet.count_asked("/one") == 1
    assert counted() == {"kept": 1, "known": 1}


def test_an_entry_that_the_feed_tells_otherwise_is_read_again(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    outlet.show_page("one")
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    listen()
    clock.move(days=2)
    outlet.show_page("one", title="The council changes its mind")
    outlet.show_feed(outlet.feed_item("one", title="The council changes its mind"))
    assert dict(listen().counts) == {"changed": 1}
    assert ArticleVersion.objects.count() == 1


def test_a_missing_page_is_asked_for_once(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    make_source(feeds=[outlet.show_feed(outlet.feed_item("missing"))])
    assert dict(listen().counts) == {"discarded:page_gone": 1}
    clock.move(days=2)
    assert dict(listen().counts) == {"known": 1}
    assert outlet.count_asked("/missing") == 1
    assert Outcome.objects.get(kind="discarded").address.endswith("/missing")


def test_a_page_that_fails_is_tried_again_and_then_given_up(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    make_source(feeds=[outlet.show_feed(outlet.feed_item("slow"), etag='"v1"')])
    outlet.answers["/slow"] = Answer(status=500)
    for _ in range(MAX_TRIES):
        listen()
        clock.move(days=2)
    assert counted() == {"retried:page_server_error": MAX_TRIES - 1, "discarded:page_server_error": 1}
    assert not FeedEntry.objects.filter(is_waiting=True).exists()
    listen()
    assert outlet.count_asked("/slow") == MAX_TRIES


def test_a_page_that_recovers_is_kept(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    make_source(feeds=[outlet.show_feed(outlet.feed_item("slow"), etag='"v1"')])
    outlet.answers["/slow"] = Answer(status=503)
    listen()
    source = Source.objects.get()
    assert source.next_fetch_at <= clock() + timedelta(minutes=10)  # comes back for what waits
    outlet.show_page("slow")
    clock.move(hours=1)
    assert dict(listen().counts) == {"kept": 1}


def test_what_is_left_over_waits_for_the_next_visit(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    names = [f"article-{number}" for number in range(7)]
    for name in names:
        outlet.show_page(name)
    make_source(feeds=[outlet.show_feed(*(outlet.feed_item(name) for name in names), etag='"v1"')])
    assert dict(listen(limits=VisitLimits(pages=3)).counts) == {"kept": 3}
    clock.move(minutes=5)
    listen(limits=VisitLimits(pages=3))
    clock.move(minutes=5)
    listen(limits=VisitLimits(pages=3))
    assert counted() == {"kept": 7}


def test_one_failing_source_does_not_stop_the_others(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    outlet.show_page("one")
    make_source("well", feeds=[outlet.show_feed(outlet.feed_item("one"))])
    make_source("gone", feeds=[f"{outlet.address}/nowhere.xml"])
    make_source("dead", feeds=["http://127.0.0.1:9/feed.xml"])
    outlet.answers["/page"] = Answer(b"<html><body>Not a feed</body></html>")
    make_source("wrong", feeds=[f"{outlet.address}/page"])
    account = listen()
    assert account.visited == 4
    assert set(account.problems) == {"gone", "dead", "wrong"}
    assert account.counts["kept"] == 1
    gone = Source.objects.get(key="gone")
    assert (gone.failures, "does not exist" in gone.last_problem, gone.lease_until) == (1, True, None)


def test_the_bytes_of_an_unreadable_feed_are_kept_once(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    outlet.answers["/feed.xml"] = Answer(b"\x00\x01 nothing that anybody could read")
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen()
    clock.move(days=2)
    listen()
    assert counted() == {"quarantined:unreadable_feed": 2}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [b"\x00\x01 nothing that anybody could read"]


def test_a_page_that_breaks_the_reader_is_quarantined_and_the_round_goes_on(
    make_source: MakeSource, outlet: Outlet, listen: Listen, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    for name in ("bad", "good"):
        outlet.show_page(name)
    make_source(feeds=[outlet.show_feed(outlet.feed_item("bad"), outlet.feed_item("good"))])
    real = flow.read_item

    def read(item: Any, page: Any, **more: Any) -> Any:
        if item.address.endswith("/bad"):
            raise RecursionError("too deep")
        return real(item, page, **more)

    with mock.patch.object(flow, "read_item", read):
        account = listen()
    assert dict(account.counts) == {"quarantined:unreadable_page": 1, "kept": 1}
    content = Path(Outcome.objects.get(kind="quarantined").content.path)
    assert b"The council decides on bad" in content.read_bytes()


def test_a_crash_between_article_and_outcome_leaves_neither(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    outlet.show_page("one")
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"), etag='"v1"')])

    class Killed(BaseException):
        pass

    with mock.patch.object(OutcomeLedger, "write", side_effect=[None, Killed]), pytest.raises(Killed):
        listen()
    assert (Article.objects.count(), counted()) == (0, {})
    assert FeedEntry.objects.get().is_waiting
    assert Source.objects.get().lease_until is None
    listen()
    assert counted() == {"kept": 1}


def test_a_locked_database_stops_the_round_and_loses_nothing(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    outlet.show_page("one")
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    locked = OperationalError("database is locked")
    with mock.patch.object(settlements, "keep_articles", side_effect=locked), pytest.raises(OperationalError):
        listen()
    listen()
    assert counted() == {"kept": 1}


def test_a_source_that_another_process_visits_is_left_alone(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    lease = clock() + timedelta(seconds=30)
    make_source(feeds=[outlet.show_feed()], lease_until=lease, lease_owner="job 77")
    assert listen().visited == 0
    clock.move(minutes=1)
    assert listen().visited == 1


def test_a_job_run_again_takes_its_own_sources_up_at_once(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    job = Job.objects.create(kind=listening.FETCH_JOB, next_run_at=clock())
    lease = clock() + timedelta(seconds=30)
    make_source(feeds=[outlet.show_feed()], lease_until=lease, lease_owner=f"job {job.pk}")
    assert listen(job=job).visited == 1


def test_a_named_source_is_visited_before_it_is_due(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    make_source("later", feeds=[outlet.show_feed()], next_fetch_at=clock() + timedelta(hours=3))
    assert listen().visited == 0
    assert listen(sources=["later"]).visited == 1


def test_retry_after_is_obeyed(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    outlet.answers["/feed.xml"] = Answer(status=429, headers={"Retry-After": "7200"})
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen()
    assert Source.objects.get().next_fetch_at >= clock() + timedelta(hours=2)


def test_a_feed_that_moved_for_good_is_noted_and_not_followed_blindly(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    feed = outlet.show_feed(path="/new.xml")
    outlet.answers["/feed.xml"] = Answer(status=301, headers={"Location": "/new.xml"})
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen()
    source = Source.objects.get()
    assert source.feeds == [f"{outlet.address}/feed.xml"]
    assert source.feed_states[source.feeds[0]]["moved_to"] == feed


def test_a_private_address_in_a_feed_is_discarded(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    item = outlet.feed_item("x").replace(outlet.address, "http://10.0.0.1")
    make_source(feeds=[outlet.show_feed(item)])
    assert dict(listen().counts) == {"discarded:refused_address": 1}


def test_a_due_source_brings_one_job_and_a_sleeping_one_none(
    make_source: MakeSource, clock: MovableClock
) -> None:
    source = make_source(feeds=["http://gazette.test/feed.xml"], next_fetch_at=clock() + timedelta(hours=1))
    make_source("typed", feeds=[])
    schedule_fetch(clock())
    assert not Job.objects.exists()
    Source.objects.filter(pk=source.pk).update(next_fetch_at=None)
    schedule_fetch(clock())
    schedule_fetch(clock())
    assert Job.objects.get().kind == listening.FETCH_JOB


def test_the_inbox_is_cleared_once_a_day(clock: MovableClock, db: Any) -> None:
    for _ in range(3):
        schedule_purge(clock())
    clock.move(days=1)
    schedule_purge(clock())
    assert Job.objects.filter(kind=listening.PURGE_JOB).count() == 2
