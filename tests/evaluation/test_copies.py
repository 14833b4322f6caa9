"""Holds the recognition of copies above its floor, on pairs of ours in twelve languages."""

import hashlib
import json
from pathlib import Path

from bench.copies import judge_pairs, read_pairs

HERE = Path(__file__).parent
# As first recorded on 2026-11-22, when every pair was judged right. The floors may only rise.
RECORDED = {"edited": 0.9, "excerpt": 0.9, "independent": 1.0, "kinds": 0.9, "found": 0.95}
ENTRY = json.loads((HERE / "floors.json").read_text())["copies"]
CORPUS = HERE / ENTRY["corpus"]


def test_the_corpus_is_the_one_that_the_floor_was_measured_on():
    assert hashlib.sha256(CORPUS.read_bytes()).hexdigest() == ENTRY["sha256"]


def test_no_floor_was_lowered():
    assert ENTRY["floors"].keys() == RECORDED.keys()
    assert all(ENTRY["floors"][metric] >= floor for metric, floor in RECORDED.items())


def test_copies_are_recognised_and_independent_reports_left_alone():
    pairs = read_pairs(CORPUS)
    assert {pair.kind for pair in pairs} == {"edited", "excerpt", "independent"}
    assert len({pair.language for pair in pairs}) >= 10
    found = judge_pairs(pairs)
    below = {metric: found[metric] for metric, floor in ENTRY["floors"].items() if found[metric] < floor}
    assert not below, f"below the floor: {below} of {found}"
