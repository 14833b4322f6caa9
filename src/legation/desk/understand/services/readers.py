"""The machine that reads articles: its embedder, its lexicon and its open stories, one per process."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from django.conf import settings
from django.db.models import Max, Q

from legation.desk.listen.mapping import to_article_text
from legation.desk.people.models import Installation
from legation.desk.understand.mapping import bytes_to_vector
from legation.desk.understand.models import StoryBar, StoryEdit, StoryMember
from legation.engine.flow import open_index
from legation.engine.ports import Embedder
from legation.engine.understand.lexicons import Lexicon, compile_lexicon
from legation.engine.understand.stories import StoryIndex
from legation.engine.understand.stories import StoryMember as OpenMember

RESTORE_CHUNK = 500  # rows read at once: about 4 MB of text
MAX_OPEN_ARTICLES = 150_000  # 4 days at 1,000,000 articles a month; about 400 MB


@cache
def load_embedder() -> Embedder:
    """Load the embedder that the settings name, once per process."""
    environment = settings.ENVIRONMENT
    if environment.embedder == "hashing":
        from legation.gateways.embedder.hashing import HashingEmbedder

        return HashingEmbedder()
    if environment.embedder == "e5":
        from legation.gateways.embedder.caches import build_model_cache, load_encoder

        directory = settings.DATA_DIR / "models"
        build_model_cache(directory)
        return load_encoder(directory, threads=2)
    from legation.gateways.embedder.endpoints import EndpointEmbedder

    return EndpointEmbedder(
        environment.embedder, model=environment.embedder_model, key=environment.embedder_key
    )


@cache
def load_lexicon(country: str) -> Lexicon:
    """Compile the names by which a country is known, once per process."""
    from legation.gateways.packs import load_country

    return compile_lexicon(load_country(country, settings.ENVIRONMENT.countries_dir).names)


def installed_lexicon() -> Lexicon:
    """Return the lexicon of this installation's country; an empty one before the wizard was answered."""
    country = Installation.objects.values_list("country", flat=True).first()
    return load_lexicon(country) if country else compile_lexicon([])


class Reader:
    """The open stories in memory, kept in step with the tables, day by day as articles need them."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self.lock = threading.Lock()
        self._index: StoryIndex | None = None
        self._edit_stamp: tuple[int, datetime | None] = (0, None)
        self._days: set[date] = set()  # whose members the index holds
        self._last_article_id = 0

    def drop(self) -> None:
        """Forget the open stories; the next use reads them from the tables again."""
        self._index = None

    def open(self, times: Iterable[datetime]) -> StoryIndex:
        """Return the open stories around some moments, as the tables have them, hands' edits included.

        times: when the articles to be read were published; a month of 2021 may be read beside today's news.
        """
        stamp = _read_edit_stamp()
        if self._index is None or stamp != self._edit_stamp:
            # A person's edit is rare, and reading everything anew is always right.
            self._index, self._edit_stamp = open_index(self.embedder), stamp
            self._days, self._last_article_id = set(), 0
        self._close_oldest(self._index)
        margin = math.ceil(self._index.options.window_hours / 24)
        wanted = {at.date() + timedelta(days=days) for at in times for days in range(-margin, margin + 1)}
        self._restore(self._index, wanted - self._days)
        return self._index

    def note_assigned(self, article_id: int) -> None:
        """Remember that the index knows every article up to this one."""
        self._last_article_id = max(self._last_article_id, article_id)

    def _close_oldest(self, index: StoryIndex) -> None:
        if index.article_count > MAX_OPEN_ARTICLES and self._days:
            oldest = min(self._days)
            self._days.discard(oldest)
            index.forget(datetime.combine(oldest + timedelta(days=1), time(), UTC))

    def _restore(self, index: StoryIndex, days: set[date]) -> None:
        """Take over the members of days not seen before, and what another process has assigned since."""
        fresh = Q(article_id__gt=self._last_article_id) if self._last_article_id else Q(pk__in=[])
        for first, last in _join_days(days):
            until = datetime.combine(last + timedelta(days=1), time(), UTC)
            fresh |= Q(article__sort_at__gte=datetime.combine(first, time(), UTC), article__sort_at__lt=until)
        members = (
            StoryMember.objects.filter(fresh, article__vector__model=self.embedder.model)
            .select_related("article__source", "article__vector")
            .order_by("article_id")
        )
        # Another process has seldom assigned anything since, and naming 100,000 open articles costs 20 ms.
        known: set[str] | None = None
        opened = []
        for member in members.iterator(RESTORE_CHUNK):
            known = set(index.article_ids) if known is None else known
            if str(member.article_id) not in known:
                opened.append(self._open_member(member))
        if opened:
            stories = {int(member.story_id) for member in opened}
            index.restore(opened, _list_bars(stories))
            self._last_article_id = max(
                self._last_article_id, *(int(one.article.article_id) for one in opened)
            )
        self._days |= days

    @staticmethod
    def _open_member(member: StoryMember) -> OpenMember:
        article = member.article
        return OpenMember(
            to_article_text(article), str(member.story_id), bytes_to_vector(article.vector.values)
        )


def _join_days(days: set[date]) -> list[tuple[date, date]]:
    """Join neighbouring days to spans, so that a query has few of them."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and spans[-1][1] + timedelta(days=1) == day:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _read_edit_stamp() -> tuple[int, datetime | None]:
    newest = StoryEdit.objects.aggregate(last=Max("id"), undone=Max("undone_at"))
    return newest["last"] or 0, newest["undone"]


def _list_bars(stories: set[int]) -> Iterator[tuple[str, str]]:
    """Yield (article, story) for every article that a person parted from a story, in either direction."""
    bars = StoryBar.objects.filter(edit__undone_at__isnull=True).filter(
        Q(first_id__in=stories) | Q(second_id__in=stories)
    )
    for first, second in bars.values_list("first_id", "second_id"):
        for story, other in ((first, second), (second, first)):
            for article_id in StoryMember.objects.filter(story_id=story).values_list("article_id", flat=True):
                yield str(article_id), str(other)


@cache
def shared_reader() -> Reader:
    """Return this process's reader."""
    return Reader(load_embedder())
