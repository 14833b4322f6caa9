"""The fetcher: one guarded, bounded, polite request after the other, every failure a result."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from legation.engine.listen.addresses import UnusableAddress, site_key
from legation.engine.ports import Clock
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.http.bodies import BodyTooLarge, BodyTooSlow, BrokenBody, make_decoder, read_body
from legation.gateways.http.exchanges import ExchangeLog, TracedResponse
from legation.gateways.http.failures import CONNECTION, Failure, explain_error, judge_http_status
from legation.gateways.http.guards import GuardedResolver, RefusedAddress, check_address
from legation.gateways.http.headers import decode_location, parse_retry_after, read_links
from legation.gateways.http.hosts import HostBudgets
from legation.gateways.http.memories import FetchMemory
from legation.gateways.http.options import FetchOptions
from legation.gateways.http.robots import MAX_ROBOTS_BYTES, RobotsCache, RobotsVerdict

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS = frozenset({301, 308})
_GOOD = frozenset({FetchStatus.FETCHED, FetchStatus.NOT_MODIFIED})
_ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_ARCHIVED_ENCODING = "gzip, deflate, br"  # what readers of web archives undo; warcio 1.8 knows no zstd
_CHUNK_BYTES = 65_536


class PoliteFetcher:
    """Fetches addresses politely and safely; implements the engine's Fetcher port.

    Use as `async with PoliteFetcher(options, clock) as fetcher`. One fetcher serves any number of tasks of
    one event loop; its budgets live as long as it does, what it learned of the sites as long as its memory.
    """

    def __init__(
        self,
        options: FetchOptions,
        clock: Clock,
        *,
        resolver: AbstractResolver | None = None,
        memory: FetchMemory | None = None,
    ) -> None:
        memory = memory or FetchMemory()
        self._options = options
        self._clock = clock
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None
        self._budgets = HostBudgets(
            options.per_host_concurrency, options.global_concurrency, quiet_until=memory.quiet_until
        )
        self._large_bodies = asyncio.Semaphore(options.large_bodies_at_once)
        self._robots = RobotsCache(
            token=options.robots_token,
            clock=clock,
            read_robots=self._read_robots,
            cache_seconds=options.robots_cache_seconds,
            failure_seconds=options.robots_failure_seconds,
            entries=memory.robots,
        )

    async def __aenter__(self) -> Self:
        """Open the pool of connections."""
        options = self._options
        inner = self._resolver or aiohttp.ThreadedResolver()
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(inner, options.allowed_hosts),
            limit=options.global_concurrency,
            ttl_dns_cache=60,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": options.user_agent, "Accept-Encoding": _ACCEPT_ENCODING},
            timeout=aiohttp.ClientTimeout(total=None, connect=None),
            response_class=TracedResponse,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Fetch one address; every failure is a FetchResult, never an exception.

        Redirects are followed by hand, each through the guard, robots.txt and its own host's budget.
        """
        log = ExchangeLog(self._clock, is_on=request.keeps_exchanges)
        return log.attach(await self._follow(request, max_bytes=self._options.max_bytes, log=log))

    async def _follow(self, request: FetchRequest, *, max_bytes: int, log: ExchangeLog) -> FetchResult:
        address, is_permanent = request.address, True
        passed: list[str] = []
        seconds_left = self._options.total_timeout_seconds
        loop = asyncio.get_running_loop()
        while True:
            try:
                url = check_address(address, self._options.allowed_hosts)
            except RefusedAddress as refusal:
                result = self._fail(request, FetchStatus.REFUSED_ADDRESS, str(refusal))
                return replace(result, final_address=address if passed else "", redirects=tuple(passed))
            hop = await self._knock(request, url)
            if isinstance(hop, FetchResult):
                return replace(hop, final_address=str(url), redirects=tuple(passed))
            async with self._budgets.take_turn(_name_site(url), hop):
                started = loop.time()
                result, location = await self._exchange(request, url, max_bytes, seconds_left, log)
                seconds_left -= loop.time() - started
            self._note_quiet(url, result)
            if not location:
                is_moved = bool(passed) and is_permanent and result.status in _GOOD
                moved = str(url) if is_moved else ""
                return replace(
                    result, final_address=str(url), redirects=tuple(passed), moved_permanently_to=moved
                )
            passed.append(str(url))
            is_permanent = is_permanent and result.http_status in _PERMANENT_REDIRECTS
            address = location
            if len(passed) > self._options.max_redirects or address in passed:
                times = f"more than {self._options.max_redirects} times"
                reason = f"The site redirects {'in a circle' if address in passed else times}."
                failed = self._fail(request, FetchStatus.TOO_MANY_REDIRECTS, reason)
                return replace(failed, final_address=str(url), redirects=tuple(passed))

    async def _knock(self, request: FetchRequest, url: URL) -> FetchResult | float:
        """Ask budget and robots.txt whether url may be fetched: the delay to keep, or the failure."""
        host = _name_host(url)
        quiet = self._budgets.read_quiet_time(host, now=self._clock())
        if quiet:
            failed = self._fail(request, FetchStatus.BUSY, f"{host} asked to be left alone for now.")
            return replace(failed, retry_after_seconds=quiet.total_seconds())
        delay = self._options.per_host_delay_seconds
        if not request.checks_robots:
            return delay
        verdict = await self._robots.judge(url)
        if verdict.failure is not None:
            return self._explain_robots_failure(request, verdict.failure)
        if not verdict.is_allowed:
            return self._fail(
                request, FetchStatus.REFUSED_ROBOTS, f"robots.txt of {host} forbids this address."
            )
        return self._choose_delay(verdict)

    def _choose_delay(self, verdict: RobotsVerdict) -> float:
        asked = min(verdict.crawl_delay_seconds, self._options.max_crawl_delay_seconds)
        return max(self._options.per_host_delay_seconds, asked)

    def _explain_robots_failure(self, request: FetchRequest, failure: FetchResult) -> FetchResult:
        """Report an unreadable robots.txt: a dead host stays a dead host, a faulty one forbids."""
        status = failure.status
        if status in (FetchStatus.SERVER_ERROR, FetchStatus.TOO_LARGE, FetchStatus.NOT_MODIFIED):
            status = FetchStatus.REFUSED_ROBOTS
        failed = self._fail(request, status, f"robots.txt could not be read: {failure.reason}")
        return replace(failed, retry_after_seconds=failure.retry_after_seconds, fault=failure.fault)

    async def _read_robots(self, address: str) -> FetchResult:
        request = FetchRequest(address=address, accept="text/plain, */*;q=0.5", checks_robots=False)
        log = ExchangeLog(self._clock, is_on=False)
        return await self._follow(request, max_bytes=MAX_ROBOTS_BYTES, log=log)

    def _note_quiet(self, url: URL, result: FetchResult) -> None:
        if result.status is FetchStatus.BUSY and result.retry_after_seconds:
            until = self._clock() + timedelta(seconds=result.retry_after_seconds)
            self._budgets.keep_quiet(_name_host(url), until=until)

    async def _exchange(
        self, request: FetchRequest, url: URL, max_bytes: int, seconds_left: float, log: ExchangeLog
    ) -> tuple[FetchResult, str]:
        """Send one request and read its answer: the result, and where it redirects to ("" elsewhere)."""
        room = _Room(self._large_bodies)
        try:
            async with asyncio.timeout(max(seconds_left, 0.0)) as bound:
                room.bound = bound
                return await self._send(request, url, max_bytes, log, room)
        except aiohttp.ConnectionTimeoutError:
            reason = f"No connection within {self._options.connect_timeout_seconds:g} seconds."
            failure = Failure(FetchStatus.TIMED_OUT, reason, CONNECTION)
        except (TimeoutError, aiohttp.ServerTimeoutError):
            reason = f"No complete answer within {self._options.total_timeout_seconds:g} seconds."
            failure = Failure(FetchStatus.TIMED_OUT, reason)
        except BodyTooSlow:
            failure = Failure(FetchStatus.TIMED_OUT, "The server sends too slowly.")
        except BodyTooLarge as error:
            failed = self._fail(
                request, FetchStatus.TOO_LARGE, f"The answer is larger than {max_bytes:,} bytes."
            )
            return replace(failed, body=error.partial), ""
        except BrokenBody as error:
            failure = Failure(FetchStatus.BROKEN, str(error))
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
            failure = explain_error(error)
        finally:
            room.leave()
        failed = self._fail(request, failure.status, failure.reason)
        return replace(failed, fault=failure.fault), ""

    async def _send(
        self, request: FetchRequest, url: URL, max_bytes: int, log: ExchangeLog, room: _Room
    ) -> tuple[FetchResult, str]:
        if self._session is None:
            raise RuntimeError("The fetcher is closed; use it inside `async with`.")
        headers = {"Accept": request.accept}
        if request.keeps_exchanges:
            headers["Accept-Encoding"] = _ARCHIVED_ENCODING
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        timeout = aiohttp.ClientTimeout(total=None, connect=self._options.connect_timeout_seconds)
        started_at = log.start_hop()
        method, form = ("POST", aiohttp.FormData(request.form)) if request.form else ("GET", None)
        async with self._session.request(
            method, url, data=form, headers=headers, allow_redirects=False, timeout=timeout
        ) as response:
            log.note_heads(response, started_at)
            location = decode_location(response.headers.get("Location", ""))
            if response.status in _REDIRECTS and location:
                target = url.join(URL(location)).with_fragment(None)
                result = self._describe(request, response, FetchStatus.FETCHED)
                response.close()
                return result, str(target)
            status, reason = judge_http_status(response.status)
            result = replace(self._describe(request, response, status), reason=reason)
            if status is FetchStatus.FETCHED:
                body = await self._read(response, max_bytes, log, room)
                result = replace(result, body=body)
            else:
                response.close()  # an error page's body is of no use, and may have no end
            return result, ""

    async def _read(
        self, response: aiohttp.ClientResponse, max_bytes: int, log: ExchangeLog, room: _Room
    ) -> bytes:
        options = self._options
        # Refused by its announcement only where far too large: the beginning of robots.txt is of use.
        if (response.content_length or 0) > options.max_compressed_bytes:
            response.close()
            raise BodyTooLarge
        return await read_body(
            log.tee(response.content.iter_chunked(_CHUNK_BYTES)),
            make_decoder(response.headers.get("Content-Encoding", "")),
            max_bytes=max_bytes,
            max_compressed_bytes=min(options.max_compressed_bytes, max_bytes),
            min_bytes_per_second=options.min_bytes_per_second,
            slow_grace_seconds=options.slow_grace_seconds,
            read_seconds=asyncio.get_running_loop().time,
            large_bytes=options.large_body_bytes,
            wait_for_room=room.enter,
        )

    def _describe(
        self, request: FetchRequest, response: aiohttp.ClientResponse, status: FetchStatus
    ) -> FetchResult:
        now, headers = self._clock(), response.headers
        is_same = status is FetchStatus.NOT_MODIFIED
        links = read_links(headers.getall("Link", ()), address=str(response.url))
        return FetchResult(
            request=request,
            status=status,
            fetched_at=now,
            http_status=response.status,
            content_type=headers.get("Content-Type", ""),
            etag=headers.get("ETag", request.etag if is_same else ""),
            last_modified=headers.get("Last-Modified", request.last_modified if is_same else ""),
            retry_after_seconds=parse_retry_after(
                headers.get("Retry-After", ""), now=now, max_seconds=self._options.max_retry_after_seconds
            ),
            hub=links.get("hub", ""),
            topic=links.get("self", ""),
        )

    def _fail(self, request: FetchRequest, status: FetchStatus, reason: str) -> FetchResult:
        return FetchResult(request=request, status=status, fetched_at=self._clock(), reason=reason)


class _Room:
    """One of the places for large bodies, taken when a body turns out to be one."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._is_held = False
        self.bound: asyncio.Timeout | None = None  # of the whole request

    async def enter(self) -> None:
        """Wait for a place; the request's time stands still meanwhile, for the waiting is our own."""
        deadline = self.bound.when() if self.bound else None
        loop = asyncio.get_running_loop()
        waits_from = loop.time()
        if self.bound:
            self.bound.reschedule(None)
        await self._places.acquire()
        self._is_held = True
        if self.bound and deadline is not None:
            self.bound.reschedule(deadline + loop.time() - waits_from)

    def leave(self) -> None:
        """Give the place back."""
        if self._is_held:
            self._is_held = False
            self._places.release()


def _name_host(url: URL) -> str:
    return f"{url.raw_host}:{url.port}"


def _name_site(url: URL) -> str:
    """Name whose budget a request counts against: the registered site, whatever host of it is asked."""
    try:
        return site_key(str(url))
    except UnusableAddress:
        return _name_host(url)
