"""Add, change and export sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models import Source
from legation.engine.listen.feed_twins import twin_key
from legation.engine.listen.link_patterns import UnusablePattern, compile_pattern
from legation.engine.records.sources import ListPage, SourceKind, SourceRecord
from legation.engine.text.languages import UnknownLanguage, language_code
from legation.gateways.source_files import judge_address, load_sources

REFUSALS = {
    "malformed": _("This is not an absolute http or https address."),
    "credentials": _("The address holds a name or a password."),
    "personal": _(
        "This is a personal account or a blog. "
        "The desk listens to publications and institutions, never to persons."
    ),
    "duplicate": _("The desk listens to this feed already."),
    "kind": _("The kind is none of those that the desk listens to."),
    "language": _("This is not a language code such as fr or zh."),
    "name": _("The source needs a name."),
    "country": _("Choose the country of the source."),
    "pattern": _("The pattern of the links cannot be used."),
    "nothing": _("A source needs a feed or a list page."),
}

FeedIndex = dict[str, str]  # twin key of a feed or list page to the name of the source that has it


class SourceRefused(Exception):
    """A source cannot be added; reason is a key of REFUSALS, about names what it is about."""

    def __init__(self, reason: str, about: str = "") -> None:
        super().__init__(f"{REFUSALS[reason]} {about}".strip())
        self.reason, self.about = reason, about


@dataclass(slots=True)
class SourcesRead:
    """What became of the sources of some files."""

    added: list[str] = field(default_factory=list)  # keys
    known: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # key to one sentence


def add_source(
    *,
    record: SourceRecord,
    is_enabled: bool = True,
    icon: bytes = b"",
    is_complete: bool = True,
    taken: FeedIndex | None = None,
) -> Source:
    """Store a new source.

    record.key: "" makes one from country and name. icon: as make_icon makes it. is_complete: whether country
    and language must be there; a list from elsewhere may leave them to be completed. taken: as index_feeds
    makes it, for whoever adds many; the new feeds are put into it. Raises SourceRefused where the source or
    one of its addresses is not what the desk listens to, or one of its feeds is known already under this or a
    twin address.
    """
    taken = index_feeds() if taken is None else taken
    check_source(record=record, is_complete=is_complete, taken=taken)
    is_fetched = bool(record.feeds or record.list_pages)
    source = Source(key=record.key or _make_key(record), is_enabled=is_enabled and is_fetched, icon=icon)
    taken.update(dict.fromkeys(_list_keys(record.feeds, record.list_pages), record.name))
    return _write(source, record)


def change_source(*, source: Source, record: SourceRecord) -> Source:
    """Give a source other facts; its key stays. Raises SourceRefused as add_source does."""
    check_source(record=record, source=source)
    kept = {*record.feeds, *(page.address for page in record.list_pages)}
    source.feed_states = {feed: state for feed, state in source.feed_states.items() if feed in kept}
    if tuple(source.feeds) != record.feeds or source.list_pages != _pages_to_json(record.list_pages):
        source.next_fetch_at, source.failures, source.last_problem = None, 0, ""
    return _write(source, record)


def check_source(
    *,
    record: SourceRecord,
    source: Source | None = None,
    is_complete: bool = True,
    taken: FeedIndex | None = None,
) -> None:
    """Raise SourceRefused where a record is not a source that the desk may listen to.

    source: the one that is to be changed; its own feeds are not its twins. taken, is_complete: as for
    add_source.
    """
    if not record.name.strip():
        raise SourceRefused("name")
    if record.kind not in set(SourceKind):
        raise SourceRefused("kind", str(record.kind))
    if is_complete and not record.country and record.kind != SourceKind.INTERNATIONAL_ORGANISATION:
        raise SourceRefused("country")
    if is_complete and not record.languages:
        raise SourceRefused("language")
    for language in record.languages:
        try:
            language_code(language)
        except UnknownLanguage:
            raise SourceRefused("language", language)
    for address in (record.home, *record.feeds, *(page.address for page in record.list_pages)):
        if address and (problem := judge_address(address)):
            raise SourceRefused(problem, address)
    for page in record.list_pages:
        try:
            compile_pattern(page.pattern, address=page.address)
        except UnusablePattern as error:
            raise SourceRefused("pattern", str(error)) from error
    taken = index_feeds(but=source) if taken is None else taken
    for key in _list_keys(record.feeds, record.list_pages):
        if key in taken:
            raise SourceRefused("duplicate", taken[key])


def index_feeds(*, but: Source | None = None) -> FeedIndex:
    """Return the names of all sources by the twin keys of their feeds and list pages."""
    sources = Source.objects.exclude(pk=but.pk) if but else Source.objects.all()
    return {
        key: name
        for name, feeds, pages in sources.values_list("name", "feeds", "list_pages")
        for key in _list_keys(feeds, read_pages(pages))
    }


def read_pages(stored: Iterable[dict[str, str]]) -> tuple[ListPage, ...]:
    """Read a source's list pages as they are stored."""
    return tuple(ListPage(page.get("address", ""), page.get("pattern", "")) for page in stored)


def to_record(source: Source) -> SourceRecord:
    """Return the facts of a source as source files hold them."""
    return SourceRecord(
        key=source.key,
        name=source.name,
        kind=SourceKind(source.kind),
        country=source.country,
        languages=tuple(source.languages),
        home=source.home,
        feeds=tuple(source.feeds),
        is_ours=source.is_ours,
        ownership_type=source.ownership.get("type", ""),
        ownership_origin=source.ownership.get("origin", ""),
        is_verified=source.is_verified,
        expected_per_day=source.expected_per_day or 0.0,
        list_pages=read_pages(source.list_pages),
    )


