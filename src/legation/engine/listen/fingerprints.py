"""Reduce a text to hashes of its shingles, and to a few keys by which its copies are looked up."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.engine.text.folding import fold_text, fold_tokens

Hashes = NDArray[np.uint64]

# Part of every key, so that keys of another shingle size or another hash are never mistaken for these.
_FORMAT = 0x5EED_2026_1122_0002
# Odd constants of splitmix64 (Steele, Lea, Flood 2014), which spread the hashes evenly.
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
# Speech and statements that several independent reports quote alike. The longest that agencies quote have
# some 600 characters; a quotation mark that is never closed must not swallow a text.
_QUOTED = re.compile(
    '“[^“”]{20,600}”|«[^«»]{20,600}»|„[^„“”]{20,600}[“”]|"[^"\\n]{20,600}"|「[^「」]{8,300}」'
)


@dataclass(frozen=True, slots=True)
class FingerprintOptions:
    """How texts are cut and how many keys one has."""

    shingle_words: int = 3  # words, or bigrams in scripts without spaces
    min_words: int = 40  # shorter texts are copies only if title and text are equal once folded
    max_words: int = 20_000  # a longer text is compared by its beginning
    opening_words: int = 60  # where a report says what is new; what follows is often background
    keys: int = 32  # an excerpt of a fifth of a text shares six of them on average; docs/decisions/0010


DEFAULT_OPTIONS = FingerprintOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """A text's shingles as hashes: sorted, each once."""

    shingles: Hashes  # of the whole text; one hash of title and text where it is short; empty for no text
    reported: Hashes  # of the text without what stands between quotation marks
    opening: Hashes  # of the first words of that
    is_short: bool  # compared by equality alone

    def __len__(self) -> int:
        """Return how many shingles the text has."""
        return int(self.shingles.size)


def make_fingerprint(
    text: str, *, title: str = "", options: FingerprintOptions = DEFAULT_OPTIONS
) -> Fingerprint:
    """Hash the shingles of a text's folded words, so that accents, case and punctuation do not matter.

    title: counts only for texts shorter than min_words, where text alone says too little.
    """
    words = fold_tokens(text)[: options.max_words]
    if len(words) < max(options.min_words, options.shingle_words):
        exact = _hash_exactly(f"{title}\n{text}")
        return Fingerprint(exact, exact, exact, is_short=True)
    shingles = _hash_shingles(words, options.shingle_words)
    unquoted = _QUOTED.sub("\n", text)
    rest, reported = words, shingles
    if len(unquoted) != len(text):
        rest = fold_tokens(unquoted)[: options.max_words]
        reported = _hash_shingles(rest, options.shingle_words)
    opening = _hash_shingles(rest[: options.opening_words], options.shingle_words)
    return Fingerprint(shingles, reported, opening, is_short=False)


def lookup_keys(
    fingerprint: Fingerprint, *, options: FingerprintOptions = DEFAULT_OPTIONS
) -> tuple[int, ...]:
    """Return the numbers by which candidates are looked up: texts that share some may be copies.

    Signed 64-bit integers, so that an indexed column of a database can hold them: the smallest hashes of the
    text (a bottom-k sketch), one for a short text, none for an empty one. An excerpt's smallest hashes are
    among the smallest of the whole, too.
    """
    smallest = fingerprint.shingles[: options.keys]
    return tuple(int(key) for key in smallest.astype(np.int64, copy=True))


def _hash_shingles(words: list[str], size: int) -> Hashes:
    """Hash every run of words; sorted, each hash once."""
    if len(words) < size:
        return np.empty(0, np.uint64)
    number_of = {word: zlib.crc32(word.encode()) for word in set(words)}  # a word in three is a new one
    numbers = np.array([number_of[word] for word in words], dtype=np.uint64)
    with np.errstate(over="ignore"):
        hashes = np.full(len(words) - size + 1, _FORMAT, np.uint64)
        for place in range(size):
            hashes = _mix(hashes ^ numbers[place : len(numbers) - size + 1 + place])
    hashes.sort()  # five times as fast as numpy's unique, which builds a table first
    is_new = np.empty(len(hashes), np.bool_)
    is_new[0] = True
    np.not_equal(hashes[1:], hashes[:-1], out=is_new[1:])
    unique: Hashes = hashes[is_new]
    return unique


def _mix(hashes: Hashes) -> Hashes:
    """Spread the bits of each hash over all of it (splitmix64's finaliser)."""
    hashes = hashes + np.uint64(_MIX[0])
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(_MIX[1])
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(_MIX[2])
    return hashes ^ (hashes >> np.uint64(31))


def _hash_exactly(text: str) -> Hashes:
    """Return one hash that only texts equal once folded share."""
    folded = fold_text(text)
    if not folded:
        return np.empty(0, np.uint64)
    digest = hashlib.blake2b(folded.encode(), digest_size=8, salt=b"short").digest()
    return np.asarray([int.from_bytes(digest, "little")], np.uint64)
