"""Find when an article was published and changed, as its page tells machines and readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from htmldate import find_date
from lxml.html import HtmlElement

from legation.engine.listen.feed_dates import parse_feed_date
from legation.engine.listen.page_heads import PageHead
from legation.engine.listen.shown_dates import DateRole, ShownDate, find_first_day, find_shown_dates
from legation.engine.listen.written_dates import YEARS, make_day, read_written_day

# Names of meta elements that hold the day of publication, most trustworthy first; collected from the pages of
# WCXB dev and from the documentation of the large publishing systems.
_PUBLISHED_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date",
    "pubdate", "publishdate", "publish-date", "publish_date", "article_date_original",
    "cxenseparse:recs:publishtime", "article.published", "article:published", "published-date",
    "citation_publication_date", "citation_online_date", "datecreated", "date", "published_time", "published",
)  # fmt: skip
# Those of them that today's systems write; the others are microdata and old bibliographic forms.
_OPEN_NAMES = ("article:published_time", "og:article:published_time", "og:published_time", "parsely-pub-date")
_MODIFIED_NAMES = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod",
)  # fmt: skip
_CLOCK = re.compile(r"\d[T\s]\d{1,2}[:h]\d{2}|\d{1,2}:\d{2}")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS_DAY = re.compile(
    r"(?<!\d)(\d{4})([/_-])(\d{1,2})\2(\d{1,2})(?!\d)|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d{2})"
)
_ADDRESS_WORDS = re.compile(r"/(\d{4})/([a-z]{3,9})/(\d{1,2})(?!\d)")
_CHANGED = re.compile(
    r"updat|modif|cập nhật|mis à jour|aktualisier|actualizad|atualizad|обновл|更新", re.IGNORECASE
)
_MAX_LINE_CHARACTERS = 80  # "Published on Wednesday, September 30th, 2026 at 10:30 a.m. Eastern Time" has 70
_MAX_CANDIDATES = 4  # further down stand the dates of other articles
_A_DAY = timedelta(days=1)
_A_WEEK = timedelta(days=7)
_MIDNIGHT = timedelta(hours=24)
# Where English pages write 3/4 for the fourth of March; pages of other countries' own domains do not.
_MONTH_FIRST_REGIONS = frozenset(("us", "ph"))
# Two-letter domains that are sold to everybody.
_OPEN_DOMAINS = frozenset(("io", "co", "ai", "tv", "me", "fm", "cc", "us", "ph"))


@dataclass(frozen=True, slots=True)
class PageDates:
    """When a page says it was published and changed."""

    published_at: datetime | None  # aware, in the page's own zone
    modified_at: datetime | None
    has_time: bool  # whether published_at was given to the minute


def find_page_dates(tree: HtmlElement, head: PageHead, *, zone: tzinfo, address: str = "") -> PageDates:
    """Find the dates of an article: what machines and readers are told, weighed against each other.

    The day shown beside the headline wins over what is stated to machines, which often is the day on which a
    system took the page over; a day that is called one of a change never does. Where neither is there, other
    lines of the page, its address and at last htmldate's search are tried. zone: assumed where a date names
    none.
    """
    is_precise = bool(_ISO_DAY.match(head.published.strip()))
    stated = [head.published] if is_precise else []
    marked = _machine_dates(tree)
    stated += [*_pick(head.metas, _PUBLISHED_NAMES), *marked]
    modified_at, _ = _first_moment([head.modified, *_pick(head.metas, _MODIFIED_NAMES)], zone)
    shown = find_shown_dates(
        tree,
        (head.headline, head.og_title, head.document_title),
        language=head.language[:2].lower(),
        is_month_first=is_month_first(head.language or head.metas.get("og:locale", ""), address),
        zone=zone,
    )
    addressed = _read_address_day(address)
    published_at, has_time = _choose_stated(stated, marked, modified_at, shown, zone)
    shown = _name_changes(shown, published_at, modified_at)
    if published_at:
        is_open = any(head.metas.get(name) for name in _OPEN_NAMES)
        revised = None if is_open else _find_revision(published_at, shown)
        if revised:
            published_at, has_time = datetime.combine(revised, datetime.min.time(), zone), False
        elif published_at.date() != addressed:
            published_at, has_time = _weigh(published_at, has_time, modified_at, shown)
    else:
        published_at, has_time = _choose_shown(shown, modified_at, addressed, zone)
    if published_at is None:
        published_at, has_time = _search_page(tree, head, zone, address)
    if published_at is None and shown:
        published_at = datetime.combine(shown[0].day, datetime.min.time(), zone)
    if published_at is None:
        published_at = _read_lines(tree, head, zone, address) or _guess_day(tree, zone, address)
    if published_at is None:
        published_at, has_time = _first_moment([head.published], zone)
    return PageDates(published_at, modified_at, has_time)


def is_month_first(language: str, address: str) -> bool:
    """Tell whether a page's figures put the month before the day: English of the United States, mostly.

    language: as declared, such as "en-GB". address: of the page; another country's own domain says no.
    """
    name, _, region = language.lower().replace("_", "-").partition("-")
    if region in _MONTH_FIRST_REGIONS:
        return True
    domain = address.partition("://")[2].partition("/")[0].partition(":")[0].rpartition(".")[2].lower()
    is_national = len(domain) == 2 and domain not in _OPEN_DOMAINS
    return name in {"en", ""} and not region and not is_national


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
    if moment is None and (written := read_written_day(text, zone=zone)):
        moment = written.moment or datetime.combine(written.day, datetime.min.time(), zone)
    if moment is None or moment.year not in YEARS:
        return None, False
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)), has_time


def _choose_stated(
    stated: Sequence[str],
    marked: Sequence[str],
    modified_at: datetime | None,
    shown: Sequence[ShownDate],
    zone: tzinfo,
) -> tuple[datetime | None, bool]:
    """Choose among the days stated to machines; one that only repeats the day of the change gives way.

    Some systems write the day of the last change into both fields; then an earlier day that readers are shown
    is nearer to the truth. marked: dates of the page's own marked-up lines.
    """
    best, has_time = _first_moment(stated, zone)
    if best is None or modified_at is None or best.date() != modified_at.date():
        return best, has_time
    for text in marked:
        moment, is_exact = parse_page_date(text, zone=zone)
        if moment and moment.date() < best.date() - _A_DAY:
            return moment, is_exact
    for one in shown:
        if one.role is not DateRole.UPDATED and not one.is_month and one.day < best.date() - _A_DAY:
            return one.moment or datetime.combine(one.day, datetime.min.time(), zone), one.moment is not None
    return best, has_time


def _weigh(
    stated: datetime, has_time: bool, modified_at: datetime | None, shown: Sequence[ShownDate]
) -> tuple[datetime, bool]:
    """Choose between the moment stated to machines and the days shown after the headline."""
    if any(stated.date() in (one.day, one.other) for one in shown):
        return stated, has_time
    named = [
        one for one in shown if one.role is not DateRole.UPDATED and not one.is_before and not one.is_month
    ]
    if not named:
        return stated, has_time
    best = named[0]
    day = best.day
    if best.other and abs(best.other - stated.date()) < abs(day - stated.date()):
        day = best.other
    if abs(day - stated.date()) <= _A_DAY and stated.utcoffset() == timedelta(0):
        return _shift_to(stated, day), has_time
    if modified_at and day > max(modified_at, stated).date() + _A_DAY:
        return stated, has_time  # of what the page speaks about, not of the page
    return best.moment or datetime.combine(day, datetime.min.time(), stated.tzinfo), best.moment is not None


def _name_changes(
    shown: Sequence[ShownDate], stated: datetime | None, modified_at: datetime | None
) -> list[ShownDate]:
    """Call a day one of a change where machines are told so, whatever the page's own markup calls it."""
    if not (stated and modified_at and modified_at.date() - stated.date() > _A_DAY):
        return list(shown)
    changed = modified_at.date()
    return [replace(one, role=DateRole.UPDATED) if changed in (one.day, one.other) else one for one in shown]


