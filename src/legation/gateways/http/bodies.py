"""Reading a response's body in bounded steps: bytes on the wire, decompressed bytes, and speed."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

import brotli
import zstandard

# One step of decompression may grow to this before it is counted; bounds the memory a bomb can take.
_STEP_BYTES = 65_536
_GZIP_MAGIC = b"\x1f\x8b"
# Each member copies the rest of its chunk; a million tiny members would keep a core busy for minutes.
_MAX_GZIP_MEMBERS = 1_000

# zstd's object gives back all that its input makes: 256 bytes hold 64 blocks of 128 KB at the very worst.
_ZSTD_INPUT_BYTES = 256
_ZSTD_WINDOW_BYTES = 8_388_608  # RFC 9659: what a client of HTTP must take, and need not go beyond


class BodyTooLarge(Exception):
    """The body is larger than the bounds allow; `partial` is what was read before."""

    partial: bytes = b""


class BodyTooSlow(Exception):
    """The body arrives more slowly than the least rate allowed."""


class BrokenBody(Exception):
    """The body cannot be decompressed."""


class Decoder(Protocol):
    """Decompresses a stream in steps."""

    def feed(self, data: bytes, max_bytes: int) -> bytes:
        """Decompress data; raise BodyTooLarge where it would grow past max_bytes."""
        ...

    def finish(self) -> None:
        """Raise BrokenBody where the stream ended too early."""
        ...


class _PlainDecoder:
    def feed(self, data: bytes, max_bytes: int) -> bytes:
        if len(data) > max_bytes:
            raise BodyTooLarge
        return data

    def finish(self) -> None:
        return None


class _ZlibDecoder:
    """gzip (also of several members) and deflate; plain bytes that only claim to be gzip pass as they are."""

    def __init__(self, coding: str) -> None:
        self._is_gzip = coding == "gzip"
        self._head = b""
        self._stream: zlib._Decompress | None = None
        self._is_plain = False
        self._members = 1

    def feed(self, data: bytes, max_bytes: int) -> bytes:
        if self._is_plain:
            return _PlainDecoder().feed(data, max_bytes)
        if self._stream is None:
            self._head += data
            if len(self._head) < 2:
                return b""
            data, self._head = self._head, b""
            self._start(data)
            if self._is_plain:
                return _PlainDecoder().feed(data, max_bytes)
        return self._decompress(data, max_bytes)

    def _start(self, data: bytes) -> None:
        if self._is_gzip:
            self._is_plain = not data.startswith(_GZIP_MAGIC)
            self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            return
        # "deflate" means zlib (RFC 9110), yet some servers send the raw stream; the first two bytes tell.
        is_zlib = data[0] & 0x0F == 8 and (data[0] * 256 + data[1]) % 31 == 0
        self._stream = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)

    def _decompress(self, data: bytes, max_bytes: int) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while self._stream is not None:
            if self._stream.eof and not self._open_next_member(data):
                break
            try:
                piece = self._stream.decompress(data, _STEP_BYTES)
            except zlib.error as error:
                raise BrokenBody(f"The compressed body is damaged ({error}).") from error
            pieces.append(piece)
            size += len(piece)
            if size > max_bytes:
                raise BodyTooLarge
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            if not data and len(piece) < _STEP_BYTES:  # a full step may leave output behind without input
                break
        return b"".join(pieces)

    def _open_next_member(self, data: bytes) -> bool:
        """Start on the member that follows; False on padding after the end, which every client ignores."""
        if not (self._is_gzip and data.startswith(_GZIP_MAGIC)):
            return False
        self._members += 1
        if self._members > _MAX_GZIP_MEMBERS:
            raise BrokenBody("The compressed body is made of too many pieces.")
        self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return True

    def finish(self) -> None:
        is_cut = self._head or (self._stream is not None and not self._stream.eof)
        if is_cut and not self._is_plain:
            raise BrokenBody("The compressed body ends too early.")


class _BrotliDecoder:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._has_data = False

    def feed(self, data: bytes, max_bytes: int) -> bytes:
        pieces: list[bytes] = []
        size = 0
        self._has_data = self._has_data or bool(data)
        try:
            while True:
                piece: bytes = self._stream.process(data, output_buffer_limit=_STEP_BYTES)
                pieces.append(piece)
                size += len(piece)
                if size > max_bytes:
                    raise BodyTooLarge
                # can_accept_more_data() is true while output still waits inside: ask until none comes.
                if self._stream.is_finished() or (not piece and self._stream.can_accept_more_data()):
                    return b"".join(pieces)
                data = b""
        except brotli.error as error:
            raise BrokenBody(f"The compressed body is damaged ({error}).") from error

    def finish(self) -> None:
        if self._has_data and not self._stream.is_finished():
            raise BrokenBody("The compressed body ends too early.")


class _ZstdDecoder:
    """zstd, also of several frames."""

    def __init__(self) -> None:
        self._stream = self._open()
        self._has_data = False
        self._frames = 1

    def feed(self, data: bytes, max_bytes: int) -> bytes:
        pieces: list[bytes] = []
        size = 0
        self._has_data = self._has_data or bool(data)
        for start in range(0, len(data), _ZSTD_INPUT_BYTES):
            rest = data[start : start + _ZSTD_INPUT_BYTES]
            while rest:
                piece, rest = self._decompress(rest)
                pieces.append(piece)
                size += len(piece)
                if size > max_bytes:
                    raise BodyTooLarge
        return b"".join(pieces)

    def _decompress(self, data: bytes) -> tuple[bytes, bytes]:
        """Decompress up to a frame's end; returns what came out and what is left of the input."""
        if self._stream.eof:
            self._frames += 1
            if self._frames > _MAX_GZIP_MEMBERS:
                raise BrokenBody("The compressed body is made of too many pieces.")
            self._stream = self._open()
        try:
            piece = self._stream.decompress(data)
        except zstandard.ZstdError as error:
            raise BrokenBody(f"The compressed body is damaged ({error}).") from error
        return piece, self._stream.unused_data if self._stream.eof else b""

    def finish(self) -> None:
        if self._has_data and not self._stream.eof:
            raise BrokenBody("The compressed body ends too early.")

    @staticmethod
    def _open() -> zstandard.ZstdDecompressionObj:
        return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj()


