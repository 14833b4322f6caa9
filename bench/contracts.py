"""What every benchmark shares: reading records, the clock, the report's fixed keys."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from legation import __version__
from legation.engine.ports import Embedder
from legation.engine.text.languages import UnknownLanguage, language_code, name_language
from legation.gateways.embedder.caches import build_model_cache, load_encoder

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "var" / "models"
Result = TypeVar("Result")


class BenchFailed(Exception):
    """The benchmark cannot run; the message says why and what to do."""


def require_path(path: Path) -> Path:
    """Return the path, or raise BenchFailed where nothing is there."""
    if not path.exists():
        raise BenchFailed(f"{path} does not exist. Give data of the form that docs/benchmarks.md describes.")
    return path


def read_records(path: Path) -> list[dict[str, Any]]:
    """Read UTF-8 JSONL, one object a line; empty lines are passed over. Raises BenchFailed with the line."""
    records: list[dict[str, Any]] = []
    with require_path(path).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise BenchFailed(f"{path}, line {number} is not JSON: {error}")
            if not isinstance(record, dict):
                raise BenchFailed(f"{path}, line {number} is not a JSON object.")
            records.append(record)
    if not records:
        raise BenchFailed(f"{path} holds no records.")
    return records


def read_time(text: str | None) -> datetime | None:
    """Read ISO 8601 (UTC where no zone is given) or D/M/YYYY H:MM; None where there is no time."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            moment = datetime.strptime(text.strip(), "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
        except ValueError:
            raise BenchFailed(f"{text!r} is neither ISO 8601 nor D/M/YYYY H:MM.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_language(declared: str | None, text: str) -> str:
    """Return the declared language as short BCP 47 code, or name it from the text where none is declared."""
    if declared:
        try:
            return language_code(declared)
        except UnknownLanguage as error:
            raise BenchFailed(str(error))
    return name_language(text).language


def hash_files(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of one file's bytes, or of all the files' own hashes in the order given."""
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def load_product_encoder() -> Embedder:
    """Load the model that the desk uses, building its cache at the first time."""
    print("loading the model", file=sys.stderr)
    build_model_cache(MODELS)
    return load_encoder(MODELS, threads=os.cpu_count() or 1)


def time_call(call: Callable[[], Result]) -> tuple[Result, float]:
    """Return the call's result and how many seconds it took."""
    started = time.perf_counter()
    result = call()
    return result, time.perf_counter() - started


@contextmanager
def narrate(step: str) -> Any:
    """Say on standard error that a step begins, and how long it took when it ends."""
    started = time.perf_counter()
    print(f"{step} …", file=sys.stderr)
    yield
    print(f"{step}: {time.perf_counter() - started:.1f} s", file=sys.stderr)


def make_report(
    *,
    bench: str,
    paths: Iterable[Path],
    count: int,
    seconds: float,
    metrics: Mapping[str, Any],
    baseline: Mapping[str, Any],
) -> dict[str, Any]:
    """Compose the report with the keys that every benchmark has; the metrics stand beside them.

    seconds: of the product's path only, without reading, loading and the baseline.
    """
    peak_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "bench": bench,
        "version": __version__,
        "data_sha256": hash_files(paths),
        "n": count,
        "seconds": round(seconds, 3),
        "items_per_second": round(count / seconds, 2) if seconds else 0.0,
        "peak_rss_mb": round(peak_kilobytes / 1024, 1),
        **metrics,
        "baseline": dict(baseline),
    }
