"""Ask a site one thing after the other, politely and in bounds, for a job that may be called off."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from types import TracebackType
from typing import Any, Self

from legation.desk.carry.services.registry import JobRun
from legation.desk.listen.services.fetching import FetchPool
from legation.desk.listen.services.reading import share_reader_pool
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.http import FetchOptions
from legation.gateways.readers import ReadCall

_BEAT_SECONDS = 1.0  # how often a waiting job looks whether it was called off


class SiteVisit:
    """One visit to a site under the guards that every fetch passes; a context manager.

    No address is asked for twice, and none at all once max_requests is reached.
    """

    def __init__(self, run: JobRun, options: FetchOptions, *, steps: int, max_requests: int) -> None:
        self._run, self._steps, self._max_requests = run, steps, max_requests
        self._pool = FetchPool(options, run.now)
        self._answers: dict[str, FetchResult] = {}
        self._done = 0

    def __enter__(self) -> Self:
        """Open the fetcher."""
        self._pool.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        self._pool.__exit__(kind, error, trace)

    @property
    def request_count(self) -> int:
        """How many addresses were asked for, robots.txt of the fetcher's own not counted."""
        return len(self._answers)

    def begin(self, step: int) -> None:
        """Tell the job which step begins; raises JobCancelled or JobLost."""
        self._done = step
        self._beat()

    def fetch(self, address: str, *, accept: str, checks_robots: bool = True) -> FetchResult:
        """Fetch one address; every failure is a result."""
        if address in self._answers:
            return self._answers[address]
        request = FetchRequest(address=address, accept=accept, checks_robots=checks_robots)
        if len(self._answers) >= self._max_requests:
            reason = f"{self._max_requests} addresses of this site were asked for already."
            return FetchResult(request, FetchStatus.REJECTED, self._run.now(), reason=reason)
        self._pool.submit(request, tag=address)
        while True:
            for _tag, future in self._pool.collect(timeout_seconds=_BEAT_SECONDS):
                result: FetchResult = future.result()
                self._answers[address] = result
                return result
            self._beat()

    def read(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Call a function of the engine in a process that may be killed; raises what it raises."""
        future: Future[Any] = share_reader_pool().submit(ReadCall(function, arguments, options))
        while True:
            try:
                return future.result(timeout=_BEAT_SECONDS)
            except FutureTimeoutError:
                if future.done():  # the reading's own timeout, not ours
                    raise
                self._beat()

    def _beat(self) -> None:
        self._run.advance(done=self._done, total=self._steps)
