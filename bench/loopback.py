"""A publisher's server on many addresses of the loopback: it gives out what it holds, and costs little."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

START_SECONDS = 30.0
_ABSENT = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def name_hosts(count: int) -> list[str]:
    """Return as many addresses of the loopback, each of which the product takes for a site of its own."""
    return [f"127.0.{2 + number // 250}.{1 + number % 250}" for number in range(count)]


@contextmanager
def serve_bodies(
    hosts: Sequence[str], bodies: Mapping[str, tuple[str, bytes]], *, silent: Sequence[str] = ()
) -> Iterator[tuple[int, int]]:
    """Serve bodies by path, with their content types, on one port of all hosts; yields port and process.

    silent: those of the hosts that take every request and answer none.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs, hosts, bodies, frozenset(silent)), daemon=True)
    server.start()
    try:
        if not ours.poll(START_SECONDS):
            raise TimeoutError("The loopback server does not start.")
        yield ours.recv(), server.pid or 0
    finally:
        server.kill()
        server.join()


def _serve(
    connection: Connection,
    hosts: Sequence[str],
    bodies: Mapping[str, tuple[str, bytes]],
    silent: frozenset[str],
) -> None:
    async def main() -> None:
        def make() -> _Answerer:
            return _Answerer(bodies, silent)

        loop, port = asyncio.get_running_loop(), 0
        for host in hosts:
            server = await loop.create_server(make, host, port)
            port = server.sockets[0].getsockname()[1]
        connection.send(port)
        await asyncio.Event().wait()

    asyncio.run(main())


class _Answerer(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, bodies: Mapping[str, tuple[str, bytes]], silent: frozenset[str]) -> None:
        self._bodies, self._silent = bodies, silent
        self._request = b""
        self._is_silent = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the connection, and whether its host answers."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._is_silent = transport.get_extra_info("sockname")[0] in self._silent

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._request += data
        while b"\r\n\r\n" in self._request and not self._is_silent:
            head, _, self._request = self._request.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode("ascii", "replace")
            found = self._bodies.get(path)
            if found is None:
                self._transport.write(_ABSENT)
                continue
            kind, body = found
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            self._transport.write(head + body)
