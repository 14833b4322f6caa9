"""One look at a feed: good, or what is to be mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from legation.engine.listen.feed_checks import FeedVerdict, judge_answer, judge_feed
from legation.engine.records.articles import Feed, FeedItem
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
REQUEST = FetchRequest("https://paper.example/rss")
STALE = timedelta(days=30)
TITLES = (
    "The council decides on the new port", "Ministers meet in the capital for talks on trade",
    "A long winter is expected in the mountains", "The president visits the northern province",
    "Farmers hope for a better price of rice",
)  # fmt: skip


def answer(status: FetchStatus = FetchStatus.FETCHED, **more: object) -> FetchResult:
    return FetchResult(REQUEST, status, NOW, **more)  # type: ignore[arg-type]


def feed(*titles: str, age: timedelta = timedelta(hours=2), parts: tuple[str, ...] = ()) -> Feed:
    items = tuple(FeedItem(guid=title, address="", title=title, published_at=NOW - age) for title in titles)
    return Feed(title="Paper", address="", language="en", items=items, dialect="rss 2.0", parts=parts)


@pytest.mark.parametrize(
    ("status", "fault", "verdict"),
    [
        (FetchStatus.GONE, "", FeedVerdict.GONE),
        (FetchStatus.REFUSED_ROBOTS, "", FeedVerdict.ROBOTS),
        (FetchStatus.REFUSED_ADDRESS, "", FeedVerdict.REFUSED),
        (FetchStatus.REJECTED, "", FeedVerdict.REJECTED),
        (FetchStatus.BUSY, "", FeedVerdict.BUSY),
        (FetchStatus.SERVER_ERROR, "", FeedVerdict.FAILED),
        (FetchStatus.TIMED_OUT, "", FeedVerdict.FAILED),
        (FetchStatus.BROKEN, "connection", FeedVerdict.FAILED),
        (FetchStatus.BROKEN, "certificate", FeedVerdict.CERTIFICATE),
        (FetchStatus.BROKEN, "name", FeedVerdict.NO_NAME),
    ],
)
def test_every_failure_has_a_verdict_of_its_own(
    status: FetchStatus, fault: str, verdict: FeedVerdict
) -> None:
    check = judge_answer(answer(status, fault=fault, reason="So it is."))
    assert check is not None
    assert (check.verdict, check.detail, check.has_delivered) == (verdict, "So it is.", False)


def test_an_answer_with_a_body_is_judged_by_the_feed() -> None:
    assert judge_answer(answer()) is None


@pytest.mark.parametrize(
    ("given", "moved_to", "languages", "verdict", "detail"),
    [
        (feed(*TITLES), "", ("en",), FeedVerdict.GOOD, ""),
        (feed(*TITLES), "", ("en-GB", "fr"), FeedVerdict.GOOD, ""),
        (feed(*TITLES), "", (), FeedVerdict.GOOD, ""),
        (feed(*TITLES), "", ("vi",), FeedVerdict.OTHER_LANGUAGE, "en"),
        (feed(*TITLES[:2]), "", ("vi",), FeedVerdict.GOOD, ""),
        (feed(), "", ("en",), FeedVerdict.EMPTY, ""),
        (feed(parts=("https://paper.example/1.xml",)), "", ("en",), FeedVerdict.GOOD, ""),
        (feed(*TITLES, age=timedelta(days=40)), "", ("en",), FeedVerdict.STALE, "2026-10-13"),
        (feed(*TITLES, age=timedelta(days=-40)), "", ("en",), FeedVerdict.GOOD, ""),
        (feed(*TITLES), "https://paper.example/new", ("vi",), FeedVerdict.MOVED, "https://paper.example/new"),
    ],
)
def test_a_feed_is_good_or_its_gravest_fault_is_named(
    given: Feed, moved_to: str, languages: tuple[str, ...], verdict: FeedVerdict, detail: str
) -> None:
    result = answer(moved_permanently_to=moved_to)
    check = judge_feed(given, result=result, languages=languages, stale_after=STALE)
    assert (check.verdict, check.detail) == (verdict, detail)


def test_a_feed_that_is_to_be_mended_may_still_have_delivered() -> None:
    check = judge_feed(feed(*TITLES), result=answer(), languages=("vi",), stale_after=STALE)
    assert check.has_delivered
    assert check.newest_at == NOW - timedelta(hours=2)
