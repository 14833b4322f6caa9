"""Compares pairs of articles: graded similarity (Pearson) or the same event, yes or no (F1)."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.baselines import JOIN_COSINE, multiply, weigh_words
from bench.contracts import (
    BenchFailed,
    load_product_encoder,
    make_report,
    narrate,
    read_language,
    read_records,
    time_call,
)
from legation.engine.flow import embed_articles, open_index
from legation.engine.ports import Embedder
from legation.engine.records.articles import ArticleText
from legation.engine.understand.stories import StoryOptions

Pair = tuple[ArticleText, ArticleText]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--data", type=Path, required=True, help="UTF-8 JSONL of pairs")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the report over all pairs of the file."""
    records = read_records(arguments.data)
    is_graded = "overall" in records[0]
    pairs = [_read_pair(record, number, is_graded) for number, record in enumerate(records)]
    encoder = load_product_encoder()
    with narrate(f"comparing {len(pairs)} pairs"):
        similarities, seconds = time_call(lambda: compare_pairs(pairs, encoder))
    score = _score_grades if is_graded else _score_labels
    return make_report(
        bench="pairs",
        paths=[arguments.data],
        count=len(pairs),
        seconds=seconds,
        metrics=score(records, similarities, StoryOptions().threshold),
        baseline=score(records, _compare_by_words(pairs), JOIN_COSINE),
    )


def compare_pairs(pairs: Sequence[Pair], embedder: Embedder) -> list[float]:
    """Return the product's similarity of each pair, after it learnt the words and centres of all texts."""
    articles = [article for pair in pairs for article in pair]
    vectors = embed_articles(articles, embedder)
    index = open_index(embedder)
    for article, vector in zip(articles, vectors, strict=True):
        index.observe(article, vector)
    return [
        index.compare(first, second, vectors[2 * number : 2 * number + 2])
        for number, (first, second) in enumerate(pairs)
    ]


def _compare_by_words(pairs: Sequence[Pair]) -> list[float]:
    weighed = weigh_words([f"{article.title} {article.body}" for pair in pairs for article in pair])
    return [multiply(weighed[2 * number], weighed[2 * number + 1]) for number in range(len(pairs))]


def _read_pair(record: dict[str, Any], number: int, is_graded: bool) -> Pair:
    keys = ("text1", "text2") if is_graded else ("first_text", "second_text")
    titles = ("", "") if is_graded else ("first_title", "second_title")
    languages = ("lang1", "lang2") if is_graded else ("lang", "lang")
    sides = []
    for side in range(2):
        title, body = str(record.get(titles[side]) or ""), str(record.get(keys[side]) or "")
        if not title and not body:
            raise BenchFailed(f"Record {number + 1} has no {keys[side]}.")
        language = read_language(record.get(languages[side]), f"{title}\n{body}")
        sides.append(ArticleText(f"{number}-{side}", title, "", body, language, None))
    return sides[0], sides[1]


def _score_grades(
    records: Sequence[dict[str, Any]], found: Sequence[float], _threshold: float
) -> dict[str, float]:
    """Return Pearson's r with the grades, which count from 1 for the same story to 4 for another."""
    grades = [-float(record["overall"]) for record in records]
    return {"pearson": round(float(np.corrcoef(found, grades)[0, 1]), 4)}


def _score_labels(
    records: Sequence[dict[str, Any]], found: Sequence[float], threshold: float
) -> dict[str, float]:
    """Return precision, recall and F1 of "the same event" at the threshold."""
    is_same = np.array([record["label"] == "OK" for record in records])
    is_found = np.array(found) >= threshold
    hits = int((is_same & is_found).sum())
    precision, recall = hits / max(int(is_found.sum()), 1), hits / max(int(is_same.sum()), 1)
    f1 = 2 * hits / max(int(is_found.sum() + is_same.sum()), 1)
    return {"f1": round(f1, 4), "precision": round(precision, 4), "recall": round(recall, 4)}
