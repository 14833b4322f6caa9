"""Feeds, pages and articles, from bytes to the text that the other rooms read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class OutcomeKind(StrEnum):
    """The one counted end of every item that enters."""

    KEPT = "kept"  # stored as a new article
    CHANGED = "changed"  # stored as a new version of an article
    KNOWN = "known"  # seen before, unchanged
    DISCARDED = "discarded"  # not an article, with the reason
    RETRIED = "retried"  # will be tried again, with the reason
    QUARANTINED = "quarantined"  # unreadable; its bytes are kept for a person


class PageKind(StrEnum):
    """What a page is; only the first two hold one text to be read."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"  # dated posts under one title
    LISTING = "listing"  # a home page, section or search result: links to articles
    OTHER = "other"  # a form, a video alone, an error page that answers 200


class PageAccess(StrEnum):
    """What stands between a reader and the text."""

    FREE = ""
    METERED = "metered"  # the text is there, but the page counts readings
    PAYWALL = "paywall"  # the text is cut, or only the beginning is given
    LOGIN = "login"
    CONSENT = "consent"  # only a consent or robot check came


class CopyKind(StrEnum):
    """What an article is to the origin of its group of copies."""

    ORIGIN = "origin"
    REPRINT = "reprint"  # the same text
    EDITED = "edited"  # the same text, reworked or added to
    EXCERPT = "excerpt"  # contained in the origin, much shorter


@dataclass(frozen=True, slots=True)
class LivePost:
    """One dated post of a live blog."""

    published_at: datetime | None  # aware
    title: str  # plain text, "" where it has none
    text: str  # plain text, paragraphs separated by one blank line


@dataclass(frozen=True, slots=True)
class Passage:
    """A quoted passage of a text that is in a language of its own."""

    start: int  # code points of the body
    end: int
    language: str  # BCP 47
    method: str  # as LanguageGuess


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed, before its page was read."""

    guid: str  # the feed's own identifier, else the address, else a hash of title and text
    address: str  # absolute; "" where the feed gives none
    title: str  # plain text
    summary_html: str = ""
    content_html: str = ""
    byline: str = ""  # to cite only
    published_at: datetime | None = None  # aware
    updated_at: datetime | None = None  # aware
    language: str = ""  # BCP 47 where the feed declares it
    categories: tuple[str, ...] = ()
    has_time: bool = True  # whether published_at was given to the minute or only to the day


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed of any format: RSS, RDF, Atom, JSON Feed, sitemap, or a list page read by its pattern."""

    title: str
    address: str  # the site's address, absolute or ""
    language: str
    items: tuple[FeedItem, ...]
    dialect: str  # such as "rss 2.0", "rss 0.91", "rdf 1.0", "atom 1.0"
    problems: tuple[str, ...] = ()  # English sentences: what was mended while reading
    description: str = ""
    update_period_seconds: int | None = None  # ttl or sy:updatePeriod, where declared
    hub: str = ""  # WebSub hub, absolute address
    topic: str = ""  # the feed's own address as it names it ("self"), absolute
    parts: tuple[str, ...] = ()  # of a sitemap index: addresses of the sitemaps worth reading, newest first
    icon: str = ""  # absolute address
    dropped: tuple[tuple[str, int], ...] = ()  # entries of the feed that are not in items: reason, count


@dataclass(frozen=True, slots=True)
class PageText:
    """What an article's page says, after cleaning."""

    title: str
    lead: str  # first paragraph or description, plain text
    body: str  # plain text, paragraphs separated by one blank line
    byline: str = ""
    published_at: datetime | None = None  # aware
    modified_at: datetime | None = None
    has_time: bool = False  # whether published_at was given to the minute or only to the day
    language: str = ""  # declared by the page; not detected
    canonical_address: str = ""
    site_name: str = ""
    is_teaser: bool = False  # the body is shorter than an article's, or ends in an invitation to subscribe
    kind: PageKind = PageKind.ARTICLE
    access: PageAccess = PageAccess.FREE
    posts: tuple[LivePost, ...] = ()  # of a live blog, newest first; body holds them all, too
    next_address: str = ""  # the same article's next page, absolute


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The language of a text, with what it rests on."""

    language: str  # BCP 47, "und" where nothing can be said
    confidence: float  # in [0, 1]
    method: str  # such as "script", "detector", "prior"


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as the engine reads it: all a story or a relevance decision needs."""

    article_id: str
    title: str
    lead: str
    body: str
    language: str  # BCP 47
    published_at: datetime | None  # aware
    source_key: str = ""  # identifies the publication; only to count independent sources
    source_country: str = ""  # ISO 3166-1 alpha-2
    copy_group: str = ""  # the same for reprints of one text; "" where alone


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One feed item or imported record after reading: the text, or the reason why there is none."""

    outcome: OutcomeKind
    reason: str = ""  # a short key such as "too_short"; documented in docs/rooms/listen.md
    detail: str = ""  # one English sentence for a person
    item: FeedItem | None = None
    page: PageText | None = None
    language: LanguageGuess | None = None
    address: str = ""  # canonical address of the article
    clean_html: str = ""  # cleaned of everything active
    problems: tuple[str, ...] = field(default=())
    passages: tuple[Passage, ...] = ()  # quotations in another language than the article's
