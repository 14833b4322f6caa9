"""Visits to sitemaps, JSON feeds and list pages: what enters, what is counted, what is not asked twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.desk.listen.conftest import NOW, Answer, MovableClock, Outlet

from legation.desk.listen.models import Article, FeedEntry, Outcome, Source
from legation.desk.listen.services.listening import RoundAccount, listen_once
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db(transaction=True)

MakeSource = Callable[..., Source]
Listen = Callable[[], RoundAccount]


@pytest.fixture
def listen(options: FetchOptions, clock: MovableClock) -> Listen:
    def run() -> RoundAccount:
        Source.objects.update(next_fetch_at=None)
        return listen_once(clock=clock, options=options)

    return run


def counted() -> dict[str, int]:
    totals: Counter[str] = Counter()
    for kind, reason, count in Outcome.objects.values_list("kind", "reason", "count"):
        totals[f"{kind}:{reason}" if reason else kind] += count
    return dict(totals)


def show_sitemap(outlet: Outlet, names: list[tuple[str, timedelta | None]], *, path: str = "/map.xml") -> str:
    """Put a sitemap of pages and the ages of their last change at a path; returns its address."""
    rows = [
        f"<url><loc>{outlet.address}/{name}</loc>"
        + (f"<lastmod>{(NOW - age).isoformat()}</lastmod>" if age is not None else "")
        + "</url>"
        for name, age in names
    ]
    outlet.answers[path] = Answer(f"<urlset>{''.join(rows)}</urlset>".encode(), etag=f'"{len(rows)}"')
    return outlet.address + path


def show_index(outlet: Outlet, *paths: str) -> str:
    rows = "".join(f"<sitemap><loc>{outlet.address}{path}</loc></sitemap>" for path in paths)
    outlet.answers["/index.xml"] = Answer(f"<sitemapindex>{rows}</sitemapindex>".encode(), etag='"i"')
    return f"{outlet.address}/index.xml"


def show_list(outlet: Outlet, *names: str, noise: str = "") -> str:
    rows = "".join(
        f"<li><a href='/{name}'>The council decides on the matter of {name} today</a></li>" for name in names
    )
    outlet.answers["/news"] = Answer(f"<html><body>{noise}<ul>{rows}</ul></body></html>".encode())
    return f"{outlet.address}/news"


def test_a_first_look_at_a_sitemap_reads_only_the_last_days(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    for name in ("new", "newer", "later"):
        outlet.show_page(name)
    ages = [("newer", timedelta(hours=1)), ("new", timedelta(days=1))]
    ages += [(f"old-{number}", timedelta(days=30 + number)) for number in range(40)]
    make_source(feeds=[show_sitemap(outlet, ages)])
    listen()
    assert counted() == {"kept": 2, "discarded:before_listening": 40}
    assert {article.title for article in Article.objects.all()} == {
        "The council decides on new", "The council decides on newer",
    }  # fmt: skip
    show_sitemap(outlet, [("later", timedelta(days=5)), *ages])
    listen()
    assert counted() == {"kept": 3, "known": 42, "discarded:before_listening": 40}
    assert outlet.count_asked("/old-1") == 0


def test_what_a_feed_s_bounds_leave_out_is_counted_once(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    items = [f"<item><guid>{number}</guid><title>t{number}</title></item>" for number in range(505)]
    items += ["<item><guid>0</guid><title>t0</title></item>"] * 3
    feed = outlet.show_feed(*items[505:], *items[:490])
    make_source(feeds=[feed])
    listen()
    first = counted()
    assert first["discarded:feed_repeated"] == 3
    assert sum(first.values()) + FeedEntry.objects.filter(is_waiting=True).count() == 493
    outlet.show_feed(*items[505:], *items[:505])
    listen()
    listen()
    later = counted()
    assert later["discarded:feed_repeated"] == 2 + 1
    assert later["discarded:feed_beyond_limit"] == 8


def test_an_index_leads_to_three_sitemaps_with_their_own_validators(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    paths = ["/news-map.xml", "/post-map.xml", "/map-b.xml", "/map-c.xml"]
    for number, path in enumerate(paths):
        outlet.show_page(f"page-{number}")
        show_sitemap(outlet, [(f"page-{number}", timedelta(hours=1))], path=path)
    source = make_source(feeds=[show_index(outlet, *reversed(paths))])
    listen()
    assert counted() == {"kept": 3}
    assert [outlet.count_asked(path) for path in paths] == [1, 1, 0, 1]
    listen()
    assert counted() == {"kept": 3}  # the index and the sitemaps answer that nothing changed
    assert [outlet.count_asked(path) for path in paths] == [2, 2, 0, 2]
    outlet.answers["/index.xml"].etag = ""
    show_index(outlet, "/news-map.xml")
    outlet.answers["/index.xml"].etag = '"j"'
    listen()
    source.refresh_from_db()
    assert {address.rpartition("/")[2] for address in source.feed_states} == {"index.xml", "news-map.xml"}
    assert source.last_problem == ""


def test_a_json_feed_is_listened_to(make_source: MakeSource, outlet: Outlet, listen: Listen) -> None:
    outlet.show_page("one")
    items = [{"id": "1", "url": f"{outlet.address}/one", "title": "The council decides on one"}]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "Gazette", "items": items}
    outlet.answers["/feed.json"] = Answer(json.dumps(document).encode())
    make_source(feeds=[f"{outlet.address}/feed.json"])
    listen()
    assert counted() == {"kept": 1}


def test_a_list_page_is_listened_to_and_costs_nothing_while_it_is_the_same(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    for name in ("port-opens-today", "bridge-is-closed", "market-moves-on"):
        outlet.show_page(name)
    address = show_list(outlet, "port-opens-today", "bridge-is-closed")
    source = make_source(list_pages=[{"address": address, "pattern": "/{slug}"}])
    listen()
    assert counted() == {"kept": 2}
    listen()
    show_list(outlet, "port-opens-today", "bridge-is-closed", noise="<p>Token 12345</p>")
    listen()
    assert counted() == {"kept": 2}
    show_list(outlet, "market-moves-on", "port-opens-today", "bridge-is-closed")
    listen()
    assert counted() == {"kept": 3, "known": 2}
    source.refresh_from_db()
    assert (source.failures, source.last_problem) == (0, "")


def test_a_first_look_at_a_list_takes_its_first_screens(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    names = [f"page-of-{number}" for number in range(60)]
    for name in names[:20]:
        outlet.show_page(name)
    make_source(list_pages=[{"address": show_list(outlet, *names), "pattern": "/{slug}"}])
    listen()
    assert counted() == {"kept": 20, "discarded:before_listening": 40}


def test_a_list_that_was_rebuilt_is_a_problem_of_the_source(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    address = show_list(outlet, "port-opens-today")
    source = make_source(list_pages=[{"address": address, "pattern": "/old/{slug}"}])
    listen()
    source.refresh_from_db()
    assert "rebuilt" in source.last_problem
    assert source.failures == 1


@pytest.mark.parametrize("pattern", ["(a+)+", "/{author}"])
def test_a_pattern_that_is_none_is_told(
    make_source: MakeSource, outlet: Outlet, listen: Listen, pattern: str
) -> None:
    address = show_list(outlet, "port-opens-today")
    source = make_source(list_pages=[{"address": address, "pattern": pattern}])
    listen()
    source.refresh_from_db()
    assert "pattern" in source.last_problem.lower()
    assert counted() == {"quarantined:unreadable_list": 1}


HOSTILE = {
    "laughs": b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss><channel>'
    b"<item><guid>1</guid><title>&b;</title></item></channel></rss>",
    "nested": b"<rss><channel><item><guid>1</guid>" + b"<b>" * 100_000,
    "half": b'{"version":"1.1","items":[{"id":"\\ud800","title":"\\udfff"},{"id":1},{"id":1},3]}',
    "nul": b"<rss><channel><item><guid>1</guid><title>a\x00&#0;\xed\xa0\x80b</title></item></channel></rss>",
    "many": b"<rss><channel>"
    + b"".join(b"<item><guid>%d</guid></item>" % n for n in range(20_000))
    + b"</channel></rss>",
    "map": b"<urlset>" + b"<url><loc>x:y</loc></url>" * 5_000 + b"</urlset>",
}  # fmt: skip
ENTRIES = {"laughs": 1, "nested": 1, "half": 4, "nul": 1, "many": 20_000, "map": 5_000}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_every_entry_of_a_hostile_feed_ends_in_one_outcome(
    make_source: MakeSource, outlet: Outlet, listen: Listen, name: str
) -> None:
    outlet.answers["/feed.xml"] = Answer(HOSTILE[name])
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen()
    waiting = FeedEntry.objects.filter(is_waiting=True).count()
    assert sum(counted().values()) + waiting == ENTRIES[name]


def test_the_time_of_a_page_is_taken_where_a_list_names_only_the_day(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    outlet.show_page("page-2026")
    head = b'<head><meta property="article:published_time" content="2026-11-21T06:45:00Z">'
    page: Any = outlet.answers["/page-2026"]
    page.body = page.body.replace(b"<head>", head)
    address = show_list(outlet, "page-2026")
    listing = outlet.answers["/news"]
    listing.body = listing.body.replace(b"</a>", b"</a><span class='date'>21 Nov 2026</span>")
    make_source(list_pages=[{"address": address, "pattern": "/{slug}"}])
    listen()
    assert Article.objects.get().published_at.isoformat() == "2026-11-21T06:45:00+00:00"
