"""The list of what was mended while reading a feed, each thing once with its count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

# A feed can be wrong in as many ways as it has items; a person reads a handful.
_MAX_KINDS = 20


@dataclass(slots=True)
class ProblemLog:
    """Collects English sentences; equal ones are counted instead of repeated."""

    _counts: Counter[str] = field(default_factory=Counter)

    def note(self, sentence: str) -> None:
        """Add one problem."""
        if sentence in self._counts or len(self._counts) < _MAX_KINDS:
            self._counts[sentence] += 1

    def list_sentences(self) -> tuple[str, ...]:
        """List the problems in the order of their first appearance."""
        return tuple(
            sentence if count == 1 else f"{sentence.removesuffix('.')} ({count} times)."
            for sentence, count in self._counts.items()
        )
