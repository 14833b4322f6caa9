"""Judge which blocks of a page are its article, by a small learned model, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_WEIGHTS = Path(__file__).with_name("page_weights.json")
_FORMAT = 1
_ROWS_AT_ONCE = 2000  # bounds the memory of one step to some ten megabytes, however many blocks a page has


@dataclass(frozen=True, slots=True)
class BlockModel:
    """An ensemble of trees that ask the same question of all blocks at each level; learned as
    docs/decisions/0005 says."""

    features: NDArray[np.int64]  # (trees, levels): which number of a block is asked about
    borders: NDArray[np.float32]  # (trees, levels): is it larger than this?
    leaves: NDArray[np.float32]  # (trees, 2 ** levels): the tree's vote; the first level's answer is bit 0
    bias: float
    width: int  # numbers that describe one block


@dataclass(frozen=True, slots=True)
class BlockChoice:
    """Which blocks are taken for the article's text."""

    is_taken: NDArray[np.bool_]  # by block
    confidence: float  # the F1 that the model expects of this choice, in letters, 0 to 1


@cache
def load_block_model() -> BlockModel:
    """Load the model that comes with the product; read once, as it never changes while a process runs."""
    document = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    if document["format"] != _FORMAT:
        raise ValueError(f"{_WEIGHTS.name} has format {document['format']}, not {_FORMAT}.")
    return BlockModel(
        features=np.asarray(document["features"], np.int64),
        borders=np.asarray(document["borders"], np.float32),
        leaves=np.asarray(document["leaves"], np.float32),
        bias=float(document["bias"]),
        width=int(document["width"]),
    )


def score_blocks(described: NDArray[np.float32], model: BlockModel) -> NDArray[np.float32]:
    """Return for each block the probability that it belongs to the article's text.

    described: float32 (blocks, model.width), from page_features.describe_blocks.
    """
    if described.shape[1] != model.width:
        raise ValueError(f"Blocks are described by {described.shape[1]} numbers, not {model.width}.")
    trees, levels = model.features.shape
    bits = (1 << np.arange(levels)).astype(np.int16)
    offsets = np.arange(trees) * model.leaves.shape[1]
    votes = np.empty(len(described), np.float32)
    for start in range(0, len(described), _ROWS_AT_ONCE):
        rows = described[start : start + _ROWS_AT_ONCE]
        answers = rows[:, model.features.ravel()] > model.borders.ravel()
        leaf = answers.reshape(len(rows), trees, levels) @ bits
        votes[start : start + _ROWS_AT_ONCE] = model.leaves.ravel()[leaf + offsets].sum(axis=1)
    chances: NDArray[np.float32] = 1 / (1 + np.exp(-(votes + np.float32(model.bias))))
    return chances


def choose_blocks(chances: NDArray[np.float32], weights: Sequence[int]) -> BlockChoice:
    """Choose the blocks whose text has the highest F1 to be expected.

    chances: by block, that it belongs to the article. weights: letters, by block. Taking the likeliest
    blocks in turn, the expected overlap is the sum of their chances times weights; where the F1 of it is
    highest, the choice ends. So a page that is doubtful as a whole is judged by a lower bar than a clear one.
    Source: Ye, Chai, Lee, Chieu: Optimizing F-measure, ICML 2012, section 3.
    """
    if not len(chances):
        return BlockChoice(np.zeros(0, np.bool_), 0.0)
    letters = np.asarray(weights, np.float64)
    order = np.argsort(-chances, kind="stable")
    gained = np.cumsum((chances * letters)[order])
    taken = np.cumsum(letters[order])
    expected = 2 * gained / (taken + gained[-1] + 1e-9)
    last = int(np.argmax(expected))
    return BlockChoice(chances >= chances[order[last]], float(expected[last]))
