"""What a server can do wrong, piece by piece, and how a fetch of it must end."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import repeat

import brotli
import zstandard

from legation.engine.records.fetches import FetchStatus

_WORDS = b"The port opens on Thursday. " * 20
PAGE = b"<!doctype html><html><body><article><p>" + _WORDS + b"</p></article></body></html>"
_CHUNK = 65_536

Pieces = Iterable[bytes | float]  # bytes to send, seconds to wait


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way to misbehave, and how a fetch of it must end."""

    name: str
    about: str  # in words, for the table
    make: Callable[[str], Pieces]  # from the server's own address to what is sent
    status: FetchStatus
    fault: str = ""
    scheme: str = "http"
    port: str = ""  # where it is met: "" plain HTTP, "silent", or the certificate that the server shows
    resets: bool = False  # whether the connection is cut hard at the end
    hangs: bool = False  # whether it is held open at the end


def head(*lines: str, status: str = "200 OK") -> bytes:
    """Write a response's head."""
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


def whole(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    """Write a whole response."""
    return head(*lines, f"Content-Length: {len(body)}", "Connection: close", status=status) + body


def send(*pieces: bytes | float) -> Callable[[str], Pieces]:
    """Send these pieces, whatever the address."""
    return lambda _: pieces


def redirect(target: str, status: str = "302 Found") -> Callable[[str], Pieces]:
    """Redirect to a place, {here} standing for the server's own address."""
    return lambda here: [whole(b"", f"Location: {target.replace('{here}', here)}", status=status)]


def forever(start: bytes, piece: bytes, pause: float = 0.0) -> Callable[[str], Pieces]:
    """Send the start, then the piece without end."""

    def pieces(_: str) -> Pieces:
        yield start
        for part in repeat(piece):
            yield part
            if pause:
                yield pause

    return pieces


def drip(data: bytes, pause: float) -> Callable[[str], Pieces]:
    """Send byte by byte."""

    def pieces(_: str) -> Pieces:
        for number in range(len(data)):
            yield data[number : number + 1]
            yield pause

    return pieces


def pack(body: bytes, coding: str, *, cut: int = 0) -> Callable[[str], Pieces]:
    """Send a body under a content coding, cut short where asked."""
    return send(whole(body[: len(body) - cut], f"Content-Encoding: {coding}"))


def _deflate_bomb(bits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return b"".join([packer.compress(bytes(1_000_000)) for _ in range(100)]) + packer.flush()


_NOISE = random.Random(3).randbytes(5_000)
_GZIPPED = gzip.compress(PAGE)
OK, OUT, LARGE, BROKEN = FetchStatus.FETCHED, FetchStatus.TIMED_OUT, FetchStatus.TOO_LARGE, FetchStatus.BROKEN
REFUSED, CIRCLE = FetchStatus.REFUSED_ADDRESS, FetchStatus.TOO_MANY_REDIRECTS
_CUT = "connection"

SLOW = (
    Behaviour("silence", "accepts and says nothing", send(3600.0), OUT),
    Behaviour("slow-head", "the head, a byte at a time", drip(whole(PAGE), 0.05), OUT),
    Behaviour(
        "slow-body",
        "a body, a byte at a time",
        lambda _: [head("Content-Length: 9999"), *([b"x", 0.1] * 999)],
        OUT,
    ),
    Behaviour("stall", "half a body, then nothing", send(head("Content-Length: 9999"), PAGE, 3600.0), OUT),
    Behaviour(
        "stall-chunk",
        "half a chunk, then nothing",
        send(head("Transfer-Encoding: chunked"), b"ffff\r\nabc", 3600.0),
        OUT,
    ),
    Behaviour("no-end", "a body without length, held open", send(head(), PAGE), OUT, hangs=True),
    Behaviour("tls-silence", "accepts and never greets back", send(3600.0), OUT, _CUT, "https", "silent"),
)
HUGE = (
    Behaviour("huge", "5 MB where 1 MB is the bound", send(whole(bytes(5_000_000))), LARGE),
    Behaviour("endless", "a body without end", forever(head(), bytes(_CHUNK)), LARGE),
    Behaviour(
        "endless-chunks",
        "chunks without end",
        forever(head("Transfer-Encoding: chunked"), b"10000\r\n" + bytes(_CHUNK) + b"\r\n"),
        LARGE,
    ),
    Behaviour(
        "announced", "announces ten terabytes", send(head("Content-Length: 10000000000000"), 3600.0), LARGE
    ),
    Behaviour(
        "tiny-chunks",
        "a megabyte in chunks of a byte",
        send(head("Transfer-Encoding: chunked"), b"1\r\nx\r\n" * 1_000_001, b"0\r\n\r\n"),
        LARGE,
    ),
)
PACKED = (
    Behaviour("gzip-bomb", "100 MB in 100 KB of gzip", pack(_deflate_bomb(31), "gzip"), LARGE),
    Behaviour("deflate-bomb", "the same as deflate", pack(_deflate_bomb(15), "deflate"), LARGE),
    Behaviour(
        "br-bomb", "the same as brotli", pack(brotli.compress(bytes(100_000_000), quality=5), "br"), LARGE
    ),
    Behaviour("zstd-bomb", "the same as zstd", pack(zstandard.compress(bytes(100_000_000)), "zstd"), LARGE),
    Behaviour(
        "gzip-members", "twenty thousand empty members", pack(gzip.compress(b"") * 20_000, "gzip"), BROKEN
    ),
    Behaviour(
        "nested", "gzip within gzip, both announced", pack(gzip.compress(_GZIPPED), "gzip, gzip"), BROKEN
    ),
    Behaviour("quine", "gzip within gzip, one announced", pack(gzip.compress(_GZIPPED), "gzip"), OK),
    Behaviour("gzip-cut", "gzip without its end", pack(_GZIPPED, "gzip", cut=20), BROKEN),
    Behaviour("br-cut", "brotli without its end", pack(brotli.compress(PAGE), "br", cut=9), BROKEN),
    Behaviour("zstd-cut", "zstd without its end", pack(zstandard.compress(PAGE), "zstd", cut=9), BROKEN),
    Behaviour("gzip-noise", "noise with gzip's first bytes", pack(b"\x1f\x8b" + _NOISE, "gzip"), BROKEN),
    Behaviour("zstd-noise", "noise called zstd", pack(_NOISE, "zstd"), BROKEN),
    Behaviour("gzip-lie", "plain text called gzip", pack(PAGE, "gzip"), OK),
    Behaviour("unknown-coding", "a coding that was not offered", pack(PAGE, "lzma"), BROKEN),
)
REDIRECTS = (
    Behaviour("circle", "to itself", redirect("{here}/circle"), CIRCLE),
    Behaviour("circle-of-two", "to another that leads back", redirect("{here}/circle-back"), CIRCLE),
    Behaviour("circle-back", "the other", redirect("{here}/circle-of-two"), CIRCLE),
    Behaviour(
        "chain",
        "a new address each time",
        lambda here: [whole(b"", f"Location: {here}/chain?{random.random()}", status="301 x")],
        CIRCLE,
    ),  # noqa: S311
    Behaviour("to-file", "to file:///etc/passwd", redirect("file:///etc/passwd"), REFUSED),
    Behaviour("to-data", "to data:", redirect("data:text/html,hello"), REFUSED),
    Behaviour("to-script", "to javascript:", redirect("javascript:alert(1)"), REFUSED),
    Behaviour("to-ftp", "to ftp:", redirect("ftp://example.org/"), REFUSED),
    Behaviour("to-private", "to 10.0.0.1", redirect("http://10.0.0.1/"), REFUSED),
    Behaviour(
        "to-metadata",
        "to the cloud's metadata",
        redirect("http://169.254.169.254/latest/meta-data/"),
        REFUSED,
    ),
    Behaviour("to-loopback6", "to [::1]", redirect("http://[::1]/"), REFUSED),
    Behaviour("to-mapped", "to IPv6-mapped 10.0.0.1", redirect("http://[::ffff:10.0.0.1]/"), REFUSED),
    Behaviour("to-decimal", "to 10.0.0.1 as one number", redirect("http://167772161/"), REFUSED),
    Behaviour("to-hex", "to 10.0.0.1 in hexadecimal", redirect("http://0x0a.0.0.1/"), REFUSED),
    Behaviour("to-octal", "to 10.0.0.1 in octal", redirect("http://012.0.0.1/"), REFUSED),
    Behaviour("to-dot", "to 10.0.0.1 with a dot behind", redirect("http://10.0.0.1./"), REFUSED),
    Behaviour("to-local-name", "to a printer", redirect("http://printer.local/"), REFUSED),
    Behaviour("to-ssh", "to port 22", redirect("http://example.org:22/"), REFUSED),
    Behaviour("to-user", "to an address with a password", redirect("http://a:b@example.org/"), REFUSED),
    Behaviour("to-nowhere", "without saying where", send(whole(b"", status="302 Found")), BROKEN),
    Behaviour("to-nonsense", "to what is no address", redirect("http://[::/"), BROKEN, fault=_CUT),
    Behaviour("to-long", "to an address of a megabyte", redirect("/" + "a" * 1_000_000), BROKEN, fault=_CUT),
)
LENGTHS = (
    Behaviour("length-short", "more than announced", send(head("Content-Length: 50") + PAGE), BROKEN, _CUT),
    Behaviour(
        "length-long",
        "less than announced, then closes",
        send(head(f"Content-Length: {len(PAGE) + 9}") + PAGE),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour("length-negative", "length -1", send(head("Content-Length: -1") + PAGE), BROKEN, fault=_CUT),
    Behaviour(
        "length-twice",
        "two lengths",
        send(head("Content-Length: 5", "Content-Length: 9") + PAGE),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "length-words", "a length in words", send(head("Content-Length: many") + PAGE), BROKEN, fault=_CUT
    ),
    Behaviour(
        "length-overflow",
        "a length of forty digits",
        send(head("Content-Length: " + "9" * 40) + PAGE),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "length-and-chunks",
        "length and chunks",
        send(head("Content-Length: 5", "Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n"),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "chunks-twice",
        "chunked, chunked",
        send(head("Transfer-Encoding: chunked, chunked") + b"5\r\nhello\r\n0\r\n\r\n"),
        OK,
    ),
)
CHUNKS = (
    Behaviour(
        "chunk-size",
        "a chunk of size zz",
        send(head("Transfer-Encoding: chunked") + b"zz\r\nhello\r\n0\r\n\r\n"),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "chunk-overflow",
        "a chunk of 2^64 bytes",
        send(head("Transfer-Encoding: chunked") + b"fffffffffffffffff\r\nhello"),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "chunk-negative",
        "a chunk of -5 bytes",
        send(head("Transfer-Encoding: chunked") + b"-5\r\nhello\r\n0\r\n\r\n"),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "chunk-cut",
        "chunks without their end",
        send(head("Transfer-Encoding: chunked") + b"5\r\nhello\r\n"),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "chunk-extension",
        "an extension without end",
        forever(head("Transfer-Encoding: chunked") + b"5;", b"x" * 1_000, 0.001),
        OUT,
    ),
    Behaviour(
        "chunk-trailers",
        "trailers without end",
        forever(head("Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n", b"X-T: y\r\n" * 500),
        BROKEN,
        fault=_CUT,
    ),
)
LIES = (
    Behaviour(
        "charset-lie",
        "Latin-1 called UTF-8",
        send(whole("Ça déborde à Zürich".encode("latin-1") * 50, "Content-Type: text/html; charset=utf-8")),
        OK,
    ),
    Behaviour(
        "charset-nonsense",
        "a charset that nobody knows",
        send(whole(PAGE, "Content-Type: text/html; charset=klingon\x80")),
        OK,
    ),
    Behaviour("type-lie", "HTML called a picture", send(whole(PAGE, "Content-Type: image/png")), OK),
    Behaviour("type-none", "no type at all", send(whole(PAGE)), OK),
    Behaviour("etag-long", "an ETag of 7 KB", send(whole(PAGE, "ETag: " + "e" * 7_000)), OK),
    Behaviour("cookies", "fifty cookies", send(whole(PAGE, *["Set-Cookie: a=" + "b" * 100] * 50)), OK),
    Behaviour(
        "unchanged",
        "304 to who never asked whether",
        send(head(status="304 Not Modified")),
        FetchStatus.NOT_MODIFIED,
    ),
    Behaviour(
        "auth",
        "asks for a password",
        send(whole(b"", "WWW-Authenticate: Negotiate, Basic realm=x", status="401 x")),
        FetchStatus.REJECTED,
    ),
    Behaviour(
        "proxy-auth",
        "asks for the proxy's password",
        send(whole(b"", "Proxy-Authenticate: Basic", status="407 x")),
        FetchStatus.REJECTED,
    ),
    Behaviour(
        "error-endless",
        "an error page without end",
        forever(head(status="404 Not Found"), bytes(_CHUNK)),
        FetchStatus.GONE,
    ),
    *(
        Behaviour(
            f"retry-{name}",
            f"come back after {text[:12]!r}",
            send(whole(b"", f"Retry-After: {text}", status="429 x")),
            FetchStatus.BUSY,
        )
        for name, text in {
            "negative": "-5",
            "huge": "9" * 1_000,
            "float": "1e99",
            "nan": "nan",
            "words": "tomorrow",
            "date": "Fri, 31 Dec 9999 23:59:59 GMT",
            "past": "Thu, 01 Jan 1970 00:00:00 GMT",
        }.items()
    ),
)
HEADS = (
    Behaviour(
        "headers",
        "a hundred thousand headers",
        send(head(*[f"X-{n}: y" for n in range(100_000)]) + PAGE),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "headers-endless",
        "headers without end",
        forever(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"y" * 1_000 + b"\r\n"),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "header-long",
        "a header of a megabyte",
        send(head("X: " + "y" * 1_000_000) + PAGE),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "header-name", "a name of a megabyte", send(head("y" * 1_000_000 + ": x") + PAGE), BROKEN, fault=_CUT
    ),
    Behaviour("header-nul", "a NUL in a header", send(head("X: a\0b") + PAGE), BROKEN, fault=_CUT),
    Behaviour("header-colon", "a header without a colon", send(head("nonsense") + PAGE), BROKEN, fault=_CUT),
    Behaviour(
        "header-split",
        "a line break smuggled in",
        send(head("X: a\rSet-Cookie: b") + PAGE),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour("status-words", "a status in words", send(b"HTTP/1.1 fine\r\n\r\n" + PAGE), BROKEN, fault=_CUT),
    Behaviour("status-999", "status 999", send(whole(PAGE, status="999 x")), FetchStatus.SERVER_ERROR),
    Behaviour("status-000", "status 000", send(whole(PAGE, status="000 x")), BROKEN),
    Behaviour(
        "status-huge", "a status of forty digits", send(whole(PAGE, status="9" * 40)), BROKEN, fault=_CUT
    ),
    Behaviour(
        "status-long",
        "a reason of a megabyte",
        send(whole(PAGE, status="200 " + "x" * 1_000_000)),
        BROKEN,
        fault=_CUT,
    ),
    Behaviour(
        "version", "HTTP/9.9", send(b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nhi"), BROKEN, fault=_CUT
    ),
    Behaviour("http-0.9", "a body without any head", send(PAGE), BROKEN, fault=_CUT),
    Behaviour("icy", "a radio's greeting", send(b"ICY 200 OK\r\n\r\n" + PAGE), BROKEN, fault=_CUT),
    Behaviour("noise", "noise", send(_NOISE), BROKEN, fault=_CUT),
    Behaviour("nothing", "closes without a word", send(), BROKEN, fault=_CUT),
    Behaviour("half-line", "closes within the status line", send(b"HTTP/1.1 20"), BROKEN, fault=_CUT),
    Behaviour("half-head", "closes within the head", send(b"HTTP/1.1 200 OK\r\nX: "), BROKEN, fault=_CUT),
    Behaviour(
        "reset",
        "resets within the body",
        send(head("Content-Length: 9999") + PAGE, 0.1),
        BROKEN,
        fault=_CUT,
        resets=True,
    ),
    Behaviour("no-body", "a head and no body", send(head("Connection: close")), OK),
    Behaviour(
        "continue",
        "a thousand times 100, then the page",
        send(head(status="100 Continue") * 1_000 + whole(PAGE)),
        OK,
    ),
    Behaviour("continue-endless", "100 without end", forever(b"", head(status="100 Continue") * 50), OUT),
    Behaviour(
        "hints",
        "early hints, then the page",
        send(head("Link: </a>; rel=preload", status="103 Early Hints") + whole(PAGE)),
        OK,
    ),
    Behaviour(
        "switch",
        "switches to another protocol",
        send(head("Upgrade: h2c", status="101 Switching Protocols"), 3600.0),
        BROKEN,
    ),
    Behaviour(
        "second",
        "a second answer that nobody asked for",
        send(head("Content-Length: 2") + b"hi" + whole(b"evil")),
        OK,
    ),
)
TLS = (
    Behaviour(
        "tls-good",
        "a certificate of an authority we trust",
        send(whole(PAGE)),
        OK,
        scheme="https",
        port="good",
    ),
    Behaviour(
        "tls-self-signed",
        "a certificate of nobody's",
        send(whole(PAGE)),
        BROKEN,
        "certificate",
        "https",
        "self-signed",
    ),
    Behaviour(
        "tls-expired",
        "a certificate of last year",
        send(whole(PAGE)),
        BROKEN,
        "certificate",
        "https",
        "expired",
    ),
    Behaviour(
        "tls-early", "a certificate of next year", send(whole(PAGE)), BROKEN, "certificate", "https", "early"
    ),
    Behaviour(
        "tls-wrong-host",
        "another host's certificate",
        send(whole(PAGE)),
        BROKEN,
        "certificate",
        "https",
        "wrong-host",
    ),
    Behaviour("tls-not", "no TLS where it should be", send(whole(PAGE)), BROKEN, _CUT, "https"),
)
BEHAVIOURS = (*SLOW, *HUGE, *PACKED, *REDIRECTS, *LENGTHS, *CHUNKS, *LIES, *HEADS, *TLS)
BY_NAME = {behaviour.name: behaviour for behaviour in BEHAVIOURS}