def switch_sources(*, keys: Iterable[str], is_enabled: bool) -> list[str]:
    """Begin or stop listening to many sources; returns the keys of those that this changed.

    Each is saved by itself, so that the audit log tells who switched which.
    """
    wanted = Source.objects.with_feeds().filter(key__in=list(keys), is_enabled=not is_enabled)
    changed = list(wanted.order_by("key"))
    with transaction.atomic():
        for source in changed:
            switch_source(source=source, is_enabled=is_enabled)
    return [source.key for source in changed]


def switch_source(*, source: Source, is_enabled: bool) -> None:
    """Begin or stop listening to a source; what it brought stays."""
    source.is_enabled = is_enabled
    source.next_fetch_at, source.failures, source.last_problem = None, 0, ""
    source.save(update_fields=["is_enabled", "next_fetch_at", "failures", "last_problem"])


def adopt_moved_feed(*, source: Source, feed: str) -> None:
    """Replace a feed by the address to which its server says that it has moved for good."""
    moved_to = source.feed_states.get(feed, {}).get("moved_to", "")
    if not moved_to or (problem := judge_address(moved_to)):
        raise SourceRefused(problem if moved_to else "malformed", moved_to)
    source.feeds = [moved_to if known == feed else known for known in source.feeds]
    states = {name: state for name, state in source.feed_states.items() if name != feed}
    source.feed_states, source.next_fetch_at = states, None
    source.save(update_fields=["feeds", "feed_states", "next_fetch_at"])


def import_sources(
    *, paths: Iterable[Path], keys: Sequence[str] | None = None, is_enabled: bool = True
) -> SourcesRead:
    """Add the sources of YAML files; those whose key is known stay as they are.

    paths: files or folders of them. keys: only these. Raises UnusablePack where a file cannot be read.
    """
    read, taken = SourcesRead(), index_feeds()
    known = set(Source.objects.values_list("key", flat=True))
    for record in load_sources(paths):
        if keys is not None and record.key not in keys:
            continue
        if record.key in known:
            read.known.append(record.key)
            continue
        try:
            with transaction.atomic():
                add_source(record=record, is_enabled=is_enabled, taken=taken)
            read.added.append(record.key)
        except SourceRefused as refusal:
            read.refused[record.key] = str(refusal)
    return read


def export_sources() -> str:
    """Write all sources that can be fetched as one YAML file in the form that import_sources reads."""
    sources = [_to_yaml(source) for source in Source.objects.with_feeds().order_by("key")]
    return yaml.safe_dump({"sources": sources}, allow_unicode=True, sort_keys=False, width=110)


def named_source(*, name: str, prefix: str, languages: Sequence[str] = (), country: str = "") -> Source:
    """Find or make the source for articles that come without a feed: imported ones, or typed in by hand.

    prefix: "import" or "hand"; stands at the front of the key, so that no fetched source is ever mixed in.
    """
    key = f"{prefix}-{slugify(name)}"[:80].rstrip("-") if slugify(name) else f"{prefix}-{hash_name(name)}"
    defaults = {"name": name[:200], "languages": list(languages), "country": country, "is_enabled": False}
    return Source.objects.get_or_create(key=key, defaults=defaults)[0]


def hash_name(name: str) -> int:
    """Number a name that has no Latin letters, the same on every machine."""
    return int.from_bytes(name.encode()[:64], "big") % 10**12


def _list_keys(feeds: Iterable[str], pages: Iterable[ListPage]) -> list[str]:
    return [twin_key(address) for address in (*feeds, *(page.address for page in pages))]


def _pages_to_json(pages: Iterable[ListPage]) -> list[dict[str, str]]:
    return [{"address": page.address, "pattern": page.pattern} for page in pages]


def _write(source: Source, record: SourceRecord) -> Source:
    source.name, source.kind, source.country = record.name[:200], record.kind, record.country.upper()
    source.languages, source.feeds = list(record.languages), list(record.feeds)
    source.list_pages = _pages_to_json(record.list_pages)
    first = next(iter((*record.feeds, *(page.address for page in record.list_pages))), "")
    source.home = record.home or (urljoin(first, "/") if first else "")
    source.is_ours = record.is_ours
    source.ownership = (
        {"type": record.ownership_type, "origin": record.ownership_origin} if record.ownership_type else {}
    )
    source.expected_per_day = record.expected_per_day or None
    source.is_verified = source.is_verified or record.is_verified
    source.save()
    return source


def _make_key(record: SourceRecord) -> str:
    stem = slugify(f"{record.country} {record.name}")[:70].strip("-") or f"source-{hash_name(record.name)}"
    number, key = 2, stem
    while Source.objects.filter(key=key).exists():
        key, number = f"{stem}-{number}", number + 1
    return key


def _to_yaml(source: Source) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "key": source.key, "name": source.name, "kind": source.kind, "country": source.country,
        "languages": source.languages, "home": source.home, "feeds": source.feeds,
        "verified": source.is_verified,
    }  # fmt: skip
    if source.list_pages:
        entry["list_pages"] = _pages_to_json(read_pages(source.list_pages))
    if source.is_ours:
        entry["ours"] = True
    if source.ownership:
        entry["ownership"] = source.ownership
    if source.expected_per_day:
        entry["expected_per_day"] = source.expected_per_day
    return {name: value for name, value in entry.items() if value not in ("", [])}
