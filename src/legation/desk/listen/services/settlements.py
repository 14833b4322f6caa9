"""End items of many visits in one transaction: article, outcome and inbox change together or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from legation.desk.listen.models import Article, FeedEntry, Source
from legation.desk.listen.services.articles import Arrival, KeptArticle, keep_articles
from legation.desk.listen.services.hours import ItemEnd, record_items
from legation.desk.listen.services.outcomes import DayCounts, OutcomeLedger, count_days
from legation.engine.records.articles import OutcomeKind, ReadItem
from legation.engine.records.fetches import FetchResult, FetchStatus


@dataclass(slots=True, eq=False)
class Settlement:
    """One item at its end, and afterwards the article that it became."""

    source: Source
    ledger: OutcomeLedger
    read: ReadItem
    entry: FeedEntry | None = None  # None for what did not come through the inbox
    page: FetchResult | None = None  # its bytes are kept where the item is quarantined
    article: Article | None = None  # whose page was read again; None for an item of a feed
    kept: KeptArticle | None = field(default=None)  # set by settle_items where the item was kept


def settle_items(*, settlements: Sequence[Settlement], at: datetime) -> None:
    """End items in one transaction; what another process has ended meanwhile is left alone.

    Sets `kept` on each item that was kept. When the transaction fails, the ledgers are as before and the
    error is raised: nothing has happened then.
    """
    marks = [(settlement.ledger, settlement.ledger.mark()) for settlement in settlements]
    try:
        with transaction.atomic():
            open_ones = _close_entries(settlements)
            _keep([one for one in open_ones if one.read.outcome is OutcomeKind.KEPT], at)
            days: DayCounts = Counter()
            _count([one for one in open_ones if one.kept is not None], days)
            for one in open_ones:
                if one.kept is None:
                    _write_end(one, days)
            count_days(days)
            record_items(ends=[_end_of(one) for one in open_ones], at=at)
    except BaseException:
        for ledger, mark in reversed(marks):
            ledger.return_to(mark)
        for settlement in settlements:
            settlement.kept = None
        raise


def _close_entries(settlements: Sequence[Settlement]) -> list[Settlement]:
    """Take the entries that still wait out of the inbox; returns what is ours to end."""
    pks = [one.entry.pk for one in settlements if one.entry]
    waiting = FeedEntry.objects.select_for_update().filter(pk__in=pks, is_waiting=True)
    held = set(waiting.values_list("pk", flat=True))
    FeedEntry.objects.filter(pk__in=held).update(is_waiting=False, record={}, next_try_at=None)
    return [one for one in settlements if one.entry is None or one.entry.pk in held]


def _keep(settlements: list[Settlement], at: datetime) -> None:
    arrivals = [_to_arrival(one) for one in settlements]
    for one, kept in zip(settlements, keep_articles(arrivals=arrivals, at=at), strict=True):
        one.kept = kept


def _to_arrival(one: Settlement) -> Arrival:
    state = read_page_state(one.page)
    if one.article is None:
        return Arrival(one.source, one.read, state)
    return Arrival(one.source, one.read, state, noticed="page", identity=one.article.identity)


def _count(settlements: list[Settlement], days: DayCounts) -> None:
    """Count what was kept, once for each visit and kind."""
    ledgers = {id(one.ledger): one.ledger for one in settlements}
    counts = Counter((id(one.ledger), one.kept.outcome) for one in settlements if one.kept)
    for (ledger, kind), count in counts.items():
        ledgers[ledger].write(kind, count=count, days=days)


def _end_of(one: Settlement) -> ItemEnd:
    if one.kept is None:
        return ItemEnd(one.source, one.read.outcome)
    return ItemEnd(one.source, one.kept.outcome, one.kept.article)


def _write_end(one: Settlement, days: DayCounts) -> None:
    """Write the outcome of an item that is no article."""
    read = one.read
    is_quarantined = read.outcome is OutcomeKind.QUARANTINED
    one.ledger.write(
        read.outcome,
        reason=read.reason,
        detail=read.detail,
        address=read.address or (read.item.address if read.item else ""),
        content=one.page.body if one.page and is_quarantined else b"",
        days=days,
    )


def read_page_state(page: FetchResult | None) -> dict[str, str]:
    """Return the validators of a page as Article.page_state holds them; {} where no page was read."""
    if page is None:
        return {}
    # Only a text that came from its page is compared with the page again; see services.revisits.
    origin = "page" if page.status is FetchStatus.FETCHED else ""
    state = {"etag": page.etag, "last_modified": page.last_modified, "from": origin}
    return {name: value for name, value in state.items() if value}
