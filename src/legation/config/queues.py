"""Chooses huey's storage from the queue's address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit


def make_queue(queue_url: str) -> Any:
    """Make the huey queue for an address.

    queue_url: sqlite:///path, redis://… or postgresql://….
    The queue only carries hints; what must not be lost stands in carry's tables.
    """
    scheme = urlsplit(queue_url).scheme
    if scheme == "redis":
        from huey import RedisHuey

        return RedisHuey("legation", url=queue_url)
    if scheme == "postgresql":
        from huey.contrib.sql_huey import SqlHuey

        return SqlHuey("legation", database=queue_url)
    from huey import SqliteHuey

    return SqliteHuey("legation", filename=queue_url.removeprefix("sqlite:///"), fsync=False)
