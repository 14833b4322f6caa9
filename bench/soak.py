"""Run the demo press faster than life against a real worker, and watch the memory of every process."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.contracts import MODELS, ROOT, BenchFailed, make_report, narrate
from bench.plots import draw_lines

_SAMPLE_SECONDS = 10.0
_START_SECONDS = 180.0  # migrations, static files and the model's cache on a busy machine
_STOP_SECONDS = 30.0
# Caches fill and the heap settles: what is used in the first part says nothing of what leaks.
_WARM_UP_PART = 0.25
# Megabytes an hour that noise alone may show, for each process.
_MOST_GROWTH = 60.0
_LEAST_SAMPLES = 6
_KINDS = {
    "readers.children": "reading",
    "worker": "worker",
    "chrom": "browser",
}  # by a part of the command line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this benchmark."""
    parser.add_argument("--minutes", type=float, default=45.0, help="how long to run")
    parser.add_argument(
        "--pace", type=float, default=20.0, help="how many times faster than life the press is"
    )
    parser.add_argument("--plot", type=Path, help="SVG file for the memory of each process over time")
    parser.add_argument("--keep", type=Path, help="folder that keeps the desk and its log")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the report on the run; fails where the memory of a process grows."""
    (ROOT / "var").mkdir(exist_ok=True)
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="bench-soak-", dir=ROOT / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with start_desk(folder.resolve(), arguments.pace) as desk:
            with narrate(f"soaking for {arguments.minutes:g} minutes"):
                samples = sample_memory(desk, arguments.minutes * 60.0)
            outcomes, items = count_outcomes(folder)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    if arguments.plot:
        arguments.plot.write_text(draw_lines(samples, title="Memory of the desk's processes", unit="MB"))
    growth = {name: round(measure_slope(points), 2) for name, points in samples.items()}
    report = make_report(
        bench="soak",
        paths=[ROOT / "demo" / "outlets.yml", ROOT / "demo" / "events.yml"],
        count=items,
        seconds=arguments.minutes * 60.0,
        metrics={
            "pace": arguments.pace,
            "outcomes": outcomes,
            "mb_per_hour": growth,
            "mb_at_most": {name: round(max(mb for _, mb in points), 1) for name, points in samples.items()},
        },
        baseline={"mb_per_hour": _MOST_GROWTH},
    )
    growing = {name: slope for name, slope in growth.items() if slope > _MOST_GROWTH}
    if growing:
        print(json.dumps(report), file=sys.stderr)
        raise BenchFailed(f"The memory grows, in megabytes an hour: {growing}.")
    return report


@contextmanager
def start_desk(folder: Path, pace: float) -> Iterator[psutil.Process]:
    """Make a desk in a fresh folder, with the quick press beside it, and start its real worker."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LEGATION_")},
        "LEGATION_DATA_DIR": str(folder),
        "LEGATION_FETCH_ALLOWED_HOSTS": "127.0.0.1",
    }
    world = [sys.executable, "-m", "bench.soak_worlds"]
    started: list[subprocess.Popen[bytes]] = []
    with (folder / "soak.log").open("w", encoding="utf-8") as log:

        def start(words: list[str]) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(words, env=environment, stdout=log, stderr=log, cwd=ROOT)  # noqa: S603
            started.append(process)
            return process

        try:
            with narrate("making a desk with the demo's world"):
                if start([*world, "prepare", "1"]).wait(_START_SECONDS):
                    raise BenchFailed(f"The desk cannot be made: {(folder / 'soak.log').read_text()[-800:]}")
            if MODELS.exists():
                shutil.copytree(MODELS, folder / "models", dirs_exist_ok=True)
            start([*world, "press", str(pace)])
            worker = start([sys.executable, "-m", "legation.config", "worker"])
            start([*world, "hurry", str(pace)])
            yield psutil.Process(worker.pid)
            if worker.poll() is not None:
                raise BenchFailed(f"The worker ended: {(folder / 'soak.log').read_text()[-800:]}")
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            for process in started:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def sample_memory(desk: psutil.Process, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Return, by the kind of process, its age in seconds and its resident megabytes, each ten seconds.

    Processes of one kind that come and go are one line: their sum.
    """
    samples: dict[str, list[tuple[float, float]]] = defaultdict(list)
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        sums: dict[str, float] = defaultdict(float)
        for process in [desk, *desk.children(recursive=True)]:
            try:
                sums[name_process(process.cmdline())] += process.memory_info().rss / 1e6
            except psutil.Error:
                continue  # it has just ended
        for name, mb in sums.items():
            samples[name].append((passed, mb))
        time.sleep(max(0.0, min(_SAMPLE_SECONDS, seconds - passed)))
    return dict(samples)


def name_process(words: Sequence[str]) -> str:
    """Name what a process does by its command line."""
    line = " ".join(words)
    return next((kind for sign, kind in _KINDS.items() if sign in line), "other")


def measure_slope(points: Sequence[tuple[float, float]]) -> float:
    """Return megabytes an hour after the warm-up: the median slope between all pairs (Theil and Sen)."""
    rest = points[int(len(points) * _WARM_UP_PART) :]
    if len(rest) < _LEAST_SAMPLES:
        return 0.0
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for number, earlier in enumerate(rest)
        for later in rest[number + 1 :]
    ]
    return statistics.median(slopes) * 3_600.0


def count_outcomes(folder: Path) -> tuple[Mapping[str, int], int]:
    """Read from the desk's database how its items ended, and how many there were."""
    with sqlite3.connect(f"file:{folder / 'desk.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT kind, sum(count) FROM listen_outcome GROUP BY kind").fetchall()
    database.close()
    return dict(rows), sum(count for _, count in rows)
