"""One visit to one source: its feeds, then the pages of waiting entries, each in its own transaction."""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from legation.desk.carry.models import Job
from legation.desk.listen.models import Article, FeedEntry, Source
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.entries import (
    lock_waiting,
    next_waiting_at,
    put_off,
    read_entry,
    settle_entry,
    take_in,
    waiting_entries,
)
from legation.desk.listen.services.outcomes import OutcomeLedger, total
from legation.engine.flow import read_item
from legation.engine.listen.feeds import UnreadableFeed, parse_feed
from legation.engine.listen.intervals import next_interval_seconds
from legation.engine.listen.items import has_full_text
from legation.engine.ports import Clock
from legation.engine.records.articles import FeedItem, OutcomeKind, ReadItem
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus

logger = logging.getLogger(__name__)

FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"
)
PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5"
# A later try may do better; after any of these the rest of the source's pages waits for the next visit, so
# that a dead or angry server is not asked thirty times.
_PASSING = frozenset({FetchStatus.TIMED_OUT, FetchStatus.SERVER_ERROR, FetchStatus.BUSY, FetchStatus.BROKEN})
_HABIT_ARTICLES = 20  # a day of a busy paper, three weeks of a ministry
_VISIT_FIELDS = (
    "last_fetch_at", "last_problem", "failures", "last_success_at", "is_verified", "last_article_at",
    "interval_seconds", "next_fetch_at", "lease_until", "lease_owner",
)  # fmt: skip
_SOON = timedelta(seconds=60)  # the next visit, where entries are left over


@dataclass(frozen=True, slots=True)
class VisitLimits:
    """How much one visit may do; what is left over waits in the inbox for the next."""

    pages: int = 30  # at one request a second and host, half a minute
    seconds: float = 240.0


