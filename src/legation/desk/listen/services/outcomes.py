"""Write outcomes: every item that came in ends in exactly one counted way."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.core.files.base import ContentFile
from django.db.models import F

from legation.desk.carry.models import Job
from legation.desk.listen.models import Outcome, OutcomeDay, Source
from legation.desk.listen.services.hours import add_counts, add_together
from legation.engine.records.articles import OutcomeKind

# What a person needs to see of a broken item; a whole 20 MB feed tells no more than its beginning.
MAX_QUARANTINED_BYTES = 2_000_000
_COUNTED_TOGETHER = frozenset({OutcomeKind.KEPT, OutcomeKind.CHANGED, OutcomeKind.KNOWN})

DayCounts = Counter[tuple[int, date, str, str]]  # items by source, day of UTC, kind and reason


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
        days: DayCounts | None = None,
    ) -> None:
        """Count items; call it in the transaction that stores what became of them.

        reason: a key of docs/rooms/listen.md. content: the bytes of a quarantined item, kept for a person.
        days: collects the counts by day of many items, for count_days in the same transaction.
        A row that was rolled back with its transaction is written anew, so nothing is counted twice.
        """
        if not count:
            return
        source = source or self.source
        self.counts[f"{kind}:{reason}" if reason else str(kind)] += count
        self._count_day(kind, reason[:60], count, source, days)
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

    def _count_day(
        self, kind: OutcomeKind, reason: str, count: int, source: Source | None, days: DayCounts | None
    ) -> None:
        """Add to the day's count, so that the totals of a month need not read every outcome."""
        day = self.at.astimezone(UTC).date()
        if source is not None and days is not None:
            days[source.pk, day, str(kind), reason] += count
        elif source is not None:
            count_days(Counter({(source.pk, day, str(kind), reason): count}))
        else:  # another constraint, as a database takes two empty sources for different ones
            key = {"day": day, "kind": str(kind), "reason": reason}
            if not OutcomeDay.objects.filter(**key, source__isnull=True).update(count=F("count") + count):
                add_counts(OutcomeDay, {**key, "source_id": None}, count=count)

    def _count_together(self, kind: OutcomeKind, count: int, source: Source | None) -> None:
        key = (str(kind), source.pk if source else None)
        if key in self._rows and Outcome.objects.filter(pk=self._rows[key]).update(count=F("count") + count):
            return
        row = Outcome.objects.create(source=source, job=self.job, at=self.at, kind=kind, count=count)
        self._rows[key] = row.pk


def count_days(days: DayCounts) -> None:
    """Add to the counts by day in one statement."""
    rows = {key: {"count": count} for key, count in days.items()}
    add_together(OutcomeDay, ("source_id", "day", "kind", "reason"), rows)


def total(counts: Counter[str] | dict[str, int], kind: OutcomeKind) -> int:
    """Add up one kind of outcome over its reasons."""
    return sum(count for key, count in counts.items() if key.partition(":")[0] == kind)
