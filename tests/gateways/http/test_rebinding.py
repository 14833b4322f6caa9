"""A name that answers differently between check and use."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from legation.engine.records.fetches import FetchRequest, FetchStatus
from legation.gateways.http import guards


def test_a_name_that_turns_private_between_check_and_use_gains_nothing(
    make_fetcher: Any, fake_names: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take 127.0.0.2 for the public internet: it is checked, then every further answer is 127.0.0.1."""

    class Rebinding(fake_names):  # type: ignore[misc]
        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
            answer = await super().resolve(host, port, family)
            self.names[host] = "127.0.0.1"
            return answer

    async def main() -> None:
        resolver = Rebinding(rebind_test="127.0.0.2")
        monkeypatch.setattr(guards, "is_public_address", lambda address: address == "127.0.0.2")
        connected: list[str] = []

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connected.append(writer.get_extra_info("sockname")[0])
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "0.0.0.0", 0)  # noqa: S104 - for the length of a test
        port = server.sockets[0].getsockname()[1]
        async with server, make_fetcher(resolver, allowed_hosts=frozenset()) as fetcher:
            first = await fetcher.fetch(FetchRequest(f"http://rebind.test:{port}/", checks_robots=False))
            fetcher._session.connector.clear_dns_cache()
            second = await fetcher.fetch(FetchRequest(f"http://rebind.test:{port}/", checks_robots=False))
        assert (first.status, first.body) == (FetchStatus.FETCHED, b"ok")
        assert second.status is FetchStatus.REFUSED_ADDRESS
        assert connected == ["127.0.0.2"]
        assert resolver.questions == ["rebind.test"] * 2

    asyncio.run(main())
