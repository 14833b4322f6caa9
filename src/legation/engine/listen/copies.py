"""Recognise reprints: the same text elsewhere, whole or lightly edited."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from legation.engine.text.folding import fold_text, fold_tokens

# Part of every signature: a change of shingles, permutations or seed makes old ones incomparable.
_FORMAT = b"\x01"
_SEED = 20_261_122
_PERMUTATIONS = 128
# 32 bands of 4 rows find a pair of Jaccard .5 with probability .87, of .6 with .99, and let .2 pass with .05.
_BANDS = 32
_ROWS = _PERMUTATIONS // _BANDS
_DIGEST_BYTES = 4 * _PERMUTATIONS


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """How alike two texts must be to count as one, and how long to be compared at all."""

    min_similarity: float = 0.55  # Jaccard of shingles; chosen in docs/decisions/0005
    shingle_words: int = 3  # words, or bigrams in scripts without spaces
    min_words: int = 40  # shorter texts are copies only if title and text are equal once folded
    max_words: int = 20_000  # a longer text is compared by its beginning


_DEFAULT = CopyOptions()


def copy_signature(text: str, *, title: str = "", options: CopyOptions = _DEFAULT) -> bytes:
    """Sign a text so that signatures of reprints are alike.

    title: counts only for texts shorter than min_words, where text alone says too little.
    Returns 513 bytes for a text long enough, 17 bytes for a shorter one, b"" for an empty one; each begins
    with the version of the format. Shingles are of folded words, so accents, case and punctuation do not
    matter.
    """
    words = fold_tokens(text)[: options.max_words]
    if len(words) < max(options.min_words, options.shingle_words):
        return _exact_signature(f"{title}\n{text}")
    size = options.shingle_words
    shingles = [" ".join(words[start : start + size]) for start in range(len(words) - size + 1)]
    sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    sketch.update(shingles)
    return _FORMAT + np.asarray(sketch.digest(), dtype="<u4").tobytes()


def signature_bands(signature: bytes) -> tuple[int, ...]:
    """Return the numbers by which candidates are looked up: texts that share one may be copies.

    Signed 64-bit integers, 32 for a long text, one for a short text, none for an empty one, so that an
    indexed column of a database can hold them. Every number carries its band's place.
    """
    if len(signature) <= 1:
        return ()
    rows = signature[1:]
    step = 4 * _ROWS if len(rows) == _DIGEST_BYTES else len(rows)
    return tuple(
        int.from_bytes(
            hashlib.blake2b(
                rows[start : start + step], digest_size=8, salt=start.to_bytes(2, "little")
            ).digest(),
            "little",
            signed=True,
        )
        for start in range(0, len(rows), step)
    )


def compare_signatures(first: bytes, second: bytes) -> float:
    """Estimate how much of two texts is the same: the Jaccard similarity of their shingles, in [0, 1].

    The standard error is at most 0.045. A short and a long text are never alike; short texts give 0 or 1.
    """
    if len(first) != len(second) or first[:1] != second[:1] or len(first) <= 1:
        return 0.0
    if len(first) != 1 + _DIGEST_BYTES:
        return float(first == second)
    return float(np.mean(_rows(first) == _rows(second)))


class CopyIndex:
    """Finds the copies of a text among those added before, in memory."""

    def __init__(self, *, options: CopyOptions = _DEFAULT) -> None:
        """Start empty; restore a stored index by adding its signatures."""
        self._options = options
        self._signatures: dict[str, bytes] = {}
        self._articles_by_band: defaultdict[int, list[str]] = defaultdict(list)

    def __len__(self) -> int:
        """Return how many texts have been added."""
        return len(self._signatures)

    def add(self, article_id: str, signature: bytes) -> None:
        """Remember a text's signature; adding an article again replaces its signature."""
        if article_id in self._signatures:
            self.remove(article_id)
        self._signatures[article_id] = signature
        for band in signature_bands(signature):
            self._articles_by_band[band].append(article_id)

    def remove(self, article_id: str) -> None:
        """Forget a text; an unknown one is ignored."""
        signature = self._signatures.pop(article_id, b"")
        for band in signature_bands(signature):
            members = self._articles_by_band[band]
            members.remove(article_id)
            if not members:
                del self._articles_by_band[band]

    def find(self, signature: bytes) -> list[tuple[str, float]]:
        """Find every added text at least min_similarity alike, most alike first, then by identifier."""
        candidates = {
            article_id
            for band in signature_bands(signature)
            for article_id in self._articles_by_band.get(band, ())
        }
        return rank_copies(
            signature,
            ((article_id, self._signatures[article_id]) for article_id in candidates),
            options=self._options,
        )


def rank_copies(
    signature: bytes, candidates: Iterable[tuple[str, bytes]], *, options: CopyOptions = _DEFAULT
) -> list[tuple[str, float]]:
    """Keep the candidates that are copies of a text, most alike first, then in order of identifiers.

    candidates: (article identifier, signature), as found by signature_bands in an index or a database.
    """
    compared = ((article_id, compare_signatures(signature, other)) for article_id, other in candidates)
    copies = [
        (article_id, similarity)
        for article_id, similarity in compared
        if similarity >= options.min_similarity
    ]
    return sorted(copies, key=lambda copy: (-copy[1], copy[0]))


def _exact_signature(text: str) -> bytes:
    """Return a short signature that only texts equal once folded share."""
    folded = fold_text(text)
    return _FORMAT + hashlib.blake2b(folded.encode(), digest_size=16).digest() if folded else b""


def _rows(signature: bytes) -> NDArray[np.uint32]:
    """Return the minima inside a long signature."""
    return np.frombuffer(signature, dtype="<u4", offset=1)
