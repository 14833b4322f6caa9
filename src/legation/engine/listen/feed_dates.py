"""Dates as feeds write them, in many forms and languages, into aware moments in UTC."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

_MAX_CHARS: Final = 120  # the longest honest form seen has 60
# Offsets reach from UTC-12 to UTC+14; beyond them the number is something else.
_MAX_OFFSET: Final = timedelta(hours=15)
# The web began then; feeds that say 1970 or 0001 mean "unknown".
_EARLIEST_YEAR: Final = 1990

# Where the month comes first by custom (CLDR, short dates).
_MONTH_FIRST_LANGUAGES: Final = frozenset({"en-US", "en-PH", "es-PR", "es-US"})

# English names by RFC 822; the other languages' as their feeds were seen to write them.
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier janv enero ene januar januari janeiro gennaio gen",
            "feb february février fevrier févr fevr febrero februar februari fevereiro febbraio fev",
            "mar march mars marzo märz marz maart março marco mär",
            "apr april avril avr abril abr aprile",
            "may mai mayo mei maio maggio mag",
            "jun june juin junio juni junho giugno giu",
            "jul july juillet juil julio juli julho luglio lug",
            "aug august août aout agosto ago augustus agustus",
            "sep sept september septembre septiembre setembro settembre set",
            "oct october octobre octubre oktober okt outubro ottobre ott out",
            "nov november novembre noviembre novembro",
            "dec december décembre déc decembre diciembre dic dezember dez dezembro dicembre desember des",
        ),
        start=1,
    )
    for name in names.split()
}
# RFC 822's zones in hours, and those that newspapers of our readers' regions write. Where one name has
# several meanings (CST, IST, BST) RFC 822 decides, else the more populous zone.
_ZONES: Final = {
    "z": 0.0, "ut": 0.0, "utc": 0.0, "gmt": 0.0, "wet": 0.0,
    "est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0,
    "cet": 1.0, "cest": 2.0, "west": 1.0, "bst": 1.0, "eet": 2.0, "eest": 3.0, "msk": 3.0,
    "ist": 5.5, "ict": 7.0, "wib": 7.0, "hkt": 8.0, "sgt": 8.0, "pht": 8.0, "myt": 8.0, "awst": 8.0,
    "jst": 9.0, "kst": 9.0, "aest": 10.0, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0,
}  # fmt: skip

_EPOCH: Final = re.compile(r"^\d{10}(?:\d{3})?$")
_COMPACT: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})(?: ?(\d{2})(\d{2})(\d{2})?)?(?!\d)")
_YEAR_FIRST: Final = re.compile(
    r"(?<!\d)(\d{4})(?:[-/.]|\s?年\s?)(\d{1,2})(?:(?:[-/.]|\s?月\s?)(\d{1,2})日?)?(?![\d:])"
)
_DAY_FIRST: Final = re.compile(r"(?<!\d)(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})(?![\d:])")
_DAY_MONTH: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s,-]+(?:de\s+|tháng\s+)?([^\W\d_]+|\d{1,2})\.?"
    r"[\s,-]+(?:de\s+|năm\s+)?(\d{4}|\d{2})(?![\d:])"
)
_MONTH_DAY: Final = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?!\d)")
_YEAR: Final = re.compile(r"(?<![\d:+-])(\d{4})(?![\d:])")
_TIME: Final = re.compile(
    r"(?<![\d+-])(\d{1,2})\s?(?:[:h]|giờ|点|时)\s?(\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(am|pm|a\.m\.|p\.m\.|sa|ch)?(?!\d)"
)
_OFFSET: Final = re.compile(r"(?:gmt|utc|\s|\(|\d|^)\s?([+\u2212-])\s?(\d{1,2}):?(\d{2})?(?!\d)")
_ZONE_NAME: Final = re.compile(r"(?<![^\W\d_])([a-z]{1,4})(?![^\W_])")


@dataclass(frozen=True, slots=True)
class _Day:
    """A calendar day, and the text without it."""

    year: int
    month: int
    day: int
    rest: str


def parse_feed_date(text: str, *, zone: tzinfo = UTC, is_month_first: bool = False) -> datetime | None:
    """Read a date in any form that feeds are known to use.

    zone: assumed where the text names none. is_month_first: how to read figures that fit both orders, such
    as 3/4/2026; see prefers_month_first. Returns an aware moment in UTC, or None where no plausible date
    since 1990 can be read.
    """
    text = _normalise(text)
    if _EPOCH.match(text):
        return _make_plausible(datetime.fromtimestamp(int(text[:10]), UTC))
    compact = _COMPACT.match(text)
    if compact:
        hour, minute, second = compact[4] or "00", compact[5] or "00", compact[6] or "00"
        text = f"{compact[1]}-{compact[2]}-{compact[3]} {hour}:{minute}:{second} {text[compact.end() :]}"
    found = _find_day(text, is_month_first)
    if found is None:
        return None
    clock = _TIME.search(found.rest)
    hour, minute, second = _read_clock(clock) if clock else (0, 0, 0)
    zone_text = found.rest[clock.end() :] if clock else ""
    try:
        day = datetime(found.year, found.month, found.day, tzinfo=_find_zone(zone_text) or zone)
        moment = day + timedelta(hours=hour, minutes=minute, seconds=second)
        return _make_plausible(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def prefers_month_first(texts: Sequence[str], *, language: str, now: datetime | None) -> bool:
    """Tell whether a feed writes its dates in figures as Americans do, the month before the day.

    texts: the feed's dates. A date that fits only one order decides; else the order in which none lies in
    the future; else the one that brings the dates closer together; else the feed's language.
    """
    pairs = [pair for pair in map(_read_pair, texts) if pair is not None]
    if not pairs:
        return False
    if any(first > 12 for first, _, _ in pairs):
        return False
    if any(second > 12 for _, second, _ in pairs):
        return True
    readings = [_list_days(pairs, is_month_first=order) for order in (False, True)]
    if now is not None:
        limit = now.astimezone(UTC).date() + timedelta(days=1)
        late = [any(day > limit for day in days) for days in readings]
        if late[0] != late[1]:
            return late[0]
    spreads = [(max(days) - min(days)).days for days in readings]
    if max(spreads) > 2 * min(spreads) + 1:
        return spreads[1] < spreads[0]
    return language in _MONTH_FIRST_LANGUAGES


def _read_pair(text: str) -> tuple[int, int, int] | None:
    """Read two figures and a year whose order is open; None for any other form."""
    text = _normalise(text)
    if _YEAR_FIRST.search(text) or _EPOCH.match(text) or _COMPACT.match(text):
        return None
    found = _DAY_FIRST.search(text)
    return (int(found[1]), int(found[2]), _widen_year(found[3])) if found else None


def _list_days(pairs: Sequence[tuple[int, int, int]], *, is_month_first: bool) -> list[date]:
    days: list[date] = []
    for first, second, year in pairs:
        month, day = (first, second) if is_month_first else (second, first)
        with suppress(ValueError):
            days.append(date(year, month, day))
    return days or [date.min]


def _normalise(text: str) -> str:
    """Lower the case, and turn the digits of every script into ASCII."""
    text = unicodedata.normalize("NFC", text[:_MAX_CHARS]).strip().lower()
    if not text.isascii():
        text = "".join(
            str(unicodedata.digit(char)) if char.isdecimal() and not char.isascii() else char for char in text
        )
    return re.sub(r"(?<=\d)t(?=\d)", " ", text)


def _make_plausible(moment: datetime) -> datetime | None:
    return moment if moment.year >= _EARLIEST_YEAR else None


def _find_day(text: str, is_month_first: bool) -> _Day | None:
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _DAY_MONTH):
        for found in pattern.finditer(text):
            numbers = _read_day(pattern, found, is_month_first)
            if numbers is not None:
                return _Day(*numbers, rest=f"{text[: found.start()]} {text[found.end() :]}")
    return _find_english_day(text)


def _read_day(
    pattern: re.Pattern[str], found: re.Match[str], is_month_first: bool
) -> tuple[int, int, int] | None:
    if pattern is _YEAR_FIRST:
        return int(found[1]), int(found[2]), int(found[3] or 1)
    first, second, year = int(found[1]), found[2], _widen_year(found[3])
    month = int(second) if second.isdecimal() else _find_month(second)
    if month is None:
        return None
    if pattern is _DAY_FIRST and (month > 12 >= first or (is_month_first and first <= 12)):
        return year, first, month
    return year, month, first


def _find_english_day(text: str) -> _Day | None:
    """Read "January 2, 2006" and "Mon Jan 2 15:04:05 GMT 2006"."""
    for found in _MONTH_DAY.finditer(text):
        month = _find_month(found[1])
        year = _YEAR.search(text, found.end())
        if month is not None and year is not None:
            rest = f"{text[found.end() : year.start()]} {text[year.end() :]}"
            return _Day(int(year[1]), month, int(found[2]), rest)
    return None


def _find_month(name: str) -> int | None:
    return _MONTHS.get(name.rstrip("."))


def _widen_year(digits: str) -> int:
    """Read two digits as RFC 2822 does: up to 49 is this century."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _read_clock(found: re.Match[str]) -> tuple[int, int, int]:
    hour, minute, second = int(found[1]), int(found[2]), min(int(found[3] or 0), 59)
    half = (found[4] or "").replace(".", "")
    if half in ("pm", "ch") and hour < 12:
        hour += 12
    elif half in ("am", "sa") and hour == 12:
        hour = 0
    if hour > 24 or minute > 59:
        return 0, 0, 0  # a number that only looks like a time
    return hour, minute, second


def _find_zone(text: str) -> timezone | None:
    offset = _OFFSET.search(text)
    if offset:
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if size <= _MAX_OFFSET:
            return timezone(size if offset[1] == "+" else -size)
    for name in _ZONE_NAME.finditer(text):
        if name[1] in _ZONES:
            return timezone(timedelta(hours=_ZONES[name[1]]))
    return None
