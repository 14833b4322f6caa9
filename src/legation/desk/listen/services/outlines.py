"""Take over lists of other feed readers (OPML), each outline ending in exactly one counted outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from django.db import transaction

from legation.desk.listen.models import Source
from legation.desk.listen.services.sources import (
    FeedIndex,
    SourceRefused,
    add_source,
    check_source,
    index_feeds,
    to_record,
)
from legation.engine.listen.addresses import UnusableAddress, canonical_address
from legation.engine.listen.discoveries import guess_country, tidy_language
from legation.engine.listen.feed_twins import twin_key
from legation.engine.listen.opml import Outline, OutlineList, write_opml
from legation.engine.records.sources import SourceKind, SourceRecord


class OutlineOutcome(StrEnum):
    """The one end of an outline."""

    ADDED = "added"  # in a preview: would be added
    KNOWN = "known"  # the desk, or an outline before, has this feed
    REFUSED = "refused"  # with a reason of services.sources.REFUSALS
    UNREADABLE = "unreadable"  # names no feed, or no web address
    GROUP = "group"  # a heading that holds other outlines


@dataclass(frozen=True, slots=True)
class OutlineDefaults:
    """What is taken for an outline that does not say it itself."""

    kind: SourceKind = SourceKind.PRESS
    country: str = ""  # ISO 3166-1 alpha-2; "" leaves it to be completed
    language: str = ""  # BCP 47; "" leaves it to be completed


@dataclass(frozen=True, slots=True)
class OutlineFate:
    """What becomes of one outline."""

    outline: Outline
    outcome: OutlineOutcome
    reason: str = ""  # a key of REFUSALS, or "no_feed"
    about: str = ""  # the known source's name
    record: SourceRecord | None = None  # of what is to be added; None for a further feed of the one before
    key: str = ""  # of the source that was made


@dataclass(frozen=True, slots=True)
class OutlineAccount:
    """What becomes of a whole list."""

    fates: tuple[OutlineFate, ...]
    beyond_count: int = 0  # outlines that were not read because the list is too long

    @property
    def counts(self) -> dict[str, int]:
        """Count the outlines by outcome; together they are all of the file's."""
        counted = Counter(str(fate.outcome) for fate in self.fates)
        return {**counted, "beyond": self.beyond_count} if self.beyond_count else dict(counted)


def plan_outlines(*, outlines: OutlineList, defaults: OutlineDefaults) -> OutlineAccount:
    """Say what would become of each outline, and write nothing.

    Outlines of one name and home page are feeds of one source. Country: the outline's own, else that of its
    address, else the default.
    """
    taken = index_feeds()
    fates: list[OutlineFate] = []
    places: dict[tuple[str, str], int] = {}
    for outline in outlines.outlines:
        fate = _judge(outline, defaults, taken)
        home = (outline.name, outline.home)
        place = places.get(home) if outline.home else None
        if fate.record is not None:
            if place is not None and (first := fates[place].record) is not None:
                joined = replace(first, feeds=(*first.feeds, *fate.record.feeds))
                fates[place], fate = replace(fates[place], record=joined), replace(fate, record=None)
            else:
                places[home] = len(fates)
            taken[twin_key(_tidy_feed(outline.feed))] = fate.outline.name
        fates.append(fate)
    return OutlineAccount(tuple(fates), outlines.beyond_count)


def import_outlines(
    *, outlines: OutlineList, defaults: OutlineDefaults, is_enabled: bool = True
) -> OutlineAccount:
    """Add the sources of a list; what is known stays as it is. Returns the same account as plan_outlines."""
    account, taken = plan_outlines(outlines=outlines, defaults=defaults), index_feeds()
    fates: list[OutlineFate] = []
    for fate in account.fates:
        if fate.record is None:
            fates.append(fate)
            continue
        try:
            with transaction.atomic():
                source = add_source(record=fate.record, is_enabled=is_enabled, is_complete=False, taken=taken)
            fates.append(replace(fate, key=source.key))
        except SourceRefused as refusal:  # somebody else added it since the plan was made
            fates.append(_refuse(fate.outline, refusal))
    return OutlineAccount(tuple(fates), account.beyond_count)


def export_outlines(*, sources: Iterable[Source], title: str, at: datetime) -> bytes:
    """Write the feeds of sources as OPML 2.0; list pages are no feeds and stay out."""
    return write_opml([to_record(source) for source in sources], title=title, at=at)


def _judge(outline: Outline, defaults: OutlineDefaults, taken: FeedIndex) -> OutlineFate:
    if outline.is_group:
        return OutlineFate(outline, OutlineOutcome.GROUP)
    feed = _tidy_feed(outline.feed)
    if not feed:
        return OutlineFate(outline, OutlineOutcome.UNREADABLE, "no_feed")
    record = _make_record(outline, feed, defaults)
    try:
        check_source(record=record, is_complete=False, taken=taken)
    except SourceRefused as refusal:
        return _refuse(outline, refusal)
    return OutlineFate(outline, OutlineOutcome.ADDED, record=record)


def _refuse(outline: Outline, refusal: SourceRefused) -> OutlineFate:
    outcome = {"duplicate": OutlineOutcome.KNOWN, "malformed": OutlineOutcome.UNREADABLE}.get(
        refusal.reason, OutlineOutcome.REFUSED
    )
    about = refusal.about if refusal.reason == "duplicate" else ""
    return OutlineFate(outline, outcome, refusal.reason, about)


def _make_record(outline: Outline, feed: str, defaults: OutlineDefaults) -> SourceRecord:
    home = _tidy_home(outline.home, feed)
    kind = SourceKind(outline.kind) if outline.kind in set(SourceKind) else defaults.kind
    language = tidy_language(outline.language) or defaults.language
    # "en-us" is what most programs write without having been asked; only a country's own export states one.
    stated = outline.country if guess_country(f"https://x.{outline.country}/") else ""
    country = stated or guess_country(home or feed) or defaults.country
    return SourceRecord(
        key="",
        name=outline.name or urlsplit(feed).netloc,
        kind=kind,
        country="" if kind is SourceKind.INTERNATIONAL_ORGANISATION and not stated else country,
        languages=(language,) if language else (),
        home=home,
        feeds=(feed,),
    )


def _tidy_feed(address: str) -> str:
    """Write "feed://paper" and "feed:https://paper", which readers on phones use, as web addresses."""
    address = address.strip()
    if address.lower().startswith("feed://"):
        return f"https://{address[7:]}"
    return address[5:] if address.lower().startswith("feed:http") else address


def _tidy_home(home: str, feed: str) -> str:
    """Keep a home page that is a web address; a list's own fault there must not cost its feed."""
    try:
        canonical_address(home)
        return home
    except UnusableAddress:
        try:
            canonical_address(feed)
        except UnusableAddress:
            return ""
        return urljoin(feed, "/")
