"""What was mended while reading a feed, each thing once with its count, and what was left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

# A feed can be wrong in as many ways as it has items; a person reads a handful.
_MAX_KINDS = 20


@dataclass(slots=True)
class ProblemLog:
    """Collects English sentences; equal ones are counted instead of repeated. Counts what was left out."""

    _counts: Counter[str] = field(default_factory=Counter)
    _dropped: Counter[str] = field(default_factory=Counter)

    def note(self, sentence: str) -> None:
        """Add one problem."""
        if sentence in self._counts or len(self._counts) < _MAX_KINDS:
            self._counts[sentence] += 1

    def drop(self, reason: str, count: int = 1) -> None:
        """Count entries that are in the feed and not among its items.

        reason: "repeated", "beyond_limit", "no_address" or "no_item".
        """
        self._dropped[reason] += count

    def list_dropped(self) -> tuple[tuple[str, int], ...]:
        """List the reasons with their counts, as Feed.dropped."""
        return tuple(sorted((reason, count) for reason, count in self._dropped.items() if count))

    def list_sentences(self) -> tuple[str, ...]:
        """List the problems in the order of their first appearance."""
        return tuple(
            sentence if count == 1 else f"{sentence.removesuffix('.')} ({count} times)."
            for sentence, count in self._counts.items()
        )
