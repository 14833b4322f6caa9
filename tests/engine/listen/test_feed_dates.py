"""Dates in the forms that feeds were seen to use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.listen.feed_dates import parse_feed_date, prefers_month_first

HANOI = timezone(timedelta(hours=7))
EVENING = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 22 Nov 2026 19:30:00 GMT",
        "Sun, 22 Nov 26 19:30 UT",
        "22 Nov 2026 19:30:00 +0000",
        "Mon, 23 Nov 2026 02:30:00 +0700",
        "Mon, 23 Nov 2026 02:30:00 GMT+07:00",
        "Mon, 23 Nov 2026 02:30:00 (GMT+7)",
        "Mon, 23 Nov 2026 02:30 ICT",
        "Sun, 22 Nov 2026 14:30:00 EST",
        "Sun, 22 Nov 2026 07:30:00 PM",
        "Sunday, November 22, 2026 - 19:30",
        "Nov 22, 2026 7:30 p.m.",
        "Sun Nov 22 19:30:00 2026",
        "Sun Nov 22 14:30:00 EST 2026",
        "2026-11-22T19:30:00Z",
        "2026-11-22T19:30Z",
        "2026-11-22T19:30:00.123456Z",
        "2026-11-23T02:30:00+07:00",
        "2026-11-23T02:30:00+0700",
        "2026-11-23 02:30:00 +07",
        "2026-11-22T14:30:00-05:00",
        "2026/11/22 19:30",
        "20261122T193000Z",
        "22/11/2026 19:30",
        "11/22/2026 7:30 PM",
        "19:30 | 22-11-2026",
        "22.11.2026, 19:30 Uhr",
        "Thứ Hai, 23/11/2026 - 02:30 (GMT+7)",
        "Chủ nhật, ngày 22 tháng 11 năm 2026 19h30",
        "22/11/2026 7:30:00 CH",
        "22 novembre 2026 19:30",
        "22 de noviembre de 2026, 19:30",
        "2026年11月22日 19:30",
        "٢٢/١١/٢٠٢٦ ١٩:٣٠",
        "1795375800",
        "1795375800000",
    ],
)
def test_one_evening_is_read_in_every_form(text: str) -> None:
    assert parse_feed_date(text) == EVENING


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "hôm qua",
            "garbage",
            "2026",
            "2026-13-45",
            "31/02/2026",
            "Thu, 32 Foo 2026",
            "22:30",
            "²²/11/2026",
        ),
        *(
            "1970-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "0000-00-00 00:00:00",
            "99999999999999999999",
            "9" * 9_000,
        ),
    ],
)
def test_what_is_no_plausible_date_is_none(text: str) -> None:
    assert parse_feed_date(text) is None


def test_the_day_comes_first_where_both_orders_fit() -> None:
    assert parse_feed_date("03/04/2026") == datetime(2026, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "language", "is_month_first"),
    [
        (["03/04/2026", "03/14/2026"], "vi", True),
        (["03/04/2026", "14/03/2026"], "en-US", False),
        (["11/01/2026", "11/02/2026", "11/03/2026"], "en", True),
        (["01/11/2026", "02/11/2026", "03/11/2026"], "en-US", False),
        (["11/12/2026"], "en", True),  # else it lies in the future
        (["03/04/2026"], "en", False),
        (["03/04/2026"], "en-US", True),
        (["2026-03-04", "Sun, 22 Nov 2026 19:30:00 GMT", "", "x"], "en-US", False),
    ],
)
def test_the_order_of_day_and_month_is_the_feed_s_own(
    texts: list[str], language: str, is_month_first: bool
) -> None:
    assert prefers_month_first(texts, language=language, now=EVENING) is is_month_first


def test_the_month_is_read_first_where_the_feed_does_so() -> None:
    assert parse_feed_date("03/04/2026", is_month_first=True) == datetime(2026, 3, 4, tzinfo=UTC)
    assert parse_feed_date("23/04/2026", is_month_first=True) == datetime(2026, 4, 23, tzinfo=UTC)


def test_midnight_as_24_is_the_next_day() -> None:
    assert parse_feed_date("Sun, 22 Nov 2026 24:00:00 GMT") == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_zone_is_assumed_only_where_none_is_named() -> None:
    assert parse_feed_date("23/11/2026 02:30", zone=HANOI) == EVENING
    assert parse_feed_date("2026-11-22T19:30:00Z", zone=HANOI) == EVENING


def test_an_impossible_offset_is_no_offset() -> None:
    assert parse_feed_date("2026-11-22T19:30:00+9900") == EVENING


@given(st.integers(700_000_000, 4_000_000_000), st.integers(-12 * 4, 14 * 4))
def test_iso_dates_are_exact(seconds: int, quarters: int) -> None:
    aware = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=15 * quarters)))
    assert parse_feed_date(aware.isoformat()) == aware


@given(st.text(alphabet="0123456789:/-+., TZthángnăm年月日GMSunNov()", max_size=60))
def test_noise_never_crashes_and_is_aware(text: str) -> None:
    moment = parse_feed_date(text)
    assert moment is None or moment.utcoffset() == timedelta(0)
