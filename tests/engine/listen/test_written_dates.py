"""A day is read as people write it, whatever the language, the digits and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from legation.engine.listen.written_dates import make_day, read_written_day

FIFTH_OF_MARCH = date(2024, 3, 5)


@pytest.mark.parametrize(
    "line",
    [
        "March 5th, 2024", "Mar. 5, 2024", "Tuesday 5 March 2024", "Sept. no, 5 March 2024", "2024-03-05",
        "ngày 5 tháng 3 năm 2024", "Thứ Ba, 5/3/2024", "Thứ Ba, ngày 05-03-2024",
        "mardi 5 mars 2024", "5. März 2024", "5 de marzo de 2024", "5 de março de 2024", "5 marzo 2024",
        "5 maart 2024", "5. mars 2024", "5. maaliskuuta 2024", "5 marca 2024", "5. března 2024",
        "2024. március 5.", "2024 m. kovo 5 d.", "2024. gada 5. martā", "5. märts 2024", "5 Mart 2024",
        "5 марта 2024 г.", "5 березня 2024 року", "5 март 2024", "5 Μαρτίου 2024", "5 martie 2024",
        "5 Maret 2024", "5 Mac 2024", "Marso 5, 2024", "5 Machi 2024",
        "2024年3月5日", "二〇二四年三月五日", "2024년 3월 5일",
        "5 มีนาคม 2567", "วันที่ 5 มี.ค. พ.ศ. 2567", "ວັນທີ ໕ ມີນາ ໒໐໒໔", "ថ្ងៃទី៥ ខែមីនា ឆ្នាំ២០២៤",
        "၂၀၂၄ ခုနှစ် မတ် ၅", "5 मार्च 2024",
        "٥ مارس ٢٠٢٤", "5 مارس/آذار 2024", "5 آذار 2024", "۱۵ اسفند ۱۴۰۲", "۱۴۰۲/۱۲/۱۵", "5 במרץ 2024",
    ],
)  # fmt: skip
def test_a_day_is_read_in_many_languages(line: str) -> None:
    written = read_written_day(line, zone=UTC)
    assert written is not None
    assert written.day == FIFTH_OF_MARCH


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("三十一日 no", None),
        ("二〇二五年十二月三十一日", date(2025, 12, 31)),
        ("٥ كانون الثاني ٢٠٢٤", date(2024, 1, 5)),
        ("30 اسفند 1403", date(2025, 3, 20)),
        ("1 فروردین 1404", date(2025, 3, 21)),
        ("31 February 2024", None),
        ("5 March", None),
        ("5 March 1970", None),
        ("version 10.2.2024.1", None),
        ("12 may 34 be 2024 others", None),
        ("", None),
    ],
)
def test_only_full_and_real_days_are_read(line: str, day: date | None) -> None:
    written = read_written_day(line, zone=UTC)
    assert (written.day if written else None) == day


def test_one_name_of_a_month_means_two_months() -> None:
    line = "5. listopada 2024."
    croatian, polish = (read_written_day(line, language=language, zone=UTC) for language in ("hr", "pl"))
    assert croatian is not None
    assert polish is not None
    assert (croatian.day.month, polish.day.month) == (10, 11)


def test_figures_are_read_by_the_habit_of_the_page_and_the_other_reading_is_kept() -> None:
    by_day = read_written_day("3/4/2024", zone=UTC)
    by_month = read_written_day("3/4/2024", is_month_first=True, zone=UTC)
    certain = read_written_day("13/4/2024", is_month_first=True, zone=UTC)
    dotted = read_written_day("3.4.2024", is_month_first=True, zone=UTC)
    assert by_day is not None
    assert by_month is not None
    assert certain is not None
    assert dotted is not None
    assert (by_day.day, by_day.other) == (date(2024, 4, 3), date(2024, 3, 4))
    assert (by_month.day, by_month.other) == (date(2024, 3, 4), date(2024, 4, 3))
    assert (certain.day, certain.other) == (date(2024, 4, 13), None)
    assert dotted.day == date(2024, 4, 3)


def test_the_time_of_day_and_its_zone_are_read_from_the_same_line() -> None:
    written = read_written_day("Thứ Ba, 5/3/2024, 22:30 (GMT+7)", zone=UTC)
    evening = read_written_day("March 5, 2024 at 10:30 p.m.", zone=UTC)
    assert written is not None
    assert evening is not None
    assert written.moment == datetime(2024, 3, 5, 22, 30, tzinfo=timezone(timedelta(hours=7)))
    assert evening.moment == datetime(2024, 3, 5, 22, 30, tzinfo=UTC)


def test_a_month_alone_is_marked_as_such() -> None:
    written = read_written_day("November 2015", zone=UTC)
    assert written is not None
    assert (written.day, written.is_month) == (date(2015, 11, 1), True)
    assert read_written_day("In November 2015 the ministers met", zone=UTC) is None


def test_years_of_other_calendars_are_converted() -> None:
    assert make_day(2567, 3, 5) == FIFTH_OF_MARCH
    assert make_day(1402, 12, 15) == FIFTH_OF_MARCH
    assert make_day(3024, 3, 5) is None
