"""The first phase of a visit: ask the feeds, and take their entries into the inbox."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from legation.desk.listen.models import Source
from legation.desk.listen.services.entries import TakenIn, take_in
from legation.desk.listen.services.reading import call_parse_feed, explain_failed_feed
from legation.desk.listen.services.subscriptions import wish_subscription
from legation.desk.listen.services.visits import FEED_TYPES, Steps, Visit, fetch, read
from legation.engine.records.articles import Feed, OutcomeKind
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus

# Of a sitemap index: the most promising ones. News and this month's stand first, and the rest is the past.
_PARTS_AT_ONCE = 3
_PAST = "The entries are older than the desk's listening to this address."
_LASTING = ("dropped", "parts", "part_of")  # of a feed's state, what one unreadable answer does not undo


def visit_feeds(visit: Visit) -> Steps:
    """Ask each feed of the source in turn, and of a sitemap index its most promising parts."""
    for address in visit.source.feeds:
        yield from visit_feed(visit, address)
        parts = visit.source.feed_states.get(address, {}).get("parts", [])
        for part in parts[:_PARTS_AT_ONCE]:
            if part not in visit.source.feeds and visit.has_time:
                yield from visit_feed(visit, part, part_of=address)


def visit_feed(visit: Visit, address: str, *, part_of: str = "") -> Steps:
    """Ask one feed; what it holds enters the inbox in the transaction that stores its validators.

    part_of: the sitemap index that named it; "" for a feed of the source.
    """
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
        yield from _take_body(visit, result, part_of)
    else:
        visit.problems.append(result.reason)
        visit.fault = result.fault or visit.fault


def _take_body(visit: Visit, result: FetchResult, part_of: str) -> Steps:
    """Parse a feed and take its entries in, or quarantine its bytes."""
    try:
        feed: Feed = yield from read(call_parse_feed(result=result, at=visit.clock()))
    except Exception as error:  # noqa: BLE001 - the edge: a hostile feed must end as an outcome
        quarantine_feed(visit, result, explain_failed_feed(error))
        return
    feed = replace(feed, hub=feed.hub or result.hub, topic=feed.topic or result.topic)
    accept_feed(visit, result, feed, part_of=part_of)


def accept_feed(visit: Visit, result: FetchResult, feed: Feed, *, part_of: str = "") -> None:
    """Take a parsed feed's entries into the inbox together with its validators."""
    address = result.request.address
    before = visit.source.feed_states.get(address, {})
    state: dict[str, Any] = {"etag": result.etag, "last_modified": result.last_modified}
    known = {
        "moved_to": result.moved_permanently_to,
        "parts": list(feed.parts),
        "part_of": part_of,
    }
    state |= {name: value for name, value in known.items() if value}
    with transaction.atomic():
        taken = take_in(source=visit.source, feed=feed, at=visit.clock(), is_first="dropped" not in before)
        state["dropped"] = count_entries(visit, feed, taken, address=address, before=before)
        if feed.parts:
            _forget_parts(visit, address, feed.parts)
        save_feed_state(visit, address, state)
        if not part_of:
            wish_subscription(source=visit.source, feed=feed, address=result.final_address or address)
    visit.good_feeds += 1
    visit.period_seconds = feed.update_period_seconds or visit.period_seconds


def count_entries(
    visit: Visit, feed: Feed, taken: TakenIn, *, address: str, before: Mapping[str, Any]
) -> dict[str, int]:
    """Count a feed's entries that did not enter the inbox: known and past ones, and what its bounds left out.

    before: the feed's state of the last visit. What is left out stands in the feed each time, and is
    counted only where there is more of it. Returns these counts, for the feed's new state.
    """
    visit.ledger.write(OutcomeKind.KNOWN, count=taken.known)
    counted = before.get("dropped", {})
    left = {f"feed_{reason}": count - counted.get(reason, 0) for reason, count in feed.dropped}
    for reason, count in (("before_listening", taken.past), *left.items()):
        if count > 0:
            detail = _PAST if reason == "before_listening" else " ".join(feed.problems)
            visit.ledger.write(
                OutcomeKind.DISCARDED, reason=reason, detail=detail, address=address, count=count
            )
    return dict(feed.dropped)


def quarantine_feed(
    visit: Visit, result: FetchResult, detail: str, *, reason: str = "unreadable_feed"
) -> None:
    """Count an unreadable feed; the same bytes are kept once."""
    visit.problems.append(detail)
    address = result.request.address
    before = visit.source.feed_states.get(address, {})
    digest = hashlib.sha256(result.body).hexdigest()
    is_new = before.get("unreadable") != digest
    lasting = {name: before[name] for name in _LASTING if name in before}
    with transaction.atomic():
        save_feed_state(visit, address, {**lasting, "unreadable": digest})
        visit.ledger.write(
            OutcomeKind.QUARANTINED,
            reason=reason,
            detail=detail,
            address=address,
            content=result.body if is_new else b"",
        )


def save_feed_state(visit: Visit, address: str, state: dict[str, Any]) -> None:
    """Store what is remembered of one feed between two visits."""
    source = visit.source
    source.feed_states = {**source.feed_states, address: state}
    Source.objects.filter(pk=source.pk).update(feed_states=source.feed_states)


def _forget_parts(visit: Visit, index: str, parts: tuple[str, ...]) -> None:
    """Drop the states of sitemaps that their index no longer names."""
    visit.source.feed_states = {
        address: state
        for address, state in visit.source.feed_states.items()
        if state.get("part_of") != index or address in parts
    }
