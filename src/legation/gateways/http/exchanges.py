"""Keeping what went over the wire, hop by hop, for an evidence copy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import aiohttp
from aiohttp.connector import Connection

from legation.engine.ports import Clock
from legation.engine.records.fetches import FetchResult, HttpExchange


class TracedResponse(aiohttp.ClientResponse):
    """A response that remembers which address answered, also once its connection is given back."""

    remote_address = ""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Note the other end of the connection before a short answer releases it."""
        peer = connection.transport.get_extra_info("peername") if connection.transport else None
        self.remote_address = str(peer[0]) if peer else ""
        return await super().start(connection)


class ExchangeLog:
    """The exchanges of one fetch in their order; one that is off keeps nothing and costs nothing."""

    def __init__(self, clock: Clock, *, is_on: bool) -> None:
        self._clock, self._is_on = clock, is_on
        self._exchanges: list[HttpExchange] = []
        self._pieces: list[bytes] = []

    def start_hop(self) -> datetime:
        """Return the moment at which a hop's request goes out."""
        return self._clock()

    def note_heads(self, response: aiohttp.ClientResponse, started_at: datetime) -> None:
        """Keep both heads of a hop; until its body is read to the end, the exchange counts as cut."""
        if not self._is_on:
            return
        self._close_hop(is_whole=False)
        self._exchanges.append(
            HttpExchange(
                address=str(response.request_info.real_url.with_fragment(None)),
                started_at=started_at,
                request_head=_write_request_head(response),
                response_head=_write_response_head(response),
                response_body=b"",
                remote_address=getattr(response, "remote_address", ""),
                is_cut=response.headers.get("Content-Length", "").strip() != "0",
            )
        )

    async def tee(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Hand the body's chunks on as they came, keeping each."""
        async for chunk in chunks:
            if self._is_on:
                self._pieces.append(chunk)
            yield chunk
        if self._is_on:
            self._close_hop(is_whole=True)

    def attach(self, result: FetchResult) -> FetchResult:
        """Return the result with every exchange that led to it."""
        if not self._is_on:
            return result
        self._close_hop(is_whole=False)
        return replace(result, exchanges=tuple(self._exchanges))

    def _close_hop(self, *, is_whole: bool) -> None:
        """Put the pieces read so far into the last exchange; a broken or bounded one stays marked as cut."""
        if is_whole or self._pieces:
            last = self._exchanges[-1]
            body = b"".join(self._pieces)
            self._exchanges[-1] = replace(last, response_body=body, is_cut=not is_whole)
        self._pieces = []


def _write_request_head(response: aiohttp.ClientResponse) -> bytes:
    asked = response.request_info
    lines = [f"{asked.method} {asked.real_url.raw_path_qs} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in asked.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def _write_response_head(response: aiohttp.ClientResponse) -> bytes:
    version = response.version or aiohttp.HttpVersion11
    reason = (response.reason or "").encode("utf-8", "surrogateescape")
    status = b"HTTP/%d.%d %d %s" % (version.major, version.minor, response.status, reason)
    fields = [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([status, *fields, b"", b""])
