"""Running means of the vectors of each language, which cosine similarity has to be freed from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from legation.engine.ports import Vectors

Vector = NDArray[np.float32]


class LanguageCentres:
    """What vectors of a language have in common, whatever they speak of.

    E5 puts all texts into one narrow cone and each language into its own part of it. Taking the mean of its
    language from each vector brings translations together: docs/decisions/0002 has the figures.
    """

    def __init__(self, dimensions: int, prior_weight: float) -> None:
        """Start without knowledge.

        prior_weight: how many articles the prior of a language counts for.
        """
        self._prior_weight = prior_weight
        self._numbers: dict[str, int] = {}
        self._sums = np.zeros((0, dimensions), np.float32)
        self._counts = np.zeros(0, np.float32)
        self._priors: dict[str, Vector] = {}
        self._all_priors = np.zeros(dimensions, np.float32)
        self._means: Vectors | None = None  # kept until something is added

    def prime(self, language: str, mean: Vector) -> None:
        """Set where a language is expected before its articles are seen.

        mean: float32 (dimensions,), of some texts about nothing in common.
        """
        self._means = None
        self._priors[language] = mean
        self._all_priors = np.mean(np.stack(list(self._priors.values())), axis=0, dtype=np.float32)

    def add(self, language: str, vector: Vector) -> int:
        """Count one article's vector and return its language's number, from 0 in order of appearance."""
        number = self.number_of(language)
        self._means = None
        self._sums[number] += vector
        self._counts[number] += 1
        return number

    def number_of(self, language: str) -> int:
        """Return the number of a language, a new one at its first appearance."""
        if language not in self._numbers:
            self._means = None
            self._numbers[language] = len(self._numbers)
            self._sums = np.vstack([self._sums, np.zeros((1, self._sums.shape[1]), np.float32)])
            self._counts = np.append(self._counts, np.float32(0))
        return self._numbers[language]

    def compute_means(self) -> Vectors:
        """Return the present centre of each language, float32 (languages, dimensions), by number."""
        if self._means is None:
            elsewhere = self._compute_fallback()
            priors = np.stack([self._priors.get(language, elsewhere) for language in self._numbers])
            weight = np.float32(self._prior_weight)
            self._means = (self._sums + weight * priors) / (self._counts + weight)[:, None]
        return self._means

    def _compute_fallback(self) -> Vector:
        """Where an unprimed language is expected: in the middle of all that is known."""
        weight = self._prior_weight * len(self._priors)
        total = float(self._counts.sum()) + weight
        if not total:
            return self._all_priors
        middle: Vector = (self._sums.sum(axis=0) + weight * self._all_priors) / np.float32(total)
        return middle
