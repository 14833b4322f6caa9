"""Read a day as people write it on pages, in many languages, digits and calendars."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Final

from legation.engine.listen.month_names import CROATIAN_MONTHS, MONTHS, PERSIAN_MONTHS

YEARS: Final = range(1990, 2100)  # the web's own; feeds and pages that say 1970 mean "unknown"
_BUDDHIST: Final = 543  # years that Thai and Lao pages are ahead
_PERSIAN_YEARS: Final = range(1369, 1479)  # 1990 to 2099
_MAX_CHARACTERS: Final = 160

_NUMBERS: Final = (
    re.compile(r"(?<!\d)(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일号號]?"),
    re.compile(r"(?<![\d/.-])(?P<y>\d{4})(?P<s>[-/.])\s?(?P<m>\d{1,2})(?P=s)\s?(?P<d>\d{1,2})(?!\d)"),
)
_PAIR_FIRST: Final = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s?(?P<s>[-/.])\s?(\d{1,2})\s?(?P=s)\s?(\d{4})(?![\d/-]|\.\d)"
)
_SHORT_YEAR: Final = re.compile(r"^\D{0,20}?(\d{1,2})(?P<s>[-/.])(\d{1,2})(?P=s)(\d{2})(?!\d)\D{0,20}$")
_VIETNAMESE: Final = re.compile(r"(\d{1,2})\s*(?:tháng|thg)\s*(\d{1,2})\s*,?\s*(?:năm\s*)?(\d{4})")
_TOKEN: Final = re.compile(r"\d+|[^\W\d_][^\s\d,،/()\[\]|:;·•–—-]*")
# What stands between the parts of a date; collected from CLDR's patterns and from pages.
_FILLERS: Final = frozenset((
    "de", "del", "of", "the", "d", "m", "r", "г", "р", "год", "года", "року", "гада", "st", "nd", "rd", "th",
    "er", "го", "й", "a", "e", "dia", "le", "den", "och", "kl", "år", "v", "ve", "ngày",
    "năm", "พ.ศ", "ค.ศ", "ปี",
    "เดือน", "ປີ", "ເດືອນ", "ខែ", "ឆ្នាំ", "ခုနှစ်", "yil", "yılı", "жылғы", "жылы", "gada", "il", "წლის",
))  # fmt: skip
_PREFIXES: Final = ("ខែ", "ເດືອນ", "เดือน", "ב", "d'", "d’")
_CHINESE_NUMBER: Final = re.compile(r"[〇零一二三四五六七八九十]{1,4}(?=\s?[年月日])")
_CHINESE_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CLOCK: Final = re.compile(
    r"(?<![\d/.+-])(\d{1,2})\s?(?:[:h：]|giờ|点|點|时|時|시)\s?(\d{2})(?!\d)(?::\d{2})?\s*(am|pm|a\.m|p\.m|م|ص)?"
)
_OFFSET: Final = re.compile(r"(?:gmt|utc|\d)\s?([+−-])\s?(\d{1,2})(?::?(\d{2}))?(?!\d)")


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day read from a line, and what else the line may mean."""

    day: date
    other: date | None  # the same figures the other way round, where both readings are days
    moment: datetime | None  # aware, where the line also gives a time of day
    is_month: bool = False  # the line names no day; day is the month's first


def read_written_day(
    line: str, *, language: str = "", is_month_first: bool = False, zone: tzinfo
) -> WrittenDay | None:
    """Read the first day that a line of a page gives in full.

    Digits of every script, names of months in the languages of our sources, the Buddhist and the Persian
    solar calendar. language: short code, decides names that differ between languages. is_month_first: whether
    3/4 is the fourth of March (3-4 and 3.4 never are). zone: of times that name none. None where no day since
    1990 can be read.
    """
    text = normalise_date_text(line)
    if not any(character.isdigit() for character in text):
        return None
    found = _read_figures(text, is_month_first) or _read_words(text, language)
    if found is None:
        month = _read_month(text, language)
        return WrittenDay(month, None, None, is_month=True) if month else None
    day, other = found
    return WrittenDay(day, other, _read_moment(text, day, zone))


def normalise_date_text(line: str) -> str:
    """Lower the case, and turn the digits of every script, Chinese numerals of dates too, into ASCII."""
    text = unicodedata.normalize("NFC", line[:_MAX_CHARACTERS]).lower()
    if text.isascii():
        return text
    if "年" in text:
        text = _CHINESE_NUMBER.sub(lambda found: _read_chinese(found[0]), text)
    return "".join(
        str(unicodedata.digit(mark)) if mark.isdecimal() and not mark.isascii() else mark for mark in text
    )


def _read_chinese(numeral: str) -> str:
    """Write a Chinese numeral up to 99, or a row of single figures as years have, in ASCII."""
    tens, is_tens, ones = numeral.translate(_CHINESE_DIGITS).partition("十")
    return f"{int(tens or 1) * 10 + int(ones or 0)}" if is_tens else tens


