"""Judging one answer of a feed: is it good, and if not, what is there to mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from legation.engine.listen.discoveries import detect_language
from legation.engine.records.articles import Feed
from legation.engine.records.fetches import FetchResult, FetchStatus


class FeedVerdict(StrEnum):
    """How a feed stands; all but the first want mending."""

    GOOD = "good"
    MOVED = "moved"  # for good, to another address
    GONE = "gone"
    NOT_A_FEED = "not_a_feed"
    EMPTY = "empty"
    STALE = "stale"  # nothing new for weeks
    OTHER_LANGUAGE = "other_language"  # than the source declares
    ROBOTS = "robots"
    CERTIFICATE = "certificate"
    NO_NAME = "no_name"  # the host's name is unknown
    REJECTED = "rejected"
    BUSY = "busy"
    FAILED = "failed"  # the server's fault, or the connection's
    REFUSED = "refused"  # a private address


_VERDICTS = {
    FetchStatus.GONE: FeedVerdict.GONE,
    FetchStatus.REFUSED_ROBOTS: FeedVerdict.ROBOTS,
    FetchStatus.REFUSED_ADDRESS: FeedVerdict.REFUSED,
    FetchStatus.REJECTED: FeedVerdict.REJECTED,
    FetchStatus.BUSY: FeedVerdict.BUSY,
}
_FAULTS = {"certificate": FeedVerdict.CERTIFICATE, "name": FeedVerdict.NO_NAME}
_MIN_TITLES = 5  # fewer tell no language


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """What one look at a feed or list page has shown."""

    address: str
    verdict: FeedVerdict
    detail: str = ""  # one English sentence, or the new address, or the language found
    item_count: int = 0
    newest_at: datetime | None = None  # aware
    has_answered: bool = True  # whether any server was reached

    @property
    def has_delivered(self) -> bool:
        """Whether articles came, whatever else is to be mended."""
        return self.item_count > 0


def judge_answer(result: FetchResult) -> FeedCheck | None:
    """Judge how a fetch ended; None where there is a body to be read."""
    if result.status is FetchStatus.FETCHED:
        return None
    verdict = _FAULTS.get(result.fault) or _VERDICTS.get(result.status, FeedVerdict.FAILED)
    # Our own refusals reach nobody either, but say nothing about the network.
    is_unheard = verdict in (FeedVerdict.NO_NAME, FeedVerdict.FAILED) and not result.http_status
    return FeedCheck(result.request.address, verdict, result.reason, has_answered=not is_unheard)


def judge_feed(
    feed: Feed, *, result: FetchResult, languages: tuple[str, ...], stale_after: timedelta
) -> FeedCheck:
    """Judge a feed that could be read; where several things are wrong, the gravest is named.

    languages: those that the source declares, BCP 47; none declared is never wrong. Dates in the future do
    not make a feed newer.
    """
    now, address = result.fetched_at, result.request.address
    dates = [item.published_at for item in feed.items if item.published_at and item.published_at <= now]
    newest = max(dates, default=None)
    language = detect_language(feed.items[:50], prior=languages[0] if languages else "")
    verdict, detail = FeedVerdict.GOOD, ""
    if result.moved_permanently_to:
        verdict, detail = FeedVerdict.MOVED, result.moved_permanently_to
    elif not feed.items and not feed.parts:
        verdict = FeedVerdict.EMPTY
    elif newest and now - newest > stale_after:
        verdict, detail = FeedVerdict.STALE, newest.date().isoformat()
    elif _is_other(language, languages) and len(feed.items) >= _MIN_TITLES:
        verdict, detail = FeedVerdict.OTHER_LANGUAGE, language
    return FeedCheck(address, verdict, detail, len(feed.items) or len(feed.parts), newest)


def _is_other(language: str, declared: tuple[str, ...]) -> bool:
    spoken = {one.partition("-")[0] for one in declared}
    return bool(language and spoken) and language.partition("-")[0] not in spoken
