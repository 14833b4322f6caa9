"""Write outcomes: every item that came in ends in exactly one counted way."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.files.base import ContentFile
from django.db.models import F

from legation.desk.carry.models import Job
from legation.desk.listen.models import Outcome, OutcomeDay, Source
from legation.desk.listen.services.hours import add_counts
from legation.engine.records.articles import OutcomeKind

# What a person needs to see of a broken item; a whole 20 MB feed tells no more than its beginning.
MAX_QUARANTINED_BYTES = 2_000_000
_COUNTED_TOGETHER = frozenset({OutcomeKind.KEPT, OutcomeKind.CHANGED, OutcomeKind.KNOWN})


@dataclass(slots=True)
class OutcomeLedger:
    """The outcomes of one visit or one import: kept, changed and known ones share a row each."""

    source: Source | None
    at: datetime
    job: Job | None = None
    counts: Counter[str] = field(default_factory=Counter)  # "kept", or "discarded:too_short", to items
    _rows: dict[tuple[str, int | None], int] = field(
        default_factory=dict
    )  # kind and source to the row that counts it

    def write(
        self,
        kind: OutcomeKind,
        *,
        reason: str = "",
        detail: str = "",
        address: str = "",
        content: bytes = b"",
        count: int = 1,
        source: Source | None = None,
    ) -> None:
        """Count items; call it in the transaction that stores what became of them.

        reason: a key of docs/rooms/listen.md. content: the bytes of a quarantined item, kept for a person.
        A row that was rolled back with its transaction is written anew, so nothing is counted twice.
        """
        if not count:
            return
        source = source or self.source
        self.counts[f"{kind}:{reason}" if reason else str(kind)] += count
        self._count_day(kind, reason[:60], count, source)
        if kind in _COUNTED_TOGETHER and not reason:
            self._count_together(kind, count, source)
            return
        outcome = Outcome(
            source=source, job=self.job, at=self.at, kind=kind, reason=reason[:60], detail=detail[:2000]
        )
        outcome.address, outcome.count = address[:2000], count
        if content:
            name = f"{hashlib.sha256(content).hexdigest()[:32]}.bin"
            outcome.content.save(name, ContentFile(content[:MAX_QUARANTINED_BYTES]), save=False)
        outcome.save()

    def mark(self) -> tuple[Counter[str], dict[tuple[str, int | None], int]]:
        """Remember the counts before a transaction, for return_to where it fails."""
        return self.counts.copy(), self._rows.copy()

    def return_to(self, mark: tuple[Counter[str], dict[tuple[str, int | None], int]]) -> None:
        """Forget what was counted in a transaction that was rolled back."""
        self.counts, self._rows = mark[0].copy(), mark[1].copy()

    def _count_day(self, kind: OutcomeKind, reason: str, count: int, source: Source | None) -> None:
        """Add to the day's count, so that the totals of a month need not read every outcome."""
        key = {"day": self.at.astimezone(UTC).date(), "kind": str(kind), "reason": reason}
        whose = {"source_id": source.pk} if source else {"source__isnull": True}
        if not OutcomeDay.objects.filter(**key, **whose).update(count=F("count") + count):
            add_counts(OutcomeDay, {**key, "source_id": source.pk if source else None}, count=count)

    def _count_together(self, kind: OutcomeKind, count: int, source: Source | None) -> None:
        key = (str(kind), source.pk if source else None)
        if key in self._rows and Outcome.objects.filter(pk=self._rows[key]).update(count=F("count") + count):
            return
        row = Outcome.objects.create(source=source, job=self.job, at=self.at, kind=kind, count=count)
        self._rows[key] = row.pk


def total(counts: Counter[str] | dict[str, int], kind: OutcomeKind) -> int:
    """Add up one kind of outcome over its reasons."""
    return sum(count for key, count in counts.items() if key.partition(":")[0] == kind)
