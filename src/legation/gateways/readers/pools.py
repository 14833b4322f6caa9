"""A pool of reading processes: a call that is too slow, too large or deadly costs its process, no more."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from multiprocessing.connection import Connection
from typing import Any, Self

from legation.gateways.readers.calls import (
    ReadCall,
    ReadersUnavailable,
    ReadingDied,
    ReadingTooLarge,
    ReadingTooSlow,
)

_START_SECONDS = 60.0  # imports on a machine under load
_END_SECONDS = 5.0
_IDLE_SECONDS = 300.0  # then the process ends and gives its memory back
# Parsers' caches and a fragmented heap grow slowly; a new process costs a second.
_CALLS_PER_PROCESS = 3_000
_SPARE_BYTES = 1_500_000_000  # the greediest page of WCXB dev takes 300 MB beyond the imports
_DEATHS = 2  # a process killed from outside is no fault of the page: once more


class ReaderPool:
    """Makes calls in processes of its own; starts them when needed and replaces them when lost.

    processes: how many at once; 0 makes every call in the caller's thread, without bounds. A context
    manager; safe to use from several threads.
    """

    def __init__(
        self, processes: int, *, spare_bytes: int = _SPARE_BYTES, idle_seconds: float = _IDLE_SECONDS
    ) -> None:
        self.processes = processes
        self._spare_bytes, self._idle_seconds = spare_bytes, idle_seconds
        self._waiting: queue.SimpleQueue[tuple[ReadCall, Future[Any]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._load = 0  # calls submitted and not finished
        self._children: set[_Child] = set()
        self._is_closed = False

    def __enter__(self) -> Self:
        """Start nothing yet: processes come with the first calls."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every process, at work or not."""
        self.close()

    def submit(self, call: ReadCall) -> Future[Any]:
        """Make a call as soon as a process is free.

        The future holds the call's value or its own exception, or ReadingTooSlow, ReadingTooLarge,
        ReadingDied or ReadersUnavailable.
        """
        future: Future[Any] = Future()
        if not self.processes:
            _run_here(call, future)
            return future
        with self._lock:
            self._load += 1
            if self._threads < min(self._load, self.processes):
                self._threads += 1
                threading.Thread(target=self._attend, name="reading", daemon=True).start()
            self._waiting.put((call, future))
        return future

    def close(self) -> None:
        """Kill the processes; calls under way end with ReadingDied, waiting ones are cancelled."""
        with self._lock:
            self._is_closed = True
            count, children = self._threads, list(self._children)
        while not self._waiting.empty():
            with contextlib.suppress(queue.Empty):
                waiting = self._waiting.get_nowait()
                if waiting:
                    waiting[1].cancel()
        for _ in range(count):
            self._waiting.put(None)
        for child in children:
            child.end()

    def _attend(self) -> None:
        """Serve calls by one process after the other, until nothing comes for a while."""
        child: _Child | None = None
        while True:
            try:
                waiting = self._waiting.get(timeout=self._idle_seconds)
            except queue.Empty:
                waiting = None
            if waiting is None and self._leave():
                self._dismiss(child)
                return
            if waiting is not None:
                child = self._serve(child, *waiting)

    def _leave(self) -> bool:
        """Give up this thread's place, unless a call has come in this very moment."""
        with self._lock:
            if not self._is_closed and not self._waiting.empty():
                return False
            self._threads -= 1
            return True

    def _serve(self, child: _Child | None, call: ReadCall, future: Future[Any]) -> _Child | None:
        """Make one call; returns the process to go on with, None where it was lost or has served enough."""
        if future.set_running_or_notify_cancel():
            try:
                child, is_good, value = self._call(child, call)
            except Exception as error:  # noqa: BLE001 - a thread's edge: whatever it is, the caller learns it
                self._dismiss(child)
                child, is_good, value = None, False, error
            if is_good:
                future.set_result(value)
            else:
                future.set_exception(value)
        with self._lock:
            self._load -= 1
        if child is not None and child.calls >= _CALLS_PER_PROCESS:
            self._dismiss(child)
            return None
        return child

    def _call(self, child: _Child | None, call: ReadCall) -> tuple[_Child | None, bool, Any]:
        for _ in range(_DEATHS):
            if self._is_closed:
                break
            child = child or self._start()
            try:
                is_good, value = child.call(call)
            except ReadersUnavailable as error:
                self._dismiss(child)
                return None, False, error
            except TimeoutError:
                reason = f"Reading it takes longer than {call.timeout_seconds:g} seconds."
                self._dismiss(child)
                return None, False, ReadingTooSlow(reason)
            except (EOFError, OSError):
                self._dismiss(child)
                child = None
                continue
            if isinstance(value, ReadingTooLarge):
                self._dismiss(child)
                child = None
            return child, is_good, value
        return None, False, ReadingDied("The process that read it died over it.")

    def _start(self) -> _Child:
        child = _Child(self._spare_bytes)
        with self._lock:
            self._children.add(child)
        return child

    def _dismiss(self, child: _Child | None) -> None:
        if child is not None:
            child.end()
            with self._lock:
                self._children.discard(child)


class _Child:
    """One process and the line to it."""

    def __init__(self, spare_bytes: int) -> None:
        ours, theirs = socket.socketpair()
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),
            # Numpy's threads would reserve memory that a page may need; reading uses none.
            "OPENBLAS_NUM_THREADS": "1",
        }
        words = [sys.executable, "-m", "legation.gateways.readers.children", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
                [*words, str(spare_bytes)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=environment,
            )
        self._connection = Connection(ours.detach())
        self._is_ready = False
        self.calls = 0

    def call(self, call: ReadCall) -> tuple[bool, Any]:
        """Make a call; raises TimeoutError, ReadersUnavailable, or EOFError or OSError where it died."""
        if not self._is_ready:
            self._wait_until_ready()
        self.calls += 1
        self._connection.send(call)
        if not self._connection.poll(call.timeout_seconds):
            raise TimeoutError
        is_good, value = self._connection.recv()
        return bool(is_good), value

    def _wait_until_ready(self) -> None:
        """Wait for the slow imports; raises ReadersUnavailable where they fail or take too long."""
        try:
            is_there = self._connection.poll(_START_SECONDS)
            if is_there:
                self._connection.recv()
        except (EOFError, OSError):
            is_there = False
        if not is_there:
            raise ReadersUnavailable("No reading process starts; its own words stand in the worker's log.")
        self._is_ready = True

    def end(self) -> None:
        """Kill the process; nothing in it is worth waiting for."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        with contextlib.suppress(OSError):
            self._connection.close()


def _run_here(call: ReadCall, future: Future[Any]) -> None:
    future.set_running_or_notify_cancel()
    try:
        future.set_result(call.run())
    except Exception as error:  # noqa: BLE001 - as in another process
        future.set_exception(error)
