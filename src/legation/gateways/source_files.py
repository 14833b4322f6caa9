"""Read source files: the publications and institutions that a desk may listen to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from legation.engine.records.sources import ListPage, SourceKind, SourceRecord
from legation.gateways.yaml_files import Entry, UnusablePack, read_yaml

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_OWNERSHIP_TYPES = {"state", "public", "private", "party", "intergovernmental", "unknown"}
_PERSONAL_KINDS = {"blog", "person", "personal", "account", "social", "influencer", "individual"}
# Hosts on which every address belongs to a person's or a group's account; publications have their own.
_ACCOUNT_HOSTS = (
    "x.com", "twitter.com", "nitter.net", "facebook.com", "fb.com", "instagram.com", "threads.net",
    "tiktok.com", "youtube.com", "youtu.be", "vk.com", "ok.ru", "weibo.com", "t.me", "telegram.me",
    "bsky.app", "mastodon.social",
    "reddit.com", "linkedin.com", "zalo.me", "medium.com", "substack.com", "blogspot.com", "blogger.com",
    "wordpress.com", "tumblr.com", "livejournal.com", "patreon.com",
)  # fmt: skip
# Accounts of any service, and the feed that Blogger serves under an owner's own name, too.
_ACCOUNT_PATH = re.compile(r"^/(?:(?:@|users?/|~)[^/]+|feeds/posts/)", re.IGNORECASE)
_KEYS = (
    "key", "name", "kind", "country", "languages", "home", "feeds", "list_pages", "ours", "ownership",
    "verified", "expected_per_day",
)  # fmt: skip


def load_sources(paths: Iterable[Path]) -> list[SourceRecord]:
    """Read source files, or all files of a folder in the order of their names.

    paths: files or folders. Personal accounts and blogs are refused: the desk listens to publications and
    institutions, never to persons. The keys and their meanings are in docs/sources.md.
    Raises UnusablePack, naming file and key; also where two sources share a key.
    """
    sources: dict[str, SourceRecord] = {}
    for path in paths:
        for file in sorted(path.glob("*.yml")) if path.is_dir() else [path]:
            top = read_yaml(file)
            top.refuse_others(["sources"])
            for entry in top.read_entries("sources"):
                source = _read_source(entry)
                if source.key in sources:
                    raise entry.fail("key", f"{source.key!r} is the key of another source already.")
                sources[source.key] = source
    return list(sources.values())


def _read_source(entry: Entry) -> SourceRecord:
    entry.refuse_others(_KEYS)
    key = entry.read_text("key")
    if not _KEY.fullmatch(key):
        raise entry.fail("key", "must be lower-case letters, digits and hyphens.")
    languages = entry.read_texts("languages", required=True)
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise entry.fail("languages", f"{language!r} is not a language such as fr or zh-Hant.")
    kind = _read_kind(entry)
    country = entry.read_text("country", "")
    if not country and kind is not SourceKind.INTERNATIONAL_ORGANISATION:
        raise entry.fail("country", "is missing; only international organisations have none.")
    if country and not _COUNTRY.fullmatch(country):
        raise entry.fail("country", "must be an ISO 3166-1 code such as FR.")
    ownership = entry.read_entry("ownership")
    ownership.refuse_others(("type", "origin"))
    ownership_type = ownership.read_text("type", "")
    if ownership_type and ownership_type not in _OWNERSHIP_TYPES:
        raise ownership.fail("type", f"must be one of {', '.join(sorted(_OWNERSHIP_TYPES))}.")
    ownership_origin = ownership.read_text("origin", "")
    if ownership_type and not ownership_origin.strip():
        raise ownership.fail("origin", "is missing; a type is shown with its origin or not at all.")
    expected = entry.read_number("expected_per_day", 0)
    if not 0 <= expected <= 10_000:
        raise entry.fail("expected_per_day", "must be between 0 and 10000.")
    list_pages = tuple(_read_list_page(page) for page in entry.read_entries("list_pages"))
    feeds = entry.read_texts("feeds")
    if not feeds and not list_pages:
        raise entry.fail("feeds", "must be a list of texts, or list_pages must be there.")
    return SourceRecord(
        key=key,
        name=entry.read_text("name"),
        kind=kind,
        country=country,
        languages=languages,
        home=_check_address(entry, "home", entry.read_text("home")),
        feeds=tuple(_check_address(entry, "feeds", feed) for feed in feeds),
        is_ours=entry.read_flag("ours"),
        ownership_type=ownership_type,
        ownership_origin=ownership_origin,
        is_verified=entry.read_flag("verified"),
        expected_per_day=float(expected),
        list_pages=list_pages,
    )


def _read_list_page(entry: Entry) -> ListPage:
    entry.refuse_others(("address", "pattern"))
    address = _check_address(entry, "address", entry.read_text("address"))
    return ListPage(address=address, pattern=entry.read_text("pattern"))


def _read_kind(entry: Entry) -> SourceKind:
    kind = entry.read_text("kind")
    if kind in _PERSONAL_KINDS:
        raise _refuse_person(entry, "kind", f"{kind!r}")
    try:
        return SourceKind(kind)
    except ValueError as error:
        raise entry.fail("kind", f"must be one of {', '.join(SourceKind)}.") from error


def judge_address(address: str) -> str:
    """Tell what is wrong with the address of a source's page or feed; "" where nothing is.

    Returns "malformed", "credentials" (it holds a name or password) or "personal" (somebody's account or
    blog).
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return "malformed"
    if parts.scheme not in ("http", "https") or "." not in host:
        return "malformed"
    if parts.username or parts.password:
        return "credentials"
    if any(host == account or host.endswith(f".{account}") for account in _ACCOUNT_HOSTS):
        return "personal"
    return "personal" if _ACCOUNT_PATH.match(parts.path) else ""


def _check_address(entry: Entry, key: str, address: str) -> str:
    problem = judge_address(address)
    if problem == "malformed":
        raise entry.fail(key, f"{address!r} is not an absolute http or https address.")
    if problem == "credentials":
        raise entry.fail(key, f"the address of {urlsplit(address).hostname} holds a name or password.")
    if problem == "personal":
        parts = urlsplit(address)
        raise _refuse_person(entry, key, f"{parts.hostname}{parts.path}")
    return address


def _refuse_person(entry: Entry, key: str, what: str) -> UnusablePack:
    return entry.fail(
        key,
        f"{what} is a personal account or a blog. The desk listens to publications and institutions; "
        "statements are reviewed, never persons.",
    )
