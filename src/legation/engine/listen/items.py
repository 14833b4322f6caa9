"""Make one article of a feed's item and its page, or say why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape

from legation.engine.listen.cleaning import clean_html, html_to_text
from legation.engine.listen.page_addresses import canonical_address
from legation.engine.listen.page_bodies import ends_like_teaser
from legation.engine.listen.page_series import join_pages
from legation.engine.listen.pages import PageOptions, UnreadablePage, read_page
from legation.engine.records.articles import FeedItem, OutcomeKind, PageAccess, PageKind, PageText, ReadItem
from legation.engine.records.fetches import FetchResult, FetchStatus
from legation.engine.text.encodings import convert_tcvn3, convert_vni, recognise_legacy_vietnamese
from legation.engine.text.languages import UnknownLanguage, language_code, name_language
from legation.engine.text.passages import name_passages

_HTML_TYPES = ("text/html", "application/xhtml", "text/xml", "application/xml", "text/plain")
_PASSING = frozenset((FetchStatus.BUSY, FetchStatus.SERVER_ERROR, FetchStatus.TIMED_OUT, FetchStatus.BROKEN))
# A letter of Chinese or Japanese says about as much as three of an alphabet.
_FIRST_IDEOGRAPH = "\u2e80"
_IDEOGRAPH_WEIGHT = 3
_LEAD_CHARACTERS = 1000
_CONSENT = "consent_page"


@dataclass(frozen=True, slots=True)
class ItemOptions:
    """What makes a feed's item an article worth keeping."""

    min_text_characters: int = 60  # of an alphabet; the shortest agency flashes have about 80
    full_text_characters: int = 1000  # from here on a feed's own content counts as the whole article
    max_age_days: float = 60.0  # feeds that never drop items carry years of them
    max_future_hours: float = 24.0  # a zone mistaken explains this much; more is a wrong date
    page: PageOptions = field(default_factory=PageOptions)


DEFAULT_OPTIONS = ItemOptions()


def has_full_text(item: FeedItem, options: ItemOptions = DEFAULT_OPTIONS) -> bool:
    """Tell whether a feed's item carries its whole article, so that the page need not be fetched."""
    longest = max(item.content_html, item.summary_html, key=len)
    text = html_to_text(longest) if len(longest) >= options.full_text_characters else ""
    return len(text) >= options.full_text_characters and not ends_like_teaser(text)


def compose_item(
    item: FeedItem,
    page: FetchResult | None,
    *,
    source_language: str,
    now: datetime,
    options: ItemOptions,
    further: Sequence[FetchResult] = (),
) -> ReadItem:
    """Make an article of an item and its page; see flow.read_item."""
    item = _convert_legacy(item)
    problems: list[str] = []
    published_at = _believe_date(item.published_at, now, options, problems)
    if published_at and published_at < now - timedelta(days=options.max_age_days):
        return _discard(item, "too_old", f"The item is dated {published_at.date()}.")
    read, failure = _read_fetched(item, [page, *further] if page else [], options, problems)
    text, html = _choose_text(item, read, options)
    title = item.title.strip() or (read.title if read else "")
    if not title:
        return failure or _discard(item, "no_title", "Neither the feed nor the page gives a title.")
    if not text:
        return failure or _discard(item, "no_text", "Neither the feed nor the page holds a text.")
    if _weigh(text) < options.min_text_characters:
        return failure or _discard(item, "too_short", f"The text has {len(text)} characters.")
    if read and _is_more_exact(read, item):
        published_at = None
    if published_at is None and read:
        published_at = _believe_date(read.published_at, now, options, problems)
        if published_at and published_at < now - timedelta(days=options.max_age_days):
            return _discard(item, "too_old", f"The page is dated {published_at.date()}.")
    article = _compose_page(item, read, title=title, text=text, published_at=published_at, options=options)
    if failure and failure.reason == _CONSENT:
        article = replace(article, access=PageAccess.CONSENT)
    prior = source_language or _short_code(item.language) or _short_code(article.language)
    language = name_language(f"{title}\n{text}", prior=prior)
    return ReadItem(
        outcome=OutcomeKind.KEPT,
        item=item,
        page=article,
        language=language,
        passages=name_passages(article.body, language=language.language),
        address=canonical_address(
            item.address,
            read.canonical_address if read else "",
            final_address=page.final_address if page and read else "",
        ),
        clean_html=html,
        problems=tuple(problems),
    )


def _read_fetched(
    item: FeedItem,
    pages: Sequence[FetchResult],
    options: ItemOptions,
    problems: list[str],
) -> tuple[PageText | None, ReadItem | None]:
    """Read the fetched pages; returns their text, or what becomes of an item whose feed holds none either."""
    if not pages:
        return None, None
    page = pages[0]
    if page.status is not FetchStatus.FETCHED:
        problems.append(f"The page was not read: {page.reason or page.status.value}.")
        kind = OutcomeKind.RETRIED if page.status in _PASSING else OutcomeKind.DISCARDED
        return None, ReadItem(kind, f"page_{page.status.value}", page.reason, item=item, address=item.address)
    kind_of_body = page.content_type.partition(";")[0].strip().lower()
    if kind_of_body and not kind_of_body.startswith(_HTML_TYPES):
        problems.append(f"The page is {kind_of_body}, not HTML.")
        return None, _discard(item, "not_html", f"The address leads to {kind_of_body}.")
    try:
        read = _read_page(item, page, options)
    except UnreadablePage as error:
        problems.append(str(error))
        outcome = OutcomeKind.QUARANTINED
        return None, ReadItem(outcome, "unreadable_page", str(error), item=item, address=item.address)
    if refusal := _judge_kind(read):
        problems.append(refusal[1])
        return None, _discard(item, *refusal)
    return _join_further(item, read, pages[1:], options, problems), None


