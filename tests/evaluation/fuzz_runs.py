"""Spoil good inputs by the thousand and let reading processes judge them, within bounds of time and memory.

`python -m tests.evaluation.fuzz_runs 20000 --seed 7` is a long run; it takes up the shared data where it is.
"""

# ruff: noqa: E501, T201 - a table of targets, and a command that prints
from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from tests.evaluation import fuzz_seeds as seeds
from tests.evaluation.fuzz_archives import make_record, make_response, mutate_archive, mutate_mail, mutate_pdf
from tests.evaluation.fuzz_mutators import TEXTS, mutate_bytes, mutate_json_bytes, mutate_markup
from tests.evaluation.fuzz_targets import Verdict, judge_reading

from legation.gateways.readers import ReadCall, ReaderPool, ReadingFailed

TIMEOUT_SECONDS = 20.0  # as the desk gives a page
_SLOW_SECONDS = 10.0
Mutate = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is spoilt, and what reads it."""

    name: str
    reader: str
    seeds: Callable[[], Sequence[bytes]]
    mutate: Mutate
    shared: str = ""  # a pattern of files for long runs
    share: float = 1.0  # of a run's inputs


@dataclass(slots=True)
class Tally:
    """What came of a run."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=dict)  # fault to the names of its inputs
    slowest: tuple[float, str] = (0.0, "")
    greediest: tuple[int, str] = (0, "")


def _mutate_text(chance: random.Random, content: bytes) -> bytes:
    """Spoil a text: absurd pieces between its words, and damaged bytes."""
    words = content.decode().split(" ")
    for _ in range(chance.choice((1, 3, 30))):
        words.insert(chance.randint(0, len(words)), chance.choice(TEXTS))
    raw = chance.choice((" ", "", "\n\n", " ")).join(words).encode("utf-8", "surrogatepass")
    if chance.random() < 0.2:
        raw = (raw * chance.choice((5, 100)))[:1_500_000].decode("utf-8", "replace").encode()
    return mutate_bytes(chance, raw).decode("utf-8", "replace").encode() if chance.random() < 0.3 else raw


def _write_archive(chance: random.Random, page: bytes) -> bytes:
    return mutate_archive(chance, page)


def _whole_archive(chance: random.Random, page: bytes) -> bytes:
    """Damage an archive that is whole otherwise."""
    records = b"".join(
        make_record("response", f"https://paper.example/{n}", make_response(page)) for n in range(3)
    )
    return mutate_bytes(chance, records)


TARGETS: tuple[Target, ...] = (
    Target("pages", "page", seeds.list_pages, mutate_markup, "extraction/html/*.html", 2.0),
    Target("items", "item", seeds.list_pages, mutate_markup, "extraction/html/*.html", 1.5),
    Target("json lines", "import", lambda: [seeds.JSON_LINES], mutate_json_bytes),
    Target("ninjs", "import", lambda: [_indent()], mutate_json_bytes, "standards/ninjs/examples/**/*.json"),
    Target("newsml", "import", lambda: [seeds.NEWSML], mutate_markup, "standards/newsml-g2/examples/*.xml"),
    Target("saved pages", "import", lambda: seeds.list_pages()[:30], mutate_markup, "extraction/html/*.html", 0.7),
    Target("mail", "import", lambda: [seeds.MAIL], mutate_mail),
    Target("mailbox", "import", lambda: [seeds.MAILBOX], mutate_mail, share=0.7),
    Target("archives", "import", lambda: seeds.list_pages()[:12], _write_archive),
    Target("whole archives", "import", lambda: seeds.list_pages()[:4], _whole_archive, share=0.5),
    Target("pdf", "import", seeds.list_pdfs, mutate_pdf),
    Target("any bytes", "import", lambda: [seeds.MAIL, seeds.NEWSML, seeds.JSON_LINES, seeds.OPML], mutate_bytes, share=0.5),
    Target("opml", "opml", lambda: [seeds.OPML], mutate_markup, share=0.7),
    Target("icons", "icon", seeds.list_pictures, mutate_bytes, share=0.7),
    Target("copies", "copy", lambda: seeds.list_pages()[:12], _write_archive, share=0.7),
    Target("texts", "text", lambda: [text.encode() for text in seeds.TEXTS_OF_PRESS], _mutate_text),
)  # fmt: skip


