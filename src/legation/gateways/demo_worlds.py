"""Read the demo world's outlets and articles, with a country's own words put in their places."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from legation.gateways.yaml_files import Entry, UnusablePack, read_yaml

WORLD_HOURS = 120  # five days, the length that the articles' hours are written for
START_HOURS = 119.5  # what a newcomer finds; the last half hour happens before the newcomer's eyes

_PLACEHOLDER = re.compile(r"\{(\^?)([a-z_]+)\}")
_DIALECTS = {"rss-2.0", "atom-1.0", "rdf-1.0", "json-feed-1.1", "news-sitemap", "list-page"}


@dataclass(frozen=True, slots=True)
class DemoOutlet:
    """An invented publication."""

    key: str
    name: str
    kind: str
    country: str  # ISO 3166-1 alpha-2
    language: str
    dialect: str  # rss-2.0, atom-1.0 or rdf-1.0
    charset: str  # how its bytes are written
    header_charset: str  # what its server says
    feed_path: str
    sections: tuple[str, ...]
    disallowed_paths: tuple[str, ...]
    is_ours: bool
    expected_per_day: float
    gives_teasers: bool = False  # the feed holds no more than the beginning of any article
    moved_from: str = ""  # path under which the feed is known, and which answers 301
    clock_minutes: float = 0.0  # how much the server's own clock is ahead
    list_pattern: str = ""  # of a list page: which links are articles


@dataclass(frozen=True, slots=True)
class DemoPost:
    """One post of a live blog."""

    hours: float  # after the world's base
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class DemoVersion:
    """An article's text from some hour on."""

    hours: float  # after the world's base
    title: str
    paragraphs: tuple[str, ...]
    is_silent: bool = False  # the page changes and the feed goes on telling the version before
    posts: tuple[DemoPost, ...] = ()  # of a live blog, those that are there by then


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An invented article and the oddities it is served with."""

    key: str
    outlet: str
    versions: tuple[DemoVersion, ...]  # in order of hours, at least one
    is_teaser: bool = False  # the feed holds no more than a first sentence
    is_gone: bool = False  # the feed links to a page that answers 404
    is_disallowed: bool = False  # the page lies where robots.txt forbids
    redirects: bool = False  # the feed's link passes two redirects
    wrong_charset: str = ""  # the charset that server and page claim against their bytes
    is_paywalled: bool = False  # the page shows its first paragraph and an invitation to subscribe
    is_listing: bool = False  # the feed links to a section's page instead of an article
    pages: int = 1  # over which the page spreads its paragraphs


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """All that the demo press serves, about one country."""

    country: str
    outlets: tuple[DemoOutlet, ...]
    articles: tuple[DemoArticle, ...]  # in order of their first hour


def list_casts(directory: Path) -> list[str]:
    """List the countries that the demo world in a directory can be about."""
    return sorted(file.stem for file in (directory / "casts").glob("*.yml"))


def load_world(directory: Path, country: str) -> DemoWorld:
    """Read outlets, articles and one country's cast.

    Raises UnusablePack, naming file and key, where something is missing or wrong, a placeholder that the cast
    has no word for included.
    """
    if country not in list_casts(directory):
        known = ", ".join(list_casts(directory)) or "none"
        raise UnusablePack(f"{directory / 'casts'}: there is no cast for {country!r}; there are: {known}.")
    cast = read_yaml(directory / "casts" / f"{country}.yml")
    outlets = _read_outlets(read_yaml(directory / "outlets.yml"), cast)
    words = {key: cast.read_entry("words").read_entry(key).values for key in cast.read_entry("words").values}
    entries = [
        entry
        for file in sorted((directory / "articles").glob("*.yml"))
        for entry in read_yaml(file).read_entries("articles")
    ]
    by_key = {entry.read_text("key"): entry for entry in entries}
    languages = {outlet.key: outlet.language for outlet in outlets}
    articles = [article for entry in entries for article in _read_articles(entry, by_key, languages, words)]
    articles.sort(key=lambda article: (article.versions[0].hours, article.key))
    return DemoWorld(country=country, outlets=tuple(outlets), articles=tuple(articles))


def _read_outlets(top: Entry, cast: Entry) -> list[DemoOutlet]:
    ours = cast.read_texts("ours")
    changes = cast.read_entry("outlets")
    outlets = []
    for entry in top.read_entries("outlets"):
        key = entry.read_text("key")
        change = changes.read_entry(key)
        dialect = entry.read_text("dialect")
        if dialect not in _DIALECTS:
            raise entry.fail("dialect", f"must be one of {', '.join(sorted(_DIALECTS))}.")
        outlets.append(
            DemoOutlet(
                key=key,
                name=change.read_text("name", entry.read_text("name")),
                kind=entry.read_text("kind"),
                country=change.read_text("country", entry.read_text("country", "")),
                language=entry.read_text("language"),
                dialect=dialect,
                charset=entry.read_text("charset"),
                header_charset=entry.read_text("header_charset"),
                feed_path=entry.read_text("feed"),
                sections=entry.read_texts("sections", required=True),
                disallowed_paths=entry.read_texts("disallow"),
                is_ours=key in ours,
                expected_per_day=entry.read_number("expected_per_day"),
                gives_teasers=entry.read_flag("gives_teasers"),
                moved_from=entry.read_text("moved_from", ""),
                clock_minutes=entry.read_number("clock_minutes", 0),
                list_pattern=entry.read_text("list_pattern", ""),
            )
        )
    return outlets


def _read_articles(
    entry: Entry, by_key: dict[str, Entry], languages: dict[str, str], words: dict[str, dict[str, str]]
) -> list[DemoArticle]:
    """Read one article, or the many of a series that differ by their number."""
    outlet = entry.read_text("outlet")
    if outlet not in languages:
        raise entry.fail("outlet", f"{outlet!r} is no outlet of this world.")
    cast_words = words.get(languages[outlet], {})
    series = entry.read_entry("series")
    if not series.values:
        return [_read_article(entry, outlet, by_key, cast_words)]
    count, minutes = int(series.read_number("count")), series.read_number("every_minutes")
    articles = []
    for number in range(1, count + 1):
        # A price that goes up and down; all texts differ, and no two of them by chance.
        numbers = {"n": str(number), "price": f"{12_000 + 370 * number % 900 + 13 * number}"}
        article = _read_article(entry, outlet, by_key, {**cast_words, **numbers})
        late = (number - 1) * minutes / 60
        versions = tuple(replace(version, hours=version.hours + late) for version in article.versions)
        articles.append(replace(article, key=f"{article.key}-{number}", versions=versions))
    return articles


def _read_article(entry: Entry, outlet: str, by_key: dict[str, Entry], words: dict[str, str]) -> DemoArticle:
    origin = by_key.get(entry.read_text("reprint_of", ""), entry)
    title = entry.read_text("title", origin.read_text("title"))
    posts = [_read_post(post, words) for post in entry.read_entries("posts")]
    if posts:
        versions = _follow_posts(_fill(entry, title, words), posts)
    else:
        body = entry.read_text("body", "") or _edit_reprint(entry, origin.read_text("body"))
        versions = [_make_version(entry, entry.read_number("hours"), title, body, words)]
    for revision in entry.read_entries("revisions"):
        texts = (revision.read_text("title"), revision.read_text("body"))
        version = _make_version(revision, revision.read_number("hours"), *texts, words)
        versions.append(replace(version, is_silent=revision.read_flag("is_silent")))
    return DemoArticle(
        key=entry.read_text("key"),
        outlet=outlet,
        versions=tuple(versions),
        is_teaser=entry.read_flag("is_teaser"),
        is_gone=entry.read_flag("is_gone"),
        is_disallowed=entry.read_flag("is_disallowed"),
        redirects=entry.read_flag("redirects"),
        wrong_charset=entry.read_text("wrong_charset", ""),
        is_paywalled=entry.read_flag("is_paywalled"),
        is_listing=entry.read_flag("is_listing"),
        pages=int(entry.read_number("pages", 1)),
    )


def _read_post(entry: Entry, words: dict[str, str]) -> DemoPost:
    text = " ".join(entry.read_text("text").split())
    hours = _check_hours(entry, entry.read_number("hours"))
    return DemoPost(hours, _fill(entry, entry.read_text("title"), words), _fill(entry, text, words))


def _follow_posts(title: str, posts: list[DemoPost]) -> list[DemoVersion]:
    """Make a live blog's versions: one with each post, the newest on top."""
    return [
        DemoVersion(
            hours=post.hours,
            title=title,
            paragraphs=tuple(one.text for one in posts[number::-1]),
            is_silent=number > 0,
            posts=tuple(posts[number::-1]),
        )
        for number, post in enumerate(posts)
    ]


