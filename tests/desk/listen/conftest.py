"""A small outlet on the loopback, a clock that obeys the test, and read items made by hand."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

import pytest

from legation.desk.listen.models import Source
from legation.desk.listen.services import fetching
from legation.desk.listen.services.fetching import make_fetch_options
from legation.engine.records.articles import FeedItem, LanguageGuess, OutcomeKind, PageText, ReadItem
from legation.gateways.demo_press import DemoPress
from legation.gateways.http import FetchMemory, FetchOptions

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
BODY = "\n\n".join(
    f"Paragraph {number}: the provincial council met on Thursday to speak about the new port, its cost and "
    f"the people who will work there, and came to a decision after {number} hours of debate in public."
    for number in range(2, 9)
)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@dataclass
class Answer:
    """What the outlet answers at one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""


class Outlet:
    """A publication's server: set its feed and pages, and see what was asked."""

    def __init__(self, port: int, asked: list[str]) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.answers: dict[str, Answer] = {"/robots.txt": Answer(status=404)}
        self.asked = asked

    def show_feed(self, *items: str, path: str = "/feed.xml", etag: str = "") -> str:
        """Put a feed of items (as feed_item makes them) at a path; returns its address."""
        title = (
            "<title>The Port Gazette</title><link>http://gazette.test/</link><description>News</description>"
        )
        start = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        body = f"{start}{title}{''.join(items)}</channel></rss>"
        self.answers[path] = Answer(body.encode(), headers={"Content-Type": "application/rss+xml"}, etag=etag)
        return self.address + path

    def feed_item(self, name: str, *, title: str = "", summary: str = "", at: datetime = NOW) -> str:
        """Write a feed's item whose page is /name."""
        moment = format_datetime(at - timedelta(hours=1))
        return (
            f"<item><title>{escape(title or f'The council decides on {name}')}</title>"
            f"<link>{self.address}/{name}</link><guid>{self.address}/{name}</guid><description>{escape(summary)}</description>"
            f"<pubDate>{moment}</pubDate></item>"
        )

    def show_page(self, name: str, *, body: str = BODY, title: str = "") -> None:
        """Put an article's page at /name."""
        title = title or f"The council decides on {name}"
        paragraphs = "".join(f"<p>{part} ({name})</p>" for part in body.split("\n\n"))
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
            f"<body><main><article><h1>{title}</h1>{paragraphs}</article></main></body></html>"
        )
        self.answers[f"/{name}"] = Answer(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    def count_asked(self, path: str) -> int:
        """Count the requests for a path."""
        return self.asked.count(path)


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer = made.answers.get(self.path, Answer(status=404))
            if answer.etag and self.headers.get("If-None-Match") == answer.etag:
                answer = Answer(status=304, etag=answer.etag)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.etag:
                self.send_header("ETag", answer.etag)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Outlet(server.server_address[1], asked)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def options() -> FetchOptions:
    """Bounds for a server that is our own: no waiting between requests."""
    return make_fetch_options(per_host_delay_seconds=0.0, total_timeout_seconds=20.0)


@pytest.fixture(autouse=True)
def _allow_loopback(settings: Any) -> None:
    from dataclasses import replace

    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, fetch_allowed_hosts=("127.0.0.1",))


@pytest.fixture(autouse=True)
def _forget_the_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a worker that has seen no robots.txt yet."""
    monkeypatch.setattr(fetching, "_MEMORY", FetchMemory())


@pytest.fixture
def make_source(db: Any) -> Callable[..., Source]:
    """Return make_source(key, **fields)."""

    def make(key: str = "gazette", **fields: Any) -> Source:
        return Source.objects.create(
            **{"key": key, "name": key.title(), "country": "FR", "languages": ["en"], **fields}
        )

    return make


def make_read(
    guid: str = "1", *, title: str = "The council decides", body: str = BODY, **fields: Any
) -> ReadItem:
    """Make an item that was read well; published, address, is_teaser and byline may be given."""
    published, address = fields.get("published", NOW - timedelta(hours=2)), fields.get("address", "")
    page = PageText(
        title=title,
        lead="",
        body=body,
        is_teaser=fields.get("is_teaser", False),
        byline=fields.get("byline", ""),
    )
    item = FeedItem(guid=guid, address=address, title=title, published_at=published)
    return ReadItem(
        OutcomeKind.KEPT, item=item, page=page, language=LanguageGuess("en", 1.0, "test"), address=address
    )


@contextmanager
def serve_press(press: DemoPress) -> Iterator[DemoPress]:
    """Serve a demo world's outlets on a thread of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(press.start(), loop).result()
    try:
        yield press
    finally:
        asyncio.run_coroutine_threadsafe(press.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
