"""Keep what was read: a new article, a new version of one, or one that was known already."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.encoding import iri_to_uri

from legation.desk.listen.models import Article, ArticleVersion, Source
from legation.desk.listen.services.copies import forget_copies, join_copies
from legation.engine.listen.addresses import UnusableAddress, address_key
from legation.engine.records.articles import FeedItem, OutcomeKind, ReadItem
from legation.engine.text.folding import fold_text

_TEXT_FIELDS = ("title", "lead", "body", "text_sha256")
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


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """The article that stands in the store, and how it came there."""

    article: Article
    outcome: OutcomeKind  # kept, changed or known


def keep_article(*, source: Source, read: ReadItem, at: datetime) -> KeptArticle:
    """Store one read item, in one transaction, together with its place among the copies.

    read: an item that was read well (outcome kept). at: the moment of collection.
    The same item again changes nothing (known); another text under the same identity keeps the old text as
    a version (changed). New and changed articles wait to be handed on to the rooms above.
    """
    return keep_articles(arrivals=[Arrival(source, read)], at=at)[0]


def keep_articles(*, arrivals: Sequence[Arrival], at: datetime) -> list[KeptArticle]:
    """Store many read items in one transaction, as keep_article does; returns one answer each, in order."""
    kept: list[KeptArticle] = []
    with transaction.atomic():
        for wave in _cut_into_waves([_draft_article(arrival, at) for arrival in arrivals]):
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
    published_at = item.published_at or (page.published_at if page else None)
    title = title.strip() or (lead or body).strip()[:120]
    return Article(
        source=source,
        identity=identify_item(source_key=source.key, item=item),
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
        page_state=arrival.page_state,
    )


def _cut_into_waves(drafts: list[Article]) -> Iterator[list[Article]]:
    """Cut the drafts so that no identity stands twice in one run."""
    wave: list[Article] = []
    seen: set[str] = set()
    for draft in drafts:
        if draft.identity in seen:
            yield wave
            wave, seen = [], set()
        wave.append(draft)
        seen.add(draft.identity)
    if wave:
        yield wave


def _keep_wave(drafts: list[Article], at: datetime) -> list[KeptArticle]:
    """Store drafts of different identities."""
    aliases = {draft.identity: _identify_page(draft) for draft in drafts}
    found = Article.objects.select_for_update().filter(identity__in={*aliases, *aliases.values()})
    known = {article.identity: article for article in found}
    _adopt_pages(known, aliases)
    known |= _create_articles([draft for draft in drafts if draft.identity not in known])
    kept = [_settle(draft, known.get(draft.identity), at) for draft in drafts]
    join_copies(articles=[one.article for one in kept if one.outcome is not OutcomeKind.KNOWN])
    return kept


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


def _settle(draft: Article, known: Article | None, at: datetime) -> KeptArticle:
    """Decide between new, changed and known, and write a changed one's new text."""
    if known is None:
        return KeptArticle(draft, OutcomeKind.KEPT)
    # A page that could not be read this time leaves a teaser: it never replaces the whole text.
    is_worse = draft.is_teaser and not known.is_teaser
    if draft.text_sha256 == known.text_sha256 or is_worse:
        return KeptArticle(known, OutcomeKind.KNOWN)
    number = ArticleVersion.objects.filter(article=known).count() + 1
    before = {name: getattr(known, name) for name in _TEXT_FIELDS}
    ArticleVersion.objects.create(article=known, number=number, seen_at=at, **before)
    more = ("title_folded", "byline", "language", "language_method", "is_teaser", "page_state")
    for name in (*_TEXT_FIELDS, *more):
        setattr(known, name, getattr(draft, name))
    known.is_handed_on = False
    known.save()
    forget_copies(article=known)
    return KeptArticle(known, OutcomeKind.CHANGED)
