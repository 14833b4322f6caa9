"""The table of articles that stand in open stories: vectors, times and stories in growing arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.engine.ports import Vectors

FIRST_CAPACITY = 1024  # rows; doubled when full, so that growing costs nothing noticeable per article
MIN_NORM = 1e-6  # a vector that equals its centre says nothing; it must not divide by nothing either
GROWING = ("_vectors", "_norms", "_stories", "_languages", "_hours", "_term_counts")


@dataclass(frozen=True, slots=True)
class Member:
    """One row: an article in a story."""

    article_id: str
    story_number: int
    language_number: int
    hours: float  # since an epoch, of its publication
    term_count: int  # words that its sparse side rests on


class MemberTable:
    """Rows of members, oldest entrance first."""

    def __init__(self, dimensions: int) -> None:
        self.count = 0
        self.article_ids: list[str] = []
        self._vectors = np.zeros((FIRST_CAPACITY, dimensions), np.float32)
        self._norms = np.ones(FIRST_CAPACITY, np.float32)
        self._stories = np.zeros(FIRST_CAPACITY, np.int32)
        self._languages = np.zeros(FIRST_CAPACITY, np.int32)
        self._hours = np.zeros(FIRST_CAPACITY, np.float64)
        self._term_counts = np.zeros(FIRST_CAPACITY, np.float32)

    @property
    def stories(self) -> NDArray[np.int32]:
        """Story number of each row; writing into it moves the row."""
        return self._stories[: self.count]

    @property
    def languages(self) -> NDArray[np.int32]:
        """Language number of each row."""
        return self._languages[: self.count]

    @property
    def hours(self) -> NDArray[np.float64]:
        """Time of publication of each row, in hours since an epoch."""
        return self._hours[: self.count]

    @property
    def term_counts(self) -> NDArray[np.float32]:
        """Words of each row."""
        return self._term_counts[: self.count]

    def add(self, member: Member, vector: NDArray[np.float32], norm: float) -> int:
        """Append a row and return its number.

        vector: float32 (dimensions,), unit length. norm: length of what is left of it after centring.
        """
        if self.count == len(self._hours):
            self._grow()
        row = self.count
        self.article_ids.append(member.article_id)
        self._vectors[row], self._norms[row] = vector, norm
        self._stories[row], self._languages[row] = member.story_number, member.language_number
        self._hours[row], self._term_counts[row] = member.hours, member.term_count
        self.count += 1
        return row

    def score(self, centred: NDArray[np.float32], means: Vectors) -> NDArray[np.float32]:
        """Return the cosine of a centred vector with each row, each freed from its own language's mean.

        centred: float32 (dimensions,), unit length. means: float32 (languages, dimensions).
        The means are taken off after the product, so that they may move without a second copy of all rows.
        """
        offsets = means @ centred
        products = self._vectors[: self.count] @ centred
        scores = (products - offsets[self.languages]) / self._norms[: self.count]
        return scores.astype(np.float32, copy=False)

    def keep(self, chosen: NDArray[np.bool_], means: Vectors) -> NDArray[np.int32]:
        """Drop all rows but the chosen, measure these against the present means, return the new numbers.

        Returns int32, for each old row its new number or -1.
        """
        new_numbers = np.full(self.count, -1, np.int32)
        rows = np.flatnonzero(chosen)
        new_numbers[rows] = np.arange(len(rows), dtype=np.int32)
        self.article_ids = [self.article_ids[row] for row in rows]
        for name in GROWING:
            column = getattr(self, name)
            column[: len(rows)] = column[rows]
        self.count = len(rows)
        self.measure(means)
        return new_numbers

    def measure(self, means: Vectors) -> None:
        """Measure every row's distance from its language's present mean again."""
        for start in range(0, self.count, FIRST_CAPACITY):
            rows = slice(start, min(start + FIRST_CAPACITY, self.count))
            left = self._vectors[rows] - means[self._languages[rows]]
            self._norms[rows] = np.maximum(np.linalg.norm(left, axis=1), np.float32(MIN_NORM))

    def _grow(self) -> None:
        for name in GROWING:
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.zeros_like(column)]))
