"""Builds a synthetic store of any size with the structure of a real one, by bulk SQL into SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any

import numpy as np
from babel import Locale
from numpy.typing import NDArray

SEED = 20261122
AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)  # the store's "now": the same numbers on every day
DAYS = 30
SOURCES, COUNTRIES = 500, 40
LANGUAGES = ("en", "vi", "fr", "zh", "es", "ru", "ar", "de", "ja", "pt", "id", "ko", "uk", "lo", "km")
ARTICLES_PER_STORY = 7
BIG_STORY = 2_000  # articles of the biggest story in every store, so that its page is compared with itself
REPRINT_SHARE, US_SHARE, NAMING_SHARE = 0.15, 0.20, 0.8
RARE_WORD, PHRASE = "quetzalcoatl", "harbour treaty"
VECTOR_DAYS = 4  # what the open stories of new articles can reach, with a day to spare
BODY_CHARACTERS = 1_500
_WORDS = 4_000  # of each language
_LETTERS = {
    "ru": "абвгдеклмнопрст", "uk": "абвгдеклмнопрсті", "ar": "ابتجدرسعفكلمنهو",
    "zh": "国人中大来上个到说时要就出会可",
    "ja": "あいうえおかきくけこさしすせそ", "ko": "가나다라마바사아자차카타파하고", "lo": "ກຂຄງຈສຊຍດຕຖທນບປ",
    "km": "កខគឃងចឆជញដណតថទន",
    "vi": "aăâbcdđeêghiklmn",
}  # fmt: skip
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which article stands where: arrays in the order of article ids, which is the order of time."""

    seconds: Numbers  # after the first moment of the store
    stories: Numbers  # 0 is the biggest
    sources: Numbers
    groups: Numbers  # copy group, -1 for none
    is_origin: NDArray[np.bool_]
    is_naming: NDArray[np.bool_]  # names the unit's country
    story_count: int

    @property
    def first(self) -> datetime:
        """The first moment of the store."""
        return AT - timedelta(days=DAYS)

    def languages(self) -> Numbers:
        """Return the number of each article's language."""
        return language_of(self.sources)


def language_of(sources: Numbers) -> Numbers:
    """Return the number of each source's language: sources are ordered by language, English has most."""
    return np.searchsorted(_language_edges(), sources, side="right") - 1


