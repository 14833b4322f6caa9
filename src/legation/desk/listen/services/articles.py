"""Keep what was read: a new article, a new version of one, or one that was known already."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.encoding import iri_to_uri

from legation.desk.listen.models import Article, Source
from legation.desk.listen.services.copies import are_same_text, join_copies
from legation.desk.listen.services.posts import write_posts
from legation.desk.listen.services.revisits import plan_first_check
from legation.desk.listen.services.versions import judge_reading, replace_text
from legation.engine.listen.addresses import UnusableAddress, address_key
from legation.engine.records.articles import FeedItem, OutcomeKind, PageText, ReadItem
from legation.engine.text.folding import fold_text

_MAX_TITLE_CHARACTERS, _MAX_BYLINE_CHARACTERS, _MAX_ADDRESS_CHARACTERS = (
    1000,
    300,
    2000,
)  # the columns' widths


@dataclass(frozen=True, slots=True)
class Arrival:
    """One read item and the source that it came from."""

    source: Source
    read: ReadItem
    page_state: dict[str, str] = field(default_factory=dict)  # as Article.page_state
    noticed: str = "feed"  # how a change was noticed: feed, page, address, file or hand
    identity: str = ""  # of the article that was read again; "" where the item tells


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """The article that stands in the store, and how it came there."""

    article: Article
    outcome: OutcomeKind  # kept, changed or known


@dataclass(frozen=True, slots=True)
class _Draft:
    """The row that would stand for an arrival, and how a change would have been noticed."""

    article: Article
    noticed: str


def keep_article(*, source: Source, read: ReadItem, at: datetime, noticed: str = "feed") -> KeptArticle:
    """Store one read item, in one transaction, together with its place among the copies.

    read: an item that was read well (outcome kept). at: the moment of collection.
    noticed: as Arrival.noticed.
    The same item again changes nothing (known), and neither do changes that say nothing; another text under
    the same identity, or at the same address, keeps the old text as a version (changed). New and changed
    articles wait to be handed on to the rooms above.
    """
    return keep_articles(arrivals=[Arrival(source, read, noticed=noticed)], at=at)[0]


def keep_articles(*, arrivals: Sequence[Arrival], at: datetime) -> list[KeptArticle]:
    """Store many read items in one transaction, as keep_article does; returns one answer each, in order."""
    kept: list[KeptArticle] = []
    with transaction.atomic():
        for wave in _cut_into_waves([_Draft(_draft_article(one, at), one.noticed) for one in arrivals]):
            kept.extend(_keep_wave(wave, at))
    return kept


def identify_item(*, source_key: str, item: FeedItem) -> str:
    """Compute the identity under which an item of a source is known for good: hexadecimal SHA-256.

    The feed's own identifier serves, compared as an address where it is one; else the item's address.
    """
    name = item.guid or item.address
    if name.startswith(("http://", "https://")):
        with suppress(UnusableAddress):
            name = address_key(name)
    return hashlib.sha256(f"{source_key}\n{name}".encode()).hexdigest()


def is_same_article(*, article: Article, page: PageText) -> bool:
    """Tell whether a page still holds an article's text, edited perhaps, or at least its headline."""
    reading = Article(title=page.title, lead=page.lead, body=page.body)
    return are_same_text(first=article, second=reading)


def hash_text(*parts: str) -> str:
    """Hash a text, blind to white space and to the encoding of accents: hexadecimal SHA-256."""
    normal = "\n".join(" ".join(unicodedata.normalize("NFC", part).split()) for part in parts)
    return hashlib.sha256(normal.encode("utf-8", "replace")).hexdigest()


def _draft_article(arrival: Arrival, at: datetime) -> Article:
    """Make the row that would stand for an arrival, unsaved."""
    source, read = arrival.source, arrival.read
    item = read.item or FeedItem(guid=read.address, address=read.address, title="")
    page = read.page
    title = (page.title if page else "") or item.title
    lead, body = (page.lead, page.body) if page else ("", "")
    # The page's own where a list or a sitemap names only the day; otherwise they are the same.
    published_at = (page.published_at if page else None) or item.published_at
    title = title.strip() or (lead or body).strip()[:120]
    article = Article(
        source=source,
        identity=arrival.identity or identify_item(source_key=source.key, item=item),
        # ASCII, so that the longest address fits an index of any database.
        address=iri_to_uri(read.address or item.address)[:_MAX_ADDRESS_CHARACTERS],
        title=title[:_MAX_TITLE_CHARACTERS],
        title_folded=fold_text(title)[:_MAX_TITLE_CHARACTERS],
        lead=lead,
        body=body,
        byline=((page.byline if page else "") or item.byline)[:_MAX_BYLINE_CHARACTERS],
        language=read.language.language if read.language else "und",
        language_method=read.language.method[:20] if read.language else "",
        country=source.country,
        published_at=published_at,
        collected_at=at,
        # A date in the future is a mistake or a trick to stay on top of lists.
        sort_at=published_at if published_at and published_at <= at else at,
        text_sha256=hash_text(title, lead, body),
        is_teaser=page.is_teaser if page else True,
        is_ours=source.is_ours,
        access=page.access.value if page else "",
        posts=write_posts(posts=page.posts) if page else [],
        passages=[asdict(passage) for passage in read.passages],
        page_state=arrival.page_state,
    )
    article.next_check_at = plan_first_check(article=article, at=at)
    return article


