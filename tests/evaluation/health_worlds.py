"""Simulated sources, and how alarms fare on them: false ones a month, and the delay until a true one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from legation.engine.listen.alarms import find_flood, find_silence
from legation.engine.listen.habits import learn_habit
from legation.engine.listen.shared_silences import REST, fold_silences
from legation.engine.records.health import Finding, Habit, History, Recent

FIRST = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
LEARNED_DAYS, WATCHED_DAYS = 56, 56
STEP_HOURS = (
    1  # the desk looks every quarter of an hour; hours give the same episodes at a quarter of the cost
)
WORKING_HOURS = np.r_[np.full(6, 0.1), np.full(3, 1.0), np.full(9, 1.6), np.full(4, 0.8), np.full(2, 0.2)]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of source: articles a week, by weekday, and how they cluster."""

    name: str
    per_week: float
    weekdays: tuple[float, ...]
    clumping: float = 0.0  # variance of the day's own factor: 0 is Poisson, else negative binomial
    batch_hour: int | None = None  # everything of a day comes in this hour
    is_steady: bool = False  # the same number each time


ALL = (1.0,) * 7
KINDS = (
    Kind("agency, 500 a day", 3500, (1.1, 1.1, 1.1, 1.1, 1.1, 0.8, 0.7), 0.02),
    Kind("daily paper, 60 a day", 420, (1.2, 1.2, 1.2, 1.2, 1.2, 0.6, 0.4), 0.05),
    Kind("local paper, 8 a day", 56, (1.2, 1.2, 1.2, 1.2, 1.2, 0.5, 0.5), 0.1),
    Kind("ministry, working days", 10, (1, 1, 1, 1, 1, 0, 0), 0.3),
    Kind("think tank, 1 a week", 1, (1, 1, 1, 1, 1, 0.1, 0.1)),
    Kind("weekly magazine, 12 on Thursdays", 12, (0, 0, 0, 1, 0, 0, 0), 0.0, 9, True),
    Kind("bursty portal, 20 a day", 140, ALL, 0.6),
)