class Visit:
    """The steps of one visit: fetch what next_request asks, give the answer to take, at the end finish."""

    def __init__(self, source: Source, *, clock: Clock, limits: VisitLimits, job: Job | None = None) -> None:
        self.source, self.clock, self.limits = source, clock, limits
        self.started_at = clock()
        self.ledger = OutcomeLedger(source=source, at=self.started_at, job=job)
        self.problems: list[str] = []
        self.retry_after_seconds: float | None = None
        self._feeds = deque(source.feeds)
        self._entries: deque[FeedEntry] | None = None
        self._entry: tuple[FeedEntry, FeedItem] | None = None
        self._good_feeds = 0
        self._period_seconds: int | None = None
        self._is_stopped = False

    def next_request(self) -> FetchRequest | None:
        """Return what to fetch next, reading on the way the entries that need no page; None at the end."""
        if self._feeds:
            return self._request_feed(self._feeds.popleft())
        if self._entries is None:
            waiting = waiting_entries(source=self.source, at=self.clock(), limit=self.limits.pages)
            self._entries = deque(waiting)
        while self._entries and not self._is_stopped:
            if (self.clock() - self.started_at).total_seconds() > self.limits.seconds:
                break
            entry = self._entries.popleft()
            item = read_entry(entry)
            if item.address and not has_full_text(item):
                self._entry = (entry, item)
                return FetchRequest(address=item.address, accept=PAGE_TYPES)
            self._read(entry, item, None)
        return None

    def take(self, result: FetchResult) -> None:
        """Store what came of the request that next_request gave last."""
        if self._entry is None:
            self._take_feed(result)
            return
        (entry, item), self._entry = self._entry, None
        if result.status in _PASSING:
            self._is_stopped = True
            self._put_off(entry, item, result)
        elif result.status is FetchStatus.REFUSED_ADDRESS:  # no honest feed links into a private network
            self._settle(entry, ReadItem(OutcomeKind.DISCARDED, "refused_address", result.reason, item))
        else:
            self._read(entry, item, result)

    def finish(self) -> None:
        """Write the source's state: when to come back, and in one sentence what is wrong."""
        source, now = self.source, self.clock()
        is_good = self._good_feeds > 0
        news = total(self.ledger.counts, OutcomeKind.KEPT) + total(self.ledger.counts, OutcomeKind.CHANGED)
        source.last_fetch_at = now
        source.last_problem = " ".join(dict.fromkeys(self.problems))[:500]
        source.failures = 0 if is_good else source.failures + 1
        if is_good:
            source.last_success_at, source.is_verified = now, True
        if news:
            source.last_article_at = now
        source.interval_seconds, wait_seconds = choose_wait(
            source, now=now, retry_after_seconds=self.retry_after_seconds, period_seconds=self._period_seconds
        )
        source.next_fetch_at = now + timedelta(seconds=wait_seconds)
        waiting_at = next_waiting_at(source=source)
        if is_good and waiting_at:
            source.next_fetch_at = min(source.next_fetch_at, max(waiting_at, now + _SOON))
        source.lease_until, source.lease_owner = None, ""
        # An update, not a save: the audit log tells what people did.
        Source.objects.filter(pk=source.pk).update(**{name: getattr(source, name) for name in _VISIT_FIELDS})

    def _request_feed(self, address: str) -> FetchRequest:
        state = self.source.feed_states.get(address, {})
        return FetchRequest(
            address=address,
            etag=state.get("etag", ""),
            last_modified=state.get("last_modified", ""),
            accept=FEED_TYPES,
        )

    def _take_feed(self, result: FetchResult) -> None:
        if result.retry_after_seconds:
            self.retry_after_seconds = max(self.retry_after_seconds or 0, result.retry_after_seconds)
        if result.status is FetchStatus.NOT_MODIFIED:
            self._good_feeds += 1
        elif result.status is FetchStatus.FETCHED:
            self._take_feed_body(result)
        else:
            self.problems.append(result.reason)

    def _take_feed_body(self, result: FetchResult) -> None:
        """Parse a feed; its entries enter the inbox in the transaction that stores its validators."""
        address = result.request.address
        state = {"etag": result.etag, "last_modified": result.last_modified}
        if result.moved_permanently_to:
            state["moved_to"] = result.moved_permanently_to
        try:
            feed = parse_feed(
                result.body, content_type=result.content_type, address=result.final_address or address
            )
        except UnreadableFeed as error:
            self.problems.append(str(error))
            digest = hashlib.sha256(result.body).hexdigest()
            is_new = self.source.feed_states.get(address, {}).get("unreadable") != digest
            with transaction.atomic():
                self._save_feed_state(address, {"unreadable": digest})
                content = result.body if is_new else b""
                self.ledger.write(
                    OutcomeKind.QUARANTINED,
                    reason="unreadable_feed",
                    detail=str(error),
                    address=address,
                    content=content,
                )
            return
        with transaction.atomic():
            known = take_in(source=self.source, feed=feed, at=self.clock())
            self._save_feed_state(address, state)
            self.ledger.write(OutcomeKind.KNOWN, count=known)
        self._good_feeds += 1
        self._period_seconds = feed.update_period_seconds or self._period_seconds

    def _save_feed_state(self, address: str, state: dict[str, str]) -> None:
        self.source.feed_states = {**self.source.feed_states, address: state}
        Source.objects.filter(pk=self.source.pk).update(feed_states=self.source.feed_states)

    def _read(self, entry: FeedEntry, item: FeedItem, page: FetchResult | None) -> None:
        """Read one entry; whatever hostile input does, the entry ends and the visit goes on."""
        language = self.source.languages[0] if self.source.languages else ""
        try:
            read = read_item(item, page, source_language=language, now=self.clock())
        except Exception as error:  # noqa: BLE001 - the edge: one unreadable page must not end the round
            logger.exception("%s: %s could not be read", self.source.key, item.address)
            body = page.body if page else b""
            read = ReadItem(
                OutcomeKind.QUARANTINED, "unreadable_page", f"{type(error).__name__}: {error}", item
            )
            self._settle(entry, read, content=body)
            return
        if read.outcome is OutcomeKind.RETRIED:  # its tries are used up, and the feed holds no text
            read = replace(read, outcome=OutcomeKind.DISCARDED)
        self._settle(entry, read, content=page.body if page else b"")

    def _settle(self, entry: FeedEntry, read: ReadItem, content: bytes = b"") -> None:
        """End one entry: the article, its outcome and the inbox change together or not at all."""
        with transaction.atomic():
            if not lock_waiting(entry=entry):
                return  # another process has ended it
            settle_entry(entry=entry)
            if read.outcome is OutcomeKind.KEPT:
                kept = keep_article(source=self.source, read=read, at=self.clock())
                self.ledger.write(kept.outcome)
                return
            self.ledger.write(
                read.outcome,
                reason=read.reason,
                detail=read.detail,
                address=read.address or (read.item.address if read.item else ""),
                content=content if read.outcome is OutcomeKind.QUARANTINED else b"",
            )

    def _put_off(self, entry: FeedEntry, item: FeedItem, result: FetchResult) -> None:
        """Count a passing failure and try again later; after the last try the feed's own words must do."""
        with transaction.atomic():
            if not lock_waiting(entry=entry):
                return
            if put_off(entry=entry, at=self.clock()):
                self.ledger.write(
                    OutcomeKind.RETRIED,
                    reason=f"page_{result.status}",
                    detail=result.reason,
                    address=item.address,
                )
                return
        self._read(entry, item, result)


def choose_wait(
    source: Source, *, now: datetime, retry_after_seconds: float | None, period_seconds: int | None
) -> tuple[int, float]:
    """Choose the usual interval of a source and the seconds until its next visit.

    Rests on when its latest articles appeared, its failures in a row, and what feed and server ask for.
    """
    latest = Article.objects.filter(source=source).order_by("-sort_at").values_list("sort_at", flat=True)
    # Spreads the sources over time; any even number does, and the same visit always draws the same.
    jitter = zlib.crc32(f"{source.key} {now.isoformat()}".encode()) / 2**32
    seconds = next_interval_seconds(
        now=now,
        recent_item_times=list(latest[:_HABIT_ARTICLES]),
        failures=source.failures,
        jitter=jitter,
        retry_after_seconds=retry_after_seconds,
        update_period_seconds=period_seconds,
    )
    return int(seconds), seconds
