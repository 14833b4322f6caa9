"""Chooses huey's storage from the queue's address; the queue only carries hints."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from huey import RedisHuey, SqliteHuey

logger = logging.getLogger(__name__)


class HintsOnly:
    """A queue that stores no results: what came of the work stands in carry's tables."""

    def put_result(self, key: str, value: object) -> None:
        """Forget the result, which would otherwise stay in the queue for ever."""

    def mend(self) -> None:
        """Bring the queue's storage into working order before the worker starts."""


class RedisHints(HintsOnly, RedisHuey):
    """Hints through Redis."""


class SqliteHints(HintsOnly, SqliteHuey):
    """Hints through a file, which is not synced to the disk and may be thrown away."""

    def mend(self) -> None:
        """Throw the file away when a power cut has broken it; the sweep hints again at all that is due."""
        try:
            if self.storage.sql("pragma quick_check", results=True)[0][0] == "ok":
                return
        except sqlite3.OperationalError as problem:  # locked, or a full disk: not broken
            logger.warning("the queue could not be checked: %s", problem)
            return
        except sqlite3.DatabaseError as problem:
            logger.warning("the queue is broken: %s", problem)
        self.storage.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.storage.filename}{suffix}").unlink(missing_ok=True)
        self.storage.initialize_schema()
        logger.warning("made a new queue; nothing is lost, for the queue only carries hints")


def make_queue(queue_url: str) -> Any:
    """Make the huey queue for an address: sqlite:///path, redis://… or postgresql://…."""
    scheme = urlsplit(queue_url).scheme
    if scheme == "redis":
        return RedisHints("legation", url=queue_url)
    if scheme == "postgresql":
        from huey.contrib.sql_huey import SqlHuey  # needs peewee, which only such installations have

        return type("PostgresHints", (HintsOnly, SqlHuey), {})("legation", database=queue_url)
    return SqliteHints("legation", filename=queue_url.removeprefix("sqlite:///"), fsync=False)
