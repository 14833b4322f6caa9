"""Serve the demo world's outlets over HTTP on the loopback, by a clock that can be moved.

Run alone:  python -m legation.gateways.demo_press --country CODE --port-base 0
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from aiohttp import web

from legation.engine.ports import Clock
from legation.engine.records.sources import ListPage, SourceKind, SourceRecord
from legation.gateways.demo_feeds import FeedLine, write_feed
from legation.gateways.demo_pages import FEED_TYPES, write_home, write_page
from legation.gateways.demo_worlds import (
    WORLD_HOURS,
    DemoArticle,
    DemoOutlet,
    DemoVersion,
    DemoWorld,
    list_casts,
    load_world,
)

# Beside src in a checkout; an installation elsewhere passes its own.
DEMO_DIRECTORY = Path(__file__).resolve().parents[3] / "demo"

_HOST = "127.0.0.1"


class DemoPress:
    """A small world press: every outlet on a port of its own, showing what its clock has reached.

    country: code of a cast in the demo directory. base: when the world's five days begin; without it they end
    at the clock's time of start, so that the newest article is one of today's. Moving the clock does not move
    the base.
    """

    def __init__(
        self,
        country: str,
        clock: Clock,
        *,
        directory: Path = DEMO_DIRECTORY,
        base: datetime | None = None,
        port_base: int = 0,
    ) -> None:
        self.world: DemoWorld = load_world(directory, country)
        self.addresses: dict[str, str] = {}
        self.base = base if base is not None else clock() - timedelta(hours=WORLD_HOURS)
        self._clock = clock
        self._moved = timedelta(0)
        self._port_base = port_base
        self._runners: list[web.AppRunner] = []

    async def start(self) -> dict[str, str]:
        """Open the ports and return each outlet's base address, such as "http://127.0.0.1:49152".

        port_base 0 lets the system choose free ports, otherwise outlets take port_base, port_base + 1 and so
        on.
        Raises OSError where a port is taken; nothing stays open then.
        """
        try:
            for number, outlet in enumerate(self.world.outlets):
                runner = web.AppRunner(self._make_app(outlet), access_log=None)
                self._runners.append(runner)
                await runner.setup()
                site = web.TCPSite(runner, _HOST, self._port_base + number if self._port_base else 0)
                await site.start()
                port = runner.addresses[0][1]
                self.addresses[outlet.key] = f"http://{_HOST}:{port}"
        except OSError:
            await self.stop()
            raise
        return dict(self.addresses)

    async def stop(self) -> None:
        """Close all ports."""
        runners, self._runners = self._runners, []
        for runner in runners:
            await runner.cleanup()
        self.addresses = {}

    def now(self) -> datetime:
        """Tell the world's time."""
        return self._clock() + self._moved

    def move_clock(self, at: datetime) -> None:
        """Set the world's time; it runs on from there."""
        self._moved = at - self._clock()

    def source_records(self, base_addresses: Mapping[str, str] | None = None) -> list[SourceRecord]:
        """Describe the outlets as sources that a desk can listen to.

        base_addresses: by outlet, as start returned them; by default those of the running server.
        """
        addresses = self.addresses if base_addresses is None else base_addresses
        return [make_source_record(outlet, addresses[outlet.key]) for outlet in self.world.outlets]

    def _make_app(self, outlet: DemoOutlet) -> web.Application:
        app = web.Application()

        async def answer_feed(request: web.Request) -> web.Response:
            return self._answer_feed(outlet, request)

        async def answer_robots(request: web.Request) -> web.Response:
            rules = "".join(f"Disallow: {path}\n" for path in outlet.disallowed_paths) or "Disallow:\n"
            return web.Response(text=f"User-agent: *\n{rules}")

        async def answer_home(request: web.Request) -> web.Response:
            visible = self._list_visible(outlet)
            entries = [
                (version, _find_path(article, is_link=True))
                for article, version in visible
                if not article.is_listing
            ]
            headers = {"Content-Type": f"text/html; charset={outlet.header_charset}"}
            return web.Response(body=write_home(outlet, entries), headers=headers)

        async def answer_page(request: web.Request) -> web.Response:
            return self._answer_page(outlet, request)

        async def answer_moved(request: web.Request) -> web.Response:
            return web.Response(status=301, headers={"Location": outlet.feed_path})

        app.router.add_get("/", answer_home)
        app.router.add_get("/robots.txt", answer_robots)
        app.router.add_get("/section/{number:[0-9]+}/", answer_home)
        if outlet.dialect == "list-page":
            app.router.add_get(outlet.feed_path, answer_home)
        else:
            app.router.add_get(outlet.feed_path, answer_feed)
        if outlet.moved_from:
            app.router.add_get(outlet.moved_from, answer_moved)
        app.router.add_get("/clock", self._tell_clock)
        app.router.add_post("/clock", self._set_clock)
        app.router.add_get("/{folder:news|archive|go|moved}/{key:[a-z0-9-]+}.html", answer_page)
        return app

    async def _tell_clock(self, request: web.Request) -> web.Response:
        return web.json_response({"now": self.now().isoformat(), "base": self.base.isoformat()})

    async def _set_clock(self, request: web.Request) -> web.Response:
        try:
            at = datetime.fromisoformat(request.query.get("at", ""))
        except ValueError:
            return web.json_response({"error": "at must be an ISO 8601 time"}, status=400)
        self.move_clock(at if at.tzinfo else at.replace(tzinfo=UTC))
        return await self._tell_clock(request)

    def _list_visible(self, outlet: DemoOutlet) -> list[tuple[DemoArticle, DemoVersion]]:
        """List the outlet's articles that the clock has reached, newest first, in their current version."""
        hours = (self.now() - self.base) / timedelta(hours=1)
        visible = []
        for article in self.world.articles:
            if article.outlet == outlet.key and article.versions[0].hours <= hours:
                visible.append((article, [v for v in article.versions if v.hours <= hours][-1]))
        return visible[::-1]

    def _find_time(self, version: DemoVersion) -> datetime:
        return (self.base + timedelta(hours=version.hours)).replace(microsecond=0)

    def _answer_feed(self, outlet: DemoOutlet, request: web.Request) -> web.Response:
        ahead = timedelta(minutes=outlet.clock_minutes)
        lines = []
        for article, version in self._list_visible(outlet):
            told = _find_told(article, version)
            path = "/section/0/" if article.is_listing else _find_path(article, is_link=True)
            published_at, modified_at = self._find_time(article.versions[0]), self._find_time(told)
            address = f"{self.addresses[outlet.key]}{path}"
            lines.append(FeedLine(article, told, address, published_at + ahead, modified_at + ahead))
        body = write_feed(outlet, lines, base_address=self.addresses[outlet.key])
        changed_at = max((line.modified_at for line in lines), default=self.base.replace(microsecond=0))
        content_type = f"{FEED_TYPES[outlet.dialect]}; charset={outlet.charset}"
        return _answer_with_validators(request, body, content_type, changed_at)

    def _answer_page(self, outlet: DemoOutlet, request: web.Request) -> web.Response:
        folder, key = request.match_info["folder"], request.match_info["key"]
        for article, version in self._list_visible(outlet):
            if article.key != key or article.is_gone:
                continue
            if folder == "go" and article.redirects:
                return web.Response(status=301, headers={"Location": f"/moved/{key}.html"})
            if folder == "moved" and article.redirects:
                return web.Response(status=302, headers={"Location": f"/news/{key}.html"})
            path = _find_path(article, is_link=False)
            if path != f"/{folder}/{key}.html":
                break
            changed_at = self._find_time(version)
            ahead = timedelta(minutes=outlet.clock_minutes)
            wanted = request.query.get("page", "1")
            number = int(wanted) if wanted.isdigit() else 1
            if not 1 <= number <= article.pages:
                break
            body = write_page(
                outlet,
                article,
                version,
                address=f"{self.addresses[outlet.key]}{path}",
                published_at=self._find_time(article.versions[0]) + ahead,
                modified_at=changed_at + ahead,
                base=self.base,
                number=number,
            )
            charset = article.wrong_charset or outlet.header_charset
            return _answer_with_validators(request, body, f"text/html; charset={charset}", changed_at)
        return web.Response(status=404, text="404")


