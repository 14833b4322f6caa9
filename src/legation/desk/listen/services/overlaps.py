"""Tell whether the desk has what a found feed brings already, under another address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.encoding import iri_to_uri

from legation.desk.listen.models import Article, FeedEntry, Source
from legation.desk.listen.services.articles import identify_item
from legation.engine.listen.addresses import UnusableAddress, address_key, site_key
from legation.engine.listen.feed_twins import Overlap
from legation.engine.records.articles import FeedItem

_MAX_ITEMS = 100  # enough to tell, whatever a feed's length
_MAX_SOURCES = 50  # of one site or service; each costs two queries


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """A source that brings what a found feed brings."""

    source: Source
    overlap: Overlap


def find_overlap(*, items: Sequence[FeedItem], address: str) -> KnownFeed | None:
    """Return the known source that shares most with a found feed, where nearly all of it is known.

    address: the found feed's own. Items are compared by the identity under which the source has them, and by
    the address of the page.
    """
    items = items[:_MAX_ITEMS]
    found = [KnownFeed(source, _measure(source, items)) for source in _list_candidates(items, address)]
    inside = [known for known in found if known.overlap.is_inside]
    return max(inside, key=lambda known: known.overlap.shared_count, default=None)


def _list_candidates(items: Sequence[FeedItem], address: str) -> list[Source]:
    """List sources of the same sites, and those that have articles at the same addresses."""
    holders = set(
        Article.objects.filter(address__in=_list_spellings(items)).values_list("source_id", flat=True)
    )
    sites = {site for one in (address, *(item.address for item in items)) if (site := _name_site(one))}
    known = Source.objects.exclude(feeds=[], list_pages=[]).values_list("pk", "home", "feeds")
    near = {
        pk
        for pk, home, feeds in known
        if pk in holders or any(_name_site(own) in sites for own in (home, *feeds))
    }
    return list(Source.objects.filter(pk__in=sorted(near)[:_MAX_SOURCES]).defer("icon"))


def _measure(source: Source, items: Sequence[FeedItem]) -> Overlap:
    identities = {identify_item(source_key=source.key, item=item): item for item in items}
    names = list(identities)
    known = set(FeedEntry.objects.filter(identity__in=names).values_list("identity", flat=True))
    known |= set(Article.objects.filter(identity__in=names).values_list("identity", flat=True))
    own = Article.objects.filter(source=source)
    at = own.filter(address__in=_list_spellings(items)).values_list("address", flat=True)
    pages = {_key(address) for address in at}
    shared = sum(
        identity in known or (bool(item.address) and _key(item.address) in pages)
        for identity, item in identities.items()
    )
    moments = [item.published_at for item in items if item.published_at]
    held = own.filter(sort_at__range=(min(moments), max(moments))).count() if len(moments) > 1 else 0
    return Overlap(len(identities), shared, held)


def _list_spellings(items: Iterable[FeedItem]) -> list[str]:
    return list({iri_to_uri(item.address.partition("#")[0]) for item in items if item.address})


def _key(address: str) -> str:
    try:
        return address_key(address)
    except UnusableAddress:
        return address


def _name_site(address: str) -> str:
    try:
        return site_key(address)
    except UnusableAddress:
        return ""
