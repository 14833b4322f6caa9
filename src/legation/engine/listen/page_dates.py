"""Find when an article was published and changed, as its page tells machines and readers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from htmldate import find_date
from lxml.html import HtmlElement

from legation.engine.listen.feed_dates import parse_feed_date

# Names of meta elements that hold the day of publication, most trustworthy first; collected from the pages of
# WCXB dev and from the documentation of the large publishing systems.
_PUBLISHED_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date",
    "pubdate", "publishdate", "publish-date", "publish_date", "article_date_original",
    "cxenseparse:recs:publishtime",
    "citation_publication_date", "datecreated", "date", "published_time", "published",
)  # fmt: skip
_MODIFIED_NAMES = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod",
)  # fmt: skip
_CLOCK = re.compile(r"\d[T\s]\d{1,2}[:h]\d{2}|\d{1,2}:\d{2}")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHANGED = re.compile(
    r"updat|modif|cập nhật|mis à jour|aktualisier|actualizad|atualizad|обновл|更新", re.IGNORECASE
)
_MAX_LINE_CHARACTERS = 80  # "Published on Wednesday, September 30th, 2026 at 10:30 a.m. Eastern Time" has 70
_MAX_CANDIDATES = 4  # further down stand the dates of other articles
_YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class PageDates:
    """When a page says it was published and changed."""

    published_at: datetime | None  # aware, in the page's own zone
    modified_at: datetime | None
    has_time: bool  # whether published_at was given to the minute


def find_page_dates(
    tree: HtmlElement, metas: dict[str, str], stated: tuple[str, str], *, zone: tzinfo, address: str = ""
) -> PageDates:
    """Find the dates of an article: as stated to machines, else as shown to readers, else as htmldate
    guesses.

    metas: content by lower-case name of every meta element. stated: (published, modified) from JSON-LD, ""
    where absent. zone: assumed where a date names none.
    """
    is_precise = bool(_ISO_DAY.match(stated[0].strip()))
    by_machine = [stated[0]] if is_precise else []
    by_machine += [*_pick(metas, _PUBLISHED_NAMES), *_machine_dates(tree)]
    published_at, has_time = _first_moment(by_machine, zone)
    if published_at is None:
        published_at, has_time = _first_moment(_reader_dates(tree), zone)
    modified_at, _ = _first_moment([stated[1], *_pick(metas, _MODIFIED_NAMES)], zone)
    if published_at is None:
        published_at, has_time = _guess_day(tree, zone, address), False
    if published_at is None:
        published_at, has_time = _first_moment([stated[0]], zone)
    return PageDates(published_at, modified_at, has_time)


def parse_page_date(text: str, *, zone: tzinfo = UTC) -> tuple[datetime | None, bool]:
    """Read one date of a page; returns it aware in its own zone, and whether it holds a time of day.

    zone: assumed where the text names none. None where no plausible date can be read.
    """
    text = text.strip()[:120]
    if not text:
        return None, False
    has_time = bool(_CLOCK.search(text)) or text.isdecimal()
    try:
        moment: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        moment = parse_feed_date(text, zone=zone)
    if moment is None or moment.year not in _YEARS:
        return None, False
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)), has_time


def _first_moment(texts: Iterable[str], zone: tzinfo) -> tuple[datetime | None, bool]:
    """Return the first text that can be read; one with a time of the same day is better than one without."""
    best: datetime | None = None
    for text in texts:
        moment, has_time = parse_page_date(text, zone=zone)
        if moment is None:
            continue
        if has_time and (best is None or moment.date() == best.date()):
            return moment, True
        best = best or moment
    return best, False


def _pick(metas: dict[str, str], names: tuple[str, ...]) -> list[str]:
    """Return the contents that stand under the names, in the names' order."""
    return [metas[name] for name in names if metas.get(name)]


def _machine_dates(tree: HtmlElement) -> list[str]:
    """Return the machine-readable dates that stand in the article's own elements."""
    return _select(
        tree,
        "//*[@itemprop='datePublished']/@content | //*[@itemprop='datePublished']/@datetime"
        " | //time[@pubdate]/@datetime | //article//header//time/@datetime"
        " | //main//h1/following::time[1]/@datetime",
    )


def _reader_dates(tree: HtmlElement) -> list[str]:
    """Return the lines of the page that readers are shown as its day of publication."""
    lines = _select(
        tree,
        "//time//text()[normalize-space()]"
        " | //*[contains(@class, 'entry-date') or contains(@class, 'publish')"
        " or contains(@class, 'Publish') or contains(@class, 'post-date') or contains(@class, 'article-date')"
        " or contains(@class, 'article__date') or contains(@class, 'dateline')]//text()[normalize-space()]",
    )
    return [line for line in lines if len(line) <= _MAX_LINE_CHARACTERS and not _CHANGED.search(line)]


def _select(tree: HtmlElement, path: str) -> list[str]:
    """Return the first few texts or attributes at a path."""
    found = tree.xpath(path)
    return [str(value).strip() for value in found[:_MAX_CANDIDATES]] if isinstance(found, list) else []


def _guess_day(tree: HtmlElement, zone: tzinfo, address: str) -> datetime | None:
    """Let htmldate search the text; it finds days only."""
    try:
        day = find_date(tree, original_date=True, extensive_search=True, url=address or None)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None  # htmldate fails on some broken trees; a page without a date is still a page
    moment, _ = parse_page_date(day or "", zone=zone)
    return moment