def plan_articles(count: int) -> Plan:
    """Draw stories of Zipf-like sizes over 30 days, their articles, sources and reprints."""
    random = np.random.default_rng(SEED)
    stories = max(count // ARTICLES_PER_STORY, 2)
    story_of = np.repeat(np.arange(stories), _draw_sizes(count, stories))
    sizes = np.bincount(story_of, minlength=stories)
    starts = random.uniform(0, DAYS * 86_400, stories)
    spans = 3 * 3_600 * np.log2(sizes + 1) ** 1.5
    starts[0], spans[0] = (DAYS - 10) * 86_400, 9.9 * 86_400
    offsets = spans[story_of] * random.beta(1, 3, count)
    seconds = np.minimum(starts[story_of] + offsets, DAYS * 86_400 - 60).astype(np.int64)
    order = np.lexsort((seconds, story_of))
    seconds = seconds[order]
    is_first = np.r_[True, story_of[1:] != story_of[:-1]]
    chance = REPRINT_SHARE * count / (count - stories)
    is_reprint = ~is_first & (random.random(count) < chance)
    origin = np.maximum.accumulate(np.where(is_reprint, 0, np.arange(count)))
    has_reprints = np.zeros(count, bool)
    has_reprints[origin[is_reprint]] = True
    groups = np.where(is_reprint | has_reprints[origin], origin, -1)
    home = _draw_languages(random, stories)
    spoken = np.where(random.random(count) < 0.6, home[story_of], _draw_languages(random, count))
    edges = _language_edges()
    widths = np.diff(np.r_[edges, SOURCES])
    sources = edges[spoken] + (widths[spoken] * random.random(count) ** 2).astype(np.int64)
    is_us = random.random(stories) < US_SHARE
    is_us[0] = True
    is_naming = is_us[story_of] & (is_first | (random.random(count) < NAMING_SHARE))
    by_time = np.argsort(seconds, kind="stable")
    return Plan(
        seconds[by_time], story_of[by_time], sources[by_time], groups[by_time], ~is_reprint[by_time],
        is_naming[by_time], stories,
    )  # fmt: skip


def _draw_sizes(count: int, stories: int) -> Numbers:
    """Give every story an article and share the rest by rank, the biggest apart."""
    big = min(BIG_STORY, count // 4)
    weights = np.arange(2, stories + 1, dtype=float) ** -0.75
    rest = np.minimum(weights / weights.sum() * (count - big - (stories - 1)), BIG_STORY * 0.6)
    sizes = np.r_[big, 1 + np.floor(rest).astype(np.int64)]
    missing = count - int(sizes.sum())
    sizes[1:] += missing // (stories - 1)
    sizes[1 : 1 + missing % (stories - 1)] += 1
    return sizes


def _language_edges() -> Numbers:
    shares = np.arange(1, len(LANGUAGES) + 1, dtype=float) ** -0.7
    return np.r_[0, np.floor(np.cumsum(shares / shares.sum())[:-1] * SOURCES)].astype(np.int64)


def _draw_languages(random: np.random.Generator, count: int) -> Numbers:
    return (len(LANGUAGES) * random.random(count) ** 2).astype(np.int64)


class Wording:
    """Makes titles, leads and bodies of invented words in fifteen languages."""

    def __init__(self, country: str) -> None:
        self._random = np.random.default_rng(SEED + 1)
        self.words = [self._make_words(code) for code in LANGUAGES]
        self.bodies = [self._make_bodies(words) for words in self.words]
        self.names = [Locale.parse(code).territories.get(country.upper(), country) for code in LANGUAGES]

    def _make_words(self, code: str) -> list[str]:
        letters = _LETTERS.get(code, "abdefgilmnorstu")
        longest = 3 if code in ("zh", "ja") else 9
        picks = self._random.integers(0, len(letters), (_WORDS, longest))
        lengths = self._random.integers(2, longest + 1, _WORDS)
        return [
            "".join(letters[p] for p in row[:n])
            for row, n in zip(picks.tolist(), lengths.tolist(), strict=True)
        ]

    def _make_bodies(self, words: Sequence[str]) -> list[str]:
        places = (_WORDS * self._random.random((200, BODY_CHARACTERS // 4)) ** 2).astype(int)
        return [". ".join([" ".join(words[p] for p in row)[:BODY_CHARACTERS]]) for row in places.tolist()]

    def write(self, plan: Plan) -> Iterator[tuple[str, str, str]]:
        """Yield title, lead and body of every article; articles of a story share half their title's words."""
        count = len(plan.stories)
        own = (_WORDS * self._random.random((plan.story_count, 4)) ** 2).astype(np.int64)
        free = (_WORDS * self._random.random((count, 3)) ** 2).astype(np.int64)
        rare_step, phrase_step = max(count // 5, 1), max(count // 50, 1)
        rows = zip(
            own[plan.stories].tolist(),
            free.tolist(),
            plan.languages().tolist(),
            plan.is_naming.tolist(),
            strict=True,
        )
        for number, (shared, others, language, is_naming) in enumerate(rows):
            words = self.words[language]
            parts = [words[place] for place in shared + others]
            if is_naming:
                parts.insert(1, self.names[language])
            if number % rare_step == rare_step // 2:
                parts.append(RARE_WORD)
            if number % phrase_step == phrase_step // 3:
                parts.append(PHRASE)
            title = " ".join(parts)
            bodies = self.bodies[language]
            yield title, f"{title}. {bodies[(number * 7) % 200][:140]}", bodies[number % 200]


def insert_rows(model: Any, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of the named columns with one statement each; other columns get their fields' defaults."""
    from django.db import connection, transaction

    defaults = {
        field.column: field.get_db_prep_save(
            AT if getattr(field, "auto_now_add", False) else field.get_default(), connection
        )
        for field in model._meta.concrete_fields
        if field.attname not in names and not field.primary_key
    }
    columns = [model._meta.get_field(name).column for name in names] + list(defaults)
    places = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({places})"
    rest = tuple(defaults.values())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(sql, (row + rest for row in rows))


def write_moment(at: datetime) -> str:
    """Write a moment as Django does in SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def write_moments(plan: Plan) -> list[str]:
    """Write the moment of every article."""
    moments = np.datetime64(plan.first.replace(tzinfo=None), "s") + plan.seconds.astype("timedelta64[s]")
    return [text.replace("T", " ") for text in np.datetime_as_string(moments, unit="s").tolist()]


def fill_store(count: int, country: str) -> Plan:
    """Fill the migrated, empty database of Django's settings with sources, articles and stories."""
    from django.db import connection

    connection.ensure_connection()
    raw = connection.connection
    # Foreign keys are true by construction; checking them before the indexes stand would scan whole tables.
    for pragma in ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
        raw.execute(f"PRAGMA {pragma}").fetchall()
    # Indexes are built after the rows: a third of the time.
    indexes = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND (tbl_name LIKE 'listen_%' OR tbl_name LIKE 'understand_%' OR tbl_name LIKE 'carry_%')"
    ).fetchall()
    for name, _sql in indexes:
        raw.execute(f'DROP INDEX "{name}"')
    plan = fill_articles(count, country)
    for _name, sql in indexes:
        raw.execute(sql)
    return plan


def fill_articles(count: int, country: str) -> Plan:
    """Write sources, articles and stories into any empty database."""
    plan = plan_articles(count)
    _fill_sources()
    moments = write_moments(plan)
    wording = Wording(country)
    titles = _fill_articles(plan, moments, wording)
    _fill_stories(plan, moments, titles, wording, country)
    return plan


def finish_store() -> None:
    """Give the database back its safe settings."""
    from django.db import connection

    connection.close()
    connection.ensure_connection()
    for pragma in ("synchronous=NORMAL", "journal_mode=WAL", "wal_checkpoint(TRUNCATE)"):
        connection.connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.close()


def country_codes() -> list[str]:
    """Return the countries of the sources."""
    codes = [code for code in Locale("en").territories if len(code) == 2 and code.isalpha()]
    return sorted(set(codes) - {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "CQ"})[20 : 20 + COUNTRIES]


def _fill_sources() -> None:
    from legation.desk.listen.models import Source

    countries, spoken = country_codes(), language_of(np.arange(SOURCES)).tolist()
    names = (
        "id", "key", "name", "country", "languages", "feeds", "home", "is_ours", "is_verified",
        "last_success_at",
        "last_article_at", "last_problem", "expected_per_day",
    )  # fmt: skip
    seen = write_moment(AT - timedelta(hours=1))
    insert_rows(
        Source,
        names,
        (
            (
                n + 1,
                f"source-{n}",
                f"Gazette {n}",
                countries[n * 7 % COUNTRIES],
                json.dumps([LANGUAGES[spoken[n]]]),
                json.dumps([f"https://gazette{n}.example/feed"]),
                f"https://gazette{n}.example/",
                n % 50 == 49,
                True,
                seen,
                seen,
                "The feed answered with an error." if n % 25 == 24 else "",
                20.0,
            )  # fmt: skip
            for n in range(SOURCES)
        ),
    )


def _fill_articles(plan: Plan, moments: Sequence[str], wording: Wording) -> list[str]:
    """Write copy groups and articles; returns the titles."""
    from legation.desk.listen.models import Article, CopyGroup
    from legation.engine.text.folding import fold_text

    groups, sizes = np.unique(plan.groups[plan.groups >= 0], return_counts=True)
    insert_rows(CopyGroup, ("id", "size"), zip((groups + 1).tolist(), sizes.tolist(), strict=True))
    countries = country_codes()
    titles: list[str] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        columns = zip(
            wording.write(plan), moments, plan.sources.tolist(), plan.languages().tolist(),
            plan.groups.tolist(),
            plan.is_origin.tolist(), strict=True,
        )  # fmt: skip
        for n, ((title, lead, body), moment, source, language, group, is_origin) in enumerate(columns):
            titles.append(title)
            yield (
                n + 1, source + 1, f"https://gazette{source}.example/{n}", f"{n * 2654435761 % 2**64:064x}",
                title,
                fold_text(title), lead, body, LANGUAGES[language], countries[source * 7 % COUNTRIES], moment,
                moment,
                moment, f"{(group if group >= 0 else n) * 40503 % 2**64:064x}",
                group + 1 if group >= 0 else None,
                is_origin, source % 50 == 49, True,
            )  # fmt: skip

    names = (
        "id", "source_id", "address", "identity", "title", "title_folded", "lead", "body", "language",
        "country",
        "published_at", "collected_at", "sort_at", "text_sha256", "copy_group_id", "is_origin", "is_ours",
        "is_handed_on",
    )  # fmt: skip
    insert_rows(Article, names, rows())
    return titles


_STORY_COLUMNS = (
    "id", "title", "title_language", "title_article_id", "first_at", "last_at", "article_count",
    "folded_count", "source_count", "languages", "countries", "hours", "key_sentences", "changed_at",
    "created_at",
)  # fmt: skip


def _fill_stories(
    plan: Plan, moments: Sequence[str], titles: Sequence[str], wording: Wording, country: str
) -> None:
    """Write members, mentions and stories with true counters."""
    from legation.desk.understand.models import ArticleMention, Story, StoryMember, StorySubject

    languages = plan.languages().tolist()
    rows = list(_count_stories(plan, moments, titles, languages))
    insert_rows(
        Story,
        _STORY_COLUMNS,
        (row[:-1] for row in rows),
    )
    ids = range(1, len(moments) + 1)
    stories = (plan.stories + 1).tolist()
    insert_rows(
        StoryMember,
        ("article_id", "story_id", "similarity", "reason", "model", "added_at"),
        zip(
            ids,
            stories,
            repeat(0.6),
            repeat("near the story's last article"),
            repeat("hashing-1"),
            moments,
            strict=False,
        ),
    )
    naming = np.flatnonzero(plan.is_naming).tolist()
    insert_rows(
        ArticleMention,
        ("article_id", "subject", "name", "kind", "field", "sentence", "weight"),
        ((n + 1, country, wording.names[languages[n]], "country", "title", titles[n], 1.0) for n in naming),
    )
    insert_rows(
        StorySubject,
        ("story_id", "subject", "article_count", "weight", "last_at"),
        ((row[0], country, row[-1], 1.0, row[5]) for row in rows if row[-1]),
    )


def _count_stories(
    plan: Plan, moments: Sequence[str], titles: Sequence[str], languages: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    countries = country_codes()
    order = np.argsort(plan.stories, kind="stable")
    edges = np.searchsorted(plan.stories[order], np.arange(plan.story_count + 1))
    members, sources = order.tolist(), plan.sources.tolist()
    is_origin, is_naming = plan.is_origin.tolist(), plan.is_naming.tolist()
    growth_from = write_moment(AT - timedelta(days=14))
    for story in range(plan.story_count):
        own = members[edges[story] : edges[story + 1]]
        origins = [n for n in own if is_origin[n]]
        naming = [n for n in own if is_naming[n]]
        sentences = [
            {"article": str(n + 1), "text": titles[n] + ". " + titles[n], "language": LANGUAGES[languages[n]]}
            for n in naming[-6:]
        ]
        yield (
            story + 1, titles[own[0]], LANGUAGES[languages[own[0]]], own[0] + 1, moments[own[0]],
            moments[own[-1]],
            len(own), len(origins), len({sources[n] for n in origins}),
            _count(LANGUAGES[languages[n]] for n in own),
            _count(countries[sources[n] * 7 % COUNTRIES] for n in own),
            _count(moments[n][:13].replace(" ", "T") for n in origins if moments[n] >= growth_from),
            json.dumps(sentences), moments[own[-1]], moments[own[0]], len(naming),
        )  # fmt: skip


def _count(keys: Iterable[str]) -> str:
    counts: dict[str, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return json.dumps(dict(sorted(counts.items(), key=lambda pair: -pair[1])))