def _edit_reprint(entry: Entry, body: str) -> str:
    """Make the small changes that an editor makes to agency copy."""
    for pair in entry.values.get("replace", []):
        old, new = pair
        if old not in body:
            raise entry.fail("replace", f"{old!r} does not stand in the origin.")
        body = body.replace(old, new)
    paragraphs = body.strip().split("\n\n")
    return "\n\n".join(paragraphs[: len(paragraphs) - int(entry.read_number("drop_last", 0))])


def _make_version(entry: Entry, hours: float, title: str, body: str, words: dict[str, str]) -> DemoVersion:
    paragraphs = [" ".join(paragraph.split()) for paragraph in body.strip().split("\n\n")]
    return DemoVersion(
        hours=_check_hours(entry, hours),
        title=_fill(entry, title, words),
        paragraphs=tuple(_fill(entry, paragraph, words) for paragraph in paragraphs),
    )


def _check_hours(entry: Entry, hours: float) -> float:
    if not 0 <= hours <= WORLD_HOURS:
        raise entry.fail("hours", f"must be between 0 and {WORLD_HOURS}.")
    return hours


def _fill(entry: Entry, text: str, words: dict[str, str]) -> str:
    """Put the cast's words in; "{^word}" begins with a capital."""

    def put(match: re.Match[str]) -> str:
        word = words.get(match.group(2))
        if word is None:
            raise entry.fail("body", f"the cast has no word for {match.group()!r}.")
        return word[:1].upper() + word[1:] if match.group(1) else word

    return _PLACEHOLDER.sub(put, text)
