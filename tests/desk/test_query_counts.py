"""No page asks the database more often because the store has grown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from bench.desk_pages import list_addresses
from bench.offices import fill_people, fill_work
from bench.stores import AT, fill_articles
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.conftest import sign_in

SMALL, LARGE = 700, 7_000
# Queries of the busiest pages; all others stay within the last figure. Session and person take five of them.
CEILINGS = {
    "home": 28,
    "health": 17,
    "stories": 21,
    "search_stories": 21,
    "story": 22,
    "jobs": 18,
    "brief": 19,
    "article": 18,
}
CEILING = 15


class _Undone(Exception):
    """Ends a store's transaction."""


@contextmanager
def store_of(articles: int, country: str) -> Iterator[dict[str, Any]]:
    """Fill the database for a while."""
    try:
        with transaction.atomic():
            mission, approver, administrator = fill_people(country)
            fill_articles(articles, country)
            offices = fill_work(articles, mission, approver, administrator)
            yield {
                "country": country,
                "brief": offices.brief.pk,
                "people": {"approver": approver, "administrator": administrator},
            }
            raise _Undone
    except _Undone:
        pass


def count_queries(articles: int, country: str) -> dict[str, int]:
    """Count each page's queries in a store, its second time."""
    counts = {}
    with store_of(articles, country) as facts:
        clients = {name: sign_in(user) for name, user in facts["people"].items()}
        for page, (who, address, _sql) in list_addresses(facts).items():
            counts[page] = _count(clients[who], address)
    return counts


def _count(client: Client, address: str) -> int:
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def ceiling_of(page: str) -> int:
    """Return the most queries that a page may take."""
    return max((most for name, most in CEILINGS.items() if page.startswith(name)), default=CEILING)


@pytest.mark.slow
def test_a_store_ten_times_larger_takes_no_more_queries(db: Any, monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    country = (settings.LEGATION_ROOT / "demo" / "default-country").read_text(encoding="utf-8").strip()
    small, large = count_queries(SMALL, country), count_queries(LARGE, country)
    assert large == small
    assert {page: count for page, count in large.items() if count > ceiling_of(page)} == {}
