"""Every scene of the demo world ends as it should: read over real HTTP while its clock passes five days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import Sum
from tests.desk.listen.conftest import NOW, MovableClock, serve_press

from legation.desk.listen.models import Article, FeedEntry, Outcome, Source
from legation.desk.listen.services.listening import listen_once
from legation.desk.listen.services.sources import add_source
from legation.gateways.demo_press import DemoPress
from legation.gateways.http import FetchOptions

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = (24, 59, 62, 96, 119)  # hours of the world at which the desk listens


@pytest.fixture
def press(clock: MovableClock) -> Iterator[DemoPress]:
    """Serve the reference world on a thread, at the hour of the first step."""
    made = DemoPress("vn", clock, base=NOW - timedelta(hours=STEPS[0]))
    with serve_press(made):
        yield made


@pytest.fixture
def world(press: DemoPress, clock: MovableClock, options: FetchOptions) -> DemoPress:
    """Let the desk listen at every step; pages that are due to be read again are."""
    for record in press.source_records():
        add_source(record=record)
    keys = [record.key for record in press.source_records()]
    for hours in STEPS:
        clock.moment = press.base + timedelta(hours=hours)
        # What a story in use or a citation would do: every page of the German paper is looked at again.
        Article.objects.filter(source__key="demo-rheinblick").update(next_check_at=clock())
        for _ in range(3):  # a visit reads a few pages again; the rest of them waits for the next
            listen_once(clock=clock, options=options, sources=keys)
            clock.move(minutes=2)
    return press


def find(key: str) -> Article:
    """Return the article of a key of the demo's files."""
    return Article.objects.get(address__endswith=f"/{key}.html")


def test_every_scene_ends_as_it_should(world: DemoPress) -> None:
    _check_account(world)
    _check_texts()
    _check_changes()
    _check_sources(world)


def _check_account(world: DemoPress) -> None:
    """Every article once, and each item that is none with its reason."""
    reached = [article for article in world.world.articles if article.versions[0].hours <= STEPS[-1]]
    readable = [article for article in reached if not article.is_gone and not article.is_listing]
    missing = {article.versions[0].title for article in readable} - set(
        Article.objects.values_list("title", flat=True)
    )
    titles = {version.title for article in readable for version in article.versions}
    strangers = [
        (one.title, one.source.key, one.address) for one in Article.objects.exclude(title__in=titles)
    ]
    assert not strangers
    assert Article.objects.count() == len(readable), missing
    ends = Outcome.objects.values("kind", "reason").annotate(items=Sum("count"))
    counted = {(end["kind"], end["reason"]): end["items"] for end in ends}
    assert counted["kept", ""] == len(readable)
    assert counted["discarded", "listing_page"] == 1
    assert counted["discarded", "page_gone"] == 1
    assert not any(kind == "quarantined" for kind, _ in counted)
    assert not FeedEntry.objects.filter(is_waiting=True).exists()


def _check_texts() -> None:
    """Paywall, live blog, long read, wrong charset, mixed languages, teaser feed."""
    walled = find("port-de")
    assert (walled.access, walled.is_teaser) == ("paywall", True)
    assert "Abonnenten" not in walled.body
    assert "Norvell Aster" in walled.body
    live = find("storm-live-de")
    assert [post["title"] for post in live.posts][-1] == "Der Sturm ist da"
    assert len(live.posts) >= 3
    long = find("river-ledger")
    assert "four hundred doses" in long.body
    assert "Money is the weak point" in long.body
    assert "nothing lost overboard" in long.body
    assert long.body.count("The clinic leaves the quay") == 1
    assert "半导体" in find("chips-zh").body
    mixed = find("accord-fr")
    assert {passage["language"] for passage in mixed.passages} == {"en", "vi"}
    assert not find("storm-ru").is_teaser, "the feed gives beginnings, the page the whole"
    assert find("storm-lo").language == "lo"


def _check_changes() -> None:
    """A correction told by the feed, and an edit that only the page shows, are versions; neither is news."""
    corrected = find("storm-ledger")
    assert corrected.versions.count() == 1
    assert "restored" in corrected.body
    silent = find("chips-de")
    assert silent.versions.count() == 1
    assert "Frühjahr" in silent.body
    assert silent.versions.get().noticed == "page"


def _check_sources(world: DemoPress) -> None:
    """A moved feed is told, a wrong clock does no harm, a flood folds, a site without feed is heard."""
    sources = {source.key.removeprefix("demo-"): source for source in Source.objects.all()}
    [state] = sources["khao-lam-nam"].feed_states.values()
    assert state["moved_to"].endswith("/rss/news.xml")
    latest = Article.objects.filter(source=sources["suara-dermaga"]).order_by("-sort_at").first()
    assert latest is not None
    assert latest.sort_at <= latest.collected_at
    prices = Article.objects.filter(title__startswith="Harga cabai")
    assert prices.filter(is_origin=True).count() <= 3 < 20 <= prices.count()
    assert Article.objects.filter(source=sources["development-bank"]).count() == 3
    quiet = Article.objects.filter(source=sources["rio-abierto"]).order_by("-sort_at").first()
    assert quiet is not None
    assert quiet.sort_at <= world.base + timedelta(hours=58)
