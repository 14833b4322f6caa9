"""Add, change and export sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models import Source
from legation.engine.listen.addresses import UnusableAddress, address_key
from legation.engine.records.sources import SourceKind, SourceRecord
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
}


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


def add_source(*, record: SourceRecord, is_enabled: bool = True) -> Source:
    """Store a new source.

    record.key: "" makes one from country and name. Raises SourceRefused where the source or one of its
    addresses is not what the desk listens to, or one of its feeds is known already under this or a twin
    address.
    """
    check_source(record=record)
    source = Source(key=record.key or _make_key(record), is_enabled=is_enabled and bool(record.feeds))
    return _write(source, record)


def change_source(*, source: Source, record: SourceRecord) -> Source:
    """Give a source other facts; its key stays. Raises SourceRefused as add_source does."""
    check_source(record=record, source=source)
    source.feed_states = {feed: state for feed, state in source.feed_states.items() if feed in record.feeds}
    if tuple(source.feeds) != record.feeds:
        source.next_fetch_at, source.failures, source.last_problem = None, 0, ""
    return _write(source, record)


def check_source(*, record: SourceRecord, source: Source | None = None) -> None:
    """Raise SourceRefused where a record is not a source that the desk may listen to."""
    if not record.name.strip():
        raise SourceRefused("name")
    if record.kind not in set(SourceKind):
        raise SourceRefused("kind", str(record.kind))
    if not record.country and record.kind != SourceKind.INTERNATIONAL_ORGANISATION:
        raise SourceRefused("country")
    if not record.languages:
        raise SourceRefused("language")
    for language in record.languages:
        try:
            language_code(language)
        except UnknownLanguage:
            raise SourceRefused("language", language)
    for address in (record.home, *record.feeds):
        if address and (problem := judge_address(address)):
            raise SourceRefused(problem, address)
    others = Source.objects.exclude(pk=source.pk) if source else Source.objects.all()
    taken = {_twin_key(feed): name for name, feeds in others.values_list("name", "feeds") for feed in feeds}
    for feed in record.feeds:
        if _twin_key(feed) in taken:
            raise SourceRefused("duplicate", taken[_twin_key(feed)])


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
    read = SourcesRead()
    known = set(Source.objects.values_list("key", flat=True))
    for record in load_sources(paths):
        if keys is not None and record.key not in keys:
            continue
        if record.key in known:
            read.known.append(record.key)
            continue
        try:
            with transaction.atomic():
                add_source(record=record, is_enabled=is_enabled)
            read.added.append(record.key)
        except SourceRefused as refusal:
            read.refused[record.key] = str(refusal)
    return read


def export_sources() -> str:
    """Write all sources that have feeds as one YAML file in the form that import_sources reads."""
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


def _twin_key(feed: str) -> str:
    """Name a feed so that its twin addresses (http or https, with www or without) are the same."""
    try:
        return address_key(feed)
    except UnusableAddress:
        return feed


def _write(source: Source, record: SourceRecord) -> Source:
    source.name, source.kind, source.country = record.name[:200], record.kind, record.country.upper()
    source.languages, source.feeds = list(record.languages), list(record.feeds)
    source.home = record.home or (urljoin(record.feeds[0], "/") if record.feeds else "")
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
    if source.is_ours:
        entry["ours"] = True
    if source.ownership:
        entry["ownership"] = source.ownership
    if source.expected_per_day:
        entry["expected_per_day"] = source.expected_per_day
    return {name: value for name, value in entry.items() if value != ""}