def make_source_record(outlet: DemoOutlet, base_address: str) -> SourceRecord:
    """Describe one outlet, served at an address, as a source."""
    is_list = outlet.dialect == "list-page"
    return SourceRecord(
        key=f"demo-{outlet.key}",
        name=outlet.name,
        kind=SourceKind(outlet.kind),
        country=outlet.country,
        languages=(outlet.language,),
        home=f"{base_address}/",
        feeds=() if is_list else (f"{base_address}{outlet.moved_from or outlet.feed_path}",),
        is_ours=outlet.is_ours,
        is_verified=True,
        expected_per_day=outlet.expected_per_day,
        list_pages=(ListPage(f"{base_address}{outlet.feed_path}", outlet.list_pattern),) if is_list else (),
    )


def _find_told(article: DemoArticle, version: DemoVersion) -> DemoVersion:
    """Find the version that the feed tells of while the page shows another."""
    shown = article.versions[: article.versions.index(version) + 1]
    return [one for one in shown if not one.is_silent][-1]


def _find_path(article: DemoArticle, *, is_link: bool) -> str:
    """Return where the page lies, or the path that the feed gives for it."""
    if article.redirects and is_link:
        return f"/go/{article.key}.html"
    return f"/{'archive' if article.is_disallowed else 'news'}/{article.key}.html"


