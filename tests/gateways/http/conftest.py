"""A real server on the loopback, a resolver and a clock that obey the test."""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from legation.gateways.http import FetchOptions, PoliteFetcher, describe_user_agent

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RawHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ALLOWED = frozenset({"127.0.0.1", "paper.test", "other.test"})


class FakeResolver(AbstractResolver):
    """Answers with the addresses that a test names, and counts the questions."""

    def __init__(self, **names: str) -> None:
        self.names = {name.replace("_", "."): address for name, address in names.items()}
        self.questions: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.questions.append(host)
        if host not in self.names:
            raise OSError(f"no such name: {host}")
        found = self.names[host]
        kind = socket.AF_INET6 if ":" in found else socket.AF_INET
        return [ResolveResult(hostname=host, host=found, port=port, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        return None


@dataclass
class FrozenClock:
    """A clock that moves only when told to."""

    now: datetime = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Site:
    """A running server: its address, and what it was asked."""

    port: int
    seen: list[web.Request] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.seen if request.path != "/robots.txt"]


ServeSite = Callable[..., AbstractAsyncContextManager[Site]]
ServeRaw = Callable[[RawHandler], AbstractAsyncContextManager[Site]]
MakeFetcher = Callable[..., PoliteFetcher]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def serve() -> ServeSite:
    """Serve handlers by path on a free loopback port; robots.txt is absent unless given."""

    @asynccontextmanager
    async def run(**handlers: Handler) -> AsyncIterator[Site]:
        site = Site(port=0)

        async def answer(request: web.Request) -> web.StreamResponse:
            site.seen.append(request)
            name = request.path.strip("/").replace(".", "_").partition("/")[0] or "home"
            if name not in handlers:
                return web.Response(status=404)
            return await handlers[name](request)

        application = web.Application()
        application.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        site.port = runner.addresses[0][1]
        try:
            yield site
        finally:
            await runner.cleanup()

    return run


@pytest.fixture
def serve_raw() -> ServeRaw:
    """Serve bytes written by hand, for servers that do not keep to HTTP."""

    @asynccontextmanager
    async def run(handler: RawHandler) -> AsyncIterator[Site]:
        tasks: set[asyncio.Task[None]] = set()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await reader.readuntil(b"\r\n\r\n")
                await handler(reader, writer)
            except (ConnectionError, asyncio.CancelledError):
                return
            finally:
                writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        try:
            yield Site(port=server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return run


@pytest.fixture
def make_fetcher(clock: FrozenClock) -> MakeFetcher:
    """Build a fetcher without delays that may reach the loopback, unless a test says otherwise."""

    def build(resolver: AbstractResolver | None = None, **changes: object) -> PoliteFetcher:
        settings: dict[str, object] = {
            "user_agent": describe_user_agent("press@example.org"),
            "allowed_hosts": ALLOWED,
            "per_host_delay_seconds": 0.0,
            "connect_timeout_seconds": 2.0,
            "total_timeout_seconds": 5.0,
        }
        names = FakeResolver(paper_test="127.0.0.1", other_test="127.0.0.1")
        return PoliteFetcher(FetchOptions(**{**settings, **changes}), clock, resolver=resolver or names)  # type: ignore[arg-type]

    return build


@pytest.fixture
def fake_names() -> type[FakeResolver]:
    """The resolver that knows only the names given to it (with _ for a dot)."""
    return FakeResolver


@pytest.fixture(scope="session")
def gzip_bomb() -> bytes:
    """Two hundred megabytes of zeros in two hundred kilobytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    block = bytes(1_000_000)
    return b"".join([packer.compress(block) for _ in range(200)]) + packer.flush()
