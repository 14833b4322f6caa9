"""Measure how much of an article's text and date we find in its page, against bare trafilatura."""

from __future__ import annotations

import argparse
import collections
import gzip
import logging
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import trafilatura

from bench.contracts import make_report, narrate, read_records, require_path
from legation.engine.listen.pages import PageOptions, UnreadablePage, read_page

_WORD = re.compile(r"\w+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this benchmark."""
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with truth.jsonl and html/<id>.html.gz"
    )
    parser.add_argument("--limit", type=int, default=0, help="read only so many pages, spread over the set")
    parser.add_argument("--quick", action="store_true", help="one method of extraction instead of several")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the report on every page of the folder, read by the product's reader and by the baseline."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    truth = load_truth(arguments.data, arguments.limit)
    options = PageOptions(is_thorough=not arguments.quick)

    def read_ours(html: bytes, address: str) -> tuple[str, str]:
        try:
            page = read_page(html, address=address, options=options)
        except UnreadablePage:
            return "", ""
        return page.body, page.published_at.date().isoformat() if page.published_at else ""

    with narrate(f"reading {len(truth)} pages"):
        metrics, seconds = _score(truth, arguments.data, read_ours)
    with narrate("reading them with bare trafilatura"):
        baseline, baseline_seconds = _score(truth, arguments.data, read_bare)
    return make_report(
        bench="extraction",
        paths=[arguments.data / "truth.jsonl", *(_page_path(arguments.data, record) for record in truth)],
        count=len(truth),
        seconds=seconds,
        metrics=metrics,
        baseline={**baseline, "items_per_second": round(len(truth) / baseline_seconds, 2)},
    )


def load_truth(folder: Path, limit: int = 0) -> list[dict[str, Any]]:
    """Load the true records, at most limit of them taken at even steps; all where limit is 0."""
    truth = read_records(folder / "truth.jsonl")
    step = max(1, len(truth) // limit) if limit else 1
    return truth[::step][: limit or None]


def count_word_f1(found: str, true: str) -> float:
    """Compare two texts as multisets of lower-case words; the harmonic mean of precision and recall."""
    first, second = (collections.Counter(_WORD.findall(text.lower())) for text in (found, true))
    if not first and not second:
        return 1.0
    overlap = (first & second).total()
    return 2 * overlap / (first.total() + second.total())


def read_bare(html: bytes, address: str) -> tuple[str, str]:
    """Do what a plain user of trafilatura does: text by extract, date by its metadata."""
    text = trafilatura.extract(html) or ""
    metadata = trafilatura.extract_metadata(html, default_url=address or None)
    return text, (metadata.date or "") if metadata else ""


def _page_path(folder: Path, record: dict[str, Any]) -> Path:
    return folder / "html" / f"{record['id']}.html.gz"


def _score(
    truth: list[dict[str, Any]], folder: Path, read: Callable[[bytes, str], tuple[str, str]]
) -> tuple[dict[str, Any], float]:
    """Run one reader over every page; returns its metrics and the seconds it took without unpacking.

    A page without a true date does not count for dates; a month alone is met by any of its days.
    """
    by_type: dict[str, list[float]] = collections.defaultdict(list)
    dates: list[bool] = []
    seconds = 0.0
    for record in truth:
        html = gzip.decompress(require_path(_page_path(folder, record)).read_bytes())
        began = time.perf_counter()
        text, date = read(html, record.get("url") or "")
        seconds += time.perf_counter() - began
        by_type[record.get("page_type") or "other"].append(
            count_word_f1(text, record.get("main_content") or "")
        )
        if record.get("publish_date"):
            dates.append(date.startswith(record["publish_date"]))
    metrics = {
        "word_f1": _mean(score for scores in by_type.values() for score in scores),
        **{f"word_f1_by_type.{kind}": _mean(scores) for kind, scores in sorted(by_type.items())},
        "date_exact": _mean(float(is_exact) for is_exact in dates),
    }
    return metrics, seconds


def _mean(values: Iterable[float]) -> float:
    """Return the mean to four places, 0 for none."""
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0
