"""What is asked of a reading process, and the ways in which it may fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class ReadingFailed(Exception):
    """The reading ended its process; the message says how, in one sentence for a person."""


class ReadingTooSlow(ReadingFailed):
    """The reading took longer than its time."""


class ReadingTooLarge(ReadingFailed):
    """The reading wanted more memory than it may have."""


class ReadingDied(ReadingFailed):
    """The process died over it, twice."""


class ReadersUnavailable(Exception):
    """No reading process starts: the fault of the installation, and of nothing that was to be read."""


@dataclass(frozen=True, slots=True)
class ReadCall:
    """One call of an engine's function, made in another process."""

    function: Callable[..., Any]  # of a module, so that the other process can find it by name
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)  # arguments by keyword
    timeout_seconds: float = 20.0  # the slowest honest page seen takes 3 s on a busy core
    weight_bytes: int = 0  # of what is handed over, for a bound on all that is under way

    def run(self) -> Any:
        """Make the call here and now."""
        return self.function(*self.arguments, **self.options)