def _read_figures(text: str, is_month_first: bool) -> tuple[date, date | None] | None:
    """Read a day given in figures alone."""
    for pattern in _NUMBERS:
        if found := pattern.search(text):
            day = make_day(int(found["y"]), int(found["m"]), int(found["d"]))
            if day:
                return day, None
    if found := _VIETNAMESE.search(text):
        day = make_day(int(found[3]), int(found[2]), int(found[1]))
        return (day, None) if day else None
    found = _PAIR_FIRST.search(text)
    short = None if found else _SHORT_YEAR.match(text)
    if not (found or short):
        return None
    first, second, year = (int(part) for part in (found or short).group(1, 3, 4))  # type: ignore[union-attr]
    year += 2000 if short else 0
    by_day, by_month = make_day(year, second, first), make_day(year, first, second)
    is_month_first = is_month_first and (found or short)["s"] == "/"  # type: ignore[index]
    best, other = (by_month, by_day) if is_month_first else (by_day, by_month)
    if best is None:
        best, other = other, None
    return (best, other if other != best else None) if best else None


def _read_words(text: str, language: str) -> tuple[date, None] | None:
    """Read a day whose month is a word: day month year, month day year, year month day, year day month."""
    tokens = [token for raw in _TOKEN.findall(text) if (token := raw.rstrip(".")) not in _FILLERS]
    for place, token in enumerate(tokens):
        if token[0].isdigit():
            continue
        month, is_persian, width = _find_month(tokens, place, language)
        if not month:
            continue
        after = place + width
        while (
            after < len(tokens) and not tokens[after][0].isdigit() and _find_month(tokens, after, language)[0]
        ):
            after += _find_month(tokens, after, language)[2]  # the month again, by its other name
        before, left = _number(tokens, place - 1), _number(tokens, place - 2)
        right, far = _number(tokens, after), _number(tokens, after + 1)
        for year, day in ((right, before), (far, right), (before, right), (left, before)):
            if year >= 1000 and 0 < day <= 31:
                made = _from_persian(year, month, day) if is_persian else make_day(year, month, day)
                if made:
                    return made, None
    return None


def _read_month(text: str, language: str) -> date | None:
    """Read a line that holds nothing but a month and a year, as magazines are dated."""
    tokens = [token for raw in _TOKEN.findall(text) if (token := raw.rstrip(".")) not in _FILLERS]
    month, is_persian, width = _find_month(tokens, 0, language) if tokens else (0, False, 1)
    if not month or len(tokens) != width + 1:
        return None
    year = _number(tokens, width)
    return _from_persian(year, month, 1) if is_persian else make_day(year, month, 1)


def _find_month(tokens: list[str], place: int, language: str) -> tuple[int, bool, int]:
    """Return the month that a word, or it and the next one, names; 0 for none. Then: is Persian, words."""
    token = tokens[place]
    if token in PERSIAN_MONTHS and language in ("fa", "ps", ""):
        return PERSIAN_MONTHS[token], True, 1
    tables = (CROATIAN_MONTHS, MONTHS) if language == "hr" else (MONTHS, CROATIAN_MONTHS)
    pair = f"{token}_{tokens[place + 1]}" if place + 1 < len(tokens) else ""
    for table in tables:
        if pair in table:
            return table[pair], False, 2
        if token in table:
            return table[token], False, 1
        for prefix in _PREFIXES:
            if token.startswith(prefix) and token[len(prefix) :] in table:
                return table[token[len(prefix) :]], False, 1
    return 0, False, 1


def _number(tokens: list[str], place: int) -> int:
    """Return the number at a place, -1 where none stands there."""
    if 0 <= place < len(tokens) and tokens[place].isdecimal() and len(tokens[place]) <= 4:
        return int(tokens[place])
    return -1


def make_day(year: int, month: int, day: int) -> date | None:
    """Make a day of the Gregorian calendar, also from a Buddhist or a Persian year; None for no such day."""
    if year in _PERSIAN_YEARS:
        return _from_persian(year, month, day)
    if year not in YEARS and year - _BUDDHIST in YEARS:
        year -= _BUDDHIST
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_persian(year: int, month: int, day: int) -> date | None:
    """Convert a day of the Persian solar calendar by its 33-year cycle, exact from 1925 to 2087."""
    if year not in _PERSIAN_YEARS or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    passed = 365 * (year - 1) + (8 * year + 21) // 33
    passed += 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return date.fromordinal(226_894 + passed + day)


def _read_moment(text: str, day: date, zone: tzinfo) -> datetime | None:
    """Add the time of day that stands in the same line."""
    found = _CLOCK.search(text)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    half = (found[3] or "")[:1]
    if half in {"p", "م"} and hour < 12:
        hour += 12
    elif half in {"a", "ص"} and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return None
    offset = _OFFSET.search(text, found.start())
    if offset and int(offset[2]) <= 14:
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        zone = timezone(size if offset[1] == "+" else -size)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