def _find_revision(stated: datetime, shown: Sequence[ShownDate]) -> date | None:
    """Return the day of the revision that readers are shown instead of a publication long ago.

    Guides and rankings are written anew under their address; where only JSON-LD still remembers the first
    day, the text that stands there is dated by its revision. News is corrected within days and keeps its own.
    """
    if not shown or any(one.role is not DateRole.UPDATED for one in shown):
        return None
    return shown[0].day if shown[0].day - stated.date() > _A_WEEK else None


def _shift_to(moment: datetime, day: date) -> datetime:
    """Keep a moment in UTC and put it into the nearest zone where the day shown to readers was in force."""
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    hours = (
        -((moment - midnight - _MIDNIGHT) // timedelta(hours=1) + 1)
        if moment >= midnight
        else -((moment - midnight) // timedelta(hours=1))
    )
    return moment.astimezone(timezone(timedelta(hours=hours)))


def _choose_shown(
    shown: Sequence[ShownDate], modified_at: datetime | None, addressed: date | None, zone: tzinfo
) -> tuple[datetime | None, bool]:
    """Return the first day that is not called one of a change, below the headline before above it."""
    named = [one for one in shown if one.role is not DateRole.UPDATED]
    if not named:
        return None, False
    best = next((one for one in named if not one.is_month), named[0])
    day = best.day
    if best.other and modified_at and day > modified_at.date() + _A_DAY >= best.other:
        day = best.other  # nothing is changed before it is published
    if best.other and best.other == addressed:
        day = best.other
    if best.moment and day == best.day:
        return best.moment, True
    return datetime.combine(day, datetime.min.time(), zone), False


def _search_page(
    tree: HtmlElement, head: PageHead, zone: tzinfo, address: str
) -> tuple[datetime | None, bool]:
    """Look for a day elsewhere: in lines that their elements call dates, and in the address."""
    published_at, has_time = _first_moment(_reader_dates(tree), zone)
    if published_at is None:
        day = _read_address_day(address) or _read_address_day(head.canonical)
        published_at = datetime.combine(day, datetime.min.time(), zone) if day else None
    return published_at, has_time


def _read_address_day(address: str) -> date | None:
    """Read the day that stands in an article's address, such as /2026/11/22/ or /20261122/."""
    address = address.partition("?")[0]
    if words := _ADDRESS_WORDS.search(address):
        written = read_written_day(f"{words[3]} {words[2]} {words[1]}", zone=UTC)
        if written:
            return written.day
    for found in _ADDRESS_DAY.finditer(address):
        year, month, day = (found[1], found[3], found[4]) if found[1] else (found[5], found[6], found[7])
        if made := make_day(int(year), int(month), int(day)):
            return made
    return None


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
        " | //time[@pubdate]/@datetime",
    )


def _reader_dates(tree: HtmlElement) -> list[str]:
    """Return the lines of the page that readers are shown as its day of publication."""
    lines = _select(
        tree,
        "//article//header//time/@datetime | //main//h1/following::time[1]/@datetime"
        " | //time//text()[normalize-space()]"
        " | //*[contains(@class, 'entry-date') or contains(@class, 'publish')"
        " or contains(@class, 'Publish') or contains(@class, 'post-date') or contains(@class, 'article-date')"
        " or contains(@class, 'article__date') or contains(@class, 'dateline') or @class = 'date'"
        "]//text()[normalize-space()]",
    )
    return [line for line in lines if len(line) <= _MAX_LINE_CHARACTERS and not _CHANGED.search(line)]


def _select(tree: HtmlElement, path: str) -> list[str]:
    """Return the first few texts or attributes at a path."""
    found = tree.xpath(path)
    return [str(value).strip() for value in found[:_MAX_CANDIDATES]] if isinstance(found, list) else []


def _guess_day(tree: HtmlElement, zone: tzinfo, address: str) -> datetime | None:
    """Let htmldate look at markup and patterns; it finds days only.

    Not its extensive search: that takes six times as long, loads a parser of 200 locales, and dates nearly
    every page that states no day, some by a copyright line alone.
    """
    try:
        day = find_date(tree, original_date=True, extensive_search=False, url=address or None)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None  # htmldate fails on some broken trees; a page without a date is still a page
    moment, _ = parse_page_date(day or "", zone=zone)
    return moment


def _read_lines(tree: HtmlElement, head: PageHead, zone: tzinfo, address: str) -> datetime | None:
    """Read the first whole day that stands in a short line of its own, anywhere on the page."""
    day = find_first_day(
        tree,
        language=head.language[:2].lower(),
        is_month_first=is_month_first(head.language or head.metas.get("og:locale", ""), address),
        zone=zone,
    )
    return datetime.combine(day, datetime.min.time(), zone) if day else None
