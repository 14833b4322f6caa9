"""The budget of a site: whatever host of it is asked, and however many large answers come."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from legation.engine.records.fetches import FetchRequest, FetchStatus


def test_two_hosts_of_one_site_share_its_turns(serve: Any, make_fetcher: Any, fake_names: Any) -> None:
    under_way, most = 0, 0

    async def count(_: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.1)
        under_way -= 1
        return web.Response(text="hello")

    async def fetch_all(*hosts: str) -> int:
        nonlocal most
        most = 0
        names = dict.fromkeys((host.replace(".", "_") for host in hosts), "127.0.0.1")
        async with (
            serve(home=count) as site,
            make_fetcher(fake_names(**names), allowed_hosts=frozenset(hosts)) as fetcher,
        ):
            asked = [FetchRequest(f"http://{host}:{site.port}/home", checks_robots=False) for host in hosts]
            results = await asyncio.gather(*map(fetcher.fetch, asked))
        assert {result.status for result in results} == {FetchStatus.FETCHED}
        return most

    assert asyncio.run(fetch_all("www.paper.co.uk", "news.paper.co.uk", "paper.co.uk")) == 1
    assert asyncio.run(fetch_all("www.paper.co.uk", "www.gazette.co.uk")) == 2


def test_large_answers_wait_for_room_and_all_arrive(serve: Any, make_fetcher: Any, fake_names: Any) -> None:
    hosts = [f"paper{number}.test" for number in range(6)]

    async def send(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 300_000)

    async def main() -> list[int]:
        names = fake_names(**dict.fromkeys((host.replace(".", "_") for host in hosts), "127.0.0.1"))
        bounds = {"large_body_bytes": 100_000, "large_bodies_at_once": 1, "allowed_hosts": frozenset(hosts)}
        async with serve(home=send) as site, make_fetcher(names, **bounds) as fetcher:
            asked = [FetchRequest(f"http://{host}:{site.port}/home", checks_robots=False) for host in hosts]
            return [len(result.body) for result in await asyncio.gather(*map(fetcher.fetch, asked))]

    assert asyncio.run(main()) == [300_000] * 6


def test_waiting_for_room_does_not_count_against_the_server(
    serve: Any, make_fetcher: Any, fake_names: Any
) -> None:
    """One server needs most of its second for a large answer; the other's waits as long before it starts."""
    hosts = ("slow.test", "quick.test")

    async def send(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x" * 200_000)
        await asyncio.sleep(0.7)
        await response.write(b"x" * 100_000)
        return response

    async def main() -> list[FetchStatus]:
        names = fake_names(slow_test="127.0.0.1", quick_test="127.0.0.1")
        bounds = {"large_body_bytes": 100_000, "large_bodies_at_once": 1, "total_timeout_seconds": 1.0}
        async with (
            serve(home=send) as site,
            make_fetcher(names, allowed_hosts=frozenset(hosts), **bounds) as fetcher,
        ):
            asked = [FetchRequest(f"http://{host}:{site.port}/home", checks_robots=False) for host in hosts]
            return [result.status for result in await asyncio.gather(*map(fetcher.fetch, asked))]

    assert asyncio.run(main()) == [FetchStatus.FETCHED] * 2
