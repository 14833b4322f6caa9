"""When to ask a source again, by its habit, its wishes and its failures, and how many may start at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median


@dataclass(frozen=True, slots=True)
class IntervalOptions:
    """Bounds of the interval; five minutes to a day as issue 2 asks."""

    min_seconds: float = 300.0
    max_seconds: float = 86_400.0
    unknown_seconds: float = 3_600.0  # while the source's habit is not known
    max_hint_seconds: float = 3_600.0  # a feed that says "daily" is often wrong, and news would be a day late
    batch_seconds: float = 300.0  # items this close together were published at once
    recent_items: int = 20  # a day of a busy paper, three weeks of a ministry


@dataclass(frozen=True, slots=True)
class PaceOptions:
    """How fast visits may start."""

    # An outage of an hour is made up for in an hour, and what became due together comes due apart again.
    catch_up: float = 2.0  # times the usual rate
    least_per_second: float = 5.0  # a new desk has read its first 1,000 sources after two minutes
    burst: float = 300.0  # visits at once after a rest; as many different hosts feel nothing of each other


class VisitPace:
    """Lets visits start at twice their usual rate at most, so that a backlog becomes no thundering herd."""

    def __init__(
        self, *, usual_per_second: float, at_seconds: float, options: PaceOptions | None = None
    ) -> None:
        options = options or PaceOptions()
        self.per_second = max(options.least_per_second, options.catch_up * usual_per_second)
        self._burst = options.burst
        self._saved = options.burst
        self._at_seconds = at_seconds

    def count_free(self, at_seconds: float) -> int:
        """Return how many visits may start now.

        at_seconds: of any clock that only goes forward, the one that the pace was made with.
        """
        passed = max(0.0, at_seconds - self._at_seconds)
        self._saved = min(self._burst, self._saved + passed * self.per_second)
        self._at_seconds = max(self._at_seconds, at_seconds)
        return int(self._saved)

    def count_started(self, visits: int) -> None:
        """Take note of visits that were started."""
        self._saved -= visits


def next_interval_seconds(
    *,
    now: datetime,
    recent_item_times: Sequence[datetime],
    failures: int,
    jitter: float,
    retry_after_seconds: float | None = None,
    update_period_seconds: float | None = None,
    options: IntervalOptions | None = None,
) -> float:
    """Choose the seconds until a source is asked again.

    recent_item_times: when the source's latest items appeared, aware, in any order; moments after `now` are
    ignored. failures: fetches that failed in a row, 0 after a good one. jitter: random in [0, 1), so that
    sources do not march in step; it moves the interval by a tenth (by half after failures).
    retry_after_seconds: the server's wish, never undercut, even past the maximum. update_period_seconds: the
    feed's own claim, believed up to an hour.
    Raises ValueError where failures or jitter lie outside their range.
    """
    if failures < 0 or not 0.0 <= jitter < 1.0:
        raise ValueError("failures must not be negative, and jitter must lie in [0, 1).")
    options = options or IntervalOptions()
    if failures:
        # Doubling: 5, 10, 20 … minutes; after nine failures a day. The exponent is bounded against overflow.
        wanted = options.min_seconds * 2.0 ** min(failures - 1, 30)
        spread = 0.5
    else:
        wanted = _read_habit(now, recent_item_times, update_period_seconds, options)
        spread = 0.1
    wanted = min(max(wanted, options.min_seconds), options.max_seconds)
    # Within the bounds and never at one of them, where half of all sources would march in step.
    least = max(wanted * (1.0 - spread), options.min_seconds)
    most = min(wanted * (1.0 + spread), options.max_seconds)
    return max(least + (most - least) * jitter, retry_after_seconds or 0.0)


def _read_habit(
    now: datetime,
    recent_item_times: Sequence[datetime],
    update_period_seconds: float | None,
    options: IntervalOptions,
) -> float:
    """Take half the usual gap between items, longer while the source is silent."""
    hint = min(update_period_seconds or 0.0, options.max_hint_seconds)
    ages = sorted((now - moment).total_seconds() for moment in recent_item_times if moment <= now)
    ages = ages[: options.recent_items]
    if not ages:
        return hint or options.unknown_seconds
    gaps = [older - newer for newer, older in zip(ages, ages[1:], strict=False)]
    gaps = [gap for gap in gaps if gap > options.batch_seconds]
    usual = (
        median(gaps) if gaps else 2.0 * (options.min_seconds if len(ages) > 1 else options.unknown_seconds)
    )
    # A silent source is asked at an eighth of its silence: hourly in the morning after a quiet night, daily
    # after eight quiet days, and back at its old pace with the first new item.
    return max(usual / 2.0, ages[0] / 8.0, hint)
