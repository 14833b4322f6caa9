"""Fetch every feed of every source once, and say of each whether it is good or what is to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from legation.desk.listen.models import Source
from legation.desk.listen.services.fetching import FetchPool, make_fetch_options
from legation.desk.listen.services.reading import explain_failed_feed, share_reader_pool
from legation.desk.listen.services.visits import FEED_TYPES, PAGE_TYPES
from legation.engine.listen.feed_checks import FeedCheck, FeedVerdict, judge_answer, judge_feed
from legation.engine.listen.feeds import parse_feed
from legation.engine.listen.list_pages import read_list_page
from legation.engine.ports import Clock
from legation.engine.records.articles import Feed
from legation.engine.records.fetches import FetchRequest, FetchResult
from legation.engine.records.sources import ListPage, SourceRecord
from legation.gateways.http import FetchOptions
from legation.gateways.readers import ReadCall

_STALE_AFTER = timedelta(days=30)  # think tanks and ministries pause for weeks
_BEAT_SECONDS = 1.0
_FETCH_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What became of one source: its feeds and list pages, each with a verdict."""

    key: str
    name: str
    feeds: tuple[FeedCheck, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is to be mended."""
        return all(feed.verdict is FeedVerdict.GOOD for feed in self.feeds)

    @property
    def has_delivered(self) -> bool:
        """Whether articles came from it."""
        return any(feed.has_delivered for feed in self.feeds)

    @property
    def is_unheard(self) -> bool:
        """Whether no server of it was reached, as it is without a network."""
        return not any(feed.has_answered for feed in self.feeds)


@dataclass(frozen=True, slots=True)
class _Place:
    """One address to look at, and whose it is."""

    record: SourceRecord
    address: str
    page: ListPage | None = None


def check_sources(
    *,
    records: Iterable[SourceRecord],
    clock: Clock,
    timeout_seconds: float = _FETCH_SECONDS,
    options: FetchOptions | None = None,
) -> Iterator[SourceCheck]:
    """Look at every feed and list page politely, and yield each source as soon as all of it was seen.

    Sources without anything to be fetched are left out. Nothing is stored; note_check does that.
    """
    places = {record.key: _list_places(record) for record in records}
    waiting = {key: len(own) for key, own in places.items() if own}
    seen: dict[str, dict[str, FeedCheck]] = {key: {} for key in waiting}
    options = options or make_fetch_options(total_timeout_seconds=timeout_seconds)
    with FetchPool(options, clock) as pool:
        for own in places.values():
            for place in own:
                accept = PAGE_TYPES if place.page else FEED_TYPES
                pool.submit(FetchRequest(address=place.address, accept=accept), tag=place)
        while waiting:
            for place, future in pool.collect(timeout_seconds=_BEAT_SECONDS):
                key = place.record.key
                seen[key][place.address] = _judge(place, future)
                waiting[key] -= 1
                if not waiting[key]:
                    del waiting[key]
                    feeds = tuple(seen.pop(key)[one.address] for one in places[key])
                    yield SourceCheck(key, place.record.name, feeds)


def note_check(*, check: SourceCheck, at: datetime) -> None:
    """Store that a source was looked at, and that it is verified where articles came.

    What went wrong is left to the next visit, which tries again before it says so.
    """
    fields: dict[str, object] = {"last_fetch_at": at}
    if check.has_delivered:
        fields |= {"is_verified": True, "last_success_at": at}
    # An update, not a save: the audit log tells what people did.
    Source.objects.filter(key=check.key).update(**fields)


def _list_places(record: SourceRecord) -> list[_Place]:
    feeds = [_Place(record, address) for address in dict.fromkeys(record.feeds)]
    known = {place.address for place in feeds}
    return feeds + [
        _Place(record, page.address, page) for page in record.list_pages if page.address not in known
    ]


def _judge(place: _Place, future: Future[FetchResult]) -> FeedCheck:
    result = future.result()
    bad = judge_answer(result)
    if bad is not None:
        return bad
    try:
        feed: Feed = share_reader_pool().submit(_call_reader(place, result)).result()
    except Exception as error:  # noqa: BLE001 - the edge: a hostile feed must end as a verdict
        return FeedCheck(place.address, FeedVerdict.NOT_A_FEED, explain_failed_feed(error))
    return judge_feed(feed, result=result, languages=place.record.languages, stale_after=_STALE_AFTER)


def _call_reader(place: _Place, result: FetchResult) -> ReadCall:
    address = result.final_address or place.address
    where = {"address": address, "content_type": result.content_type}
    if place.page is not None:
        return ReadCall(read_list_page, (result.body,), {"page": place.page, **where})
    return ReadCall(parse_feed, (result.body,), where)
