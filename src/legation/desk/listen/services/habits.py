"""Learn what is usual for each source, language and country, a share of them at every check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import F, Q
from numpy.typing import NDArray

from legation.desk.listen.models import Habit as HabitRow
from legation.desk.listen.models import Source, SourceAlarm, SourceHour, VolumeHour
from legation.desk.listen.services.hours import DESK
from legation.engine.listen.habits import learn_habit
from legation.engine.records.health import AlarmKind, Habit, History

LEARNED_DAYS = 56
RELEARN_AFTER = timedelta(hours=20)  # once a day, whenever the check comes
SOURCES_AT_ONCE, GROUPS_AT_ONCE = 150, 20  # 96 checks a day reach 14,000 sources and every language
_HABIT_FACTS = (
    "spread", "longest_gap", "most_per_day", "least_in_days", "characters", "teaser_share", "failure_share",
    "known_articles",
)  # fmt: skip
_LEARNED_KINDS = (
    AlarmKind.SILENCE, AlarmKind.FLOOD, AlarmKind.THIN_LANGUAGE, AlarmKind.THIN_COUNTRY,
    AlarmKind.TEASER_ONLY, AlarmKind.FALLING_QUALITY,
)  # fmt: skip
_HOUR_FIELDS = ("hour", "articles", "good_visits", "teasers", "failures", "characters")


@dataclass(slots=True)
class _Past:
    """Hour rows of one source or group, gathered into days."""

    articles: NDArray[np.int64]
    good: NDArray[np.int64]
    teasers: int = 0
    failures: int = 0
    characters: int = 0

    @classmethod
    def empty(cls) -> _Past:
        return cls(np.zeros((LEARNED_DAYS, 24), np.int64), np.zeros(LEARNED_DAYS, np.int64))


def learn_habits(*, now: datetime, sources: int = SOURCES_AT_ONCE, groups: int = GROUPS_AT_ONCE) -> int:
    """Learn anew the habits that are a day old, the oldest first; returns how many.

    sources, groups: at most so many. Takes eight queries, whatever there is to learn.
    """
    until = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    learned = _learn_groups(now, until, groups) + _learn_sources(now, until, sources)
    HabitRow.objects.bulk_create(
        learned, update_conflicts=True, unique_fields=["about"], batch_size=400,
        update_fields=["learned_at", "days", "per_week", "profile", "facts"],
    )  # fmt: skip
    return len(learned)


def read_habit(row: Mapping[str, Any]) -> Habit | None:
    """Build the engine's record from a row's values; None while its source is being learned."""
    if not row["profile"]:
        return None
    facts = row["facts"]
    return Habit(
        days=row["days"],
        per_week=row["per_week"],
        profile=np.frombuffer(bytes(row["profile"]), dtype=np.float32).astype(np.float64),
        **{name: facts.get(name, 0) for name in _HABIT_FACTS},
    )


def load_habits(*, abouts: Iterable[str] | None = None) -> dict[str, Habit]:
    """Return the known habits by what they are about; of all where abouts is None."""
    rows = HabitRow.objects.exclude(profile=b"")
    if abouts is not None:
        rows = rows.filter(about__in=list(abouts))
    fields = ("about", "days", "per_week", "profile", "facts")
    read = {row["about"]: read_habit(row) for row in rows.values(*fields)}
    return {about: habit for about, habit in read.items() if habit}


def _learn_groups(now: datetime, until: datetime, limit: int) -> list[HabitRow]:
    """Learn languages and countries from what came in of them, whichever the sources."""
    since = until - timedelta(days=LEARNED_DAYS)
    rows = VolumeHour.objects.filter(hour__gte=since, hour__lt=until)
    known = dict(HabitRow.objects.filter(source=None).values_list("about", "learned_at"))
    fresh = {about for about, at in known.items() if at > now - RELEARN_AFTER}
    abouts = set(rows.order_by().values_list("about", flat=True).distinct()) - fresh - {DESK}
    never = datetime.min.replace(tzinfo=UTC)
    wanted = sorted(abouts, key=lambda about: (known.get(about, never), about))[:limit]
    if not wanted:
        return []
    pasts: dict[str, _Past] = defaultdict(_Past.empty)
    for about, hour, articles, good in rows.filter(about__in=[*wanted, DESK]).values_list(
        "about", "hour", "articles", "good_visits"
    ):
        number = (hour - since).days
        pasts[about].articles[number, hour.hour] += articles
        pasts[about].good[number] += good
    frozen = _open_since(abouts=wanted)
    return [_learn(about, pasts[about], pasts[DESK].good, since, now, None, frozen) for about in wanted]


def _learn_sources(now: datetime, until: datetime, limit: int) -> list[HabitRow]:
    """Learn sources, each leaning on its country's hours where it has few articles of its own."""
    since = until - timedelta(days=LEARNED_DAYS)
    is_due = Q(habit=None) | Q(habit__learned_at__lte=now - RELEARN_AFTER)
    due = Source.objects.listening().with_feeds().filter(is_due, last_fetch_at__isnull=False)
    ordered = due.order_by(F("habit__learned_at").asc(nulls_first=True), "pk")
    wanted = {pk: (key, country) for pk, key, country in ordered.values_list("pk", "key", "country")[:limit]}
    if not wanted:
        return []
    rows = SourceHour.objects.filter(source__in=list(wanted), hour__gte=since, hour__lt=until)
    pasts: dict[int, _Past] = defaultdict(_Past.empty)
    frozen = _open_since(abouts=[f"source:{key}" for key, _country in wanted.values()])
    for pk, hour, articles, good, teasers, failures, characters in rows.values_list(
        "source_id", *_HOUR_FIELDS
    ):
        if hour >= frozen.get(f"source:{wanted[pk][0]}", until):
            continue
        past, number = pasts[pk], (hour - since).days
        past.articles[number, hour.hour] += articles
        past.good[number] += good
        past.teasers, past.failures = past.teasers + teasers, past.failures + failures
        past.characters += characters
    pooled = load_habits(abouts={f"country:{country}" for _key, country in wanted.values() if country})
    learned = []
    for pk, (key, country) in wanted.items():
        past = pasts[pk]
        habit = pooled.get(f"country:{country}")
        row = _learn(f"source:{key}", past, past.good, since, now, habit.profile if habit else None, frozen)
        row.source_id = pk
        learned.append(row)
    return learned


