"""A server that does everything a server should not; what it does is chosen by the path.

`python -m tests.gateways.http.hostile` runs the fetcher against all of it and prints the table.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.gateways.http.behaviours import BEHAVIOURS, BY_NAME, Behaviour, whole
from tests.gateways.http.certificates import make_contexts

from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.http import FetchOptions, PoliteFetcher, describe_user_agent

# Bounds for these tests: the real ones take ten times as long to reach.
MAX_BYTES, MAX_COMPRESSED_BYTES, TOTAL_SECONDS = 1_000_000, 500_000, 1.5
# What does not end by running out of time gets all the time that a busy machine may need.
_PATIENCE = {"connect_timeout_seconds": 20.0, "total_timeout_seconds": 30.0}
_AT_ONCE = 6

Answer = Callable[[str, asyncio.StreamWriter], Awaitable[bool]]  # path → whether it was answered


@dataclass
class HostileServer:
    """The server while it runs: where each behaviour is met, and how many bytes it could send."""

    ports: dict[str, int] = field(default_factory=dict)  # by certificate; "" for plain HTTP
    sent_bytes: dict[str, int] = field(default_factory=dict)  # by behaviour

    def address(self, name: str, host: str = "127.0.0.1") -> str:
        """Return where a behaviour is met; only plain HTTP is spoken on every host."""
        behaviour = BY_NAME[name]
        host = "127.0.0.1" if behaviour.port else host
        return f"{behaviour.scheme}://{host}:{self.ports[behaviour.port]}/{name}"


@asynccontextmanager
async def serve_hostile(
    contexts: Mapping[str, ssl.SSLContext],
    *,
    hosts: Iterable[str] = ("127.0.0.1",),
    answer: Answer | None = None,
) -> AsyncIterator[HostileServer]:
    """Serve every behaviour at its path on free ports of the hosts; answer may serve other paths first."""
    server = HostileServer()
    tasks: set[asyncio.Task[None]] = set()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        try:
            await _attend(server, reader, writer, answer)
        except (OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
            return  # the client has gone, or the test is over
        finally:
            writer.close()

    async with AsyncExitStack() as stack:
        for name, context in {"": None, "silent": None, **contexts}.items():
            port = 0
            for host in ("127.0.0.1",) if name else hosts:  # all on one port, as the first host got it
                listener = await asyncio.start_server(
                    attend, host, port, ssl=context, ssl_handshake_timeout=5 if context else None
                )
                stack.callback(listener.close)
                port = listener.sockets[0].getsockname()[1]
            server.ports[name] = port
        try:
            yield server
        finally:
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _attend(
    server: HostileServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer | None
) -> None:
    """Answer one request as its path wants it."""
    host, port = writer.get_extra_info("sockname")[:2]
    behaviour: Behaviour | None
    first = await reader.read(1)
    if first == b"\x16":  # TLS, spoken to a port that has none
        behaviour = BY_NAME["tls-silence" if port == server.ports["silent"] else "tls-not"]
    else:
        request = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = request.split(" ")[1]
        if answer is not None and await answer(path, writer):
            return
        behaviour = BY_NAME.get(path.strip("/").partition("?")[0])
        if behaviour is None:
            writer.write(whole(b"", status="404 Not Found"))
            await writer.drain()
            return
    for piece in behaviour.make(f"http://{host}:{port}"):
        if isinstance(piece, float):
            await asyncio.sleep(piece)
            continue
        writer.write(piece)
        await writer.drain()
        server.sent_bytes[behaviour.name] = server.sent_bytes.get(behaviour.name, 0) + len(piece)
    if behaviour.hangs:
        await asyncio.sleep(3600.0)
    if behaviour.resets:
        writer.transport.abort()


def make_options(**changes: object) -> FetchOptions:
    """Build the fetcher's options with the bounds of these tests."""
    return FetchOptions(
        **{
            "user_agent": describe_user_agent("press@example.org"),
            "allowed_hosts": frozenset({"127.0.0.1"}),
            "per_host_delay_seconds": 0.0,
            "connect_timeout_seconds": 1.0,
            "total_timeout_seconds": TOTAL_SECONDS,
            "slow_grace_seconds": 0.5,
            "max_bytes": MAX_BYTES,
            "max_compressed_bytes": MAX_COMPRESSED_BYTES,
            **changes,
        }  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class Encounter:
    """What came of one behaviour."""

    behaviour: Behaviour
    result: FetchResult
    seconds: float
    sent_bytes: int


async def meet_all() -> list[Encounter]:
    """Fetch every behaviour once, a few at a time."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def meet(server: HostileServer, trusted: ssl.SSLContext, behaviour: Behaviour) -> Encounter:
        async with turns:
            return await _meet(server, trusted, behaviour)

    with make_contexts() as (contexts, trusted):
        async with serve_hostile(contexts) as server:
            return await asyncio.gather(*(meet(server, trusted, behaviour) for behaviour in BEHAVIOURS))


async def _meet(server: HostileServer, trusted: ssl.SSLContext, behaviour: Behaviour) -> Encounter:
    """Fetch one behaviour by a fetcher of its own, so that none is left alone because of another."""
    address = server.address(behaviour.name)
    is_timed = behaviour.status is FetchStatus.TIMED_OUT
    options = make_options() if is_timed else make_options(**_PATIENCE)
    async with PoliteFetcher(options, lambda: datetime.now(UTC)) as fetcher:
        assert fetcher._session is not None
        fetcher._session.connector._ssl = trusted  # type: ignore[union-attr]
        began = time.monotonic()
        result = await fetcher.fetch(FetchRequest(address=address, checks_robots=False))
    return Encounter(behaviour, result, time.monotonic() - began, server.sent_bytes.get(behaviour.name, 0))


def main() -> int:
    """Print what came of every behaviour as a table."""
    encounters = asyncio.run(meet_all())
    lines = ["| the server | the fetch ends as | after | sent | the desk says |", "|---|---|---|---|---|"]
    for met in encounters:
        ends = " ".join(filter(None, (met.result.status.value, met.result.fault and f"({met.result.fault})")))
        sent, reason = f"{met.sent_bytes / 1000:,.0f} KB", met.result.reason[:90].replace("|", "/")
        lines.append(f"| {met.behaviour.about} | {ends} | {met.seconds:.2f} s | {sent} | {reason} |")
    wrong = [met.behaviour.name for met in encounters if met.result.status is not met.behaviour.status]
    lines += ["", f"{len(encounters)} ways to misbehave; not as expected: {', '.join(wrong) or 'none'}.", ""]
    sys.stdout.write("\n".join(lines))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
