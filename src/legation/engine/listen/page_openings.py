"""Take off a text what stands above it on the page: its headline once more, and a line with its date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC

from legation.engine.listen.written_dates import read_written_day
from legation.engine.text.folding import fold_text

_MAX_PARAGRAPHS = 4  # headline, standfirst, date and time: below them the text has begun
# "Published on Wednesday, September 30th, 2026 at 10:30 a.m. Eastern Time" has 70 characters, 44 letters.
_MAX_DATE_CHARACTERS = 80
_MAX_DATE_LETTERS = 45
_MAX_STAMP_CHARACTERS = 40  # a longer line that ends like a sentence is one
_SENTENCE_END = re.compile(r"[^\W\d_]{3,}[.!?。！？։।။]\s*$")  # "10:30 a.m." ends like none


def drop_opening(body: str, titles: Iterable[str]) -> str:
    """Return a text without the headline and the date line that it begins with.

    body: plain paragraphs separated by one blank line. titles: what the page calls itself, in any of its
    places. A text that would be empty then is returned as it is.
    """
    known = {folded for title in titles if (folded := fold_text(title))}
    paragraphs = body.split("\n\n")
    start = 0
    for paragraph in paragraphs[:_MAX_PARAGRAPHS]:
        if not (_is_headline(paragraph, known) or _is_date_line(paragraph)):
            break
        start += 1
    return "\n\n".join(paragraphs[start:]) if start < len(paragraphs) else body


def _is_headline(paragraph: str, known: set[str]) -> bool:
    return len(paragraph) <= 500 and fold_text(paragraph) in known


def _is_date_line(paragraph: str) -> bool:
    """Tell whether a paragraph is a date, with hardly anything besides."""
    if len(paragraph) > _MAX_DATE_CHARACTERS or not any(character.isdigit() for character in paragraph):
        return False
    if sum(character.isalpha() for character in paragraph) > _MAX_DATE_LETTERS:
        return False
    if len(paragraph) > _MAX_STAMP_CHARACTERS and _SENTENCE_END.search(paragraph):
        return False
    return read_written_day(paragraph, zone=UTC) is not None
