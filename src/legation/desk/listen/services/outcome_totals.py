"""Add up outcomes over a period: by kind and reason, by source, and as a table to hand out."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from legation.desk.listen.models import OutcomeDay, Source
from legation.engine.records.articles import OutcomeKind

PERIODS = (1, 7, 30)  # days of UTC, the last of them today
KEEP_DAYS = 100
_EXPORTED_SOURCES = 20_000


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of UTC."""

    first: date
    last: date

    @classmethod
    def of(cls, days: int, at: datetime) -> Period:
        """Return the period of some days that ends with today."""
        return cls(at.date() - timedelta(days=days - 1), at.date())


@dataclass(slots=True)
class OutcomeTotals:
    """Items of a period by how they ended; the kinds add up to total."""

    kinds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OutcomeKind, 0))
    reasons: list[dict[str, Any]] = field(default_factory=list)  # kind, reason, items; most first

    @property
    def total(self) -> int:
        """Every item that was seen."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class SourceTotals:
    """One source's items of a period."""

    source: Source
    kinds: Mapping[str, int]

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Every kind with its items, in one order for all sources."""
        return [(str(kind), self.kinds.get(kind, 0)) for kind in OutcomeKind]

    @property
    def total(self) -> int:
        """Every item that was seen."""
        return sum(self.kinds.values())


def total_outcomes(*, period: Period, source: Source | None = None) -> OutcomeTotals:
    """Add up a period's outcomes by kind and reason, of one source or of all."""
    totals = OutcomeTotals()
    rows = _rows(period)
    if source is not None:
        rows = rows.filter(source=source)
    # "Total" and "reason" in one pass over the index that holds both.
    for row in rows.values("kind", "reason").annotate(items=Sum("count")):
        totals.kinds[row["kind"]] = totals.kinds.get(row["kind"], 0) + row["items"]
        totals.reasons.append(dict(row))
    totals.reasons.sort(key=lambda row: (-row["items"], row["kind"], row["reason"]))
    return totals


def sources_with_outcomes(*, period: Period, filters: Mapping[str, Any]) -> QuerySet[Source]:
    """Return the sources that brought something in a period, by name.

    filters: kind and reason as keys, q for words in the name, each at will.
    """
    rows = OutcomeDay.objects.filter(source=OuterRef("pk"), day__gte=period.first, day__lte=period.last)
    rows = rows.filter(**{name: filters[name] for name in ("kind", "reason") if filters.get(name)})
    sources = Source.objects.filter(Exists(rows)).defer("feed_states", "icon")
    if words := filters.get("q"):
        sources = sources.filter(name__icontains=words)
    return sources.order_by("name", "pk")


def total_sources(*, period: Period, sources: Iterable[Source]) -> list[SourceTotals]:
    """Add up the outcomes of some sources, in their order; one query for all."""
    rows = list(sources)
    counts = _count_sources(_rows(period).filter(source__in=rows))
    return [SourceTotals(source, counts[source.pk]) for source in rows]


def export_totals(*, period: Period, form: str) -> str:
    """Write a period's outcomes by source and kind: form "csv" or "json".

    The items of all rows add up to every item that was seen; those of no source stand in a row without key.
    """
    named = {
        pk: (key, name)
        for pk, key, name in Source.objects.values_list("pk", "key", "name")[:_EXPORTED_SOURCES]
    }
    rows = [
        {
            "source": named.get(pk, ("", ""))[0], "name": named.get(pk, ("", ""))[1], "kind": kind,
            "reason": reason, "items": items,
        }
        for pk, kind, reason, items in _rows(period)
        .values_list("source_id", "kind", "reason")
        .annotate(items=Sum("count"))
        .order_by("source_id", "kind", "reason")
    ]  # fmt: skip
    facts = {"since": period.first.isoformat(), "until": period.last.isoformat(), "time_zone": "UTC"}
    if form == "json":
        return json.dumps({**facts, "items": sum(r["items"] for r in rows), "rows": rows}, ensure_ascii=False)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, ["since", "until", "source", "name", "kind", "reason", "items"])
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {"since": facts["since"], "until": facts["until"], **row, "name": _defuse(row["name"])}
        )
    return stream.getvalue()


def purge_totals(*, now: datetime) -> int:
    """Delete day counts past their use; returns how many rows."""
    return OutcomeDay.objects.filter(day__lt=now.date() - timedelta(days=KEEP_DAYS)).delete()[0]


def _rows(period: Period) -> QuerySet[OutcomeDay]:
    return OutcomeDay.objects.filter(day__gte=period.first, day__lte=period.last).order_by()


def _count_sources(rows: QuerySet[OutcomeDay]) -> dict[int, Counter[str]]:
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, kind, items in rows.values_list("source_id", "kind").annotate(items=Sum("count")):
        counts[pk][kind] += items
    return counts


def _defuse(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