def _indent() -> bytes:
    import json

    return json.dumps([seeds.NINJS, seeds.NINJS], indent=1).encode()


def make_inputs(
    target: Target, count: int, *, seed: int, uses_shared: bool = False
) -> Iterator[tuple[str, bytes]]:
    """Yield a target's inputs with names that tell how to make them again; the same for the same seed."""
    good = [*target.seeds()]
    if uses_shared and target.shared:
        good += seeds.list_shared(target.shared, 400)
    yield from (
        (f"{target.name} {number} as it is", content) for number, content in enumerate(good[: count // 4])
    )
    for number in range(count - min(len(good), count // 4)):
        chance = random.Random(f"{seed} {target.name} {number}")
        yield f"{target.name} {seed}.{number}", target.mutate(chance, chance.choice(good))


def run_target(target: Target, count: int, pool: ReaderPool, *, seed: int, uses_shared: bool = False,
               kept: Path | None = None) -> Tally:  # fmt: skip
    """Read a target's inputs. kept: a folder for the inputs that break a rule."""
    tally = Tally()
    waiting: list[tuple[str, bytes, Future[Verdict]]] = []
    for name, content in make_inputs(target, count, seed=seed, uses_shared=uses_shared):
        call = ReadCall(judge_reading, (target.reader, content), timeout_seconds=TIMEOUT_SECONDS)
        waiting.append((name, content, pool.submit(call)))
        if len(waiting) > 8:
            _settle(tally, *waiting.pop(0), kept)
    for one in waiting:
        _settle(tally, *one, kept)
    return tally


def _settle(tally: Tally, name: str, content: bytes, future: Future[Verdict], kept: Path | None) -> None:
    tally.inputs += 1
    try:
        verdict = future.result()
    except ReadingFailed as error:
        verdict = Verdict({}, (f"{type(error).__name__}: {error}",), TIMEOUT_SECONDS)
    tally.outcomes.update(verdict.outcomes)
    faults = list(verdict.faults)
    if verdict.seconds > _SLOW_SECONDS:
        faults.append(f"took more than {_SLOW_SECONDS:g} s")
    for fault in faults:
        tally.faults.setdefault(fault, []).append(f"{name} ({len(content)} bytes)")
    if faults and kept:
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{name.replace(' ', '-')}.{hashlib.sha256(content).hexdigest()[:8]}").write_bytes(content)
    tally.slowest = max(tally.slowest, (verdict.seconds, name))
    tally.greediest = max(tally.greediest, (verdict.grown_bytes, name))


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line; returns 1 where a rule was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="inputs per target, times the target's share")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", action="append", default=[])
    parser.add_argument("--keep", type=Path, help="folder for inputs that break a rule")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args(words)
    is_broken = False
    with ReaderPool(chosen.processes) as pool:
        for target in TARGETS:
            if chosen.target and target.name not in chosen.target:
                continue
            count = round(chosen.count * target.share)
            tally = run_target(target, count, pool, seed=chosen.seed, uses_shared=True, kept=chosen.keep)
            print(f"{target.name}: {tally.inputs} inputs, slowest {tally.slowest[0]:.1f} s ({tally.slowest[1]}), "
                  f"largest growth {tally.greediest[0] // 1_000_000} MB ({tally.greediest[1]})")  # fmt: skip
            print(f"  {dict(tally.outcomes.most_common(12))}")
            for fault, names in tally.faults.items():
                is_broken = True
                print(f"  FAULT {fault}: {len(names)}, such as {names[:3]}")
    return 1 if is_broken else 0


if __name__ == "__main__":
    sys.exit(main())
