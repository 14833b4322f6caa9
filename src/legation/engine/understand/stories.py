"""Puts articles of all languages into stories, one by one as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from legation.engine.ports import Vectors
from legation.engine.records.articles import ArticleText
from legation.engine.records.stories import StoryAssignment
from legation.engine.text.folding import fold_tokens
from legation.engine.understand.centres import LanguageCentres
from legation.engine.understand.members import MIN_NORM, Member, MemberTable
from legation.engine.understand.terms import TermIndex

SECONDS_PER_HOUR = 3600
FARTHEST = -2.0  # below every similarity, which is a mean of two cosines
CHARACTERS_PER_WORD = 8  # what is folded to find word_limit words; Vietnamese needs 5, German and Russian 8
COMPACTION_SHARE = (
    0.1  # of rows that must be old before the arrays are packed, which costs as much as 100 articles
)


@dataclass(frozen=True, slots=True)
class StoryOptions:
    """The one setting for all sources, languages and data sets; measured in docs/decisions/0002."""

    threshold: float = 0.35  # score from which an article joins; best within 0.025 on all four data sets
    window_hours: float = 72.0  # an article only meets articles of these hours; 48 and 168 score lower
    word_weight: float = 0.5  # share of the words in the similarity of two long texts; 0.65 is near
    half_word_count: float = 20.0  # words of the shorter text at which words get half of word_weight
    foreign_word_factor: float = (
        0.3  # of word_weight between languages, for names and numbers; 0 to 1 are near
    )
    nearest_share: float = 0.35  # of the nearest member in the score, against the mean of all; 0.25 to 0.5
    age_penalty: float = 0.1  # taken off when the story's last article is a whole window away; 0.05 to 0.1
    word_limit: int = 400  # words of title, lead and body that are looked at; 200 is a little worse
    centre_prior_weight: float = 50.0  # articles that a language's expected centre counts for; 20 to 100


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article that stands in a story already, as the store remembers it."""

    article: ArticleText
    story_id: str
    vector: NDArray[np.float32]  # (dimensions,), unit length


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the index needs to know of one article to hold it and to compare it."""

    article: ArticleText
    language_number: int
    hours: float
    weights: dict[str, float]
    term_count: int
    centred: NDArray[np.float32]  # unit length
    norm: float  # of the vector after centring, before it was brought to unit length


class StoryIndex:
    """The open stories of a time window, in memory. Not for several threads at once."""

    def __init__(self, dimensions: int, options: StoryOptions | None = None) -> None:
        """Start empty.

        dimensions: length of the vectors to come, all of one model.
        """
        self.options = options or StoryOptions()
        self._members = MemberTable(dimensions)
        self._terms = TermIndex()
        self._centres = LanguageCentres(dimensions, self.options.centre_prior_weight)
        self._story_ids: list[str] = []
        self._story_numbers: dict[str, int] = {}
        self._rows: dict[str, int] = {}  # by article
        self._group_rows: dict[str, int] = {}  # by copy group, its first article that is open
        self._groups: dict[str, str] = {}  # by article
        self._bars: dict[str, set[str]] = {}  # by article or copy group: stories that a person closed to it
        self._latest_hours = 0.0

    @property
    def article_count(self) -> int:
        """Articles in open stories."""
        return self._members.count

    @property
    def article_ids(self) -> tuple[str, ...]:
        """Articles in open stories, oldest entrance first."""
        return tuple(self._members.article_ids)

    def prime(self, means: Mapping[str, NDArray[np.float32]]) -> None:
        """Set where the vectors of each language are expected before its articles are seen.

        means: float32 (dimensions,) per language, each the mean over the same few neutral texts.
        """
        for language, mean in means.items():
            self._centres.prime(language, mean)

    def observe(self, article: ArticleText, vector: NDArray[np.float32]) -> None:
        """Learn word rarity and the language's centre from an article without opening a story for it."""
        self._observe(article, vector, self._count_terms(article))

    def assign(
        self, articles: Sequence[ArticleText], vectors: Vectors, *, new_id: Callable[[], str]
    ) -> list[StoryAssignment]:
        """Put each article into the nearest open story or open one, in the order given.

        vectors: float32 (articles, dimensions), unit rows, in the articles' order.
        An article that stands in a story stays there; a reprint joins its copy group. An article without time
        counts as published with the latest one seen. Costs about 25 ms at 100,000 open articles.
        Source: single-pass clustering as in Allan, Topic Detection and Tracking, 2002, chapter 1.
        """
        if len(articles) != len(vectors):
            raise ValueError(f"{len(articles)} articles came with {len(vectors)} vectors.")
        return [
            self._assign_one(article, vector, new_id)
            for article, vector in zip(articles, vectors, strict=True)
        ]

    def restore(self, members: Iterable[StoryMember], bars: Iterable[tuple[str, str]] = ()) -> None:
        """Take over articles as the store remembers them, oldest first, and the bars of `bar`."""
        for member in members:
            counts = self._count_terms(member.article)
            self._observe(member.article, member.vector, counts)
            reading = self._read(member.article, member.vector, counts)
            self._enter(reading, member.vector, self._number_of(member.story_id))
        for article_id, story_id in bars:
            self.bar(article_id, story_id)
        if self._members.count:
            self._members.measure(self._centres.compute_means())

    def move(self, article_ids: Sequence[str], story_id: str) -> None:
        """Put articles where a person wants them; neither they nor their reprints return by machine.

        Merging is moving all articles of a story, undoing is moving them back. Articles that are no longer
        open are passed over.
        """
        number = self._number_of(story_id)
        for article_id in article_ids:
            row = self._rows.get(article_id)
            if row is None:
                continue
            left = self._story_ids[self._members.stories[row]]
            if left != story_id:
                self.bar(article_id, left)
                self._members.stories[row] = number
            group = self._groups.get(article_id, "")
            for key in self._keys_of(article_id, group):
                self._bars.get(key, set()).discard(story_id)
            if group:
                self._group_rows[group] = row

    def bar(self, article_id: str, story_id: str) -> None:
        """Keep an article and its reprints out of a story for good, as a person decided."""
        for key in self._keys_of(article_id, self._groups.get(article_id, "")):
            self._bars.setdefault(key, set()).add(story_id)

    def forget(self, before: datetime) -> None:
        """Close what was published before this moment; cheap when there is little to close."""
        kept = self._members.hours >= before.timestamp() / SECONDS_PER_HOUR
        dropped = self._members.count - int(kept.sum())
        if not dropped or dropped < COMPACTION_SHARE * self._members.count:
            return
        new_numbers = self._members.keep(kept, self._centres.compute_means())
        self._terms.keep(new_numbers)
        self._rows = {article_id: row for row, article_id in enumerate(self._members.article_ids)}
        self._groups = {key: group for key, group in self._groups.items() if key in self._rows}
        self._group_rows = {}
        for article_id, group in self._groups.items():
            self._group_rows.setdefault(group, self._rows[article_id])
        self._renumber_stories()

    def compare(self, first: ArticleText, second: ArticleText, vectors: Vectors) -> float:
        """Say how alike two articles are, on the scale of the threshold; time is not looked at.

        vectors: float32 (2, dimensions), unit rows. Uses what `observe` and `assign` learnt of the languages.
        """
        one, other = (
            self._read(article, vector, self._count_terms(article))
            for article, vector in zip((first, second), vectors, strict=True)
        )
        meaning = float(one.centred @ other.centred)
        words = sum(weight * other.weights.get(term, 0.0) for term, weight in one.weights.items())
        count = np.array([min(one.term_count, other.term_count)], np.float32)
        is_foreign = np.array([first.language != second.language])
        share = float(self._weigh_words(count, is_foreign)[0])
        return (1 - share) * meaning + share * words

    def compare_members(self, article: ArticleText, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how alike an article is to each one of `article_ids`, float32, on the scale of `compare`."""
        rows = np.arange(self._members.count)
        reading = self._read(article, vector, self._count_terms(article))
        similarities, _meanings, _words = self._compare_rows(reading, rows)
        return similarities

    def _assign_one(
        self, article: ArticleText, vector: NDArray[np.float32], new_id: Callable[[], str]
    ) -> StoryAssignment:
        row = self._rows.get(article.article_id)
        if row is not None:
            return self._explain(article, row, "stands in this story already")
        counts = self._count_terms(article)
        self._observe(article, vector, counts)
        reading = self._read(article, vector, counts)
        row = self._group_rows.get(article.copy_group) if article.copy_group else None
        if row is not None and self._story_ids[self._members.stories[row]] not in self._bars_of(article):
            self._enter(reading, vector, int(self._members.stories[row]))
            return self._explain(article, row, "is a reprint of an article in this story")
        number, score, reason = self._find_story(reading)
        if number < 0:
            story_id = new_id()
            self._enter(reading, vector, self._number_of(story_id))
            return StoryAssignment(article.article_id, story_id, True, 0.0, reason)
        self._enter(reading, vector, number)
        return StoryAssignment(article.article_id, self._story_ids[number], False, min(score, 1.0), reason)

    def _explain(self, article: ArticleText, row: int, reason: str) -> StoryAssignment:
        story_id = self._story_ids[self._members.stories[row]]
        return StoryAssignment(article.article_id, story_id, False, 1.0, reason)

    def _find_story(self, reading: _Reading) -> tuple[int, float, str]:
        """Return the best story's number or -1, its score and the clause that explains the decision."""
        options, members = self.options, self._members
        ages = np.abs(members.hours - reading.hours)
        rows = np.flatnonzero(ages <= options.window_hours)
        if not len(rows):
            return -1, 0.0, f"no article within {options.window_hours:g} hours to compare with"
        similarities, meanings, words = self._compare_rows(reading, rows)
        stories, story_count = members.stories[rows], len(self._story_ids)
        nearest = np.full(story_count, FARTHEST, np.float32)
        np.maximum.at(nearest, stories, similarities)
        counts = np.bincount(stories, minlength=story_count)
        means = np.bincount(stories, similarities, minlength=story_count) / np.maximum(counts, 1)
        youngest = np.full(story_count, options.window_hours)
        np.minimum.at(youngest, stories, ages[rows])
        scores = options.nearest_share * nearest + (1 - options.nearest_share) * means
        scores -= options.age_penalty * youngest / options.window_hours
        scores[counts == 0] = -np.inf  # a story without an article in the window
        best = self._choose_allowed(reading.article, scores)
        if best < 0 or scores[best] < options.threshold:
            found = max(float(scores[best]), 0.0) if best >= 0 else 0.0
            return -1, 0.0, f"nothing was close enough: {found:.2f}, needed {options.threshold:.2f}"
        own = np.flatnonzero(stories == best)
        top = int(own[similarities[own].argmax()])
        reason = (
            f"close to {len(own)} of its articles; the nearest, {ages[rows[top]]:.0f} h apart, "
            f"shares meaning {meanings[top]:.2f} and words {words[top]:.2f}"
        )
        return best, float(scores[best]), reason

    def _compare_rows(
        self, reading: _Reading, rows: NDArray[np.intp]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return similarity, its part by meaning and its part by words, float32 (rows,) each."""
        members = self._members
        meanings = members.score(reading.centred, self._centres.compute_means())[rows]
        words = self._terms.score(reading.weights, members.count)[rows]
        counts = np.minimum(members.term_counts[rows], np.float32(reading.term_count))
        shares = self._weigh_words(counts, members.languages[rows] != reading.language_number)
        return (1 - shares) * meanings + shares * words, meanings, words

    def _weigh_words(self, counts: NDArray[np.float32], is_foreign: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Trust words the more the longer the shorter text is: titles of one event often share none."""
        options = self.options
        shares = np.float32(options.word_weight) * counts / (counts + np.float32(options.half_word_count))
        weighed: NDArray[np.float32] = np.where(
            is_foreign, shares * np.float32(options.foreign_word_factor), shares
        )
        return weighed

    def _choose_allowed(self, article: ArticleText, scores: NDArray[np.floating]) -> int:
        for story_id in self._bars_of(article):
            if story_id in self._story_numbers:
                scores[self._story_numbers[story_id]] = -np.inf
        best = int(scores.argmax())
        return best if np.isfinite(scores[best]) else -1

    def _bars_of(self, article: ArticleText) -> set[str]:
        keys = self._keys_of(article.article_id, article.copy_group)
        return set().union(*(self._bars.get(key, set()) for key in keys))

    @staticmethod
    def _keys_of(article_id: str, copy_group: str) -> tuple[str, ...]:
        return (article_id, f"group:{copy_group}") if copy_group else (article_id,)

    def _observe(self, article: ArticleText, vector: NDArray[np.float32], counts: Counter[str]) -> None:
        self._terms.observe(article.language, counts)
        self._centres.add(article.language, vector)

    def _read(self, article: ArticleText, vector: NDArray[np.float32], counts: Counter[str]) -> _Reading:
        number = self._centres.number_of(article.language)
        left = vector - self._centres.compute_means()[number]
        norm = max(float(np.linalg.norm(left)), MIN_NORM)
        weights = self._terms.weigh(article.language, counts)
        hours = self._read_hours(article)
        centred = (left / norm).astype(np.float32)
        return _Reading(article, number, hours, weights, sum(counts.values()), centred, norm)

    def _count_terms(self, article: ArticleText) -> Counter[str]:
        limit = self.options.word_limit
        text = " ".join(part for part in (article.title, article.lead, article.body) if part)
        return Counter(fold_tokens(text[: limit * CHARACTERS_PER_WORD])[:limit])

    def _read_hours(self, article: ArticleText) -> float:
        at = article.published_at
        return self._latest_hours if at is None else at.timestamp() / SECONDS_PER_HOUR

    def _enter(self, reading: _Reading, vector: NDArray[np.float32], story_number: int) -> None:
        article = reading.article
        member = Member(
            article.article_id, story_number, reading.language_number, reading.hours, reading.term_count
        )
        row = self._members.add(member, vector, reading.norm)
        self._latest_hours = max(self._latest_hours, reading.hours)
        self._terms.add(row, reading.weights)
        self._rows[article.article_id] = row
        if article.copy_group:
            self._groups[article.article_id] = article.copy_group
            self._group_rows.setdefault(article.copy_group, row)

    def _number_of(self, story_id: str) -> int:
        if story_id not in self._story_numbers:
            self._story_numbers[story_id] = len(self._story_ids)
            self._story_ids.append(story_id)
        return self._story_numbers[story_id]

    def _renumber_stories(self) -> None:
        used, renumbered = np.unique(self._members.stories, return_inverse=True)
        self._members.stories[:] = renumbered
        self._story_ids = [self._story_ids[number] for number in used]
        self._story_numbers = {story_id: number for number, story_id in enumerate(self._story_ids)}
