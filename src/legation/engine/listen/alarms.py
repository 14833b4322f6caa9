"""Judge what came in against what is usual: silences, floods and texts that have grown worse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt

from legation.engine.listen.habits import expect_between, range_of
from legation.engine.records.health import AlarmKind, Finding, Habit, Recent

_DAY, _DAYS, _WEEK = timedelta(days=1), timedelta(days=3), timedelta(days=7)
_MONTH_WEEKS = 30 / 7
_SOFT = 0.7  # of what raises an alarm keeps one open, so that none flickers

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class AlarmOptions:
    """When something is worth a person's time; measured by tests/evaluation/test_health.py."""

    false_per_month: float = 0.01  # silences that chance alone may bring a source in a month
    gap_factor: float = 1.25  # times the longest gap of the past
    least_silence: timedelta = timedelta(hours=6)  # nobody is called for less
    fallen_share: float = 0.25  # of the expected articles of three days; less is nearly silence
    thin_share: float = 0.5  # the same for a language or a country
    sigmas: float = 4.5  # below the expectation, on the square root's scale
    flood_factor: float = 3.0  # times the busiest day but one
    flood_sigmas: float = 6.0
    flood_articles: int = 20  # that many more than usual at least
    least_articles: int = 8  # of a week, to judge their texts
    share_jump: float = 0.4  # of teasers and of items that came to nothing
    foreign_share: float = 0.5  # of articles in languages that the source does not declare
    shrunken: float = 0.4  # of the usual characters
    many_failures: int = 5  # visits in a row: some two hours


def find_silence(
    habit: Habit,
    recent: Recent,
    *,
    now: datetime,
    unheard: Iterable[Span] = (),
    options: AlarmOptions | None = None,
) -> Finding | None:
    """Find a source that says nothing, or nearly nothing, though it usually would; None where all is well.

    unheard: spans in which the desk itself did not listen; they count for nothing.

    After G expected articles without any, chance alone explains the gap with probability
    spread ** (-G / (spread - 1)), the zero term of a negative binomial whose variance is spread times its
    mean; this is asked to be rarer than false_per_month over the gaps of a month. The gap must also be longer
    than any of the past, which needs no model.
    """
    options = options or AlarmOptions()
    spans = list(unheard)
    last = recent.last_article_at
    if last is not None and now - last >= options.least_silence:
        gap = _expect(habit, last, now, spans)
        gaps_per_month = max(habit.per_week * _MONTH_WEEKS, 1.0)
        is_rare = gap * _nats_per_article(habit.spread) > log(gaps_per_month / options.false_per_month)
        if is_rare and gap > options.gap_factor * habit.longest_gap:
            return Finding(AlarmKind.SILENCE, last, True, _evidence(0, gap, habit))
    return _find_fall(
        AlarmKind.SILENCE, habit, recent.articles_days, now, spans, options.fallen_share, options
    )


def find_thinning(
    kind: AlarmKind, habit: Habit, articles_days: int, *, now: datetime, unheard: Iterable[Span] = (),
    options: AlarmOptions | None = None,
) -> Finding | None:  # fmt: skip
    """Find a language or a country of which far fewer articles come in than usual, whichever the sources.

    articles_days: articles of the last three days, so that a week-end or one holiday does not reach it.
    """
    options = options or AlarmOptions()
    return _find_fall(kind, habit, articles_days, now, list(unheard), options.thin_share, options)


def find_flood(
    habit: Habit,
    recent: Recent,
    *,
    now: datetime,
    unheard: Iterable[Span] = (),
    options: AlarmOptions | None = None,
) -> Finding | None:
    """Find a source that brings many times the usual of a day.

    What gathered while the desk did not listen comes in at once: those spans are expected, too.
    """
    options = options or AlarmOptions()
    since = now - _DAY
    missed = sum(expect_between(habit, start, end) for start, end in unheard if end > since - _WEEK)
    expected = expect_between(habit, since, now) + missed
    observed = recent.articles_day
    most = max(
        options.flood_factor * (habit.most_per_day + missed),
        expected + options.flood_sigmas * sqrt(max(habit.spread, 1.0) * max(expected, 1.0)),
        expected + options.flood_articles,
    )
    if observed <= 0.5 * most:
        return None
    return Finding(AlarmKind.FLOOD, since, observed > most, _evidence(observed, expected, habit))


