"""What went over the wire is kept as it went, hop by hop, where it is asked for."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

from aiohttp import web

from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus


def run_fetch(serve: Any, fetcher: Any, path: str, *, keeps: bool = True, **handlers: Any) -> FetchResult:
    async def main() -> FetchResult:
        async with serve(**handlers) as site, fetcher:
            return await fetcher.fetch(
                FetchRequest(address=f"{site.address}{path}", keeps_exchanges=keeps, checks_robots=False)
            )

    return asyncio.run(main())


def respond(**settings: Any) -> Any:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(**settings)

    return handler


def test_nothing_is_kept_unless_asked_for(serve: Any, make_fetcher: Any) -> None:
    result = run_fetch(serve, make_fetcher(), "/home", keeps=False, home=respond(text="words"))
    assert result.exchanges == ()


def test_a_page_is_kept_with_both_heads_and_its_transferred_bytes(serve: Any, make_fetcher: Any) -> None:
    packed = gzip.compress(b"<p>words</p>")
    page = respond(
        body=packed, headers={"Content-Encoding": "gzip", "X-Odd": "Yes"}, content_type="text/html"
    )
    result = run_fetch(serve, make_fetcher(), "/home?a=1", home=page)
    (exchange,) = result.exchanges
    assert result.body == b"<p>words</p>"
    assert exchange.response_body == packed
    assert exchange.request_head.startswith(b"GET /home?a=1 HTTP/1.1\r\n")
    assert b"User-Agent: Legation/" in exchange.request_head
    assert b"Accept-Encoding: gzip, deflate, br\r\n" in exchange.request_head  # readers undo no other
    assert exchange.response_head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"X-Odd: Yes\r\n" in exchange.response_head
    assert exchange.request_head.endswith(b"\r\n\r\n")
    assert exchange.response_head.endswith(b"\r\n\r\n")
    assert exchange.remote_address == "127.0.0.1"
    assert exchange.address.endswith("/home?a=1")
    assert not exchange.is_cut


def test_each_redirect_is_an_exchange_of_its_own(serve: Any, make_fetcher: Any) -> None:
    moved = respond(status=301, headers={"Location": "/home"})
    result = run_fetch(serve, make_fetcher(), "/old", old=moved, home=respond(text="here"))
    first, second = result.exchanges
    assert first.address.endswith("/old")
    assert b" 301 " in first.response_head.splitlines()[0]
    assert second.address.endswith("/home")
    assert second.response_body == b"here"
    assert first.started_at <= second.started_at


def test_a_body_beyond_the_limit_is_marked_as_cut(serve: Any, make_fetcher: Any) -> None:
    result = run_fetch(serve, make_fetcher(max_bytes=200_000), "/home", home=respond(body=b"x" * 500_000))
    assert result.status is FetchStatus.TOO_LARGE
    (exchange,) = result.exchanges
    assert exchange.is_cut
    assert 0 < len(exchange.response_body) < 500_000


def test_an_error_page_is_kept_by_its_head(serve: Any, make_fetcher: Any) -> None:
    result = run_fetch(serve, make_fetcher(), "/home", home=respond(status=410, text="gone"))
    (exchange,) = result.exchanges
    assert b" 410 " in exchange.response_head.splitlines()[0]
    assert exchange.is_cut
    assert exchange.response_body == b""


def test_an_empty_body_is_whole(serve: Any, make_fetcher: Any) -> None:
    (exchange,) = run_fetch(serve, make_fetcher(), "/home", home=respond(body=b"")).exchanges
    assert not exchange.is_cut


def test_a_broken_body_leaves_what_came(serve_raw: Any, make_fetcher: Any) -> None:
    async def break_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()

    async def main() -> FetchResult:
        async with serve_raw(break_off) as site, make_fetcher() as fetcher:
            request = FetchRequest(address=site.address, keeps_exchanges=True, checks_robots=False)
            return await fetcher.fetch(request)

    result = asyncio.run(main())
    assert result.status is FetchStatus.BROKEN
    assert result.exchanges[0].is_cut
