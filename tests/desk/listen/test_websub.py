"""WebSub with a small hub that speaks the real protocol over the loopback."""

from __future__ import annotations

import hashlib
import hmac
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk.listen.conftest import Answer, MovableClock, Outlet

from legation.desk.listen.models import FeedEntry, Outcome, Source, Subscription
from legation.desk.listen.services import subscriptions
from legation.desk.listen.services.listening import listen_once
from legation.desk.listen.services.sources import switch_source
from legation.desk.listen.services.subscriptions import (
    due_subscriptions,
    relax_wait,
    renew_subscriptions,
    schedule_renewals,
)
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db(transaction=True)


class Hub:
    """A hub: takes subscriptions, verifies what was meant, and sends what is published."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/hub"
        self.wishes: list[dict[str, str]] = []
        self.held: dict[str, dict[str, str]] = {}  # topic to its subscriber's wish
        self.lease_seconds = 864_000
        self.status = 202
        self.echoes: list[str] = []

    def verify(self, wish: dict[str, str]) -> None:
        """Ask the subscriber whether it meant this; only its echo makes or ends a subscription."""
        query = {"hub.mode": wish["hub.mode"], "hub.topic": wish["hub.topic"], "hub.challenge": "c-123"}
        query["hub.lease_seconds"] = str(self.lease_seconds)
        status, answer = call(f"{wish['hub.callback']}?{urlencode(query)}")
        self.echoes.append(answer)
        if status != 200 or answer != "c-123":
            return
        if wish["hub.mode"] == "subscribe":
            self.held[wish["hub.topic"]] = wish
        else:
            self.held.pop(wish["hub.topic"], None)

    def publish(self, topic: str, body: bytes, *, method: str = "sha256", secret: str = "") -> int:
        """Send content to the topic's subscriber; returns its answer."""
        wish = self.held[topic]
        key = (secret or wish["hub.secret"]).encode()
        signature = f"{method}={hmac.new(key, body, method).hexdigest()}"
        headers = {"Content-Type": "application/rss+xml", "X-Hub-Signature": signature}
        return call(wish["hub.callback"], body, headers)[0]


