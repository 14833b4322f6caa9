"""Plan which pages are read again, and store what a reading brought."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from legation.desk.listen.models import Article, Source
from legation.engine.listen.revisits import RevisitFacts, plan_revisit
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus

# Of one visit; with a visit every quarter of an hour 480 pages a day, each at least a second from the next.
CHECKS_PER_VISIT = 5
_CHUNK = 500


def plan_first_check(*, article: Article, at: datetime) -> datetime | None:
    """Choose when a newly drafted article's page is read again: a teaser's, to find its whole text."""
    if not article.is_teaser or not may_check(article.source) or not article.address:
        return None
    plan = plan_revisit(RevisitFacts(at, is_teaser=True), now=at, jitter=_draw_jitter(article))
    return plan.at if plan else None


def watch_articles(*, articles: Iterable[int], at: datetime) -> int:
    """Have the pages of articles in use read again in their first days; returns how many that are.

    articles: primary keys. Articles whose text came with the feed itself are left to the feed.
    """
    return _plan(articles, at, {"watched": True})


def watch_cited(*, articles: Iterable[int], until: datetime, at: datetime) -> int:
    """Have the pages of cited articles read again daily until a moment; returns how many that are."""
    return _plan(articles, at, {"cited_until": until.isoformat()})


def may_check(source: Source) -> bool:
    """Tell whether a source's pages may be read again: never where a person switched it off."""
    return bool(source.is_enabled and (source.feeds or source.list_pages))


def due_checks(*, source: Source, at: datetime, limit: int = CHECKS_PER_VISIT) -> list[Article]:
    """Return the articles of a source whose page is to be read now, the longest due first.

    Costs a seek in the partial index articles_to_check, whatever the number of articles.
    """
    return list(due_query(source=source, at=at)[:limit]) if may_check(source) else []


def due_query(*, source: Source, at: datetime) -> QuerySet[Article]:
    """Return the query behind due_checks."""
    due = Article.objects.filter(source=source, next_check_at__isnull=False, next_check_at__lte=at)
    return due.order_by("next_check_at")


def request_check(article: Article, *, accept: str) -> FetchRequest:
    """Make the request for an article's page, with the validators of its last reading."""
    state = article.page_state
    return FetchRequest(
        address=article.address,
        etag=str(state.get("etag", "")),
        last_modified=str(state.get("last_modified", "")),
        accept=accept,
    )


def note_check(*, article: Article, result: FetchResult, at: datetime, page_title: str = "") -> None:
    """Store how a reading of a page went, and when the next one is due.

    page_title: the headline that the page gave, kept so that its next change is noticed; feeds often give
    another one.
    """
    state: dict[str, Any] = {**article.page_state, "checked_at": at.isoformat()}
    if result.status in {FetchStatus.FETCHED, FetchStatus.NOT_MODIFIED}:
        state.pop("failures", None)
    elif result.status is FetchStatus.GONE:
        state["is_gone"] = True
    else:
        state["failures"] = int(state.get("failures", 0)) + 1
    if result.status is FetchStatus.FETCHED:
        state |= {"etag": result.etag, "last_modified": result.last_modified, "from": "page"}
    if page_title:
        state["title"] = page_title[:1000]
    article.page_state = state
    article.next_check_at = _next_check(article, at)
    Article.objects.filter(pk=article.pk).update(page_state=state, next_check_at=article.next_check_at)


def _plan(articles: Iterable[int], at: datetime, marks: dict[str, Any]) -> int:
    """Write marks into the state of pages, and their next reading."""
    ordered, planned = sorted(set(articles)), 0
    for start in range(0, len(ordered), _CHUNK):
        rows = Article.objects.select_for_update().filter(pk__in=ordered[start : start + _CHUNK])
        changed = []
        for article in rows.exclude(address="").select_related("source").defer("body", "lead"):
            if not may_check(article.source) or not (article.is_teaser or article.page_state.get("from")):
                continue
            article.page_state = {**article.page_state, **marks}
            article.next_check_at = _next_check(article, at)
            changed.append(article)
        Article.objects.bulk_update(changed, ["page_state", "next_check_at"], batch_size=100)
        planned += sum(article.next_check_at is not None for article in changed)
    return planned


def _next_check(article: Article, at: datetime) -> datetime | None:
    state = article.page_state
    facts = RevisitFacts(
        collected_at=article.collected_at,
        is_teaser=article.is_teaser,
        is_watched=bool(state.get("watched")),
        cited_until=parse_datetime(state["cited_until"]) if state.get("cited_until") else None,
        failures=int(state.get("failures", 0)),
        is_gone=bool(state.get("is_gone")),
    )
    plan = plan_revisit(facts, now=at, jitter=_draw_jitter(article))
    return plan.at if plan else None


def _draw_jitter(article: Article) -> float:
    """Draw a number in [0, 1) that is the same for one article."""
    return zlib.crc32(article.identity.encode()) / 2**32
