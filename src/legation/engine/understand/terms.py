"""A sparse index of the words of open articles, weighed by how rare each is in its language."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

PRIOR_DOCUMENTS = 50  # so that half of the first two articles does not make a word common; a judgement
COMMON_SHARE = (
    0.2  # words in more than every fifth article are left out of the search: they cost, they don't tell
)
COMMON_MINIMUM = (
    500  # articles of a language before COMMON_SHARE holds; below that it would hit telling words
)


class TermIndex:
    """Counts words per language and finds articles that share rare ones."""

    def __init__(self) -> None:
        self._document_counts: Counter[str] = Counter()
        self._frequencies: dict[str, Counter[str]] = {}
        self._postings: dict[str, tuple[array[int], array[float]]] = {}

    def observe(self, language: str, counts: Mapping[str, int]) -> None:
        """Count the words of one article towards their rarity in its language."""
        self._document_counts[language] += 1
        self._frequencies.setdefault(language, Counter()).update(counts.keys())

    def weigh(self, language: str, counts: Mapping[str, int]) -> dict[str, float]:
        """Weigh an article's words by TF-IDF, with what is known now.

        Returns weights whose squares sum to 1, or nothing for an article without words.
        """
        total = self._document_counts[language]
        frequencies = self._frequencies.get(language, Counter())
        limit = max(COMMON_SHARE * total, COMMON_MINIMUM)
        weights = {
            term: (1 + math.log(count)) * math.log((total + PRIOR_DOCUMENTS) / (frequencies[term] + 1))
            for term, count in counts.items()
            if frequencies[term] <= limit
        }
        norm = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {term: weight / norm for term, weight in weights.items()} if norm else {}

    def add(self, number: int, weights: Mapping[str, float]) -> None:
        """Make an article findable under its row number; numbers must not repeat."""
        for term, weight in weights.items():
            posting = self._postings.get(term)
            if posting is None:
                posting = self._postings[term] = (array("i"), array("f"))
            posting[0].append(number)
            posting[1].append(weight)

    def score(self, weights: Mapping[str, float], row_count: int) -> NDArray[np.float32]:
        """Return the cosine of the weighed words with each row below row_count, float32 (row_count,)."""
        scores = np.zeros(row_count, np.float32)
        for term, weight in weights.items():
            if term in self._postings:
                numbers, values = self._postings[term]
                scores[np.frombuffer(numbers, np.int32)] += np.float32(weight) * np.frombuffer(
                    values, np.float32
                )
        return scores

    def keep(self, new_numbers: NDArray[np.int32]) -> None:
        """Renumber the rows and drop those whose new number is -1; word counts stay.

        new_numbers: int32, the new number of each old row.
        """
        kept: dict[str, tuple[array[int], array[float]]] = {}
        for term, (numbers, values) in self._postings.items():
            renumbered = new_numbers[np.frombuffer(numbers, np.int32)]
            chosen = renumbered >= 0
            if chosen.any():
                weights = np.frombuffer(values, np.float32)[chosen]
                kept[term] = (array("i", renumbered[chosen].tobytes()), array("f", weights.tobytes()))
        self._postings = kept
