"""Measures how long 500 new articles take to find their stories among those of the last days."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bench.contracts import narrate
from bench.stores import AT, VECTOR_DAYS

ARRIVALS = 500


def measure_grouping(facts: Mapping[str, Any]) -> dict[str, float]:
    """Read arrivals into stories by the desk's own service and undo it all: a kept store stays itself.

    Returns seconds to restore the open stories, and milliseconds for each article after that.
    """
    from django.db import transaction

    from legation.desk.understand.services.grouping import read_new_articles
    from legation.desk.understand.services.readers import Reader
    from legation.gateways.embedder.hashing import HashingEmbedder

    keep_vectors()
    reader = Reader(HashingEmbedder())
    with transaction.atomic():
        _add_arrivals()
        started = time.perf_counter()
        index = reader.open([AT])
        restore_seconds = time.perf_counter() - started
        started, worked, read = time.perf_counter(), time.process_time(), 0
        while count := read_new_articles(reader=reader, clock=lambda: AT):
            read += count
        seconds, busy = time.perf_counter() - started, time.process_time() - worked
        transaction.set_rollback(True)
    return {
        "open_articles": index.article_count - read,
        "restore_seconds": round(restore_seconds, 1),
        "articles": read,
        "ms_per_article": round(seconds * 1000 / read, 1),
        "cpu_ms_per_article": round(busy * 1000 / read, 1),
    }


def keep_vectors() -> None:
    """Store the vectors of the last days, as the desk would have; once for a kept store."""
    from legation.desk.listen.mapping import to_article_text
    from legation.desk.listen.models import Article
    from legation.desk.understand.mapping import vector_to_bytes
    from legation.desk.understand.models import ArticleVector
    from legation.engine.flow import embed_articles
    from legation.gateways.embedder.hashing import HashingEmbedder

    if ArticleVector.objects.exists():
        return
    embedder = HashingEmbedder()
    recent = Article.objects.filter(sort_at__gte=AT - timedelta(days=VECTOR_DAYS)).select_related("source")
    with narrate("embedding the last days' articles"):
        rows = []
        for article in recent.iterator(2_000):
            (vector,) = embed_articles([to_article_text(article)], embedder)
            rows.append(ArticleVector(article=article, model=embedder.model, values=vector_to_bytes(vector)))
        ArticleVector.objects.bulk_create(rows, batch_size=2_000)


def _add_arrivals() -> None:
    """Add articles that repeat what the last days' articles said: a third of them of the biggest stories."""
    from legation.desk.listen.models import Article

    newest = Article.objects.order_by("-sort_at", "-pk")
    big = list(newest.filter(membership__story=1)[: ARRIVALS // 3])
    others = list(newest.exclude(membership__story=1)[: ARRIVALS - len(big)])
    for number, article in enumerate([*others, *big]):
        article.pk, article.identity, article.copy_group_id = None, f"arrival-{number}", None
        article.is_origin, article.is_handed_on = True, False
        article.title, article.sort_at = f"{article.title} {number}", AT
        article.body = article.body[number % 50 :]
        article.save(force_insert=True)
