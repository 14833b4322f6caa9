"""What is usual for a source: how many articles at which hour of the week, learned from its own past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from legation.engine.records.health import DayBand, Expectation, Habit, History

WEEK_HOURS = 168
_DAY = 24
# Neighbouring hours share what came: daylight saving moves a paper's hour twice a year, and nobody prints to
# the minute.
_KERNEL = np.array([0.2, 0.6, 0.2])


@dataclass(frozen=True, slots=True)
class HabitOptions:
    """How a habit is learned; the numbers were chosen on tests/evaluation/test_health.py."""

    least_days: int = 14  # a weekday seen once is no habit
    heard_days_of_week: int = 5  # a week of which less was heard says nothing of the week's volume
    prior_articles: float = 40.0  # how many articles of its own weigh as much as the pooled profile
    flat_share: float = 0.1  # of the profile that is spread over all hours: no hour is impossible
    least_spread: float = 0.15  # the most regular magazine is believed no further


def learn_habit(
    history: History, *, pooled: Expectation | None = None, options: HabitOptions | None = None
) -> Habit | None:
    """Learn what is usual from a past of some weeks; None while fewer days than least_days were heard.

    history: eight weeks serve well; the days on which the desk did not listen count for nothing.
    pooled: (168,) profile of the source's country in any unit; the fewer articles a source has, the more it
    is believed. Flat where None.

    The volume is the median of the weeks' totals, which one flood or one holiday does not move. The profile
    is the mean of the weeks' shares, shrunk towards the pooled one as a Dirichlet posterior mean (Gelman et
    al., Bayesian Data Analysis, 3rd ed., 3.4). The spread is the variance over the mean of the Pearson
    residuals of days, winsorised at the 95th percentile: the quasi-Poisson model that epidemiological
    surveillance uses for counts with outbreaks in their past (Farrington et al., J. R. Stat. Soc. A 159,
    1996; Noufaily et al., Stat. Med. 32, 2013).
    """
    options = options or HabitOptions()
    days = int(history.is_heard.sum())
    if days < options.least_days:
        return None
    per_week, weights = _weigh_weeks(history, options)
    profile = per_week * _draw_profile(history, weights, pooled, options)
    expected = expect_days(profile, history.first_day, len(history.articles))
    heard = history.is_heard
    totals = history.articles.sum(axis=1)
    busiest = np.sort(totals[heard])
    return Habit(
        days=days,
        per_week=float(per_week),
        profile=profile,
        spread=_measure_spread(totals[heard], expected[heard], options),
        longest_gap=_measure_gap(history, profile),
        most_per_day=float(busiest[-2]),
        least_in_days=_least_in_days(totals, heard),
    )


def expect_between(habit: Habit, since: datetime, until: datetime) -> float:
    """Return how many articles are usual between two moments, aware UTC; hours cut by them count in part."""
    hours = (until - since).total_seconds() / 3600
    if hours <= 0:
        return 0.0
    weeks, rest = divmod(hours, WEEK_HOURS)
    start = _hour_of_week(since)
    first, end = int(start), start + rest
    cells = np.arange(first, int(np.ceil(end)))
    parts = np.minimum(cells + 1, end) - np.maximum(cells, start)
    return float(weeks * habit.profile.sum() + (habit.profile[cells % WEEK_HOURS] * parts).sum())


def expect_days(profile: Expectation, first_day: datetime, days: int) -> Expectation:
    """Return how many articles are usual on each of some days from a midnight of UTC on: (days,)."""
    by_weekday = profile.reshape(7, _DAY).sum(axis=1)
    return np.asarray(by_weekday[(first_day.weekday() + np.arange(days)) % 7], dtype=np.float64)


def range_of(expected: float, spread: float) -> tuple[float, float]:
    """Return the bounds between which 99 of 100 counts of this expectation lie.

    On the square root's scale, where a count's variance is a quarter of its spread whatever its mean
    (Anscombe, Biometrika 35, 1948).
    """
    root, reach = np.sqrt(expected + 0.375), 2.58 * np.sqrt(max(spread, 1.0)) / 2
    return float(max(root - reach, 0.0) ** 2), float((root + reach) ** 2)


def band_of(habit: Habit | None, history: History, until: datetime) -> list[DayBand]:
    """Set each day of a history beside its usual range; a day under way counts up to `until`.

    Without a habit the bounds are 0.
    """
    bands = []
    for number, count in enumerate(history.articles.sum(axis=1)):
        start = history.first_day + timedelta(days=number)
        expected = expect_between(habit, start, min(start + timedelta(days=1), until)) if habit else 0.0
        low, high = range_of(expected, habit.spread) if habit else (0.0, 0.0)
        bands.append(DayBand(start.date().isoformat(), int(count), expected, low, high))
    return bands


def _hour_of_week(moment: datetime) -> float:
    return moment.weekday() * _DAY + moment.hour + moment.minute / 60 + moment.second / 3600


def _weigh_weeks(history: History, options: HabitOptions) -> tuple[float, NDArray[np.float64]]:
    """Return the usual articles a week, and what each day's articles count for in the profile.

    Weeks are counted back from the last day. A week of twice the usual or more counts as twice the usual.
    """
    days = len(history.articles)
    week_of = (days - 1 - np.arange(days)) // 7
    totals = history.articles.sum(axis=1) * history.is_heard
    sums = np.bincount(week_of, weights=totals)
    heard = np.bincount(week_of, weights=history.is_heard)
    is_told = heard >= options.heard_days_of_week
    if not is_told.any():
        is_told = heard > 0
    scaled = sums[is_told] * 7 / heard[is_told]
    usual = float(np.median(scaled))
    if usual < 1.0:  # rarer than weekly: the median would be nothing
        usual = float(scaled.mean())
    ceiling = 2.0 * max(usual, 1.0)
    weights = np.where(sums > ceiling, ceiling / np.maximum(sums, 1.0), 1.0) * is_told
    return usual, np.asarray(weights[week_of] * history.is_heard, dtype=np.float64)


def _draw_profile(
    history: History, weights: NDArray[np.float64], pooled: Expectation | None, options: HabitOptions
) -> Expectation:
    """Return the share of each hour of the week, (168,), summing to 1."""
    weekday = (history.first_day.weekday() + np.arange(len(history.articles))) % 7
    own = np.zeros((7, _DAY))
    np.add.at(own, weekday, history.articles * weights[:, None])
    flat = own.reshape(-1)
    flat = sum(part * np.roll(flat, shift) for part, shift in zip(_KERNEL, (-1, 0, 1), strict=True))
    even = np.full(WEEK_HOURS, 1 / WEEK_HOURS)
    prior = even if pooled is None or pooled.sum() <= 0 else pooled / pooled.sum()
    # Shares of hours that recur teach more than their number: a weekly's one hour is believed after weeks.
    told = (flat + options.prior_articles * prior) / (flat.sum() + options.prior_articles)
    return np.asarray((1 - options.flat_share) * told + options.flat_share * even, dtype=np.float64)


def _measure_spread(
    totals: NDArray[np.float64], expected: NDArray[np.float64], options: HabitOptions
) -> float:
    """Measure the variance over the mean of the days' articles, blind to the worst twentieth of them."""
    floor = max(float(expected.mean()), 1e-9) * 0.1
    squares = (totals - expected) ** 2 / np.maximum(expected, floor)
    squares = np.minimum(squares, np.quantile(squares, 0.95))
    return float(max(squares.mean(), options.least_spread))


def _measure_gap(history: History, profile: Expectation) -> float:
    """Measure the longest wait between two articles, in the articles that were expected meanwhile."""
    start = history.first_day.weekday() * _DAY
    hours = start + np.arange(history.articles.size)
    expected = profile[hours % WEEK_HOURS] * np.repeat(history.is_heard, _DAY)
    passed = np.concatenate([[0.0], np.cumsum(expected)])
    at = np.flatnonzero(history.articles.reshape(-1))
    if not len(at):
        return float(passed[-1])
    # The end does not count: the silence that is being judged must not excuse itself.
    return float(np.diff(np.concatenate([[0.0], passed[at]])).max())


def _least_in_days(totals: NDArray[np.int64], heard: NDArray[np.bool_]) -> float:
    """Return the fewest articles of three days in a row that were all heard; the second fewest window."""
    windows = np.lib.stride_tricks.sliding_window_view(totals, 3).sum(axis=1)
    is_whole = np.lib.stride_tricks.sliding_window_view(heard, 3).all(axis=1)
    return float(windows[is_whole].min()) if is_whole.any() else 0.0
