"""Fetch the further pages of an article that its outlet cuts into several, within the same visit."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import urlsplit

from legation.desk.listen.services.reading import call_read_item
from legation.desk.listen.services.visits import PAGE_TYPES, Step, Visit, fetch, read
from legation.engine.listen.page_series import MAX_FURTHER_PAGES
from legation.engine.listen.pages import find_following
from legation.engine.records.articles import FeedItem, ReadItem
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.readers import ReadCall

_PAGE_SECONDS = 20.0  # as for any page


def read_series(
    visit: Visit, item: FeedItem, page: FetchResult, done: ReadItem
) -> Generator[Step, Any, ReadItem]:
    """Follow an article from page to page, at most eight, and read it whole.

    page, done: its first page, fetched and read. Each further page passes robots.txt and the host's turn like
    any other, stays on the first one's host, and is asked for once. A page that does not come ends the
    series: what was read so far is the article. It is read again when its feed names a change.
    """
    following = done.page.next_address if done.page else ""
    further = yield from fetch_further(page, following, has_time=lambda: visit.has_time)
    if not further:
        return done
    whole: ReadItem = yield from read(
        call_read_item(source=visit.source, item=item, page=page, at=visit.clock(), further=further)
    )
    return whole


def fetch_further(
    first: FetchResult, address: str, *, has_time: Callable[[], bool]
) -> Generator[Step, Any, tuple[FetchResult, ...]]:
    """Fetch one page of an article after the other until none follows, or has_time says that it is enough.

    first: the article's first page, fetched. address: of the second one, "" where there is none.
    """
    start = first.final_address or first.request.address
    host = urlsplit(start).netloc
    seen = {start, first.request.address}
    further: list[FetchResult] = []
    while address and address not in seen and len(further) < MAX_FURTHER_PAGES and has_time():
        seen.add(address)
        result = yield from fetch(FetchRequest(address=address, accept=PAGE_TYPES))
        place = result.final_address or address
        is_new = place == address or place not in seen
        if result.status is not FetchStatus.FETCHED or not is_new or urlsplit(place).netloc != host:
            break
        seen.add(place)
        further.append(result)
        address = yield from read(
            ReadCall(
                find_following,
                (result.body,),
                {"address": place, "content_type": result.content_type},
                timeout_seconds=_PAGE_SECONDS,
                weight_bytes=len(result.body),
            )
        )
    return tuple(further)