def find_poor_texts(
    habit: Habit | None, recent: Recent, *, now: datetime, options: AlarmOptions | None = None
) -> list[Finding]:
    """Find texts that have become teasers, foreign to their source's languages, or short of what they were.

    Without a habit only the language is judged: its measure is what the source declares.
    """
    options = options or AlarmOptions()
    found: list[Finding] = []
    since, count = now - _WEEK, recent.articles_week
    if count >= options.least_articles:
        foreign = recent.other_language_week / count
        if foreign > _SOFT * options.foreign_share:
            is_firm = foreign > options.foreign_share
            found.append(_share(AlarmKind.LANGUAGE_DRIFT, since, foreign, 0.0, count, is_firm))
    if habit is None or habit.known_articles < 2 * options.least_articles:
        return found
    if count >= options.least_articles:
        teasers = recent.teasers_week / count
        jump = teasers - habit.teaser_share
        if jump > _SOFT * options.share_jump:
            is_firm = jump > options.share_jump
            found.append(_share(AlarmKind.TEASER_ONLY, since, teasers, habit.teaser_share, count, is_firm))
        elif habit.characters:
            characters = recent.characters_week / count
            if characters < options.shrunken / _SOFT * habit.characters:
                is_firm = characters < options.shrunken * habit.characters
                evidence: dict[str, float | str] = {
                    "measure": "characters", "observed": round(characters),
                    "expected": round(habit.characters), "count": count,
                }  # fmt: skip
                found.append(Finding(AlarmKind.FALLING_QUALITY, since, is_firm, evidence))
    items = count + recent.failures_week
    failures = recent.failures_week / items if items else 0.0
    jump = failures - habit.failure_share
    is_known = any(finding.kind is AlarmKind.FALLING_QUALITY for finding in found)
    if items >= 2 * options.least_articles and jump > _SOFT * options.share_jump and not is_known:
        is_firm = jump > options.share_jump
        found.append(_share(AlarmKind.FALLING_QUALITY, since, failures, habit.failure_share, items, is_firm))
    return found


def find_broken_line(
    *,
    failures: int,
    fault: str,
    reached_at: datetime | None,
    added_at: datetime,
    now: datetime,
    options: AlarmOptions | None = None,
) -> Finding | None:
    """Find a source that cannot be reached, and whether its certificate is the cause.

    failures: visits in a row that failed. fault: FetchResult.fault of the last one. reached_at: the last good
    visit.
    """
    options = options or AlarmOptions()
    if not failures:
        return None
    since = reached_at or added_at
    evidence: dict[str, float | str] = {"failures": failures}
    if fault == "certificate":
        return Finding(AlarmKind.CERTIFICATE, since, True, evidence)
    is_firm = failures >= options.many_failures or (failures >= 3 and now - since > _DAY)
    return Finding(AlarmKind.UNREACHABLE, since, is_firm, evidence)


def _find_fall(
    kind: AlarmKind, habit: Habit, observed: int, now: datetime, spans: list[Span], share: float,
    options: AlarmOptions,
) -> Finding | None:  # fmt: skip
    """Find that three days brought less than a share of the usual, and less than any three days before."""
    expected = _expect(habit, now - _DAYS, now, spans)
    if observed >= min(1.3 * share, 0.9) * expected or not expected:
        return None
    deviation = 2 * (sqrt(expected + 0.375) - sqrt(observed + 0.375)) / sqrt(max(habit.spread, 1.0))
    is_firm = observed < share * expected and deviation > options.sigmas
    is_firm = is_firm and observed < 0.8 * habit.least_in_days
    if not is_firm and deviation < options.sigmas / 2:
        return None
    return Finding(kind, now - _DAYS, is_firm, _evidence(observed, expected, habit))


def _expect(habit: Habit, since: datetime, until: datetime, unheard: Iterable[Span]) -> float:
    """Count the usual articles between two moments, without the spans in which nobody listened."""
    missed = sum(
        expect_between(habit, max(start, since), min(end, until))
        for start, end in unheard
        if end > since and start < until
    )
    return max(expect_between(habit, since, until) - missed, 0.0)


def _nats_per_article(spread: float) -> float:
    """Return by how much each expected article lowers the logarithm of the chance that none comes."""
    return 1.0 if abs(spread - 1.0) < 1e-6 else log(spread) / (spread - 1.0)


def _evidence(observed: int, expected: float, habit: Habit) -> dict[str, float | str]:
    low, high = range_of(expected, habit.spread)
    numbers = {
        "observed": observed,
        "expected": expected,
        "low": low,
        "high": high,
        "per_week": habit.per_week,
    }
    return {name: round(number, 1) for name, number in numbers.items()}


def _share(
    kind: AlarmKind, since: datetime, share: float, usual: float, count: int, is_firm: bool
) -> Finding:
    evidence: dict[str, float | str] = {
        "measure": "share", "observed": round(share, 3), "expected": round(usual, 3), "count": count,
    }  # fmt: skip
    return Finding(kind, since, is_firm, evidence)
