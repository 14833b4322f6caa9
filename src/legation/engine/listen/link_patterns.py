"""Patterns of addresses: which links of a page lead to articles, in a form that an editor can mend.

A pattern is a path such as `/world/{year}/{month}/{slug}.html` or `/*/{slug}-{number}`, with or without
scheme and host before it and a query behind it. Placeholders stand for a part of one segment: {year} 1990
to 2099, {month} and {day} one or two figures, {number} figures, {slug} a name: with a hyphen, an
underscore, a space or a figure in it, or twenty characters long; `*` any characters. `**` as a whole
segment stands for any number of segments. Of a query such as `?id={number}` every parameter named must be
there; others may be. Without a host the links must stay on the page's own site. Nothing else is special, so
no pattern can be made that runs long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from legation.engine.listen.addresses import UnusableAddress, site_key

# What a placeholder may stand for. Bounded and possessive where they can be: with two free parts a segment
# of 300 characters costs at most 45,000 steps.
_PLACEHOLDERS: Final = {
    "{year}": "(?P<year>(?:199|20[0-9])[0-9])",
    "{month}": "(?P<month>0[1-9]|1[0-2]|[1-9])",
    "{day}": "(?P<day>0[1-9]|[12][0-9]|3[01]|[1-9])",
    "{number}": "[0-9]{1,30}+",
    "{slug}": "(?=[^/?#]{0,300}?[-_+ 0-9]|[^/?#]{20})[^/?#]{1,300}",
    "*": "[^/?#]{0,300}",
}
_PIECES: Final = re.compile(r"(\{year\}|\{month\}|\{day\}|\{number\}|\{slug\}|\*)")
_MAX_CHARS: Final = 500
_MAX_SEGMENTS: Final = 20
_MAX_FREE_PIECES: Final = 2  # {slug} and * in one segment
_MAX_PIECES: Final = 8
_MAX_ADDRESS_CHARS: Final = 2_048
_FREE: Final = frozenset({"{slug}", "*"})


class UnusablePattern(ValueError):
    """The text is no pattern of addresses; the message says why."""


@dataclass(frozen=True, slots=True)
class LinkMatch:
    """An address that fits a pattern, with the day that stands in it."""

    address: str
    day: datetime | None = None  # midnight in UTC


@dataclass(frozen=True, slots=True)
class LinkPattern:
    """A pattern ready for matching; made by compile_pattern."""

    text: str
    site: str  # site_key of the addresses that fit
    segments: tuple[re.Pattern[str] | None, ...]  # None stands for "**"
    parameters: Mapping[str, re.Pattern[str]]

    def match(self, address: str) -> LinkMatch | None:
        """Match an absolute address; None where it does not fit."""
        if len(address) > _MAX_ADDRESS_CHARS:
            return None
        try:
            parts = urlsplit(address)
            if site_key(address) != self.site:
                return None
        except (ValueError, UnusableAddress):
            return None
        found = _match_segments(self.segments, split_path(parts.path))
        if found is None:
            return None
        given = dict(parse_qsl(parts.query, keep_blank_values=True)) if self.parameters else {}
        for name, pattern in self.parameters.items():
            matched = pattern.fullmatch(given.get(name, ""))
            if name not in given or matched is None:
                return None
            found |= matched.groupdict()
        return LinkMatch(address, _read_day(found))


def compile_pattern(text: str, *, address: str) -> LinkPattern:
    """Make a pattern ready for matching.

    address: of the page whose links it is for; a pattern without host is bound to its site. Raises
    UnusablePattern.
    """
    text = text.strip()
    if not text or len(text) > _MAX_CHARS or not text.isprintable():
        raise UnusablePattern(f"A pattern has between 1 and {_MAX_CHARS} printable characters.")
    place = text if text.startswith(("http://", "https://")) else address
    try:
        site = site_key(place)
    except UnusableAddress as error:
        raise UnusablePattern(f"The pattern's host cannot be read: {error}") from error
    rest = "/" + text.partition("://")[2].partition("/")[2] if place is text else text
    if not rest.startswith("/"):
        raise UnusablePattern("A pattern begins with a slash, or with http:// or https://.")
    path, _, query = rest.partition("#")[0].partition("?")
    segments = split_path(path)
    if len(segments) > _MAX_SEGMENTS or segments.count("**") > 1:
        raise UnusablePattern(f"A pattern has at most {_MAX_SEGMENTS} segments and one of them may be **.")
    parameters = {name: _compile_piece(value) for name, value in parse_qsl(query, keep_blank_values=True)}
    compiled = tuple(None if segment == "**" else _compile_piece(segment) for segment in segments)
    return LinkPattern(text, site, compiled, parameters)


def split_path(path: str) -> list[str]:
    """Split a path into its segments, decoded, without the empty ones at its ends."""
    return [unquote(segment) for segment in path.strip("/").split("/")] if path.strip("/") else []


def _compile_piece(text: str) -> re.Pattern[str]:
    pieces = _PIECES.split(text)
    special = [piece for piece in pieces if piece in _PLACEHOLDERS]
    if len(special) > _MAX_PIECES or sum(piece in _FREE for piece in special) > _MAX_FREE_PIECES:
        raise UnusablePattern("A segment holds at most two of {slug} and *, and eight placeholders in all.")
    if "{" in "".join(piece for piece in pieces if piece not in _PLACEHOLDERS):
        raise UnusablePattern("A pattern's placeholders are {year}, {month}, {day}, {number}, {slug}.")
    try:
        return re.compile("".join(_PLACEHOLDERS.get(piece) or re.escape(piece) for piece in pieces))
    except re.error as error:  # {year} twice
        raise UnusablePattern("Each of {year}, {month} and {day} stands once in a segment.") from error


def _match_segments(wanted: tuple[re.Pattern[str] | None, ...], given: list[str]) -> dict[str, str] | None:
    """Match a path segment by segment; returns the named parts."""
    if None in wanted:
        place = wanted.index(None)
        gap = len(given) - (len(wanted) - 1)
        if gap < 0:
            return None
        given = given[:place] + given[place + gap :]
        wanted = wanted[:place] + wanted[place + 1 :]
    if len(wanted) != len(given):
        return None
    found: dict[str, str] = {}
    for pattern, segment in zip(wanted, given, strict=True):
        matched = pattern.fullmatch(segment) if pattern is not None else None
        if matched is None:
            return None
        found |= matched.groupdict()
    return found


def _read_day(found: Mapping[str, str | None]) -> datetime | None:
    year, month, day = (found.get(name) for name in ("year", "month", "day"))
    if not (year and month and day):
        return None
    try:
        return datetime(int(year), int(month), int(day), tzinfo=UTC)
    except ValueError:
        return None
