"""The shape of an address: what stays and what varies where one site names its articles."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from legation.engine.listen.link_patterns import split_path

_YEAR: Final = re.compile(r"(?:199|20[0-9])[0-9]")
_SHORT: Final = re.compile(r"[0-9]{1,2}")
_DASHED_DAY: Final = re.compile(r"(?:199|20[0-9])[0-9]-[01]?[0-9]-[0-3]?[0-9]")
_DASHED_MONTH: Final = re.compile(r"(?:199|20[0-9])[0-9]-(?:0[1-9]|1[0-2])")
_SOLID_MONTH: Final = re.compile(r"(?:199|20[0-9])[0-9](?:0[1-9]|1[0-2])")
_SOLID_DAY: Final = re.compile(r"(?:199|20[0-9])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_EXTENSION: Final = re.compile(
    r"\.(?:s?html?|php|aspx?|jsp|cms|vnp|ldo|chn|tpo|epi|rss|cfm|do)$", re.IGNORECASE
)
_NUMBERED_END: Final = re.compile(r"^(.*?[^0-9])([0-9]{3,})$")
_NUMBERED_START: Final = re.compile(r"^([0-9]{3,})([-_].*)$")
_DIGITS: Final = re.compile(r"[0-9]{2,}")
_NUMBER: Final = re.compile(r"[0-9]+")
# Pages about articles and not articles: their addresses look as varied.
_NO_ARTICLE: Final = re.compile(
    r"^(?:tags?|topics?|authors?|category|categories|search|login|signin|account|subscribe|about|contact"
    r"|page|rss|feeds?|privacy|terms|videos?|photos?|gallery|podcasts?|wp-content|cdn-cgi|static|assets)$",
    re.IGNORECASE,
)
_MIN_SLUG_CHARS: Final = 20  # section names are shorter


def shape_address(address: str, *, has_headline: bool) -> str:
    """Write the pattern that an address would have, as `/news/{year}/{slug}`; "" where nothing varies.

    has_headline: whether its link reads like a headline, so that a short name may be an article's.
    """
    parts = urlsplit(address)
    segments = split_path(parts.path)
    if any(_NO_ARTICLE.match(segment) for segment in segments[:-1]):
        return ""
    shaped: list[str] = []
    for number, segment in enumerate(segments):
        is_last = number == len(segments) - 1
        if any(sign in segment for sign in "{}*?#/") or not segment.isprintable():
            return ""
        shaped.append(_shape_segment(segment, shaped, is_last=is_last, has_headline=has_headline))
    query = _shape_query(parts.query)
    is_varied = bool(query) or bool(shaped and "{" in shaped[-1]) or any("{number}" in one for one in shaped)
    return "/" + "/".join(shaped) + query if is_varied else ""


def widen_shape(shape: str) -> str:
    """Let the sections of a shape vary: `/world/{slug}` becomes `/*/{slug}`."""
    path, mark, query = shape.partition("?")
    *folders, last = path.split("/")[1:]
    widened = [folder if "{" in folder else "*" for folder in folders]
    return "/" + "/".join([*widened, last]) + mark + query


def _shape_segment(segment: str, before: list[str], *, is_last: bool, has_headline: bool) -> str:
    if _YEAR.fullmatch(segment):
        return "{year}"
    if _SHORT.fullmatch(segment) and before and before[-1].endswith(("{year}", "{month}")):
        return "{month}" if before[-1] == "{year}" else "{day}"
    if _DASHED_MONTH.fullmatch(segment) or _SOLID_MONTH.fullmatch(segment):
        return "{year}-{month}" if "-" in segment else "{year}{month}"
    if _DASHED_DAY.fullmatch(segment):
        return "{year}-{month}-{day}"
    if _SOLID_DAY.fullmatch(segment):
        return "{year}{month}{day}"
    extension = _EXTENSION.search(segment)
    stem, ending = (segment[: extension.start()], extension[0]) if extension else (segment, "")
    if _NUMBER.fullmatch(stem):
        return "{number}" + ending
    shaped = _shape_stem(stem, is_last=is_last, has_headline=has_headline)
    return shaped + ending if shaped != stem or ending else segment


def _shape_stem(stem: str, *, is_last: bool, has_headline: bool) -> str:
    end, start = _NUMBERED_END.match(stem), _NUMBERED_START.match(stem)
    if end and end[1].strip("-_."):
        return (
            _shape_words(end[1][:-1], is_last, has_headline) + end[1][-1] + "{number}"
            if (end[1][-1] in "-_.~")
            else _shape_words(stem, is_last, has_headline, is_numbered=True)
        )
    if start:
        return "{number}" + start[2][0] + _shape_words(start[2][1:], is_last, has_headline)
    return _shape_words(stem, is_last, has_headline)


def _shape_words(words: str, is_last: bool, has_headline: bool, *, is_numbered: bool = False) -> str:
    """Tell an article's name from a section's: longer, and of several words."""
    joints = sum(words.count(sign) for sign in "-_+ ")
    is_name = joints >= 3 or len(words) >= _MIN_SLUG_CHARS or (is_last and has_headline and joints >= 1)
    if is_name:
        return "{slug}"
    if is_numbered or (is_last and _DIGITS.search(words)):
        return _DIGITS.sub("{number}", words, count=1) if len(_DIGITS.findall(words)) == 1 else "{slug}"
    return words


def _shape_query(query: str) -> str:
    """Keep the first parameter that numbers something: `?id={number}`."""
    for name, value in parse_qsl(query):
        is_number = _NUMBER.fullmatch(value) is not None and len(value) >= 3
        if is_number and name.isidentifier() and name.lower() not in ("page", "p", "ts", "v", "t"):
            return f"?{name}={{number}}"
    return ""
