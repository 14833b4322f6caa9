"""No input breaks reading: each ends in documented ways, within its time and memory, and can be stored.

LEGATION_FUZZ_INPUTS sets how many inputs each target gets; tests.evaluation.fuzz_runs makes long runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from tests.evaluation.fuzz_cases import CASES
from tests.evaluation.fuzz_runs import TARGETS, TIMEOUT_SECONDS, Target, make_inputs, run_target
from tests.evaluation.fuzz_targets import READERS, Verdict, judge_reading

from legation.gateways.readers import ReadCall, ReaderPool

INPUTS = int(os.environ.get("LEGATION_FUZZ_INPUTS", "30"))
SEED = 20261122

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(2) as readers:
        yield readers


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_what_was_spoilt_ends_as_documented(target: Target, pool: ReaderPool) -> None:
    tally = run_target(target, max(8, round(INPUTS * target.share)), pool, seed=SEED)
    assert tally.faults == {}
    assert sum(tally.outcomes.values()) >= tally.inputs


@pytest.mark.parametrize("name", CASES)
def test_what_once_broke_a_rule_breaks_none(name: str, pool: ReaderPool) -> None:
    reader, make = CASES[name]
    call = ReadCall(judge_reading, (reader, make()), timeout_seconds=TIMEOUT_SECONDS)
    verdict: Verdict = pool.submit(call).result()
    assert verdict.faults == ()
    assert verdict.outcomes


def test_the_same_seed_makes_the_same_inputs() -> None:
    for target in TARGETS[:4]:
        assert list(make_inputs(target, 9, seed=1)) == list(make_inputs(target, 9, seed=1))
        assert list(make_inputs(target, 9, seed=1)) != list(make_inputs(target, 9, seed=2))


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("a\x00b", "cannot be stored"),
        ("a\ud800b", "cannot be stored"),
        (None, "ended in nothing"),
        (ValueError("x"), "raised ValueError"),
    ],
)
def test_a_broken_rule_would_be_noticed(answer: object, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(content: bytes) -> tuple[list[str], list[object]]:
        if isinstance(answer, Exception):
            raise answer
        return ([], []) if answer is None else (["kept"], [answer])

    monkeypatch.setitem(READERS, "broken", read)  # type: ignore[arg-type]
    verdict = judge_reading("broken", b"x")
    assert fault in verdict.faults[0]
