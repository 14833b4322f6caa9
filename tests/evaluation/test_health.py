"""Holds alarms above their floors, on simulated sources of seven sorts whose truth is known.

The table of docs/health.md comes from `score(kind, 40)`; fewer sources are enough to notice that it is worse.
"""

import pytest
from tests.evaluation.health_worlds import KINDS, holiday_alarms, score

SOURCES = 8
# Days until half of the silences are found, as first recorded on 2026-11-22 with some room for chance.
MOST_DAYS = {
    "agency, 500 a day": 0.5,
    "daily paper, 60 a day": 1.0,
    "local paper, 8 a day": 2.5,
    "ministry, working days": 8.0,
    "think tank, 1 a week": 45.0,
    "weekly magazine, 12 on Thursdays": 8.0,
    "bursty portal, 20 a day": 3.0,
}
MOST_FALSE_PER_MONTH = 0.1
LEAST_FOUND = 0.85


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_alarms_are_true_and_soon(kind):
    found = score(kind, SOURCES)
    assert found.false_per_month <= MOST_FALSE_PER_MONTH, found
    assert found.silences_found >= LEAST_FOUND, found
    assert found.delay_days <= MOST_DAYS[kind.name], found
    assert found.floods_found == 1.0, found


@pytest.mark.slow
def test_a_holiday_of_forty_sources_is_one_alarm():
    own, country = holiday_alarms(40, quiet_days=5)
    assert country == 1
    assert own <= 3
