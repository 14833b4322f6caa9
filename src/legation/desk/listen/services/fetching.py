"""Run the polite fetcher beside the database work, on a thread of its own."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from django.conf import settings

from legation.engine.ports import Clock
from legation.engine.records.fetches import FetchRequest
from legation.gateways.http import FetchMemory, FetchOptions, PoliteFetcher, describe_user_agent

# Look-ups of names wait in threads; fifty dead names at once must not hold up the living.
_NAME_THREADS = 64
# robots.txt and "leave me alone" outlast the round: one visitor per worker, as a publisher sees it.
_MEMORY = FetchMemory()


def make_fetch_options(**bounds: Any) -> FetchOptions:
    """Build the fetcher's options from the installation's settings.

    bounds: fields of FetchOptions to set otherwise. Without LEGATION_FETCH_CONTACT the desk's own address is
    the contact.
    """
    environment = settings.ENVIRONMENT
    contact = environment.fetch_contact or environment.base_url
    allowed = frozenset(environment.fetch_allowed_hosts)
    return FetchOptions(user_agent=describe_user_agent(contact), allowed_hosts=allowed, **bounds)


class FetchPool:
    """Fetches in the background what is submitted and gives back what is finished; a context manager."""

    def __init__(self, options: FetchOptions, clock: Clock, *, memory: FetchMemory | None = None) -> None:
        self._options, self._clock = options, clock
        self._memory = _MEMORY if memory is None else memory
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fetching", daemon=True)
        self._answers: queue.SimpleQueue[tuple[Hashable, Future[Any]]] = queue.SimpleQueue()
        self._names = ThreadPoolExecutor(_NAME_THREADS, thread_name_prefix="names")
        self._under_way = 0
        self._fetcher: PoliteFetcher | None = None

    def __enter__(self) -> Self:
        """Start the thread and open the fetcher on it."""
        self._loop.set_default_executor(self._names)
        self._thread.start()
        self._fetcher = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cancel what still runs, close every connection and end the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._names.shutdown(wait=False, cancel_futures=True)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way of which an answer will come."""
        return not self._under_way

    def submit(self, request: FetchRequest, *, tag: Hashable) -> None:
        """Start a request; tag comes back with its answer."""
        if self._fetcher is None:
            raise RuntimeError("The pool is closed; use it inside `with`.")
        self.follow(asyncio.run_coroutine_threadsafe(self._fetcher.fetch(request), self._loop), tag=tag)

    def follow(self, future: Future[Any], *, tag: Hashable) -> None:
        """Give back a future from elsewhere among the answers once it is done."""
        self._under_way += 1
        future.add_done_callback(lambda done: self._answers.put((tag, done)))

    def collect(self, *, timeout_seconds: float) -> Iterator[tuple[Any, Future[Any]]]:
        """Wait for at least one answer, no longer than the timeout, and give back all that are there."""
        while self._under_way:
            try:
                answer = (
                    self._answers.get(timeout=timeout_seconds)
                    if timeout_seconds
                    else self._answers.get_nowait()
                )
            except queue.Empty:
                return
            timeout_seconds = 0.0
            self._under_way -= 1
            yield answer

    async def _open(self) -> PoliteFetcher:
        return await PoliteFetcher(self._options, self._clock, memory=self._memory).__aenter__()

    async def _close(self) -> None:
        mine = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        if self._fetcher is not None:
            await self._fetcher.__aexit__(None, None, None)