def _read_page(item: FeedItem, page: FetchResult, options: ItemOptions) -> PageText:
    address = page.final_address or item.address
    return read_page(page.body, address=address, content_type=page.content_type, options=options.page)


def _judge_kind(read: PageText) -> tuple[str, str] | None:
    """Return reason and sentence for a page that is no article's; None for one that is."""
    if read.access is PageAccess.CONSENT:
        return _CONSENT, "Only a check for consent or against robots came."
    if read.kind is PageKind.LISTING:
        return "listing_page", "The address leads to a list of articles."
    if read.kind is PageKind.OTHER:
        return "no_article_page", "The page holds no article: an error page, a form or a video alone."
    return None


def _join_further(
    item: FeedItem, first: PageText, pages: Sequence[FetchResult], options: ItemOptions, problems: list[str]
) -> PageText:
    """Join the further pages of an article to its first; one that cannot be read ends the series."""
    read = [first]
    for number, page in enumerate(pages, start=2):
        try:
            following = _read_page(item, page, options) if page.status is FetchStatus.FETCHED else None
        except UnreadablePage:
            following = None
        if following is None or _judge_kind(following):
            problems.append(f"Page {number} of the article was not read: {page.reason or 'it is no page'}.")
            break
        read.append(following)
    return join_pages(read) if len(read) > 1 else first


def _choose_text(item: FeedItem, read: PageText | None, options: ItemOptions) -> tuple[str, str]:
    """Return the fullest text as plain paragraphs and as clean HTML.

    A feed's whole article comes without the page around it and wins; a page's text wins over a teaser in the
    feed.
    """
    own_html = item.content_html or item.summary_html
    if len(html_to_text(item.summary_html)) > len(html_to_text(item.content_html)):
        own_html = item.summary_html
    own = html_to_text(own_html)
    is_whole = len(own) >= options.full_text_characters and not ends_like_teaser(own)
    from_page = read.body if read else ""
    is_page_better = len(from_page) > (1.5 if is_whole else 1.0) * len(own)
    if from_page and (is_page_better or (read and read.posts)):
        return from_page, "".join(f"<p>{escape(line, quote=False)}</p>" for line in from_page.split("\n\n"))
    return own, clean_html(own_html, address=item.address)


def _compose_page(
    item: FeedItem,
    read: PageText | None,
    *,
    title: str,
    text: str,
    published_at: datetime | None,
    options: ItemOptions,
) -> PageText:
    """Put together what the feed and the page say, the feed's own word first."""
    summary = html_to_text(item.summary_html).replace("\n\n", " ")
    lead = summary if 0 < len(summary) <= _LEAD_CHARACTERS else (read.lead if read else "")
    is_from_page = read is not None and text == read.body
    is_short = len(text) < options.page.min_body_characters or ends_like_teaser(text)
    base = read or PageText(title=title, lead="", body="")
    modified_at = item.updated_at or base.modified_at
    return replace(
        base,
        title=" ".join(title.split()),
        lead=(lead or text.partition("\n\n")[0])[:_LEAD_CHARACTERS],
        body=text,
        byline=item.byline or base.byline,
        published_at=published_at,
        modified_at=modified_at.astimezone(UTC) if modified_at else None,
        has_time=base.has_time if item.published_at is None or not item.has_time else True,
        is_teaser=base.is_teaser if is_from_page else is_short,
        posts=base.posts if is_from_page else (),
    )


def _is_more_exact(read: PageText, item: FeedItem) -> bool:
    """Tell whether the page gives the time of a day that a list or sitemap names without one."""
    if item.has_time or item.published_at is None or read.published_at is None or not read.has_time:
        return False
    return abs(read.published_at - item.published_at) < timedelta(days=2)


def _believe_date(
    moment: datetime | None, now: datetime, options: ItemOptions, problems: list[str]
) -> datetime | None:
    """Return a date in UTC; None for one that lies in the future."""
    if moment is None:
        return None
    if moment > now + timedelta(hours=options.max_future_hours):
        problems.append(f"The date {moment.isoformat()} lies in the future and was left out.")
        return None
    return min(moment, now).astimezone(UTC)


def _convert_legacy(item: FeedItem) -> FeedItem:
    """Convert an item typed for an old Vietnamese font; most are returned as they are."""
    sample = f"{item.title} {item.summary_html} {item.content_html}"[:4000]
    convert = {"tcvn3": convert_tcvn3, "vni": convert_vni}.get(recognise_legacy_vietnamese(sample))
    if convert is None:
        return item
    return replace(
        item,
        title=convert(item.title),
        summary_html=convert(item.summary_html),
        content_html=convert(item.content_html),
    )


def _weigh(text: str) -> int:
    """Count the characters of a text as if it were written in an alphabet."""
    ideographs = sum(character >= _FIRST_IDEOGRAPH for character in text[:500])
    return len(text) + (_IDEOGRAPH_WEIGHT - 1) * ideographs


def _short_code(declared: str) -> str:
    """Return a declared language as a short code, "" where it is none."""
    try:
        return language_code(declared).replace("und", "")
    except UnknownLanguage:
        return ""


def _discard(item: FeedItem, reason: str, detail: str) -> ReadItem:
    """Return the outcome of an item that is no article."""
    return ReadItem(OutcomeKind.DISCARDED, reason, detail, item=item, address=canonical_address(item.address))