def _cut_into_waves(drafts: list[_Draft]) -> Iterator[list[_Draft]]:
    """Cut the drafts so that no identity stands twice in one run."""
    wave: list[_Draft] = []
    seen: set[str] = set()
    for draft in drafts:
        if draft.article.identity in seen:
            yield wave
            wave, seen = [], set()
        wave.append(draft)
        seen.add(draft.article.identity)
    if wave:
        yield wave


def _keep_wave(wave: list[_Draft], at: datetime) -> list[KeptArticle]:
    """Store drafts of different identities."""
    drafts = [draft.article for draft in wave]
    aliases = {draft.identity: _identify_page(draft) for draft in drafts}
    found = Article.objects.select_for_update().filter(identity__in={*aliases, *aliases.values()})
    known = {article.identity: article for article in found}
    _adopt_pages(known, aliases)
    known |= _find_renamed([draft for draft in drafts if draft.identity not in known])
    known |= _create_articles([draft for draft in drafts if draft.identity not in known])
    kept = [_settle(draft, known.get(draft.article.identity), at) for draft in wave]
    join_copies(articles=[one.article for one in kept if one.outcome is not OutcomeKind.KNOWN])
    return kept


def _find_renamed(drafts: list[Article]) -> dict[str, Article]:
    """Find, by the drafts' identities, articles whose feed gave them another identifier when it edited them.

    An article at the same address of the same source whose text is the same, edited, is no news.
    """
    places = Counter((draft.source_id, draft.address) for draft in drafts if draft.address)
    addresses = {address for _source, address in places}
    standing = Article.objects.select_for_update().filter(address__in=addresses)
    by_place = {(article.source_id, article.address): article for article in standing} if addresses else {}
    renamed: dict[str, Article] = {}
    for draft in drafts:
        place = (draft.source_id, draft.address)
        known = by_place.get(place)
        if known and places[place] == 1 and are_same_text(first=known, second=draft):
            renamed[draft.identity] = known
    return renamed


def _identify_page(draft: Article) -> str:
    """Compute the identity that an article has while only the address of its page is known."""
    return identify_item(source_key=draft.source.key, item=FeedItem(guid="", address=draft.address, title=""))


def _adopt_pages(known: dict[str, Article], aliases: dict[str, str]) -> None:
    """Give an article known by its page alone the feed's identifier, so that it does not stand twice."""
    for identity, alias in aliases.items():
        if identity in known or alias not in known or alias in aliases:
            continue
        article = known[identity] = known.pop(alias)
        article.identity = identity
        article.save(update_fields=["identity"])


def _create_articles(drafts: list[Article]) -> dict[str, Article]:
    """Insert new articles; returns, by identity, those that another worker has inserted meanwhile."""
    try:
        with transaction.atomic():
            Article.objects.bulk_create(drafts)
        return {}
    except IntegrityError:
        theirs: dict[str, Article] = {}
    for draft in drafts:
        draft.pk = None
        draft._state.adding = True
        try:
            with transaction.atomic():
                draft.save(force_insert=True)
        except IntegrityError:
            draft.pk = None
            theirs[draft.identity] = Article.objects.select_for_update().get(identity=draft.identity)
    return theirs


def _settle(draft: _Draft, known: Article | None, at: datetime) -> KeptArticle:
    """Decide between new, changed and known, and write a changed one's new text."""
    article = draft.article
    if known is None:
        return KeptArticle(article, OutcomeKind.KEPT)
    # A page that could not be read this time leaves a teaser: it never replaces the whole text.
    is_worse = article.is_teaser and not known.is_teaser
    if article.text_sha256 == known.text_sha256 or is_worse:
        return KeptArticle(known, OutcomeKind.KNOWN)
    change = judge_reading(before=known, after=article)
    if change.is_trivial:
        return KeptArticle(known, OutcomeKind.KNOWN)
    replace_text(article=known, reading=article, change=change, noticed=draft.noticed, at=at)
    return KeptArticle(known, OutcomeKind.CHANGED)
