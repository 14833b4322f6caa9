"""What a hub sends: checked by its signature, taken into the inbox, and the source made due."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.db import transaction

from legation.desk.listen.models import Source, Subscription
from legation.desk.listen.services.entries import take_in
from legation.desk.listen.services.outcomes import OutcomeLedger
from legation.engine.listen.feeds import FeedOptions, UnreadableFeed, parse_feed
from legation.engine.records.articles import OutcomeKind

# A hub sends what is new. What is larger than this is not read here, in a web process: the source is
# visited.
MAX_PUSH_BYTES = 1_000_000
_MAX_PUSHED_ITEMS = 100
# WebSub, section 7.1; the signature covers the body as it came.
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


def is_signed(*, subscription: Subscription, body: bytes, signature: str) -> bool:
    """Tell whether a body bears the signature made with the subscription's secret, in constant time."""
    method, _, given = signature.strip().partition("=")
    if method.lower() not in _METHODS or not given.isascii():
        return False
    made = hmac.new(subscription.secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(made, given.strip().lower())


def refuse_push(*, subscription: Subscription, reason: str, at: datetime) -> None:
    """Count a push that is not believed or not taken.

    reason: "push_unsigned" or "push_ended".
    """
    ledger = OutcomeLedger(source=subscription.source, at=at)
    detail = (
        "A hub's message bore no valid signature."
        if reason == "push_unsigned"
        else "The subscription is over."
    )
    ledger.write(OutcomeKind.DISCARDED, reason=reason, detail=detail, address=subscription.topic)


def accept_push(*, subscription: Subscription, body: bytes, content_type: str, at: datetime) -> None:
    """Take a signed push's entries into the inbox, and make its source due for a visit.

    Entries and outcomes are stored together. What cannot be read costs nothing: the visit reads the feed
    itself.
    """
    source = subscription.source
    ledger = OutcomeLedger(source=source, at=at)
    options = FeedOptions(now=at, max_items=_MAX_PUSHED_ITEMS, max_bytes=MAX_PUSH_BYTES)
    feed = None
    if body and len(body) <= MAX_PUSH_BYTES:
        try:
            feed = parse_feed(body, content_type=content_type, address=subscription.topic, options=options)
        except UnreadableFeed as error:
            ledger.write(
                OutcomeKind.QUARANTINED,
                reason="unreadable_push",
                detail=str(error),
                address=subscription.topic,
                content=body if not _is_repeated(subscription, body) else b"",
            )
    with transaction.atomic():
        if feed is not None:
            taken = take_in(source=source, feed=feed, at=at)
            ledger.write(OutcomeKind.KNOWN, count=taken.known)
            for reason, count in feed.dropped:
                ledger.write(
                    OutcomeKind.DISCARDED, reason=f"feed_{reason}", address=subscription.topic, count=count
                )
        Subscription.objects.filter(pk=subscription.pk).update(last_push_at=at)
        Source.objects.filter(pk=source.pk, is_enabled=True).update(next_fetch_at=at)


def _is_repeated(subscription: Subscription, body: bytes) -> bool:
    """Tell whether these bytes were quarantined before, so that they are kept once."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return subscription.source.outcomes.filter(content__contains=digest).exists()
