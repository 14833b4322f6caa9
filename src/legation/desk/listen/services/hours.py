"""Count what came in by the hour, and fold and purge the counts: the past from which habits are learned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from legation.desk.listen.models import Article, Source, SourceHour, VolumeHour
from legation.engine.records.articles import OutcomeKind

DESK = "desk"
KEEP_WEEKS = 11  # eight weeks teach a habit; the rest keeps the charts of an alarm that stood long
FOLD_AFTER_DAYS = 15  # beyond two weeks, hours in which nothing came are told by the day
_FOLDED_DAYS = 7  # looked at again each day, so that a worker switched off for a week leaves none unfolded
_BATCH = 400
_COUNTS = ("articles", "changes", "failures")


@dataclass(frozen=True, slots=True)
class ItemEnd:
    """How one item that a visit brought has ended."""

    source: Source
    outcome: OutcomeKind
    article: Article | None = None  # as keep_article returned it, of a kept or changed item


def record_visit(*, source: Source, at: datetime, is_good: bool) -> None:
    """Count one visit to a source; call it in the transaction that stores how it ended."""
    hour = hour_of(at)
    add_counts(SourceHour, {"source_id": source.pk, "hour": hour}, visits=1, good_visits=int(is_good))
    if is_good:
        add_counts(VolumeHour, {"about": DESK, "hour": hour}, good_visits=1)


def record_items(*, ends: Iterable[ItemEnd], at: datetime) -> None:
    """Count the ends of items that visits brought; call it last in the transaction that stores the ends.

    Known and retried items say nothing of how a source publishes and are not counted here. Rows are written
    in one order, so that two workers wait for each other and never in a circle.
    """
    hour = hour_of(at)
    sources: dict[int, Counter[str]] = defaultdict(Counter)
    volumes: Counter[str] = Counter()
    for end in ends:
        amounts = amounts_of(end)
        if not amounts:
            continue
        sources[end.source.pk].update(amounts)
        if end.outcome is OutcomeKind.KEPT and end.article is not None:
            volumes.update(volumes_of(end.article))
    add_together(SourceHour, ("source_id", "hour"), {(pk, hour): amounts for pk, amounts in sources.items()})
    add_together(
        VolumeHour,
        ("about", "hour"),
        {(about, hour): {"articles": count} for about, count in volumes.items()},
    )


def main_language(code: str) -> str:
    """Return a language without its script and region, as sources and articles are compared by."""
    return code.partition("-")[0]


def amounts_of(end: ItemEnd) -> dict[str, int]:
    """Return what one item adds to the counts of its source's hour."""
    if end.outcome is OutcomeKind.KEPT and end.article is not None:
        article = end.article
        return {
            "articles": 1,
            "teasers": int(article.is_teaser),
            "other_language": int(_is_foreign(article.language, end.source.languages)),
            "characters": len(article.body or article.lead),
        }
    if end.outcome is OutcomeKind.CHANGED:
        return {"changes": 1}
    if end.outcome in (OutcomeKind.DISCARDED, OutcomeKind.QUARANTINED):
        return {"failures": 1}
    return {}


def volumes_of(article: Article) -> list[str]:
    """Return in which volumes an article is counted, as VolumeHour.about names them."""
    country = [f"country:{article.country}"] if article.country else []
    return [DESK, f"language:{main_language(article.language)}", *country]


def hour_of(at: datetime) -> datetime:
    """Return the beginning of a moment's hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def add_counts(model: type[models.Model], key: dict[str, Any], **amounts: int) -> None:
    """Add to the counts of one row, which is made on first need; safe where two workers meet."""
    rows: Any = model._default_manager.filter(**key)
    added = {name: F(name) + amount for name, amount in amounts.items() if amount}
    if not added or rows.update(**added):
        return
    try:
        with transaction.atomic():
            model._default_manager.create(**key, **amounts)
    except IntegrityError:  # another worker has made it meanwhile
        rows.update(**added)


def add_together(
    model: type[models.Model], keys: Sequence[str], rows: Mapping[tuple[Any, ...], Mapping[str, int]]
) -> None:
    """Add to the counts of many rows in one statement, making those that are missing.

    keys: the columns of the model's unique constraint, by attribute. rows: what is added, by their values.
    All other columns are counts. Rows are written in one order, so that two workers wait for each other and
    never in a circle. A query for each row took a millisecond of an item's five.
    """
    added = sorted((key, amounts) for key, amounts in rows.items() if any(amounts.values()))
    if not added:
        return
    quote = connection.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    names = [*keys, *(name for name in fields if name not in keys)]
    columns = {name: quote(str(fields[name].column)) for name in names}
    table = quote(model._meta.db_table)
    marks = f"({', '.join(['%s'] * len(names))})"
    sums = ", ".join(
        f"{columns[n]} = {table}.{columns[n]} + EXCLUDED.{columns[n]}" for n in names[len(keys) :]
    )
    values = [
        fields[name].get_db_prep_save(value, connection)
        for key, amounts in added
        for name, value in zip(names, (*key, *(amounts.get(n, 0) for n in names[len(keys) :])), strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns.values())}) VALUES {', '.join([marks] * len(added))}"  # noqa: S608
            f" ON CONFLICT ({', '.join(columns[name] for name in keys)}) DO UPDATE SET {sums}",
            values,
        )


def purge_hours(*, now: datetime) -> int:
    """Delete counts past their use and fold the empty hours of older days; returns how many rows went.

    An hour in which a source was visited and brought nothing matters for two weeks, to say when it fell
    silent. Afterwards its visits join the day's first row. At 10,000 sources and 1,000,000 articles a month
    some 3.5 million rows stand at any time, instead of the 18 million of one for each hour.
    """
    before = now - timedelta(weeks=KEEP_WEEKS)
    gone = SourceHour.objects.filter(hour__lt=before).delete()[0]
    gone += VolumeHour.objects.filter(hour__lt=before).delete()[0]
    newest = hour_of(now).replace(hour=0) - timedelta(days=FOLD_AFTER_DAYS)
    for number in range(_FOLDED_DAYS):
        gone += _fold_day(newest - timedelta(days=number))
    return gone


def _fold_day(day: datetime) -> int:
    """Move the visits of a day's empty hours into each source's first row; returns how many rows went."""
    with transaction.atomic():
        rows = SourceHour.objects.filter(hour__gte=day, hour__lt=day + timedelta(days=1))
        by_source: dict[int, list[SourceHour]] = defaultdict(list)
        for row in rows.order_by("source_id", "hour").iterator(chunk_size=2000):
            by_source[row.source_id].append(row)
        kept, gone = [], []
        for first, *others in by_source.values():
            empty = [row for row in others if not any(getattr(row, name) for name in _COUNTS)]
            if not empty:
                continue
            first.visits += sum(row.visits for row in empty)
            first.good_visits += sum(row.good_visits for row in empty)
            kept.append(first)
            gone += [row.pk for row in empty]
        SourceHour.objects.bulk_update(kept, ["visits", "good_visits"], batch_size=_BATCH)
        for start in range(0, len(gone), _BATCH):
            SourceHour.objects.filter(pk__in=gone[start : start + _BATCH]).delete()
    return len(gone)


def _is_foreign(language: str, declared: list[str]) -> bool:
    spoken = {main_language(code) for code in declared}
    return bool(spoken) and language not in ("", "und") and main_language(language) not in spoken