def draw_counts(kind: Kind, days: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Draw the articles of some days from a Monday on: (days, 24)."""
    weekdays = np.resize(np.array(kind.weekdays, dtype=float), days)
    daily = kind.per_week * weekdays / sum(kind.weekdays)
    if kind.clumping:
        daily = daily * random.gamma(1 / kind.clumping, kind.clumping, days)
    if kind.batch_hour is not None:
        counts = np.zeros((days, 24), dtype=np.int64)
        counts[:, kind.batch_hour] = np.round(daily) if kind.is_steady else random.poisson(daily)
        return counts
    return random.poisson(daily[:, None] * WORKING_HOURS / WORKING_HOURS.sum()).astype(np.int64)


def learn(counts: NDArray[np.int64], until_day: int) -> Habit:
    """Learn the habit of the eight weeks before a day."""
    first = until_day - LEARNED_DAYS
    heard = np.ones(LEARNED_DAYS, dtype=bool)
    habit = learn_habit(History(FIRST + timedelta(days=first), counts[first:until_day], heard))
    assert habit is not None
    return habit


def watch(counts: NDArray[np.int64], first_day: int, *, relearns: bool = True) -> list[tuple[int, Finding]]:
    """Look at every hour from a day on; returns (hour, finding) where an alarm is raised."""
    flat = counts.reshape(-1)
    sums = np.concatenate([[0], np.cumsum(flat)])
    habit, raised, held = learn(counts, first_day), [], {}
    last = _last_hours(flat)
    for hour in range(first_day * 24, len(flat), STEP_HOURS):
        if relearns and hour % 168 == 0 and not held:
            habit = learn(counts, hour // 24)
        now = FIRST + timedelta(hours=hour + 1)
        recent = Recent(
            articles_day=int(sums[hour + 1] - sums[hour - 23]),
            articles_days=int(sums[hour + 1] - sums[hour - 71]),
            last_article_at=FIRST + timedelta(hours=float(last[hour]) + 0.5),
        )
        found = [find_silence(habit, recent, now=now), find_flood(habit, recent, now=now)]
        held = _step({f.kind: f for f in found if f}, held, raised, hour)
    return raised


def _last_hours(flat: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.maximum.accumulate(np.where(flat > 0, np.arange(len(flat)), 0))


def _step(found, held, raised, hour):
    """Raise what is firm for the second time; keep what stands while it is found at all."""
    after = {}
    for kind, finding in found.items():
        seen = held.get(kind, 0)
        if seen < 2 and not finding.is_firm:
            continue
        after[kind] = seen + 1
        if seen == 1:
            raised.append((hour, finding))
    return after


@dataclass(frozen=True, slots=True)
class Score:
    """How the alarms fared on one kind of source."""

    false_per_month: float
    silences_found: float  # share
    delay_days: float  # median
    floods_found: float


def score(kind: Kind, sources: int, seed: int = 20261122) -> Score:
    """Simulate sources that are well, that fall silent and that flood."""
    random = np.random.default_rng([seed, KINDS.index(kind)])
    false, delays, missed, floods = 0, [], 0, 0
    for _ in range(sources):
        counts = draw_counts(kind, LEARNED_DAYS + WATCHED_DAYS, random)
        false += len(watch(counts, LEARNED_DAYS))
        counts = draw_counts(kind, LEARNED_DAYS + 70, random)
        stop = LEARNED_DAYS * 24 + int(random.integers(0, 168))
        counts.reshape(-1)[stop:] = 0
        hits = [
            hour
            for hour, f in watch(counts, LEARNED_DAYS, relearns=False)
            if f.kind == "silence" and hour >= stop
        ]
        missed += not hits
        delays += [(hits[0] - stop) / 24] if hits else []
        counts = draw_counts(kind, LEARNED_DAYS + 4, random)
        day = LEARNED_DAYS + 1
        counts[day, 12] += max(6 * int(counts[:LEARNED_DAYS].sum(axis=1).max()), 40)
        floods += any(f.kind == "flood" for _, f in watch(counts, LEARNED_DAYS))
    return Score(
        false / (sources * WATCHED_DAYS / 30), 1 - missed / sources,
        float(np.median(delays)) if delays else float("inf"), floods / sources,
    )  # fmt: skip


def holiday_alarms(sources: int, quiet_days: int, seed: int = 20261122) -> tuple[int, int]:
    """Let every source of a country be quiet for some days; returns the sources' and the country's alarms.

    Looks at every hour, with the habits of before, and folds silences as the desk does.
    """
    random = np.random.default_rng(seed)
    kinds = [KINDS[number % 4] for number in range(sources)]
    first, last = LEARNED_DAYS, LEARNED_DAYS + quiet_days
    counts = [draw_counts(kind, last + 7, random) for kind in kinds]
    habits = [learn(one, first) for one in counts]
    own, country, held, over, began = set(), set(), {}, {}, FIRST
    for one in counts:
        one[first + 1 : last + 1] = 0
    spoken = [_last_hours(one.reshape(-1)) for one in counts]
    sums = [np.concatenate([[0], np.cumsum(one.reshape(-1))]) for one in counts]
    names = {str(number): "XX" for number in range(sources)}
    volumes = {str(number): habit.per_week for number, habit in enumerate(habits)}
    for hour in range(first * 24, (last + 6) * 24):
        now = FIRST + timedelta(hours=hour + 1)
        silences = {}
        for number, habit in enumerate(habits):
            recent = Recent(
                articles_days=int(sums[number][hour + 1] - sums[number][hour - 71]),
                last_article_at=FIRST + timedelta(hours=float(spoken[number][hour]) + 0.5),
            )
            finding = find_silence(habit, recent, now=now)
            if finding:
                silences[str(number)] = finding
        alone, shared = fold_silences(
            silences=silences, country_of=names, per_week=volumes, countries={}, over=over
        )
        if held.get("XX", 0) > 1:  # the alarm stands: what began with it is of it
            over = {"XX": (began, now)}
        elif "XX" in shared:
            began = shared["XX"].since
        over = {code: span for code, span in over.items() if now - span[1] <= REST}
        found = {**alone, **shared}
        held = {
            key: held.get(key, 0) + 1 for key, one in found.items() if one.is_firm or held.get(key, 0) > 1
        }
        for key, looks in held.items():
            if looks == 2:
                (country if key == "XX" else own).add(key)
    return len(own), len(country)
