"""Tells the queue that something is due; a hint may be lost or doubled, the tables are the truth."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.db import transaction

logger = logging.getLogger(__name__)

Hint = Callable[[int], object]

_hints: dict[str, Hint] = {}


def register_hint(name: str, hint: Hint) -> None:
    """Register how the queue hears of one due record; the same name again replaces it."""
    _hints[name] = hint


def send_hint(name: str, pk: int) -> None:
    """Hint at one record once the current transaction is committed."""
    transaction.on_commit(lambda: send_hints(name, [pk]))


def send_hints(name: str, pks: Iterable[int]) -> None:
    """Hint at records now. A queue that cannot be reached is logged and survived: the sweep hints again."""
    hint = _hints.get(name)
    if hint is None:
        return
    for pk in pks:
        try:
            hint(pk)
        except Exception as problem:  # noqa: BLE001  any carrier's error: the hint is not worth a failed request
            logger.warning("the queue took no hint at %s %s: %s", name, pk, problem)
            return
