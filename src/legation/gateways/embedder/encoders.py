"""Runs multilingual-e5-small on this machine's processor."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legation.engine.ports import Vectors
from legation.gateways.embedder.weights import WeightFile, expand_blocks

MODEL_NAME = "multilingual-e5-small/mix-1"  # "mix-1": our first mixed-precision graph, see graphs.py
PREFIX = "query: "  # E5 was trained with a prefix; docs/decisions/0003 compares it with "passage: "
MAX_TOKENS = 512  # positions the model was trained with
BATCH_SIZE = 32  # as in the first trial of this graph; other sizes were not tried
MAX_TEXT_CHARACTERS = 8_000  # more than 512 tokens in any script; keeps a hostile title from the tokenizer
SPACES = re.compile(" {2,}")


class E5Encoder:
    """An Embedder over an onnxruntime session; safe to share between threads."""

    def __init__(self, weights: WeightFile, session: Any, tokenizer: Any) -> None:
        self._weights = weights
        self._session = session
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self._table = weights.normalisations
        positions = weights.read_floats("emb.pos").reshape(-1, weights.dimensions)
        self._positions = positions + weights.read_floats("emb.type")[: weights.dimensions]
        self._words = weights.read_blocks("emb.word", weights.vocabulary_size, weights.dimensions)

    @property
    def model(self) -> str:
        """Name and version, stored beside every vector that it made."""
        return MODEL_NAME

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._weights.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed the texts, similar lengths together so that little is wasted on padding.

        Texts beyond 512 tokens are cut. Returns float32 (texts, dimensions), unit rows, in the texts' order.
        """
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        if not texts:
            return vectors
        with self._lock:  # one batch at a time already uses every core that the session may use
            rows = self._cut_tokens(texts)
            order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
            for start in range(0, len(order), BATCH_SIZE):
                chosen = order[start : start + BATCH_SIZE]
                vectors[chosen] = self._run_batch([rows[index] for index in chosen])
        return vectors

    def _cut_tokens(self, texts: Sequence[str]) -> list[list[int]]:
        cleaned = [
            SPACES.sub(" ", (PREFIX + text[:MAX_TEXT_CHARACTERS]).translate(self._table)) for text in texts
        ]
        start, end = self._weights.start_id, self._weights.end_id
        encodings = self._tokenizer.encode_batch(cleaned, add_special_tokens=False)
        return [[start, *encoding.ids[: MAX_TOKENS - 2], end] for encoding in encodings]

    def _run_batch(self, rows: list[list[int]]) -> Vectors:
        lengths = np.array([len(row) for row in rows], np.int32)
        longest = int(lengths.max())
        ids = np.full((len(rows), longest), self._weights.padding_id, np.int64)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
        embedded = self._look_up_words(ids) + self._positions[:longest]
        mask = np.arange(longest)[None, :] < lengths[:, None]
        pool = (mask / lengths[:, None]).astype(np.float32)[:, None, :]
        (output,) = self._session.run(None, {"emb": embedded, "len": lengths, "pool": pool})
        means: Vectors = output[:, 0]
        unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit

    def _look_up_words(self, ids: NDArray[np.int64]) -> Vectors:
        """Unquantise only the words that occur: the whole table would take 370 MB."""
        unique, inverse = np.unique(ids, return_inverse=True)
        words: Vectors = expand_blocks(self._words[unique])[inverse.reshape(ids.shape)]
        return words
