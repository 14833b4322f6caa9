"""Groups records into stories in order of time, and compares with the gold clusters by B-cubed."""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.baselines import group_by_words
from bench.contracts import (
    BenchFailed,
    load_product_encoder,
    make_report,
    narrate,
    read_language,
    read_records,
    read_time,
    time_call,
)
from legation.engine.flow import group_articles, open_index
from legation.engine.ports import Embedder
from legation.engine.records.articles import ArticleText

BATCH_SIZE = 256  # records a call, so that memory stays flat; another size moves B-cubed F1 by up to 0.005


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """One record: what the method sees, and the cluster that it must not see."""

    article: ArticleText
    gold: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--data", type=Path, required=True, help="UTF-8 JSONL of records with clusters")
    parser.add_argument("--fields", choices=("title", "all"), default="all", help="what the method may read")
    parser.add_argument("--assignments", type=Path, help="write id<TAB>story here")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the report of one online run over the records."""
    records = order_records(read_story_records(arguments.data, arguments.fields))
    encoder = load_product_encoder()
    with narrate(f"grouping {len(records)} records"):
        stories, seconds = time_call(lambda: group_records(records, encoder))
    if arguments.assignments:
        rows = zip(records, stories, strict=True)
        text = "".join(f"{record.article.article_id}\t{story}\n" for record, story in rows)
        arguments.assignments.write_text(text, encoding="utf-8")
    with narrate("grouping by TF-IDF, the baseline"):
        plain = group_by_words([record.article for record in records])
    gold = [record.gold for record in records]
    return make_report(
        bench="stories",
        paths=[arguments.data],
        count=len(records),
        seconds=seconds,
        metrics={"fields": arguments.fields, **score_clusters(gold, stories)},
        baseline=score_clusters(gold, plain),
    )


def read_story_records(path: Path, fields: str) -> list[StoryRecord]:
    """Read the records, in file order. Raises BenchFailed for one without text, cluster or readable time."""
    return [_read_record(record, number, fields) for number, record in enumerate(read_records(path), start=1)]


def order_records(records: Sequence[StoryRecord]) -> list[StoryRecord]:
    """Sort by time, stably; a record without time stays behind the one before it in the file."""
    keyed = []
    latest = None
    for record in records:
        latest = record.article.published_at or latest
        keyed.append((latest.timestamp() if latest else float("-inf"), record))
    return [record for _moment, record in sorted(keyed, key=lambda pair: pair[0])]


def group_records(records: Sequence[StoryRecord], embedder: Embedder) -> list[str]:
    """Return the story of each record, as the desk's own worker would have put them."""
    index = open_index(embedder)
    numbers = itertools.count(1)
    stories: list[str] = []
    for start in range(0, len(records), BATCH_SIZE):
        batch = [record.article for record in records[start : start + BATCH_SIZE]]
        assignments, _vectors = group_articles(
            batch, embedder, index, new_id=lambda: f"story-{next(numbers)}"
        )
        stories += [assignment.story_id for assignment in assignments]
        latest = batch[-1].published_at
        if latest:
            index.forget(latest - timedelta(hours=index.options.window_hours))
    return stories


def score_clusters(gold: Sequence[str], found: Sequence[str]) -> dict[str, float | int]:
    """Return B-cubed precision, recall and F1 and the number of stories found.

    Source: Bagga and Baldwin, Entity-Based Cross-Document Coreferencing, 1998.
    """
    both, golds, founds = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(n * n / founds[story] for (_cluster, story), n in both.items()) / len(gold)
    recall = sum(n * n / golds[cluster] for (cluster, _story), n in both.items()) / len(gold)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / (precision + recall), 4),
        "stories": len(founds),
    }


def _read_record(record: dict[str, Any], number: int, fields: str) -> StoryRecord:
    title = str(record.get("title") or "")
    lead = str(record.get("summary") or "")
    body = str(record.get("body") or record.get("text") or "")
    if fields == "title":
        lead = body = ""
    if not (title or lead or body):
        raise BenchFailed(f"Record {number} has no text in the fields that --fields {fields} allows.")
    gold = record.get("cluster_id") or record.get("subtopic")
    if gold is None:
        raise BenchFailed(f"Record {number} has neither cluster_id nor subtopic.")
    article = ArticleText(
        article_id=str(record.get("id") or record.get("uri") or number),
        title=title,
        lead=lead,
        body=body,
        language=read_language(record.get("lang"), "\n".join((title, lead, body))),
        published_at=read_time(record.get("published_at") or record.get("time")),
    )
    return StoryRecord(article, str(gold))
