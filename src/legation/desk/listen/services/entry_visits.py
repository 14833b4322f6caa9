"""The second phase of a visit: read the entries that wait in the inbox, with their pages where needed."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from django.db import transaction

from legation.desk.listen.models import FeedEntry
from legation.desk.listen.services.entries import lock_waiting, put_off, read_entry, waiting_entries
from legation.desk.listen.services.reading import call_read_item, end_retries, judge_failed_item
from legation.desk.listen.services.series_visits import read_series
from legation.desk.listen.services.settlements import Settlement
from legation.desk.listen.services.visits import PAGE_TYPES, PASSING, Step, Steps, Visit, fetch, read, settle
from legation.engine.listen.items import DEFAULT_OPTIONS, has_full_text
from legation.engine.records.articles import FeedItem, OutcomeKind, ReadItem
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.readers import ReadCall


def visit_entries(visit: Visit) -> Steps:
    """Read the waiting entries, the first come first, until the visit's bounds are reached."""
    for entry in waiting_entries(source=visit.source, at=visit.clock(), limit=visit.limits.pages):
        if not visit.has_time:
            return
        item = read_entry(entry)
        is_whole = yield from _has_whole_text(item)
        if item.address and not is_whole:
            yield from _visit_page(visit, entry, item)
        else:
            yield from _read(visit, entry, item, None)


def _has_whole_text(item: FeedItem) -> Generator[Step, Any, bool]:
    """Ask a reading process whether the feed carries the whole article; most items are too short for that."""
    if max(len(item.content_html), len(item.summary_html)) < DEFAULT_OPTIONS.full_text_characters:
        return False
    try:
        is_whole: bool = yield from read(ReadCall(has_full_text, (item,)))
    except Exception as error:  # noqa: BLE001 - the edge, as below
        judge_failed_item(item=item, error=error)
        return False
    return is_whole


def _visit_page(visit: Visit, entry: FeedEntry, item: FeedItem) -> Steps:
    """Fetch an entry's page and read both."""
    result = yield from fetch(FetchRequest(address=item.address, accept=PAGE_TYPES))
    if result.status in PASSING:
        visit.is_stopped = True
        if not _put_off(visit, entry, item, result):
            yield from _read(visit, entry, item, result)
    elif result.status is FetchStatus.REFUSED_ADDRESS:  # no honest feed links into a private network
        refused = ReadItem(OutcomeKind.DISCARDED, "refused_address", result.reason, item)
        yield from settle(Settlement(visit.source, visit.ledger, refused, entry))
    else:
        yield from _read(visit, entry, item, result)


def _read(visit: Visit, entry: FeedEntry, item: FeedItem, page: FetchResult | None) -> Steps:
    """Read one entry; whatever hostile input does, the entry ends and the visit goes on."""
    try:
        done: ReadItem = yield from read(
            call_read_item(source=visit.source, item=item, page=page, at=visit.clock())
        )
        if page and done.page and done.page.next_address:
            done = yield from read_series(visit, item, page, done)
    except Exception as error:  # noqa: BLE001 - the edge: one unreadable page must not end the round
        done = judge_failed_item(item=item, error=error)
    yield from settle(Settlement(visit.source, visit.ledger, end_retries(done), entry, page))


def _put_off(visit: Visit, entry: FeedEntry, item: FeedItem, result: FetchResult) -> bool:
    """Count a passing failure, to try again later; False after the last try: the feed's own words must do."""
    with transaction.atomic():
        if not lock_waiting(entry=entry):
            return True  # another process has ended it
        if not put_off(entry=entry, at=visit.clock()):
            return False
        reason = f"page_{result.status}"
        visit.ledger.write(OutcomeKind.RETRIED, reason=reason, detail=result.reason, address=item.address)
        return True
