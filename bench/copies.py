"""How well copies are recognised: planted near-duplicates of newswire, and pairs of ours that tell more."""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contracts import BenchFailed
from legation.engine.listen.copies import choose_candidates, match_texts, name_kind
from legation.engine.listen.fingerprints import Fingerprint, lookup_keys, make_fingerprint

ROOT = Path(__file__).parents[1]
OWN_PAIRS = ROOT / "tests" / "evaluation" / "corpora" / "copies.jsonl"
_CANDIDATES = 12  # as services.copies compares


@dataclass(frozen=True, slots=True)
class TextPair:
    """Two texts and what the second is to the first."""

    kind: str  # edited, excerpt or independent
    language: str
    first: Fingerprint
    second: Fingerprint


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name the folder with articles_<n>.train and .truth."""
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "reuse")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Find the planted pairs of every set, judge our own pairs, and compare with pairs of equal texts."""
    sets = sorted(arguments.data.glob("articles_*.train"))
    if not sets:
        raise BenchFailed(f"There is no articles_*.train in {arguments.data}.")
    started, texts, digest = time.perf_counter(), 0, hashlib.sha256()
    counts: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    for path in sets:
        digest.update(path.read_bytes())
        documents = dict(line.split(" ", 1) for line in path.read_text().splitlines() if " " in line)
        truth = {
            frozenset(line.split()) for line in path.with_suffix(".truth").read_text().splitlines() if line
        }
        texts += len(documents)
        _score(counts, find_pairs(documents), truth)
        _score(plain, _find_equal(documents), truth)
        print(f"{path.stem}: {len(documents)} texts", file=sys.stderr)
    seconds = time.perf_counter() - started
    return {
        "bench": "copies",
        "version": 1,
        "data_sha256": digest.hexdigest(),
        "n": texts,
        "seconds": round(seconds, 3),
        "items_per_second": round(texts / seconds, 1),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **_rates(counts),
        "own": judge_pairs(read_pairs(OWN_PAIRS)),
        "baseline": _rates(plain),
    }


def find_pairs(documents: dict[str, str]) -> set[frozenset[str]]:
    """Find the copies among documents as the desk does: by keys, then exactly."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    prints: list[Fingerprint] = []
    names, found = list(documents), set()
    for name in names:
        own = make_fingerprint(documents[name])
        keys = lookup_keys(own)
        held = ((place, key) for key in keys for place in holders[key])
        for place in choose_candidates(keys, held, limit=_CANDIDATES):
            if match_texts(prints[place], own).is_copy:
                found.add(frozenset((names[place], name)))
        for key in keys:
            holders[key].append(len(prints))
        prints.append(own)
    return found


def read_pairs(path: Path) -> list[TextPair]:
    """Read pairs of texts: JSON lines with kind, language, first, second and their titles."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return [
        TextPair(
            row["kind"],
            row["language"],
            make_fingerprint(row["first"], title=row["first_title"]),
            make_fingerprint(row["second"], title=row["second_title"]),
        )
        for row in rows
    ]


def judge_pairs(pairs: Sequence[TextPair]) -> dict[str, float]:
    """Score the judgement of pairs: shares judged right by kind, copies named right, and copies looked up."""
    right: Counter[str] = Counter()
    total = Counter(pair.kind for pair in pairs)
    for pair in pairs:
        is_copy = match_texts(pair.first, pair.second).is_copy
        right[pair.kind] += is_copy == (pair.kind != "independent")
        if pair.kind != "independent":
            right["kinds"] += name_kind(pair.first, pair.second)[0] == pair.kind
            keys = set(lookup_keys(pair.first))
            held = [(0, key) for key in lookup_keys(pair.second) if key in keys]
            right["found"] += bool(choose_candidates(sorted(keys), held, limit=1))
    copies = total["edited"] + total["excerpt"]
    rates = {kind: right[kind] / total[kind] for kind in total}
    return rates | {"kinds": right["kinds"] / copies, "found": right["found"] / copies}


def _find_equal(documents: dict[str, str]) -> set[frozenset[str]]:
    """Pair texts whose words are equal: what a desk without fingerprints would fold."""
    known: dict[str, str] = {}
    found = set()
    for name, text in documents.items():
        words = " ".join(text.lower().split())
        if words in known:
            found.add(frozenset((known[words], name)))
        known.setdefault(words, name)
    return found


def _score(counts: Counter[str], found: Iterable[frozenset[str]], truth: set[frozenset[str]]) -> None:
    pairs = set(found)
    counts.update(right=len(pairs & truth), added=len(pairs - truth), missed=len(truth - pairs))


def _rates(counts: Counter[str]) -> dict[str, float]:
    found, there = counts["right"] + counts["added"], counts["right"] + counts["missed"]
    precision, recall = counts["right"] / found if found else 0.0, counts["right"] / max(there, 1)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}
