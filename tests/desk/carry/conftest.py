"""Job kinds, a movable clock and a second thread's connection for carry's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from legation.desk.carry.services import registry, runs


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def job_kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return job_kind(handler, max_attempts=5): registers a kind for one test and returns its name."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))

    def register(handler: Any, *, name: str = "tests.work", max_attempts: int = 5) -> str:
        registry.register_job(name, title="Work of a test", handler=handler, max_attempts=max_attempts)
        return name

    return register


@pytest.fixture(autouse=True)
def _not_stopping() -> Iterator[None]:
    runs.stopping.clear()
    yield
    runs.stopping.clear()
