"""Finds the English headline of each headline in other languages."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.baselines import multiply, weigh_words
from bench.contracts import (
    BenchFailed,
    load_product_encoder,
    make_report,
    narrate,
    read_language,
    require_path,
    time_call,
)
from legation.engine.flow import embed_articles, open_index
from legation.engine.ports import Embedder
from legation.engine.records.articles import ArticleText
from legation.engine.understand.stories import StoryMember

ENGLISH = "eng"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--data", type=Path, required=True, help="folder of aligned <code>.txt files")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return recall@1 of the English headline for each language of the folder."""
    folder = require_path(arguments.data)
    ids = require_path(folder / "document_ids.tsv").read_text(encoding="utf-8").split("\n")
    first_lines = [n for n, key in enumerate(ids) if key.strip() and key not in ids[:n]]
    paths = sorted(path for path in folder.glob("*.txt"))
    headlines = {path.stem: _read_headlines(path, first_lines) for path in paths}
    if ENGLISH not in headlines or len(headlines) < 2:
        raise BenchFailed(f"{folder} needs {ENGLISH}.txt and one more <code>.txt.")
    encoder = load_product_encoder()
    with narrate(f"finding {len(first_lines)} headlines in {len(headlines) - 1} languages"):
        found, seconds = time_call(lambda: find_english(headlines, encoder))
    return make_report(
        bench="crosslingual",
        paths=[folder / "document_ids.tsv", *paths],
        count=len(first_lines) * (len(headlines) - 1),
        seconds=seconds,
        metrics=_score(found),
        baseline=_score(_find_by_words(headlines)),
    )


def find_english(headlines: dict[str, list[ArticleText]], embedder: Embedder) -> dict[str, list[int]]:
    """Return for each headline the number of the English one that the story index takes for the nearest."""
    index = open_index(embedder)
    english = headlines[ENGLISH]
    vectors = {code: embed_articles(articles, embedder) for code, articles in headlines.items()}
    index.restore(
        StoryMember(article, article.article_id, vector)
        for article, vector in zip(english, vectors[ENGLISH], strict=True)
    )
    for code, articles in headlines.items():
        if code != ENGLISH:
            for article, vector in zip(articles, vectors[code], strict=True):
                index.observe(article, vector)
    return {
        code: [
            int(index.compare_members(article, vector).argmax())
            for article, vector in zip(articles, vectors[code], strict=True)
        ]
        for code, articles in headlines.items()
        if code != ENGLISH
    }


def _find_by_words(headlines: dict[str, list[ArticleText]]) -> dict[str, list[int]]:
    english = weigh_words([article.title for article in headlines[ENGLISH]])
    found = {}
    for code, articles in headlines.items():
        if code != ENGLISH:
            weighed = weigh_words([article.title for article in articles])
            found[code] = [int(np.argmax([multiply(one, other) for other in english])) for one in weighed]
    return found


def _score(found: dict[str, list[int]]) -> dict[str, float]:
    recalls = {
        f"recall_at_1.{code}": round(sum(n == i for i, n in enumerate(row)) / len(row), 4)
        for code, row in found.items()
    }
    return {**recalls, "mean": round(sum(recalls.values()) / len(recalls), 4)}


def _read_headlines(path: Path, lines: Sequence[int]) -> list[ArticleText]:
    texts = path.read_text(encoding="utf-8").split("\n")
    if len(texts) <= max(lines):
        raise BenchFailed(f"{path} has fewer lines than document_ids.tsv.")
    chosen = [texts[line].strip() for line in lines]
    language = read_language(path.stem, "\n".join(chosen))
    return [
        ArticleText(f"{path.stem}-{number}", text, "", "", language, None)
        for number, text in enumerate(chosen)
    ]
