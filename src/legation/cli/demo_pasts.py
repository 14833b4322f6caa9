"""Draw the weeks before the demo world, so that its desk knows from the start what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from legation.gateways.demo_worlds import DemoOutlet

WEEKS = 8  # from which habits are learned
DAILY = (1.06, 1.06, 1.06, 1.06, 1.04, 0.9, 0.82)  # of a paper's usual day, Monday first
OFFICIAL = (1.4, 1.4, 1.4, 1.4, 1.4, 0.0, 0.0)  # of an institution that rests at the week-end
OFFICIAL_KINDS = {"government", "international_organisation"}
NIGHT, DAY = 0.4, 1.3  # weight of an hour; half of a day's are night, at hours that differ between outlets
SWING = 0.3  # of a day's articles more or fewer: an editorial office is far more regular than chance


def tell_past(*, country: str, base: datetime, now: datetime) -> bool:
    """Give the demo's sources their past and check their health; returns False where it was done before.

    base: when the demo's own articles begin.
    The desk's rule that an alarm needs two checks holds: the first is made as of some minutes ago.
    """
    from legation.desk.listen.services.alarms import CONFIRM_AFTER
    from legation.desk.listen.services.demo_pasts import lay_past
    from legation.desk.listen.services.health import check_health
    from legation.gateways.demo_press import DEMO_DIRECTORY, make_source_record
    from legation.gateways.demo_worlds import load_world

    outlets = load_world(DEMO_DIRECTORY, country).outlets
    first_day = begin_past(base)
    drawn = {
        make_source_record(outlet, "http://localhost").key: draw_hours(outlet, first_day, base)
        for outlet in outlets
    }
    if not lay_past(drawn=drawn, since=first_day, now=now):
        return False
    check_health(now=now - CONFIRM_AFTER)
    check_health(now=now)
    return True


def begin_past(base: datetime) -> datetime:
    """Return the midnight of UTC at which the weeks before the world's five days begin."""
    midnight = base.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(weeks=WEEKS)


def draw_hours(outlet: DemoOutlet, first_day: datetime, until: datetime) -> dict[datetime, int]:
    """Draw how many articles an outlet brought in each hour between two moments, the same at every call."""
    chance = Random(outlet.key)  # noqa: S311  a repeatable past is wanted
    weekly = OFFICIAL if outlet.kind in OFFICIAL_KINDS else DAILY
    waking = chance.randrange(24)
    weights = [DAY if (hour - waking) % 24 < 12 else NIGHT for hour in range(24)]
    counts: dict[datetime, int] = {}
    owed = 0.0
    for number in range((until - first_day).days + 1):
        day = first_day + timedelta(days=number)
        owed += outlet.expected_per_day * weekly[day.weekday()] * (1 + SWING * (2 * chance.random() - 1))
        for hour in _choose_hours(chance, weights, int(owed)):
            moment = day + timedelta(hours=hour)
            if moment < until:
                counts[moment] = counts.get(moment, 0) + 1
        owed -= int(owed)
    return counts


def _choose_hours(chance: Random, weights: Sequence[float], count: int) -> list[int]:
    return chance.choices(range(24), weights=weights, k=count)
