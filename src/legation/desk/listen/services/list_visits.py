"""The phase of a visit that reads the list pages of sites without feeds."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from legation.desk.listen.services.entries import take_in
from legation.desk.listen.services.feed_visits import count_entries, quarantine_feed, save_feed_state
from legation.desk.listen.services.reading import call_read_list, explain_failed_feed
from legation.desk.listen.services.visits import PAGE_TYPES, Steps, Visit, fetch, read
from legation.engine.records.articles import Feed
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.engine.records.sources import ListPage


def visit_lists(visit: Visit) -> Steps:
    """Ask each list page of the source in turn."""
    for entry in visit.source.list_pages:
        yield from visit_list(visit, ListPage(entry["address"], entry["pattern"]))


def visit_list(visit: Visit, page: ListPage) -> Steps:
    """Ask one list page; a page that did not change, or whose articles are the same, costs no reading."""
    state = visit.source.feed_states.get(page.address, {})
    is_same_pattern = state.get("pattern") == page.pattern
    result = yield from fetch(
        FetchRequest(
            address=page.address,
            etag=state.get("etag", "") if is_same_pattern else "",
            last_modified=state.get("last_modified", "") if is_same_pattern else "",
            accept=PAGE_TYPES,
        )
    )
    if result.retry_after_seconds:
        visit.retry_after_seconds = max(visit.retry_after_seconds or 0, result.retry_after_seconds)
    if result.status is FetchStatus.NOT_MODIFIED:
        visit.good_feeds += 1
    elif result.status is not FetchStatus.FETCHED:
        visit.problems.append(result.reason)
        visit.fault = result.fault or visit.fault
    elif is_same_pattern and state.get("body") == _digest(result.body):
        visit.good_feeds += 1
    else:
        yield from _take_body(visit, result, page)


def _take_body(visit: Visit, result: FetchResult, page: ListPage) -> Steps:
    try:
        feed: Feed = yield from read(call_read_list(result=result, page=page, at=visit.clock()))
    except Exception as error:  # noqa: BLE001 - the edge: a hostile page must end as an outcome
        quarantine_feed(visit, result, explain_failed_feed(error), reason="unreadable_list")
        return
    if not feed.items:  # an outlet that was rebuilt falls silent, and its pattern must be looked at
        visit.problems.extend(feed.problems)
        return
    _accept_list(visit, result, page, feed)


def _accept_list(visit: Visit, result: FetchResult, page: ListPage, feed: Feed) -> None:
    """Take a list's links into the inbox together with the page's validators."""
    before = visit.source.feed_states.get(page.address, {})
    links = _digest("\n".join(f"{item.guid} {item.title}" for item in feed.items).encode())
    state: dict[str, Any] = {
        "etag": result.etag,
        "last_modified": result.last_modified,
        "pattern": page.pattern,
        "body": _digest(result.body),
        "links": links,
        "dropped": before.get("dropped", {}),
    }
    if result.moved_permanently_to:
        state["moved_to"] = result.moved_permanently_to
    with transaction.atomic():
        if before.get("links") != links:
            taken = take_in(source=visit.source, feed=feed, at=visit.clock(), is_first="links" not in before)
            state["dropped"] = count_entries(visit, feed, taken, address=page.address, before=before)
        save_feed_state(visit, page.address, state)
    visit.good_feeds += 1


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