def call(address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
    request = urllib.request.Request(address, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


@pytest.fixture
def hub(live_server: Any, settings: Any) -> Iterator[Hub]:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, websub=True, base_url=live_server.url)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            wish = {name: values[0] for name, values in form.items()}
            made.wishes.append(wish)
            if made.status == 202:
                made.verify(wish)
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Hub(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def make_feed(outlet: Outlet, hub: Hub, *names: str, topic: str = "") -> bytes:
    """Show a feed that names its hub; returns its body."""
    address = outlet.show_feed(*(outlet.feed_item(name) for name in names))
    links = f'<a:link rel="hub" href="{hub.address}"/><a:link rel="self" href="{topic or address}"/>'
    answer = outlet.answers["/feed.xml"]
    answer.body = answer.body.replace(
        b"<channel>", f'<channel xmlns:a="http://www.w3.org/2005/Atom">{links}'.encode()
    )
    return answer.body


@pytest.fixture
def subscribed(
    make_source: Callable[..., Source], outlet: Outlet, hub: Hub, options: FetchOptions
) -> Subscription:
    """A source whose feed names the hub, visited once, and subscribed."""
    make_feed(outlet, hub)
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen_once(clock=timezone.now, options=options)
    assert renew_subscriptions(clock=timezone.now, options=options) == {"active": 1}
    return Subscription.objects.get()


def counted() -> dict[str, int]:
    totals: Counter[str] = Counter()
    for kind, reason, count in Outcome.objects.values_list("kind", "reason", "count"):
        totals[f"{kind}:{reason}" if reason else kind] += count
    return dict(totals)


def test_a_feed_that_names_a_hub_is_subscribed_to(subscribed: Subscription, hub: Hub) -> None:
    assert hub.echoes == ["c-123"]
    assert (subscribed.state, subscribed.problem) == ("active", "")
    assert subscribed.lease_until is not None
    assert timedelta(days=9) < subscribed.lease_until - timezone.now() <= timedelta(days=10)
    assert hub.wishes[0]["hub.secret"] == subscribed.secret
    assert not due_subscriptions(now=timezone.now()).exists()


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha512"])
def test_what_the_hub_sends_enters_the_inbox_and_makes_the_source_due(
    subscribed: Subscription, hub: Hub, outlet: Outlet, options: FetchOptions, method: str
) -> None:
    Source.objects.update(next_fetch_at=timezone.now() + timedelta(hours=9))
    body = make_feed(outlet, hub, "one", "two")
    assert hub.publish(subscribed.topic, body, method=method) == 202
    assert FeedEntry.objects.filter(is_waiting=True).count() == 2
    assert Source.objects.due(timezone.now()).exists()
    assert hub.publish(subscribed.topic, body, method=method) == 202
    assert FeedEntry.objects.count() == 2
    for name in ("one", "two"):
        outlet.show_page(name)
    listen_once(clock=timezone.now, options=options)
    assert counted() == {"kept": 2}
    assert hub.publish(subscribed.topic, body, method=method) == 202
    assert counted() == {"kept": 2, "known": 2}


def test_a_wrong_signature_is_answered_alike_and_believed_in_nothing(
    subscribed: Subscription, hub: Hub, outlet: Outlet
) -> None:
    Source.objects.update(next_fetch_at=None)
    body = make_feed(outlet, hub, "one")
    assert hub.publish(subscribed.topic, body, secret="guessed") == 202
    address = hub.held[subscribed.topic]["hub.callback"]
    assert call(address, body)[0] == 202
    for signature in (
        "sha256=",
        "md5=" + "0" * 32,
        "sha256=é",
        "=",
        "sha256=" + hashlib.sha256(body).hexdigest(),
    ):
        assert call(address, body, {"X-Hub-Signature": signature.encode().decode("latin-1")})[0] == 202
    assert counted() == {"discarded:push_unsigned": 7}
    assert not FeedEntry.objects.exists()
    subscribed.refresh_from_db()
    assert subscribed.last_push_at is None


def test_hostile_content_costs_an_outcome_and_no_more(
    subscribed: Subscription, hub: Hub, outlet: Outlet
) -> None:
    assert hub.publish(subscribed.topic, b"<html>no feed") == 202
    assert hub.publish(subscribed.topic, b"<html>no feed") == 202
    assert hub.publish(subscribed.topic, b"") == 202
    assert hub.publish(subscribed.topic, b"x" * 2_000_000) == 202
    assert counted() == {"quarantined:unreadable_push": 2}
    assert Outcome.objects.exclude(content="").count() == 1
    answer = Client().post(
        f"/hooks/websub/{subscribed.token}/",
        b"x",
        content_type="text/xml",
        headers={"content-length": "6000000"},
    )
    assert answer.status_code == 413


def test_a_lease_is_renewed_before_it_ends(
    subscribed: Subscription, hub: Hub, options: FetchOptions, clock: MovableClock
) -> None:
    clock.moment = timezone.now() + timedelta(days=9, hours=1)
    assert due_subscriptions(now=clock()).count() == 1
    hub.lease_seconds = 86_400 * 20
    assert renew_subscriptions(clock=clock, options=options) == {"active": 1}
    subscribed.refresh_from_db()
    assert subscribed.lease_until is not None
    assert subscribed.lease_until - timezone.now() > timedelta(days=19)


def test_a_source_that_is_switched_off_is_unsubscribed(
    subscribed: Subscription, hub: Hub, outlet: Outlet, options: FetchOptions
) -> None:
    address = hub.held[subscribed.topic]["hub.callback"]
    switch_source(source=Source.objects.get(), is_enabled=False)
    assert renew_subscriptions(clock=timezone.now, options=options) == {"ended": 1}
    assert (hub.wishes[-1]["hub.mode"], hub.held) == ("unsubscribe", {})
    assert call(address, b"<rss/>")[0] == 410
    assert counted() == {"discarded:push_ended": 1}
    assert not due_subscriptions(now=timezone.now()).exists()
    switch_source(source=Source.objects.get(), is_enabled=True)
    listen_once(clock=timezone.now, options=options)
    assert renew_subscriptions(clock=timezone.now, options=options) == {"active": 1}


def test_switching_the_setting_off_ends_all(
    subscribed: Subscription, hub: Hub, options: FetchOptions, settings: Any
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, websub=False)
    assert renew_subscriptions(clock=timezone.now, options=options) == {"ended": 1}


def test_a_hub_that_fails_is_asked_again_an_hour_later(
    make_source: Callable[..., Source], outlet: Outlet, hub: Hub, options: FetchOptions, clock: MovableClock
) -> None:
    hub.status = 500
    make_feed(outlet, hub)
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen_once(clock=clock, options=options)
    assert renew_subscriptions(clock=clock, options=options) == {"wanted": 1}
    assert Subscription.objects.get().problem
    assert not due_subscriptions(now=clock()).exists()
    clock.move(minutes=61)
    assert due_subscriptions(now=clock()).exists()


def test_a_hub_in_a_private_network_is_never_asked(
    make_source: Callable[..., Source], outlet: Outlet, hub: Hub, options: FetchOptions
) -> None:
    make_feed(outlet, hub)
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen_once(clock=timezone.now, options=options)
    closed = replace(options, allowed_hosts=frozenset())
    assert renew_subscriptions(clock=timezone.now, options=closed) == {"wanted": 1}
    assert hub.wishes == []
    assert "private" in Subscription.objects.get().problem.lower()


def test_a_feed_cannot_subscribe_to_another_site_s_topic(
    make_source: Callable[..., Source], outlet: Outlet, hub: Hub, options: FetchOptions
) -> None:
    make_feed(outlet, hub, topic="https://paper.example/feed.xml")
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen_once(clock=timezone.now, options=options)
    assert not Subscription.objects.exists()


def test_only_what_was_asked_for_is_confirmed(subscribed: Subscription) -> None:
    client, path = Client(), f"/hooks/websub/{subscribed.token}/"
    topic = {"hub.topic": subscribed.topic, "hub.challenge": "<b>x"}
    assert client.get(path, {**topic, "hub.mode": "unsubscribe"}).status_code == 404
    assert (
        client.get(path, {**topic, "hub.mode": "subscribe", "hub.topic": "https://x.example/"}).status_code
        == 404
    )
    assert client.get(path).status_code == 404
    echoed = client.get(path, {**topic, "hub.mode": "subscribe", "hub.lease_seconds": "9" * 40})
    assert (echoed.status_code, echoed["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert echoed.content == b"<b>x"
    assert client.get(path, {**topic, "hub.mode": "denied"}).status_code == 200
    subscribed.refresh_from_db()
    assert subscribed.state == "denied"


def test_the_address_is_open_and_cannot_be_guessed(subscribed: Subscription) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/hooks/websub/nothing/", b"", content_type="text/xml").status_code == 404
    path = f"/hooks/websub/{subscribed.token}/"
    assert stranger.post(path, b"x", content_type="text/xml").status_code == 202
    assert stranger.put(path, b"x").status_code == 405
    assert len(subscribed.token) >= 40


def test_a_pushed_source_is_asked_more_rarely_and_never_not_at_all(subscribed: Subscription) -> None:
    source, now = Source.objects.get(), timezone.now()
    assert relax_wait(source=source, now=now, wait_seconds=600.0) == 2_400.0
    assert relax_wait(source=source, now=now, wait_seconds=10_000.0) == 21_600.0
    assert relax_wait(source=source, now=now, wait_seconds=50_000.0) == 50_000.0
    assert relax_wait(source=source, now=now + timedelta(days=11), wait_seconds=600.0) == 600.0
    source.feeds.append("https://paper.example/other.xml")
    assert relax_wait(source=source, now=now, wait_seconds=600.0) == 600.0


def test_without_the_setting_no_hub_is_asked(
    make_source: Callable[..., Source], outlet: Outlet, hub: Hub, options: FetchOptions, settings: Any
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, websub=False)
    make_feed(outlet, hub)
    make_source(feeds=[f"{outlet.address}/feed.xml"])
    listen_once(clock=timezone.now, options=options)
    assert not Subscription.objects.exists()


def test_the_worker_asks_only_where_something_is_due(
    subscribed: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[str] = []
    monkeypatch.setattr(subscriptions, "enqueue_job", lambda *, kind, key: kinds.append(kind))
    schedule_renewals(timezone.now())
    assert kinds == []
    schedule_renewals(timezone.now() + timedelta(days=10))
    assert kinds == ["listen.renew_subscriptions"]


def test_the_header_s_hub_serves_where_the_feed_names_none(
    make_source: Callable[..., Source], outlet: Outlet, hub: Hub, options: FetchOptions
) -> None:
    feed = outlet.show_feed()
    link = f'<{hub.address}>; rel="hub", <{feed}>; rel="self"'
    answer: Answer = outlet.answers["/feed.xml"]
    answer.headers["Link"] = link
    make_source(feeds=[feed])
    listen_once(clock=timezone.now, options=options)
    assert Subscription.objects.get().topic == feed