def _learn(
    about: str, past: _Past, good: NDArray[np.int64], since: datetime, now: datetime, pooled: Any,
    frozen: Mapping[str, datetime],
) -> HabitRow:  # fmt: skip
    """Make the row that says what is usual; one without a profile while there is too little past."""
    # A day is heard where the source answered on it, or on the next: what it brought then was this day's.
    heard = (good > 0) | (np.append(good[1:], 0) > 0)
    days = len(heard)
    if about in frozen:  # an alarm must not become the habit that clears it
        days = max(min((frozen[about] - since).days, days), 0)
    articles, heard = past.articles[:days], heard[:days]
    habit = learn_habit(History(since, articles, heard), pooled=pooled) if days else None
    row = HabitRow(about=about, learned_at=now, days=int(heard.sum()))
    count = int(articles.sum())
    if habit is not None:
        facts = {name: getattr(habit, name) for name in _HABIT_FACTS}
        if count:
            facts |= {
                "characters": past.characters / count,
                "teaser_share": past.teasers / count,
                "failure_share": past.failures / (past.failures + count),
                "known_articles": count,
            }
        row.per_week, row.facts = habit.per_week, {name: round(value, 4) for name, value in facts.items()}
        row.profile = habit.profile.astype(np.float32).tobytes()
    return row


def _open_since(*, abouts: Sequence[str]) -> dict[str, datetime]:
    """Return since when open alarms about volume and texts stand, the earliest of each."""
    rows = SourceAlarm.objects.filter(
        about__in=abouts, kind__in=_LEARNED_KINDS, cleared_at__isnull=True, is_pending=False
    )
    return dict(rows.order_by("-since").values_list("about", "since"))
