"""A round among a hundred servers that misbehave: the good ones lose nothing by it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.utils import timezone
from tests.desk.listen.conftest import BODY
from tests.gateways.http.behaviours import BEHAVIOURS, whole
from tests.gateways.http.certificates import make_contexts
from tests.gateways.http.hostile import MAX_BYTES, MAX_COMPRESSED_BYTES, HostileServer, serve_hostile

from legation.desk.listen.models import Article, FeedEntry, Outcome, Source
from legation.desk.listen.services.fetching import make_fetch_options
from legation.desk.listen.services.listening import listen_once
from legation.engine.records.fetches import FetchStatus
from legation.gateways.readers import ReaderPool

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
GOOD_HOSTS, GOOD_ITEMS = 5, 4
_MOST_SECONDS = 90.0  # on a machine that does other things as well
HOSTS = [f"127.0.3.{number}" for number in range(1, len(BEHAVIOURS) + GOOD_HOSTS + 1)]
# What hangs a reader for good or eats its memory, as far as the bounds of the fetch let it in.
CRUEL = {
    "nested": b"<html><body>" + b"<div>" * 90_000 + b"x",
    "attributes": b"<html><body><p " + b"a=1 " * 200_000 + b">x</p>",
    "bold": b"<html><body>" + b"".join(b"<b class=%d>" % number for number in range(50_000)),
    "tables": b"<html><body>" + b"<table><tr><td>" * 50_000,
    "ampersands": b"<html><body><p>" + b"&" * 900_000,
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><html><p>&b;</p></html>',
    "one-line": b"<html><body><article><p>" + b"word " * 180_000 + b"</p></article>",
}


@dataclass
class World:
    """The servers, and where each is met."""

    server: HostileServer

    def feed(self, name: str, host: str) -> str:
        """Return the address of the feed whose items stand under a name."""
        return f"http://{host}:{self.server.ports['']}/feed/{name}"


@pytest.fixture
def world() -> Iterator[World]:
    """Serve every behaviour on a host of its own, with a feed that leads to it, and the good ones."""
    loop, started, ended = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    made = World(HostileServer())

    async def answer(path: str, writer: Any) -> bool:
        body = _answer_well(made, path, writer.get_extra_info("sockname")[0])
        if body is not None:
            writer.write(body)
            await writer.drain()
        return body is not None

    async def main() -> None:
        with make_contexts() as (contexts, _):
            async with serve_hostile(contexts, hosts=HOSTS, answer=answer) as server:
                made.server = server
                started.set()
                await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    assert started.wait(30)
    yield made
    loop.call_soon_threadsafe(ended.set)
    thread.join(30)
    loop.close()


def _answer_well(world: World, path: str, host: str) -> bytes | None:
    """Answer for a feed, a good page or a cruel one; None for what the hostile server answers."""
    kind, _, name = path.strip("/").partition("/")
    here = f"http://{host}:{world.server.ports.get('', 0)}"
    if kind == "feed":
        if name == "good":
            links = [f"{here}/good/{number}" for number in range(GOOD_ITEMS)]
        elif name == "cruel":
            links = [f"{here}/cruel/{one}" for one in CRUEL]
        else:
            links = [world.server.address(name, host)]
        items = "".join(f"<item><title>On {link}</title><link>{link}</link></item>" for link in links)
        feed = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
        return whole(feed.encode(), "Content-Type: application/rss+xml")
    if kind == "cruel":
        return whole(CRUEL[name], "Content-Type: text/html")
    if kind == "good":
        paragraphs = "".join(f"<p>{part} ({here})</p>" for part in BODY.split("\n\n"))
        page = f"<!doctype html><html lang=en><body><article><h1>Port {name}</h1>{paragraphs}</article>"
        return whole(page.encode(), "Content-Type: text/html; charset=utf-8")
    return None


def test_a_round_among_hostile_servers_keeps_every_good_item_and_counts_every_other_once(
    world: World, make_source: Callable[..., Source], settings: Any
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, fetch_allowed_hosts=("127.0.0.1", *HOSTS))
    for number, behaviour in enumerate(BEHAVIOURS):
        make_source(f"page-{number}", feeds=[world.feed(behaviour.name, HOSTS[number])])
        make_source(f"feed-{number}", feeds=[world.server.address(behaviour.name, HOSTS[number])])
    for number, host in enumerate(HOSTS[len(BEHAVIOURS) :]):
        make_source(f"good-{number}", feeds=[world.feed("good", host)])
    make_source("cruel", feeds=[world.feed("cruel", HOSTS[-1])])
    options = make_fetch_options(
        per_host_delay_seconds=0.0, connect_timeout_seconds=2.0, total_timeout_seconds=5.0,
        slow_grace_seconds=0.5, max_bytes=MAX_BYTES, max_compressed_bytes=MAX_COMPRESSED_BYTES,
    )  # fmt: skip
    began = time.monotonic()
    with ReaderPool(2) as readers:
        account = listen_once(clock=timezone.now, options=options, readers=readers)
    assert time.monotonic() - began < _MOST_SECONDS
    assert account.visited == Source.objects.count()
    good = Article.objects.filter(source__key__startswith="good-")
    assert good.count() == GOOD_HOSTS * GOOD_ITEMS
    _check_every_item_counted_once()
    _check_every_source_ended()


def _check_every_item_counted_once() -> None:
    """One outcome for each entry that was read, and one for each body that was fetched in place of a feed."""
    entries = len(BEHAVIOURS) + GOOD_HOSTS * GOOD_ITEMS + len(CRUEL)
    assert FeedEntry.objects.count() == entries
    counted = sum(Outcome.objects.exclude(reason="unreadable_feed").values_list("count", flat=True))
    unread = FeedEntry.objects.filter(is_waiting=True, tries=0)  # where the machine was too busy to serve
    assert counted == entries - unread.count()
    assert not unread.exclude(source__key="cruel").exists()
    retried = sum(Outcome.objects.filter(kind="retried").values_list("count", flat=True))
    assert FeedEntry.objects.filter(is_waiting=True, tries=1).count() == retried
    # A certificate that the test's client trusts is nobody's here.
    fetched = [one for one in BEHAVIOURS if one.status is FetchStatus.FETCHED and one.scheme == "http"]
    unreadable = Outcome.objects.filter(reason="unreadable_feed", kind="quarantined", count=1)
    named = [address.rpartition("/")[2] for address in unreadable.values_list("address", flat=True)]
    assert sorted(named) == sorted(one.name for one in fetched)


def _check_every_source_ended() -> None:
    """Each source was visited, is free, comes back later, and says what is wrong."""
    assert not Source.objects.filter(last_fetch_at=None).exists()
    assert not Source.objects.filter(lease_until__isnull=False).exists()
    assert not Source.objects.filter(next_fetch_at__lte=timezone.now()).exists()
    broken = Source.objects.filter(key__startswith="feed-").exclude(last_problem="")
    assert broken.count() == len(BEHAVIOURS) - 1  # one answers "not modified"
    assert Source.objects.filter(last_fault="certificate").count() == 5
