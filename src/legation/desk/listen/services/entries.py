"""The inbox of feed entries: taken in with the feed's validators, read one by one, remembered afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from legation.desk.listen.models import FeedEntry, Source
from legation.desk.listen.services.articles import identify_item
from legation.engine.listen.list_pages import LIST_DIALECT
from legation.engine.listen.sitemaps import SITEMAP_DIALECTS
from legation.engine.records.articles import Feed, FeedItem

MAX_TRIES = 5  # of one page; with the waits below the last try comes about a day and a half after the first
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=24)
_SEEN_PRECISION = timedelta(days=1)  # so that known entries cost no write in every round
# What a first look at a sitemap or a list takes: a week, as far as a first brief looks back; of entries
# without a date as many as stand on the first screens of a list.
_FIRST_DAYS = timedelta(days=7)
_FIRST_UNDATED = 20
_BACKLOG_DIALECTS = SITEMAP_DIALECTS | {LIST_DIALECT}
_MOMENTS = ("published_at", "updated_at")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a feed's entries that did not enter the inbox."""

    known: int  # read before
    past: int  # from before the desk listened; remembered, never read


def take_in(*, source: Source, feed: Feed, at: datetime, is_first: bool = False) -> TakenIn:
    """Put a feed's new and changed entries into the inbox; returns how many others there were.

    Call it in the transaction that stores the feed's validators: an entry is either in the inbox or still
    in the feed, whenever the process dies. is_first: the feed was never read before; of a sitemap or a list,
    which may show ten years at once, only the entries of the last days are then read.
    """
    items = {identify_item(source_key=source.key, item=item): item for item in feed.items}
    rows = {row.identity: row for row in FeedEntry.objects.filter(identity__in=list(items)).defer("record")}
    past = _name_past(feed, items, at) if is_first else frozenset()
    fresh, changed, stale, waiting = [], [], [], 0
    for identity, item in items.items():
        row, fingerprint = rows.get(identity), _fingerprint(item)
        if row is None:
            entry = FeedEntry(source=source, identity=identity, fingerprint=fingerprint, seen_at=at)
            entry.is_waiting = identity not in past
            if entry.is_waiting:
                entry.record, entry.next_try_at = _to_json(item), at
            fresh.append(entry)
            continue
        if row.fingerprint != fingerprint:
            row.fingerprint, row.record, row.seen_at = fingerprint, _to_json(item), at
            row.is_waiting, row.tries, row.next_try_at = True, 0, at
            changed.append(row)
            continue
        waiting += row.is_waiting
        if at - row.seen_at > _SEEN_PRECISION:
            stale.append(row.pk)
    FeedEntry.objects.bulk_create(fresh, ignore_conflicts=True)
    FeedEntry.objects.bulk_update(
        changed, ["fingerprint", "record", "seen_at", "is_waiting", "tries", "next_try_at"], batch_size=100
    )
    FeedEntry.objects.filter(pk__in=stale).update(seen_at=at)
    left = sum(not entry.is_waiting for entry in fresh)
    return TakenIn(known=len(feed.items) - len(fresh) - len(changed) - waiting, past=left)


def _name_past(feed: Feed, items: Mapping[str, FeedItem], at: datetime) -> frozenset[str]:
    """Name the entries of a sitemap or list that are older than the desk's listening, by their identities."""
    if feed.dialect not in _BACKLOG_DIALECTS:
        return frozenset()
    past: set[str] = set()
    undated = 0
    for identity, item in items.items():
        moment = item.published_at or item.updated_at
        undated += moment is None
        if undated > _FIRST_UNDATED if moment is None else moment < at - _FIRST_DAYS:
            past.add(identity)
    return frozenset(past)


def waiting_entries(*, source: Source, at: datetime, limit: int) -> list[FeedEntry]:
    """Return entries that wait to be read now, the first come first."""
    waiting = FeedEntry.objects.filter(source=source, is_waiting=True, next_try_at__lte=at)
    return list(waiting.order_by("next_try_at", "id")[:limit])


def next_waiting_at(*, source: Source) -> datetime | None:
    """Return when the next waiting entry of a source wants to be read."""
    waiting = FeedEntry.objects.filter(source=source, is_waiting=True).order_by("next_try_at")
    return waiting.values_list("next_try_at", flat=True).first()


def lock_waiting(*, entry: FeedEntry) -> bool:
    """Tell, inside a transaction, whether an entry still waits to be read; holds its row until the end."""
    return FeedEntry.objects.select_for_update().filter(pk=entry.pk, is_waiting=True).exists()


def settle_entry(*, entry: FeedEntry) -> None:
    """Remember that an entry was read, and forget its text."""
    FeedEntry.objects.filter(pk=entry.pk).update(is_waiting=False, record={}, next_try_at=None)


def put_off(*, entry: FeedEntry, at: datetime) -> bool:
    """Let an entry wait for another try, longer each time; False where it has had its tries."""
    if entry.tries + 1 >= MAX_TRIES:
        return False
    wait = min(_FIRST_WAIT * 6**entry.tries, _LONGEST_WAIT)
    FeedEntry.objects.filter(pk=entry.pk).update(tries=entry.tries + 1, next_try_at=at + wait)
    return True


def read_entry(entry: FeedEntry) -> FeedItem:
    """Build the feed item that an entry holds."""
    record: dict[str, Any] = dict(entry.record)
    for name in _MOMENTS:
        record[name] = parse_datetime(record[name]) if record.get(name) else None
    record["categories"] = tuple(record.get("categories", ()))
    return FeedItem(**record)


def purge_entries(*, before: datetime) -> int:
    """Forget entries that no feed has held since a moment; returns how many."""
    return FeedEntry.objects.filter(is_waiting=False, seen_at__lt=before).delete()[0]


def _to_json(item: FeedItem) -> dict[str, Any]:
    record = asdict(item)
    for name in _MOMENTS:
        record[name] = record[name].isoformat() if record[name] else None
    record["categories"] = list(item.categories)
    return record


def _fingerprint(item: FeedItem) -> str:
    """Hash what a feed says of an article; the date alone is left out, as many feeds renew it at random."""
    said = [item.title, item.summary_html, item.content_html, item.address]
    return hashlib.sha256(json.dumps(said).encode("utf-8", "replace")).hexdigest()
