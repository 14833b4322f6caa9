"""Streaming decompression: exact on good bodies, bounded on bad ones."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from legation.gateways.http.bodies import BodyTooLarge, BrokenBody, make_decoder, read_body

CODINGS = {
    "": lambda data: data,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


def read(data: bytes, coding: str, *, step: int = 1_000, max_bytes: int = 10_000_000) -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), step):
            yield data[start : start + step]

    return asyncio.run(
        read_body(
            chunks(),
            make_decoder(coding),
            max_bytes=max_bytes,
            max_compressed_bytes=10_000_000,
            min_bytes_per_second=0.0,
            slow_grace_seconds=0.0,
            read_seconds=lambda: 0.0,
        )
    )


@given(st.binary(max_size=3_000), st.sampled_from(sorted(CODINGS)), st.integers(1, 50), st.integers(1, 200))
def test_every_coding_gives_back_what_was_packed(data: bytes, coding: str, step: int, repeats: int) -> None:
    body = data * repeats
    assert read(CODINGS[coding](body), coding, step=step) == body


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 1_000_000])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bodies_around_the_size_of_a_step_are_whole(coding: str, size: int) -> None:
    assert read(CODINGS[coding](bytes(size)), coding, step=10_000_000) == bytes(size)


def test_a_deflate_body_without_its_header_is_read() -> None:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    assert read(packer.compress(b"raw " * 100) + packer.flush(), "deflate") == b"raw " * 100


def test_a_gzip_body_of_two_members_and_padding_is_read() -> None:
    assert read(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0", "gzip", step=7) == b"one two"


def test_a_gzip_body_of_a_million_members_is_refused() -> None:
    with pytest.raises(BrokenBody, match="too many pieces"):
        read(gzip.compress(b"") * 100_000, "gzip", step=65_536)


def test_a_zstd_body_of_two_frames_is_read() -> None:
    assert read(zstandard.compress(b"one ") + zstandard.compress(b"two"), "zstd", step=7) == b"one two"


def test_a_zstd_body_of_a_million_frames_is_refused() -> None:
    with pytest.raises(BrokenBody, match="too many pieces"):
        read(zstandard.compress(b"") * 100_000, "zstd", step=65_536)


def test_a_zstd_body_that_asks_for_a_huge_window_is_refused() -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=27, compression_level=3)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    with pytest.raises(BrokenBody, match="damaged"):
        read(packer.compress(b"x" * 100_000) + packer.flush(), "zstd")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_costs_little_memory(coding: str) -> None:
    bomb = CODINGS[coding](bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(BodyTooLarge):
        read(bomb, coding, step=65_536, max_bytes=1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 15_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "br", "zstd"])
def test_a_body_past_the_bound_is_refused(coding: str) -> None:
    with pytest.raises(BodyTooLarge):
        read(CODINGS[coding](bytes(100_001)), coding, max_bytes=100_000)
    assert len(read(CODINGS[coding](bytes(100_000)), coding, max_bytes=100_000)) == 100_000


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_cut_body_is_broken(coding: str) -> None:
    packed = CODINGS[coding](bytes(range(256)) * 50)
    with pytest.raises(BrokenBody):
        read(packed[:-4] if coding != "gzip" else packed[:-12], coding)


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_noise_is_refused_or_read_but_never_crashes(noise: bytes, coding: str) -> None:
    try:
        body = read(noise, coding, step=11, max_bytes=5_000)
    except (BrokenBody, BodyTooLarge):
        return
    assert len(body) <= 5_000
