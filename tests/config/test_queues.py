"""The queue carries hints, keeps no results and survives a broken file."""

from __future__ import annotations

from pathlib import Path

import pytest

from legation.config.queues import make_queue


@pytest.fixture
def queue(tmp_path):
    queue = make_queue(f"sqlite:///{tmp_path}/queue.sqlite3")
    yield queue
    queue.storage.close()


def test_results_are_not_kept(queue):
    queue.put_result("djt.1", {"status": "done"})
    assert queue.result_count() == 0


def test_a_sound_queue_keeps_its_hints_when_it_is_mended(queue):
    queue.storage.enqueue(b"a hint")
    queue.mend()
    assert queue.pending_count() == 1


def test_a_broken_queue_is_made_anew(queue):
    queue.storage.enqueue(b"a hint")
    queue.storage.close()
    Path(queue.storage.filename).write_bytes(b"not a database " * 300)
    queue.mend()
    assert queue.pending_count() == 0
    queue.storage.enqueue(b"a hint")
    assert queue.pending_count() == 1
