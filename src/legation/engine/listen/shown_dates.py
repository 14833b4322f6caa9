"""Find the days that a page shows its readers beside the headline, and whether each is of a change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from legation.engine.listen.written_dates import YEARS, WrittenDay, read_written_day
from legation.engine.text.folding import fold_text

# "Published on Wednesday, September 30th, 2026 at 10:30 a.m. Eastern Time" has 70 characters.
_MAX_LINE_CHARACTERS: Final = 110
# Between a headline and its first paragraph stand a standfirst, names, buttons for sharing; on the pages of
# WCXB dev hardly a date stands beyond the fortieth piece of text.
_MAX_PIECES: Final = 60
_MAX_PROSE_CHARACTERS: Final = 900  # the article has begun
_PROSE_CHARACTERS: Final = 160  # a piece of this length is prose
_MAX_ELEMENTS: Final = 400
_MAX_PIECES_BEFORE: Final = 12
_MAX_PART_CHARACTERS: Final = 12  # "2026", ", 2026": dates are cut into their parts to be set apart
_MAX_LABEL_CHARACTERS: Final = 30
_MIN_HEADLINE_CHARACTERS: Final = 12
_MAX_SOUGHT: Final = 2000  # elements of a page on which nothing else is dated
_MAX_DAY_CHARACTERS: Final = 60  # a longer line with a day in it is prose
_YEAR: Final = re.compile(r"\d{4}")
_UNSHOWN: Final = frozenset(("script", "style", "template", "noscript", "title", "meta", "link", "option"))
_SKIPPED: Final = frozenset((
    "script", "style", "template", "noscript", "nav", "aside", "footer", "form", "select", "button", "svg",
    "iframe",
))  # fmt: skip
_PARAGRAPHS: Final = frozenset(("p", "li", "td", "blockquote", "figcaption"))
_MAX_HEADINGS: Final = 20
_HEADINGS: Final = ("h1", "h2", "h3")

_UPDATED: Final = re.compile(
    r"updat|modif|chang|revis|review|edited|cập nhật|sửa|chỉnh|mis à jour|màj|aktualis|geändert|actualiz"
    r"|atualiz|aggiorn|bijgewerkt|gewijzigd|oppdater|opdater|uppdater|päivitet|muokat|обновл|изменен|оновл"
    r"|zaktualiz|aktualiz|frissít|güncelle|diperbarui|dikemas|แก้ไข|อัปเดต|อัพเดต|ອັບເດດ|ປັບປຸງ|更新|編集|修改"
    r"|업데이트|수정|최종|تحديث|تعديل|آخر|به\s?روز|עודכן|עדכון|अपडेट|ενημ|τροποπ|verified|fact.?check",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(
    r"publi[sc]|pubdate|posted|post-?date|released?|release[-_]?date|issued|created|first\b|đăng|xuất bản"
    r"|ngày|veröff|erschienen|gepubl|опубл|publik|opubl|közzé|yayın|diterbit|terbit|เผยแพร่|发布|發布|发表|時間|时间"
    r"|公開|掲載|입력|등록|نشر|انتشار|פורסם|प्रकाशित|δημοσ|julkai",
    re.IGNORECASE,
)
# Dates that stand near headlines and are no article's: of events, deadlines, of birth, of what is sold.
_OTHER: Final = re.compile(
    r"expir|deadline|receiv|accepted|as of\b|retrieved|accessed|vol\.|volume|issue\b|until|event|born"
    r"|copyright|©|\(c\)|all rights|since|through\b|valid|due\b|next\b|hạn",
    re.IGNORECASE,
)


class DateRole(StrEnum):
    """What a shown day is said to be the day of."""

    PUBLISHED = "published"
    UPDATED = "updated"
    UNNAMED = ""


@dataclass(frozen=True, slots=True)
class ShownDate:
    """One day shown beside the headline."""

    day: date
    other: date | None  # the same figures the other way round
    moment: datetime | None  # aware, where a time of day is shown
    role: DateRole
    is_before: bool  # above the headline
    is_month: bool = False  # only month and year are shown; day is the month's first


def find_shown_dates(
    tree: HtmlElement, titles: tuple[str, ...], *, language: str, is_month_first: bool, zone: tzinfo
) -> list[ShownDate]:
    """Find the days shown after the headline, in the page's order, then those above it, nearest first.

    titles: what the page calls itself, to tell its headline from other headings. Costs a walk over at most
    400 elements. [] where no headline is found.
    """
    headline = find_headline(tree, titles)
    if headline is None:
        return []
    found: list[ShownDate] = []
    for is_before, pieces in ((False, _pieces_after(headline)), (True, _pieces_before(headline))):
        earlier = ("", "")
        reader = _PieceReader(language, is_month_first, zone, is_before)
        for element, text in pieces:
            shown = reader.read(element, text, earlier)
            if shown:
                found.append(shown)
            earlier = (earlier[1], "" if shown else text)
    return found


def find_first_day(tree: HtmlElement, *, language: str, is_month_first: bool, zone: tzinfo) -> date | None:
    """Find the first day that a short line of its own shows, wherever it stands; for pages without better.

    At most 2,000 elements with a text are looked at. Days of deadlines, events and rights are left out, and
    lines that hold no year.
    """
    texts = ((node.text, node.tail) for node in tree.iter() if node.tag not in _UNSHOWN)
    for own, tail in islice(texts, _MAX_SOUGHT):
        for piece in (own, tail):
            line = piece.strip() if piece else ""
            if not line or len(line) > _MAX_DAY_CHARACTERS or not _YEAR.search(line) or _OTHER.search(line):
                continue
            written = read_written_day(line, language=language, is_month_first=is_month_first, zone=zone)
            if written and not written.is_month:
                return written.day
    return None


def find_headline(tree: HtmlElement, titles: tuple[str, ...]) -> HtmlElement | None:
    """Find the first h1 with the page's title, else any long one, else a lesser heading with the title."""
    folded = [fold_text(title) for title in titles if len(title) >= _MIN_HEADLINE_CHARACTERS]
    for tag in _HEADINGS:
        first: HtmlElement | None = None
        for heading in islice(tree.iter(tag), _MAX_HEADINGS):
            text = fold_text(" ".join(heading.text_content().split())[:300])
            if len(text) >= _MIN_HEADLINE_CHARACTERS and any(text in one or one in text for one in folded):
                return heading
            if first is None and len(text) >= _MIN_HEADLINE_CHARACTERS:
                first = heading
        if tag == "h1" and first is not None:
            return first
    return next(tree.iter("h1"), None)