def _answer_with_validators(
    request: web.Request, body: bytes, content_type: str, changed_at: datetime
) -> web.Response:
    """Answer with ETag and Last-Modified, or with 304 where the client holds this very content.

    If-None-Match goes before If-Modified-Since. Source: RFC 9110, section 13.2.2.
    """
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Last-Modified": format_datetime(changed_at.astimezone(UTC), usegmt=True)}
    wanted = request.headers.get("If-None-Match")
    is_known = wanted is not None and etag in [tag.strip() for tag in wanted.split(",")]
    if wanted is None and "If-Modified-Since" in request.headers:
        with suppress(ValueError):
            is_known = changed_at <= parsedate_to_datetime(request.headers["If-Modified-Since"])
    if is_known:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, headers={**headers, "Content-Type": content_type})


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; the first line of output is JSON with each outlet's address."""
    parser = argparse.ArgumentParser(prog="demo_press", description=__doc__)
    parser.add_argument("--country", required=True, help="a country with a cast in the demo directory")
    parser.add_argument("--port-base", type=int, default=0, help="first port; 0 lets the system choose")
    parser.add_argument("--directory", type=Path, default=DEMO_DIRECTORY)
    parser.add_argument("--at", type=datetime.fromisoformat, help="move the clock to this ISO 8601 time")
    parser.add_argument("--base", type=datetime.fromisoformat, help="when the five days begin, ISO 8601")
    options = parser.parse_args(arguments)
    if options.country not in list_casts(options.directory):
        parser.error(
            f"no cast for {options.country!r}; there are: {', '.join(list_casts(options.directory))}"
        )
    asyncio.run(_serve(options))
    return 0


def _make_aware(moment: datetime | None) -> datetime | None:
    """Take a time without a zone for UTC."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


async def _serve(options: argparse.Namespace) -> None:
    press = DemoPress(
        options.country,
        lambda: datetime.now(UTC),
        directory=options.directory,
        base=_make_aware(options.base),
        port_base=options.port_base,
    )
    at = _make_aware(options.at)
    if at is not None:
        press.move_clock(at)
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    addresses = await press.start()
    sys.stdout.write(json.dumps(addresses) + "\n")
    sys.stdout.flush()
    await stopped.wait()
    await press.stop()


if __name__ == "__main__":
    raise SystemExit(main())
