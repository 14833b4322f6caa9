"""The fetcher against a real server that behaves, and against servers that do not."""

from __future__ import annotations

import asyncio
import ssl
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus


def ask(address: str, **changes: Any) -> FetchRequest:
    return FetchRequest(address=address, **changes)


def respond(**settings: Any) -> Any:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(**settings)

    return handler


def redirect_to(location: str, status: int = 302) -> Any:
    return respond(status=status, headers={"Location": location})


def write_certificate(folder: Path) -> Path:
    """Write a certificate that no authority has signed, with its key, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return path


def run_fetch(
    serve: Any, fetcher: Any, path: str = "/home", *, changes: Any = None, **handlers: Any
) -> FetchResult:
    """Serve the handlers, fetch one path, and return what came of it."""

    async def main() -> FetchResult:
        async with serve(**handlers) as site, fetcher:
            result: FetchResult = await fetcher.fetch(ask(site.address + path, **(changes or {})))
            return result

    return asyncio.run(main())


class TestGoodAnswers:
    def test_a_page_arrives_with_its_type_and_validators(
        self, serve: Any, make_fetcher: Any, clock: Any
    ) -> None:
        headers = {"ETag": '"v1"', "Last-Modified": "Sun, 01 Mar 2026 06:00:00 GMT"}
        page = respond(body=b"<p>Xin ch\xc3\xa0o", content_type="text/html", charset="utf-8", headers=headers)
        result = run_fetch(serve, make_fetcher(), home=page)
        assert result.status is FetchStatus.FETCHED
        assert result.body == b"<p>Xin ch\xc3\xa0o"
        assert result.content_type == "text/html; charset=utf-8"
        assert (result.etag, result.last_modified) == ('"v1"', "Sun, 01 Mar 2026 06:00:00 GMT")
        assert (result.fetched_at, result.http_status, result.reason) == (clock.now, 200, "")

    def test_the_request_says_who_asks_and_whom_to_write_to(self, serve: Any, make_fetcher: Any) -> None:
        async def echo(request: web.Request) -> web.Response:
            return web.Response(
                text=request.headers["User-Agent"] + "|" + request.headers.get("Cookie", "none")
            )

        result = run_fetch(serve, make_fetcher(), home=echo)
        assert result.body == b"Legation/0.1 (+press@example.org)|none"

    def test_an_unchanged_page_is_not_sent_again(self, serve: Any, make_fetcher: Any) -> None:
        async def answer(request: web.Request) -> web.Response:
            is_known = request.headers.get("If-None-Match") == '"v1"'
            is_dated = request.headers.get("If-Modified-Since") == "Sun, 01 Mar 2026 06:00:00 GMT"
            return web.Response(status=304 if is_known and is_dated else 200)

        known = {"etag": '"v1"', "last_modified": "Sun, 01 Mar 2026 06:00:00 GMT"}
        result = run_fetch(serve, make_fetcher(), changes=known, home=answer)
        assert result.status is FetchStatus.NOT_MODIFIED
        assert (result.etag, result.last_modified) == (known["etag"], known["last_modified"])

    @pytest.mark.parametrize("coding", [web.ContentCoding.gzip, web.ContentCoding.deflate])
    def test_a_compressed_page_is_unpacked(
        self, serve: Any, make_fetcher: Any, coding: web.ContentCoding
    ) -> None:
        async def answer(_: web.Request) -> web.Response:
            response = web.Response(text="tin " * 5_000)
            response.enable_compression(coding)
            return response

        assert run_fetch(serve, make_fetcher(), home=answer).body == b"tin " * 5_000


class TestHttpStatuses:
    @pytest.mark.parametrize(
        ("http_status", "status"),
        [
            (404, FetchStatus.GONE),
            (410, FetchStatus.GONE),
            (403, FetchStatus.REJECTED),
            (451, FetchStatus.REJECTED),
            (500, FetchStatus.SERVER_ERROR),
            (300, FetchStatus.BROKEN),
        ],
    )
    def test_every_status_has_its_outcome(
        self, serve: Any, make_fetcher: Any, http_status: int, status: FetchStatus
    ) -> None:
        result = run_fetch(serve, make_fetcher(), home=respond(status=http_status))
        assert (result.status, result.http_status) == (status, http_status)
        assert str(http_status) in result.reason

    @pytest.mark.parametrize(
        ("http_status", "retry_after", "seconds"),
        [
            (429, "120", 120.0),
            (503, "Sun, 01 Mar 2026 07:31:00 GMT", 60.0),
            (429, "soon", None),
            (503, "9" * 5_000, 86_400.0),
        ],
    )
    def test_a_busy_server_is_given_the_time_that_it_asks_for(
        self, serve: Any, make_fetcher: Any, http_status: int, retry_after: str, seconds: float | None
    ) -> None:
        busy = respond(status=http_status, headers={"Retry-After": retry_after})
        result = run_fetch(serve, make_fetcher(), home=busy)
        assert (result.status, result.retry_after_seconds) == (FetchStatus.BUSY, seconds)

    def test_a_busy_host_is_not_asked_again_before_its_time(
        self, serve: Any, make_fetcher: Any, clock: Any
    ) -> None:
        async def main() -> None:
            busy = respond(status=429, headers={"Retry-After": "90"})
            async with serve(busy=busy, home=respond(text="open")) as site, make_fetcher() as fetcher:
                await fetcher.fetch(ask(site.address + "/busy"))
                clock.move(30)
                refused = await fetcher.fetch(ask(site.address + "/home"))
                assert (refused.status, refused.retry_after_seconds) == (FetchStatus.BUSY, 60.0)
                assert site.paths == ["/busy"]
                clock.move(61)
                assert (await fetcher.fetch(ask(site.address + "/home"))).body == b"open"

        asyncio.run(main())


class TestRedirects:
    def test_a_permanent_move_is_followed_and_reported(self, serve: Any, make_fetcher: Any) -> None:
        result = run_fetch(
            serve, make_fetcher(), "/old", old=redirect_to("/newer", 301), newer=redirect_to("new", 308),
            new=respond(text="here"),
        )  # fmt: skip
        assert result.body == b"here"
        assert result.moved_permanently_to == result.final_address
        assert result.final_address.endswith("/new")
        assert [address.rpartition("/")[2] for address in result.redirects] == ["old", "newer"]

    def test_a_move_with_one_temporary_hop_is_not_permanent(self, serve: Any, make_fetcher: Any) -> None:
        result = run_fetch(
            serve, make_fetcher(), "/old", old=redirect_to("/newer", 301), newer=redirect_to("/new", 302),
            new=respond(text="here"),
        )  # fmt: skip
        assert (result.body, result.moved_permanently_to) == (b"here", "")

    def test_a_circle_of_redirects_ends(self, serve: Any, make_fetcher: Any) -> None:
        result = run_fetch(serve, make_fetcher(), home=redirect_to("/back"), back=redirect_to("/home"))
        assert result.status is FetchStatus.TOO_MANY_REDIRECTS
        assert "circle" in result.reason

    def test_endless_redirects_end(self, serve: Any, make_fetcher: Any) -> None:
        async def onwards(request: web.Request) -> web.Response:
            return web.Response(status=302, headers={"Location": f"/home?{len(request.query_string) * 'x'}x"})

        result = run_fetch(serve, make_fetcher(), home=onwards)
        assert result.status is FetchStatus.TOO_MANY_REDIRECTS
        assert len(result.redirects) == 6

    @pytest.mark.parametrize(
        "target",
        [
            "http://169.254.169.254/latest/meta-data/",
            "http://127.0.0.2:1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://2130706433/",
            "http://user:word@paper.test/",
            "file:///etc/passwd",
            "http://evil.test/",  # resolves to 10.0.0.7
        ],
    )
    def test_a_redirect_into_the_private_net_is_refused(
        self, serve: Any, make_fetcher: Any, fake_names: Any, target: str
    ) -> None:
        resolver = fake_names(evil_test="10.0.0.7")
        result = run_fetch(serve, make_fetcher(resolver), home=redirect_to(target))
        assert result.status is FetchStatus.REFUSED_ADDRESS
        assert result.body == b""

    def test_a_loopback_redirect_is_refused_when_only_one_port_is_allowed(
        self, serve: Any, make_fetcher: Any
    ) -> None:
        async def main() -> None:
            async with (
                serve(home=respond(text="secret")) as inner,
                serve(home=redirect_to(inner.address + "/home")) as outer,
                make_fetcher(allowed_hosts=frozenset({f"127.0.0.1:{outer.port}"})) as fetcher,
            ):
                result = await fetcher.fetch(ask(outer.address + "/home"))
                assert result.status is FetchStatus.REFUSED_ADDRESS
                assert inner.seen == []

        asyncio.run(main())


class TestNames:
    def test_a_name_that_resolves_to_the_loopback_is_refused(
        self, serve: Any, make_fetcher: Any, fake_names: Any
    ) -> None:
        async def main() -> None:
            resolver = fake_names(rebind_test="127.0.0.1")
            async with serve(home=respond(text="secret")) as site, make_fetcher(resolver) as fetcher:
                result = await fetcher.fetch(ask(f"http://rebind.test:{site.port}/home"))
                assert result.status is FetchStatus.REFUSED_ADDRESS
                assert "rebind.test resolves to 127.0.0.1" in result.reason
                assert site.seen == []

        asyncio.run(main())

    def test_the_checked_answer_is_the_one_connected_to(
        self, serve: Any, make_fetcher: Any, fake_names: Any
    ) -> None:
        async def main() -> None:
            resolver = fake_names(paper_test="127.0.0.1")
            async with serve(home=respond(text="open")) as site, make_fetcher(resolver) as fetcher:
                await fetcher.fetch(ask(f"http://paper.test:{site.port}/home"))
                # One question for robots.txt and the page together: nothing asks behind the guard's back.
                assert resolver.questions == ["paper.test"]

        asyncio.run(main())

    def test_an_unknown_name_is_a_broken_connection(self, serve: Any, make_fetcher: Any) -> None:
        async def main() -> None:
            async with make_fetcher() as fetcher:
                result = await fetcher.fetch(ask("http://nowhere.example.org/"))
                assert result.status is FetchStatus.BROKEN
                assert "cannot be resolved" in result.reason

        asyncio.run(main())


class TestHostileBodies:
    def test_a_gzip_bomb_is_stopped(self, serve: Any, make_fetcher: Any, gzip_bomb: bytes) -> None:
        bomb = respond(body=gzip_bomb, headers={"Content-Encoding": "gzip"})
        result = run_fetch(serve, make_fetcher(max_bytes=2_000_000), home=bomb)
        assert result.status is FetchStatus.TOO_LARGE
        assert len(result.body) <= 2_000_000

    def test_a_gigabyte_that_is_announced_is_not_read(self, serve_raw: Any, make_fetcher: Any) -> None:
        async def announce(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(30)

        result = run_raw(serve_raw, make_fetcher(), announce)
        assert result.status is FetchStatus.TOO_LARGE

    def test_a_gigabyte_that_is_streamed_is_cut_and_memory_stays_flat(
        self, serve_raw: Any, make_fetcher: Any
    ) -> None:
        block = b"x" * 65_536
        sent = 0

        async def stream(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while sent < 1_000_000_000:
                writer.write(block)
                await writer.drain()
                sent += len(block)

        tracemalloc.start()
        try:
            result = run_raw(serve_raw, make_fetcher(max_bytes=3_000_000), stream)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert result.status is FetchStatus.TOO_LARGE
        assert sent < 50_000_000
        assert peak < 12_000_000  # the body's bound, its joined copy and the server's own buffers

    def test_one_byte_a_minute_ends_at_the_deadline(self, serve_raw: Any, make_fetcher: Any) -> None:
        async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.2)  # a minute, scaled like the deadline

        started = time.monotonic()
        result = run_raw(serve_raw, make_fetcher(total_timeout_seconds=0.5), drip)
        assert result.status is FetchStatus.TIMED_OUT
        assert time.monotonic() - started < 8

    def test_a_drip_below_the_least_rate_ends_before_the_deadline(
        self, serve_raw: Any, make_fetcher: Any
    ) -> None:
        async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)

        fetcher = make_fetcher(
            total_timeout_seconds=60.0, slow_grace_seconds=0.2, min_bytes_per_second=1000.0
        )
        result = run_raw(serve_raw, fetcher, drip)
        assert (result.status, result.reason) == (FetchStatus.TIMED_OUT, "The server sends too slowly.")

    def test_a_silent_server_ends_at_the_deadline(self, serve_raw: Any, make_fetcher: Any) -> None:
        async def wait(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
            await asyncio.sleep(30)

        result = run_raw(serve_raw, make_fetcher(total_timeout_seconds=0.3), wait)
        assert result.status is FetchStatus.TIMED_OUT

    @pytest.mark.parametrize(
        ("coding", "body", "status"),
        [
            ("gzip", b"plain after all", FetchStatus.FETCHED),
            ("gzip", b"\x1f\x8b damaged", FetchStatus.BROKEN),
            ("br", b"plain after all", FetchStatus.BROKEN),
            ("gzip, gzip", b"", FetchStatus.BROKEN),
            ("rot13", b"cynva", FetchStatus.BROKEN),
        ],
    )
    def test_a_wrong_content_encoding_is_mended_or_named(
        self, serve: Any, make_fetcher: Any, coding: str, body: bytes, status: FetchStatus
    ) -> None:
        result = run_fetch(
            serve, make_fetcher(), home=respond(body=body, headers={"Content-Encoding": coding})
        )
        assert result.status is status
        assert bool(result.reason) is (status is FetchStatus.BROKEN)

    def test_a_body_shorter_than_announced_is_broken(self, serve_raw: Any, make_fetcher: Any) -> None:
        async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            await writer.drain()

        assert run_raw(serve_raw, make_fetcher(), cut).status is FetchStatus.BROKEN

    def test_a_connection_reset_is_broken(self, serve_raw: Any, make_fetcher: Any) -> None:
        async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.transport.abort()

        assert run_raw(serve_raw, make_fetcher(), reset).status is FetchStatus.BROKEN

    @pytest.mark.parametrize(
        "answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n"]
    )
    def test_what_is_not_http_is_broken(self, serve_raw: Any, make_fetcher: Any, answer: bytes) -> None:
        async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)
            await writer.drain()

        assert run_raw(serve_raw, make_fetcher(), speak).status is FetchStatus.BROKEN

    def test_a_server_without_tls_is_broken_with_a_reason(self, serve: Any, make_fetcher: Any) -> None:
        async def main() -> None:
            async with serve(home=respond(text="plain")) as site, make_fetcher() as fetcher:
                result = await fetcher.fetch(ask(f"https://127.0.0.1:{site.port}/home", checks_robots=False))
                assert result.status is FetchStatus.BROKEN
                assert "TLS" in result.reason

        asyncio.run(main())

    def test_a_certificate_of_nobody_s_is_broken_with_a_reason(
        self, make_fetcher: Any, tmp_path: Path
    ) -> None:
        async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async def main() -> FetchResult:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(write_certificate(tmp_path))
            server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
            port = server.sockets[0].getsockname()[1]
            async with server, make_fetcher() as fetcher:
                result: FetchResult = await fetcher.fetch(ask(f"https://127.0.0.1:{port}/"))
                return result

        result = asyncio.run(main())
        assert result.status is FetchStatus.BROKEN
        assert "certificate" in result.reason.lower()

    def test_a_dead_port_is_broken(self, serve: Any, make_fetcher: Any) -> None:
        async def main() -> None:
            async with serve() as site:
                port = site.port
            async with make_fetcher() as fetcher:
                result = await fetcher.fetch(ask(f"http://127.0.0.1:{port}/home"))
                assert result.status is FetchStatus.BROKEN

        asyncio.run(main())


class TestBudgets:
    def test_one_host_is_asked_by_one_request_at_a_time(self, serve: Any, make_fetcher: Any) -> None:
        at_once = most_at_once = 0

        async def slow(_: web.Request) -> web.Response:
            nonlocal at_once, most_at_once
            at_once += 1
            most_at_once = max(most_at_once, at_once)
            await asyncio.sleep(0.02)
            at_once -= 1
            return web.Response(text="ok")

        async def main() -> None:
            async with serve(home=slow) as site, make_fetcher() as fetcher:
                requests = [ask(f"{site.address}/home/{number}") for number in range(6)]
                results = await asyncio.gather(*map(fetcher.fetch, requests))
                assert {result.status for result in results} == {FetchStatus.FETCHED}

        asyncio.run(main())
        assert most_at_once == 1

    def test_requests_to_one_host_keep_their_distance(self, serve: Any, make_fetcher: Any) -> None:
        moments: list[float] = []

        async def note(_: web.Request) -> web.Response:
            moments.append(time.monotonic())
            return web.Response(text="ok")

        async def main() -> None:
            fetcher = make_fetcher(per_host_delay_seconds=0.1, per_host_concurrency=2)
            async with serve(home=note, robots_txt=note) as site, fetcher:
                requests = [ask(f"{site.address}/home/{number}") for number in range(4)]
                await asyncio.gather(*map(fetcher.fetch, requests))

        asyncio.run(main())
        gaps = [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)]
        assert len(gaps) == 4
        assert min(gaps) > 0.07

    def test_a_cancelled_fetch_is_cancelled_and_frees_its_turn(self, serve: Any, make_fetcher: Any) -> None:
        async def wait(_: web.Request) -> web.Response:
            await asyncio.sleep(30)
            return web.Response()

        async def main() -> None:
            async with serve(home=wait, next=respond(text="next")) as site, make_fetcher() as fetcher:
                task = asyncio.create_task(fetcher.fetch(ask(site.address + "/home")))
                await asyncio.sleep(0.1)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert (await fetcher.fetch(ask(site.address + "/next"))).body == b"next"

        asyncio.run(main())


def run_raw(serve_raw: Any, fetcher: Any, handler: Any) -> FetchResult:
    """Fetch, without robots.txt, from a server written by hand."""

    async def main() -> FetchResult:
        async with serve_raw(handler) as site, fetcher:
            result: FetchResult = await fetcher.fetch(ask(site.address + "/", checks_robots=False))
            return result

    return asyncio.run(main())
