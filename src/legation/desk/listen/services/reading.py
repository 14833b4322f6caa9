"""Read feeds and pages in processes of their own, and make an outcome of whatever happens there."""

from __future__ import annotations

import atexit
import logging
import threading
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from legation.desk.listen.models import Source
from legation.engine import flow
from legation.engine.listen.feeds import FeedOptions, UnreadableFeed, parse_feed
from legation.engine.listen.link_patterns import UnusablePattern
from legation.engine.listen.list_pages import read_list_page
from legation.engine.listen.page_links import UnreadableList
from legation.engine.records.articles import FeedItem, OutcomeKind, ReadItem
from legation.engine.records.fetches import FetchResult
from legation.engine.records.sources import ListPage
from legation.gateways.readers import ReadCall, ReaderPool, ReadingFailed

logger = logging.getLogger(__name__)

_PAGE_SECONDS = 20.0  # the slowest honest page of WCXB dev takes 3 s on a busy core
_FEED_SECONDS = 90.0  # a feed of 100,000 items takes 40 s
_lock = threading.Lock()
_pools: list[ReaderPool] = []


def share_reader_pool() -> ReaderPool:
    """Return the reading processes of this worker, which live as long as it does."""
    with _lock:
        if not _pools:
            _pools.append(ReaderPool(settings.ENVIRONMENT.reading_processes))
            atexit.register(_pools[0].close)
        return _pools[0]


def call_read_item(
    *, source: Source, item: FeedItem, page: FetchResult | None, at: datetime, **options: object
) -> ReadCall:
    """Describe the reading of one item with its page; options go to flow.read_item."""
    language = source.languages[0] if source.languages else ""
    return ReadCall(
        flow.read_item,
        (item, page),
        {"source_language": language, "now": at, **options},
        timeout_seconds=_PAGE_SECONDS,
        weight_bytes=len(page.body) if page else 0,
    )


def call_parse_feed(*, result: FetchResult, at: datetime) -> ReadCall:
    """Describe the parsing of a fetched feed."""
    address = result.final_address or result.request.address
    return ReadCall(
        parse_feed,
        (result.body,),
        {"content_type": result.content_type, "address": address, "options": FeedOptions(now=at)},
        timeout_seconds=_FEED_SECONDS,
        weight_bytes=len(result.body),
    )


def call_read_list(*, result: FetchResult, page: ListPage, at: datetime) -> ReadCall:
    """Describe the reading of a fetched list page by its pattern."""
    return ReadCall(
        read_list_page,
        (result.body,),
        {
            "page": page,
            "address": result.final_address or page.address,
            "content_type": result.content_type,
            "now": at,
        },
        timeout_seconds=_PAGE_SECONDS,
        weight_bytes=len(result.body),
    )


def judge_failed_item(*, item: FeedItem, error: Exception) -> ReadItem:
    """Make the outcome of an item over which the reading failed: its bytes are kept for a person."""
    if isinstance(error, ReadingFailed):
        logger.warning("%s: %s", item.address, error)
        detail = str(error)
    else:
        logger.error("%s could not be read", item.address, exc_info=error)
        detail = f"{type(error).__name__}: {error}"
    return ReadItem(OutcomeKind.QUARANTINED, "unreadable_page", detail, item)


def explain_failed_feed(error: Exception) -> str:
    """Say in one sentence why a feed could not be read."""
    if isinstance(error, UnreadableFeed | UnreadableList | UnusablePattern | ReadingFailed):
        return str(error)
    logger.error("a feed could not be read", exc_info=error)
    return f"{type(error).__name__}: {error}"


def end_retries(read: ReadItem) -> ReadItem:
    """Turn "try again" into an end: the tries are used up, and the feed holds no text."""
    return replace(read, outcome=OutcomeKind.DISCARDED) if read.outcome is OutcomeKind.RETRIED else read
