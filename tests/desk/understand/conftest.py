"""Articles and readers for the tests of room understand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from legation.desk.listen.models import Article, CopyGroup, Source
from legation.desk.people.models import Installation
from legation.desk.understand.services.grouping import read_new_articles
from legation.desk.understand.services.readers import Reader
from legation.gateways.embedder.hashing import HashingEmbedder

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
MakeArticle = Callable[..., Article]


@pytest.fixture
def make_article(db: Any) -> MakeArticle:
    """Return make_article(title, body="", language="en", source="Daily", hours_ago=1, **fields)."""

    def make(
        title: str,
        body: str = "",
        *,
        language: str = "en",
        source: str = "Daily",
        country: str = "GB",
        hours_ago: float = 1,
        group: CopyGroup | None = None,
        **fields: Any,
    ) -> Article:
        at = NOW - timedelta(hours=hours_ago)
        outlet, _ = Source.objects.get_or_create(
            key=source.lower().replace(" ", "-"),
            defaults={"name": source, "country": country, "languages": ["en", "fr"]},
        )
        number = Article.objects.count()
        return Article.objects.create(
            source=outlet,
            address=f"https://news.example/{number}",
            identity=hashlib.sha256(str(number).encode()).hexdigest(),
            title=title,
            body=body,
            language=language,
            country=country,
            published_at=at,
            collected_at=at,
            sort_at=at,
            text_sha256=hashlib.sha256(f"{title}{body}{number}".encode()).hexdigest(),
            copy_group=group,
            **fields,
        )

    return make


@pytest.fixture
def installed(db: Any) -> Installation:
    """Serve the reference country."""
    return Installation.objects.create(pk=1, country="vn", language="vi")


@pytest.fixture
def reader() -> Reader:
    """A reader of its own for each test."""
    return Reader(HashingEmbedder())


@pytest.fixture
def read_all(reader: Reader) -> Callable[[], int]:
    """Return a function that reads everything that waits and says how much it was."""

    def read() -> int:
        total = 0
        while count := read_new_articles(reader=reader, clock=lambda: NOW):
            total += count
        return total

    return read
