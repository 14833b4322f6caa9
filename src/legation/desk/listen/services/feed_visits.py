"""The first phase of a visit: ask the feeds, and take their entries into the inbox."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from django.db import transaction

from legation.desk.listen.models import Source
from legation.desk.listen.services.entries import take_in
from legation.desk.listen.services.reading import call_parse_feed, explain_failed_feed
from legation.desk.listen.services.visits import FEED_TYPES, Steps, Visit, fetch, read
from legation.engine.records.articles import Feed, OutcomeKind
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus


def visit_feeds(visit: Visit) -> Steps:
    """Ask each feed of the source in turn."""
    for address in visit.source.feeds:
        yield from visit_feed(visit, address)


def visit_feed(visit: Visit, address: str) -> Steps:
    """Ask one feed; what it holds enters the inbox in the transaction that stores its validators."""
    state = visit.source.feed_states.get(address, {})
    result = yield from fetch(
        FetchRequest(
            address=address,
            etag=state.get("etag", ""),
            last_modified=state.get("last_modified", ""),
            accept=FEED_TYPES,
        )
    )
    if result.retry_after_seconds:
        visit.retry_after_seconds = max(visit.retry_after_seconds or 0, result.retry_after_seconds)
    if result.status is FetchStatus.NOT_MODIFIED:
        visit.good_feeds += 1
    elif result.status is FetchStatus.FETCHED:
        yield from _take_body(visit, result)
    else:
        visit.problems.append(result.reason)
        visit.fault = result.fault or visit.fault


def _take_body(visit: Visit, result: FetchResult) -> Steps:
    """Parse a feed and take its entries in, or quarantine its bytes."""
    try:
        feed: Feed = yield from read(call_parse_feed(result=result))
    except Exception as error:  # noqa: BLE001 - the edge: a hostile feed must end as an outcome
        _quarantine(visit, result, explain_failed_feed(error))
        return
    accept_feed(visit, result, replace(feed, hub=feed.hub or result.hub, topic=feed.topic or result.topic))


def accept_feed(visit: Visit, result: FetchResult, feed: Feed) -> None:
    """Take a parsed feed's entries into the inbox together with its validators."""
    state = {"etag": result.etag, "last_modified": result.last_modified}
    if result.moved_permanently_to:
        state["moved_to"] = result.moved_permanently_to
    with transaction.atomic():
        known = take_in(source=visit.source, feed=feed, at=visit.clock())
        save_feed_state(visit, result.request.address, state)
        visit.ledger.write(OutcomeKind.KNOWN, count=known)
    visit.good_feeds += 1
    visit.period_seconds = feed.update_period_seconds or visit.period_seconds


def _quarantine(visit: Visit, result: FetchResult, reason: str) -> None:
    """Count an unreadable feed; the same bytes are kept once."""
    visit.problems.append(reason)
    address = result.request.address
    digest = hashlib.sha256(result.body).hexdigest()
    is_new = visit.source.feed_states.get(address, {}).get("unreadable") != digest
    with transaction.atomic():
        save_feed_state(visit, address, {"unreadable": digest})
        visit.ledger.write(
            OutcomeKind.QUARANTINED,
            reason="unreadable_feed",
            detail=reason,
            address=address,
            content=result.body if is_new else b"",
        )


def save_feed_state(visit: Visit, address: str, state: dict[str, str]) -> None:
    """Store what is remembered of one feed between two visits."""
    source = visit.source
    source.feed_states = {**source.feed_states, address: state}
    Source.objects.filter(pk=source.pk).update(feed_states=source.feed_states)