def make_decoder(content_encoding: str) -> Decoder:
    """Choose the decoder of a Content-Encoding header.

    Raises BrokenBody for codings that we did not offer, stacked ones included.
    """
    coding = content_encoding.strip().lower()
    if coding in ("", "identity", "none", "utf-8"):  # the last two are common mistakes for "not compressed"
        return _PlainDecoder()
    if coding in ("gzip", "x-gzip"):
        return _ZlibDecoder("gzip")
    if coding == "deflate":
        return _ZlibDecoder("deflate")
    if coding == "br":
        return _BrotliDecoder()
    if coding == "zstd":
        return _ZstdDecoder()
    raise BrokenBody(f"The body is in an encoding that we did not offer: {coding[:40]!r}.")


async def read_body(
    chunks: AsyncIterator[bytes],
    decoder: Decoder,
    *,
    max_bytes: int,
    max_compressed_bytes: int,
    min_bytes_per_second: float,
    slow_grace_seconds: float,
    read_seconds: Callable[[], float],
    large_bytes: int = 0,
    wait_for_room: Callable[[], Awaitable[None]] | None = None,
) -> bytes:
    """Read and decompress a body within its bounds, never holding much more than max_bytes.

    read_seconds: a monotonic clock. wait_for_room: awaited once, when the body grows beyond large_bytes; the
    time that it takes does not count as the server's.
    Raises BodyTooLarge, BodyTooSlow or BrokenBody.
    """
    pieces: list[bytes] = []
    received = size = 0
    started = read_seconds()
    async for chunk in chunks:
        received += len(chunk)
        try:
            if received > max_compressed_bytes:
                raise BodyTooLarge
            piece = decoder.feed(chunk, max_bytes - size)
        except BodyTooLarge as error:
            error.partial = b"".join(pieces)
            raise
        size += len(piece)
        pieces.append(piece)
        if wait_for_room is not None and size > large_bytes:
            waits_from = read_seconds()
            await wait_for_room()
            started += read_seconds() - waits_from
            wait_for_room = None
        elapsed = read_seconds() - started
        if elapsed > slow_grace_seconds and received < min_bytes_per_second * elapsed:
            raise BodyTooSlow
    decoder.finish()
    return b"".join(pieces)
