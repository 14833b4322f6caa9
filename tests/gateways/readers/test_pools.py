"""Reading processes: what goes wrong in one costs that call, and nothing else."""

from __future__ import annotations

import operator
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil
import pytest

from legation.engine import flow
from legation.engine.records.articles import FeedItem, OutcomeKind
from legation.gateways.readers import (
    ReadCall,
    ReaderPool,
    ReadersUnavailable,
    ReadingDied,
    ReadingTooLarge,
    ReadingTooSlow,
)


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1, spare_bytes=300_000_000) as made:
        yield made


def test_an_item_is_read_in_another_process_as_in_this_one(pool: ReaderPool) -> None:
    item = FeedItem(
        guid="1", address="http://paper.test/1", title="The port opens", summary_html="word " * 40
    )
    call = ReadCall(flow.read_item, (item, None), {"source_language": "en", "now": datetime.now(UTC)})
    there = pool.submit(call).result(60)
    assert there == call.run()
    assert there.outcome is OutcomeKind.KEPT
    assert pool.submit(ReadCall(os.getpid)).result(60) != os.getpid()


def test_the_readers_own_exception_comes_back(pool: ReaderPool) -> None:
    with pytest.raises(ZeroDivisionError):
        pool.submit(ReadCall(operator.truediv, (1, 0))).result(60)
    first = pool.submit(ReadCall(os.getpid)).result(60)
    assert pool.submit(ReadCall(os.getpid)).result(60) == first


def test_a_reading_that_takes_too_long_is_ended_and_the_next_goes_on(pool: ReaderPool) -> None:
    pool.submit(ReadCall(os.getpid)).result(60)
    started = time.monotonic()
    with pytest.raises(ReadingTooSlow, match="longer than 0.3 seconds"):
        pool.submit(ReadCall(time.sleep, (60,), timeout_seconds=0.3)).result(60)
    assert time.monotonic() - started < 10
    assert pool.submit(ReadCall(operator.add, (1, 1))).result(60) == 2


def test_a_reading_that_takes_too_much_memory_is_ended_and_the_next_goes_on(pool: ReaderPool) -> None:
    with pytest.raises(ReadingTooLarge):
        pool.submit(ReadCall(bytearray, (2_000_000_000,))).result(60)
    assert pool.submit(ReadCall(operator.add, (1, 1))).result(60) == 2


def test_a_reading_that_kills_its_process_twice_is_given_up(pool: ReaderPool) -> None:
    with pytest.raises(ReadingDied):
        pool.submit(ReadCall(os._exit, (11,))).result(60)
    assert pool.submit(ReadCall(operator.add, (1, 1))).result(60) == 2


def test_a_process_killed_from_outside_costs_nothing(pool: ReaderPool) -> None:
    pid = pool.submit(ReadCall(os.getpid)).result(60)
    slow = pool.submit(ReadCall(time.sleep, (1.0,)))
    time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    assert slow.result(60) is None


def test_what_cannot_be_sent_back_is_a_failure_of_that_call_alone(pool: ReaderPool) -> None:
    with pytest.raises(RuntimeError, match="lock"):
        pool.submit(ReadCall(threading.Lock)).result(60)
    assert pool.submit(ReadCall(operator.add, (1, 1))).result(60) == 2


def test_an_idle_process_ends_and_a_new_call_brings_a_new_one() -> None:
    with ReaderPool(2, idle_seconds=0.2) as pool:
        first = pool.submit(ReadCall(os.getpid)).result(60)
        deadline = time.monotonic() + 10
        while psutil.pid_exists(first) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not psutil.pid_exists(first)
        assert pool.submit(ReadCall(os.getpid)).result(60) != first


def test_closing_ends_what_is_under_way() -> None:
    pool = ReaderPool(1)
    pid = pool.submit(ReadCall(os.getpid)).result(60)
    slow, waiting = pool.submit(ReadCall(time.sleep, (30.0,))), pool.submit(ReadCall(os.getpid))
    time.sleep(0.2)
    pool.close()
    with pytest.raises(ReadingDied):
        slow.result(10)
    assert waiting.cancelled()
    assert not psutil.pid_exists(pid)


def test_an_installation_in_which_no_process_starts_is_no_fault_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with ReaderPool(1) as pool, pytest.raises(ReadersUnavailable):
        pool.submit(ReadCall(os.getpid)).result(60)


def test_without_processes_a_call_is_made_at_once_and_here() -> None:
    with ReaderPool(0) as pool:
        assert pool.submit(ReadCall(os.getpid)).result(0) == os.getpid()
        with pytest.raises(ZeroDivisionError):
            pool.submit(ReadCall(operator.truediv, (1, 0))).result(0)
