"""A stand-in for a language model: vectors made of hashed character n-grams, for machines without one."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np

from legation.engine.ports import Vectors

MODEL_NAME = "hashing-1"
DIMENSIONS = 384  # as multilingual-e5-small, so that stores sized for one hold the other
NGRAM_SIZES = (3, 4)  # short enough for Vietnamese syllables, long enough to tell stems apart
MAX_TEXT_CHARACTERS = 2_000  # bounds the loop below; a title and a lead are shorter


class HashingEmbedder:
    """An Embedder that knows spelling and no meaning: texts in different languages never come close."""

    @property
    def model(self) -> str:
        """Name and version, stored beside every vector that it made."""
        return MODEL_NAME

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed the texts by what they are spelled with; the same on every machine and run.

        Returns float32 (texts, 384), unit rows, in the texts' order. An empty text gets a fixed direction.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for ngram in _cut_ngrams(text):
                digest = zlib.crc32(ngram.encode())
                row[digest % DIMENSIONS] += 1.0 if digest & 0x8000_0000 else -1.0
            if not row.any():
                row[0] = 1.0
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _cut_ngrams(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text[:MAX_TEXT_CHARACTERS]).casefold()
    ngrams: list[str] = []
    for word in folded.split():
        padded = f" {word} "
        for size in NGRAM_SIZES:
            ngrams += [padded[start : start + size] for start in range(max(1, len(padded) - size + 1))]
    return ngrams
