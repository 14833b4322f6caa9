"""Every way to misbehave ends as one status, soon, and with little sent."""

from __future__ import annotations

import asyncio
import resource

import pytest
from tests.gateways.http.behaviours import BEHAVIOURS, Behaviour
from tests.gateways.http.hostile import MAX_BYTES, TOTAL_SECONDS, Encounter, meet_all

_SLACK_SECONDS = 30.0  # on a machine that does other things as well; without a bound it would hang for good
_MOST_SENT_BYTES = 60_000_000  # what a loopback takes in within the time; honest bounds end it much sooner
_MOST_GROWTH_KILOBYTES = 150_000


@pytest.fixture(scope="module")
def encounters() -> dict[str, Encounter]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    met = asyncio.run(meet_all())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < _MOST_GROWTH_KILOBYTES
    return {encounter.behaviour.name: encounter for encounter in met}


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_a_server_that_misbehaves_ends_as_one_status_in_good_time(
    behaviour: Behaviour, encounters: dict[str, Encounter]
) -> None:
    met = encounters[behaviour.name]
    assert (met.result.status, met.result.fault) == (behaviour.status, behaviour.fault), met.result.reason
    assert met.seconds < TOTAL_SECONDS + _SLACK_SECONDS
    assert met.sent_bytes < _MOST_SENT_BYTES
    assert len(met.result.body) <= MAX_BYTES
    is_good = behaviour.status.value in ("fetched", "not_modified")
    assert bool(met.result.reason) is not is_good
    assert len(met.result.reason) < 300
    assert "\n" not in met.result.reason


def test_no_two_behaviours_share_a_name() -> None:
    assert len({behaviour.name for behaviour in BEHAVIOURS}) == len(BEHAVIOURS) > 100