def _pieces_after(headline: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield the pieces of text after the headline with their elements, to the article's first paragraphs."""
    prose = pieces = 0
    for seen, (element, text) in enumerate(_walk_after(headline)):
        if seen > _MAX_ELEMENTS or pieces > _MAX_PIECES or prose > _MAX_PROSE_CHARACTERS:
            return
        if not text:
            continue
        pieces += 1
        prose += len(text) if len(text) >= _PROSE_CHARACTERS else 0
        yield element, text


def _walk_after(start: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield elements with their own texts in the page's order, from behind an element on."""
    node: HtmlElement | None = start
    while node is not None:
        parent = node.getparent()
        if parent is None:
            return
        yield parent, _tidy(node.tail)
        for sibling in node.itersiblings():
            yield from _walk_inside(sibling)
            yield parent, _tidy(sibling.tail)
        node = parent


def _walk_inside(element: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield an element and what is in it, in order; without scripts, menus and side columns."""
    waiting: list[tuple[HtmlElement, bool]] = [(element, False)]
    while waiting:
        node, is_tail = waiting.pop()
        if is_tail:
            parent = node.getparent()
            yield (parent if parent is not None else node), _tidy(node.tail)
            continue
        if not isinstance(node.tag, str) or node.tag in _SKIPPED:
            continue
        if node.tag == "time":
            yield node, _tidy(node.text_content()) or node.get("datetime", "")
            continue
        yield node, _tidy(node.text)
        for child in reversed(node):
            waiting.append((child, True))
            waiting.append((child, False))


def _pieces_before(headline: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield the short pieces of text above the headline, nearest first, within its own three parents."""
    node: HtmlElement | None = headline
    pieces = 0
    for _ in range(3):
        for sibling in node.itersiblings(preceding=True) if node is not None else ():
            inside = [(element, text) for element, text in _walk_inside(sibling) if text][
                -_MAX_PIECES_BEFORE:
            ]
            for element, text in reversed(inside):
                pieces += 1
                if pieces > _MAX_PIECES_BEFORE:
                    return
                yield element, text
        node = node.getparent() if node is not None else None
        if node is None or node.tag in ("body", "main", "article"):
            return


@dataclass(frozen=True, slots=True)
class _PieceReader:
    """How the pieces around one headline are read."""

    language: str
    is_month_first: bool
    zone: tzinfo
    is_before: bool

    def read(self, element: HtmlElement, text: str, earlier: tuple[str, str]) -> ShownDate | None:
        """Read one piece as a day, else it together with the one or two pieces right before it."""
        if len(text) > _MAX_LINE_CHARACTERS or _OTHER.search(text):
            return None
        written = self._read(text)
        if element.tag == "time":
            written = _join_stated(written, element.get("datetime", ""), self.zone)
        if written is None and not self.is_before and len(text) <= _MAX_PART_CHARACTERS:
            joined = (f"{earlier[1]} {text}", f"{earlier[0]} {earlier[1]} {text}")
            written = next((day for line in joined if (day := self._read(line))), None)
        if written is None or _is_in_prose(element):
            return None
        # What stands above is walked backwards, so that there the piece before is the one below.
        is_label = not self.is_before and len(earlier[1]) <= _MAX_LABEL_CHARACTERS
        role = _name_role(f"{earlier[1]} {text}" if is_label else text, _name_context(element))
        return ShownDate(written.day, written.other, written.moment, role, self.is_before, written.is_month)

    def _read(self, line: str) -> WrittenDay | None:
        if not any(mark.isdigit() for mark in line):
            return None
        return read_written_day(
            line, language=self.language, is_month_first=self.is_month_first, zone=self.zone
        )


def _is_in_prose(element: HtmlElement) -> bool:
    """Tell whether an element is, or stands in, a paragraph or an item of a list that says much else."""
    for node in (element, *islice(element.iterancestors(), 2)):
        if node.tag in _PARAGRAPHS:
            return len(node.text_content()) > _PROSE_CHARACTERS
    return False


def _join_stated(written: WrittenDay | None, stated: str, zone: tzinfo) -> WrittenDay | None:
    """Believe the machine's side of a time element about the order of figures and the time of day."""
    try:
        moment = datetime.fromisoformat(stated.strip())
    except ValueError:
        return written
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    day = moment.date()
    if day.year not in YEARS or (written and day not in (written.day, written.other)):
        return written
    return WrittenDay(day, None, moment if len(stated) > len("2026-11-22") else None)


def _name_role(label: str, context: str) -> DateRole:
    """Tell from the words around a day, else from its element's name, whether it is of a change."""
    for words in (label, context):
        updated, published = _UPDATED.search(words), _PUBLISHED.search(words)
        if updated and published:  # "Published 3 May, updated 5 May": the first date follows the first word
            return DateRole.UPDATED if updated.start() < published.start() else DateRole.PUBLISHED
        if updated or published:
            return DateRole.UPDATED if updated else DateRole.PUBLISHED
    return DateRole.UNNAMED


def _name_context(element: HtmlElement) -> str:
    """Return what an element and its parent are called by their page."""
    parent = element.getparent()
    names = [element.get("class"), element.get("id"), element.get("itemprop"), element.get("title")]
    if parent is not None:
        names += [parent.get("class"), parent.get("itemprop")]
    return " ".join(name for name in names if name)[:300]


def _tidy(text: str | None) -> str:
    return " ".join(text[:2000].split()) if text else ""
