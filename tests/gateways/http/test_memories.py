"""What one fetcher learned, the next one knows."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from aiohttp import web

from legation.engine.records.fetches import FetchRequest, FetchStatus
from legation.gateways.http import FetchMemory, PoliteFetcher


def visit_twice(serve: Any, make_fetcher: Any, clock: Any, handlers: Any, hours: float = 1.0) -> Any:
    """Fetch /home with two fetchers that share a memory; returns the second result and every path asked."""
    memory = FetchMemory()

    async def main() -> Any:
        async with serve(**handlers) as site:
            for _ in range(2):
                template = make_fetcher()
                async with PoliteFetcher(template._options, clock, memory=memory) as fetcher:
                    result = await fetcher.fetch(FetchRequest(address=f"{site.address}/home"))
                clock.now += timedelta(hours=hours)
            return result, [request.path for request in site.seen]

    return asyncio.run(main())


async def greet(_: web.Request) -> web.Response:
    return web.Response(text="hello")


async def forbid(_: web.Request) -> web.Response:
    return web.Response(text="User-agent: *\nDisallow: /home")


async def beg_off(_: web.Request) -> web.Response:
    return web.Response(status=429, headers={"Retry-After": "7200"})


def test_robots_txt_is_read_once_by_two_fetchers(serve: Any, make_fetcher: Any, clock: Any) -> None:
    result, paths = visit_twice(serve, make_fetcher, clock, {"home": greet, "robots_txt": forbid})
    assert (result.status, paths) == (FetchStatus.REFUSED_ROBOTS, ["/robots.txt"])


def test_robots_txt_is_read_again_after_a_day(serve: Any, make_fetcher: Any, clock: Any) -> None:
    _, paths = visit_twice(serve, make_fetcher, clock, {"home": greet, "robots_txt": forbid}, hours=25.0)
    assert paths == ["/robots.txt", "/robots.txt"]


def test_a_host_that_wants_to_be_left_alone_is_left_alone_by_the_next_fetcher(
    serve: Any, make_fetcher: Any, clock: Any
) -> None:
    result, paths = visit_twice(serve, make_fetcher, clock, {"home": beg_off})
    assert (result.status, paths.count("/home")) == (FetchStatus.BUSY, 1)
    assert result.retry_after_seconds == 3600.0
