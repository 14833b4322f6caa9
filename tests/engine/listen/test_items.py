"""A feed's item and its page become one article, or one reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from legation.engine.flow import read_item
from legation.engine.listen.items import ItemOptions, has_full_text
from legation.engine.records.articles import FeedItem, OutcomeKind, ReadItem
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
ADDRESS = "https://news.example/harbour?utm_source=rss"
SENTENCE = "The two harbours agreed on a common timetable and the ministers signed it. "
PAGE = (
    "<html lang='en'><head><link rel='canonical' href='/harbour'><title>From the page</title>"
    "<meta property='article:published_time' content='2026-11-21T10:00:00+07:00'></head><body><article>"
    + "".join(f"<p>Part {number}. {SENTENCE * 3}</p>" for number in range(5))
    + "</article></body></html>"
)


def compose_item(**fields: object) -> FeedItem:
    base: dict[str, object] = {
        "guid": "1",
        "address": ADDRESS,
        "title": "Two harbours agree",
        "summary_html": f"<p>{SENTENCE}</p>",
        "published_at": NOW - timedelta(hours=3),
    }
    return FeedItem(**{**base, **fields})  # type: ignore[arg-type]


def fetch(
    body: str | bytes = PAGE, status: FetchStatus = FetchStatus.FETCHED, content_type: str = "text/html"
) -> FetchResult:
    raw = body.encode() if isinstance(body, str) else body
    return FetchResult(
        FetchRequest(ADDRESS),
        status,
        NOW,
        final_address=ADDRESS,
        content_type=content_type,
        body=raw,
        reason="because",
    )


def read(item: FeedItem, page: FetchResult | None = None) -> ReadItem:
    return read_item(item, page, source_language="en", now=NOW)


def test_a_teaser_is_read_from_its_page() -> None:
    result = read(compose_item(), fetch())
    assert result.outcome is OutcomeKind.KEPT
    assert result.page is not None
    assert result.page.body.startswith("Part 0.")
    assert result.page.title == "Two harbours agree"
    assert result.page.lead == SENTENCE.strip()
    assert not result.page.is_teaser
    assert result.address == "https://news.example/harbour"
    assert result.language is not None
    assert result.language.language == "en"
    assert result.clean_html.startswith("<p>Part 0.")


def test_a_whole_article_in_the_feed_needs_no_page() -> None:
    item = compose_item(content_html=f"<p>{SENTENCE * 10}</p><script>x</script><p>{SENTENCE * 10}</p>")
    assert has_full_text(item)
    result = read(item)
    assert result.page is not None
    assert result.page.body.count("\n\n") == 1
    assert "script" not in result.clean_html


def test_a_teaser_without_its_page_is_kept_as_a_teaser() -> None:
    result = read(compose_item())
    assert not has_full_text(compose_item())
    assert result.outcome is OutcomeKind.KEPT
    assert result.page is not None
    assert result.page.is_teaser


def test_the_date_of_the_page_serves_where_the_feed_has_none() -> None:
    result = read(compose_item(published_at=None), fetch())
    assert result.page is not None
    assert result.page.published_at == datetime(2026, 11, 21, 3, tzinfo=UTC)


def test_a_date_in_the_future_is_left_out_and_reported() -> None:
    result = read(compose_item(published_at=NOW + timedelta(days=3)))
    assert result.page is not None
    assert result.page.published_at is None
    assert "future" in result.problems[0]


@pytest.mark.parametrize(
    ("item", "page", "outcome", "reason"),
    [
        (compose_item(title="", summary_html=SENTENCE), None, OutcomeKind.DISCARDED, "no_title"),
        (compose_item(summary_html=""), None, OutcomeKind.DISCARDED, "no_text"),
        (compose_item(summary_html="Short."), None, OutcomeKind.DISCARDED, "too_short"),
        (compose_item(published_at=NOW - timedelta(days=90)), None, OutcomeKind.DISCARDED, "too_old"),
        (
            compose_item(summary_html=""),
            fetch(b"%PDF", content_type="application/pdf"),
            OutcomeKind.DISCARDED,
            "not_html",
        ),
        (compose_item(summary_html=""), fetch(b"\0\1"), OutcomeKind.QUARANTINED, "unreadable_page"),
        (compose_item(summary_html=""), fetch("", FetchStatus.GONE), OutcomeKind.DISCARDED, "page_gone"),
        (
            compose_item(summary_html=""),
            fetch("", FetchStatus.TIMED_OUT),
            OutcomeKind.RETRIED,
            "page_timed_out",
        ),
    ],
)
def test_an_item_without_article_ends_in_one_reason(
    item: FeedItem, page: FetchResult | None, outcome: OutcomeKind, reason: str
) -> None:
    result = read(item, page)
    assert (result.outcome, result.reason) == (outcome, reason)
    assert result.page is None


def test_a_page_that_failed_does_not_lose_the_text_of_the_feed() -> None:
    result = read(compose_item(), fetch("", FetchStatus.TIMED_OUT))
    assert result.outcome is OutcomeKind.KEPT
    assert "because" in result.problems[0]


def test_a_short_chinese_report_is_long_enough() -> None:
    item = compose_item(
        title="两港达成协议", summary_html="两个港口今天就共同的轮渡时刻表达成协议，部长们下午签署。"
    )
    result = read_item(item, None, source_language="zh", now=NOW)
    assert result.outcome is OutcomeKind.KEPT


def test_an_item_in_an_old_font_is_converted() -> None:
    text = "Bé tr­ëng Bé Ngo¹i giao ®· tiÕp ®¹i sø c¸c n­íc t¹i Hµ Néi vµo s¸ng nay."
    result = read(compose_item(title="Bé tr­ëng tiÕp ®¹i sø", summary_html=text))
    assert result.page is not None
    assert result.page.title == "Bộ trưởng tiếp đại sứ"


def test_the_bounds_are_options() -> None:
    options = ItemOptions(min_text_characters=10_000)
    assert read_item(compose_item(), None, source_language="", now=NOW, options=options).reason == "too_short"


def test_a_quotation_in_another_language_is_named_where_it_stands() -> None:
    text = (
        "The two ministers met on Friday in the capital to speak about the border and the ferries. " * 8
        + "«Мы надеемся на скорое открытие границы между нашими странами», the guest said."
    )
    item = FeedItem(
        guid="1", address="https://a.example/1", title="Ministers meet", content_html=f"<p>{text}</p>"
    )
    read = read_item(item, None, source_language="en", now=NOW)
    [passage] = read.passages
    assert read.page is not None
    assert (passage.language, read.page.body[passage.start : passage.end][:4]) == ("ru", "Мы н")


def test_a_listing_behind_an_item_leaves_the_words_of_the_feed() -> None:
    teasers = "".join(
        f"<h3><a href='/n/{n}'>Harbour number {n} agrees on ferries</a></h3>" for n in range(24)
    )
    head = '<script type="application/ld+json">{"@type": "CollectionPage"}</script>'
    listing = f"<html><head>{head}<title>World</title></head><body>{teasers}</body></html>"
    kept = read(compose_item(summary_html=f"<p>{SENTENCE * 2}</p>"), fetch(listing))
    assert kept.outcome is OutcomeKind.KEPT
    assert kept.page is not None
    assert kept.page.is_teaser
    assert "Harbour number" not in kept.page.body
    lost = read(compose_item(summary_html=""), fetch(listing))
    assert (lost.outcome, lost.reason) == (OutcomeKind.DISCARDED, "listing_page")


def test_further_pages_are_joined_and_a_broken_one_ends_them() -> None:
    second = PAGE.replace("Part ", "Later part ")
    broken = fetch(status=FetchStatus.GONE)
    whole = read_item(
        compose_item(), fetch(), source_language="en", now=NOW, further=[fetch(second), broken, fetch(PAGE)]
    )
    assert whole.page is not None
    assert whole.page.body.index("Part 4.") < whole.page.body.index("Later part 0.")
    assert whole.page.body.count("Part 0.") == 1
    assert whole.problems == ("Page 3 of the article was not read: because.",)
