"""What is done to mails, web archives, PDFs and pictures: their own structures, written by hand and spoilt."""

# ruff: noqa: E501 - inputs stand on lines of their own length
from __future__ import annotations

import gzip
import random
import re
import zlib
from collections.abc import Sequence

from tests.evaluation.fuzz_mutators import CHARSETS, DATES, NUMBERS, TEXTS, mutate_bytes

_ENCODED = (
    "=?utf-8?b?//79?=", "=?utf-8?q?=00=ed=a0=80?=", "=?x?b?YQ==?=", "=?utf-8?b?YQ", "=?=?=?=", "=?utf-8*vi?q?=?=",
    "=?utf-8?q?" + "=E1=BA=BF" * 300 + "?=", "=?idna?q?xn--?=", "=?utf-16?b?2AA=?=", "=?utf-8?z?a?= =?utf-8?b?b",
    "=?punycode?q?a-?=", "=?unicode_escape?q?=5Cud800?=",
)  # fmt: skip
_HEADERS = (
    "Content-Type: multipart/mixed", 'Content-Type: multipart/mixed; boundary=""', "Content-Type: /", "Content-Type:",
    'Content-Type: text/plain; charset*=utf-8\'\'%ED%A0%80; name*0*="x"', "Content-Type: message/rfc822",
    "Content-Type: message/delivery-status", "Content-Type: multipart/alternative; boundary=" + "b" * 5000,
    "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: x-uuencode", "Content-Transfer-Encoding: \x00",
    "Content-Disposition: attachment; filename*=utf-8''%00%ED%A0%80", "Content-Disposition: ; ;;", "From: <<>>@@,,;",
    "From: " + "(" * 3000, "To: " + "a@b," * 3000, "Message-ID: <" + "x" * 3000 + ">", "Message-ID: [", ": x",
    "Message-ID: <\ud800@x>", "Subject: " + "\x00" * 9, "Date: -", "Content-Language: ,,", "List-Id: <", "Date: 1",
    "Content-Type: text/html; charset=\"\x00\"", "Content-Type: application/json; name=a.json",
    "Content-Type: text/plain; " + "; ".join(f"a*{n}=b" for n in range(300)), "MIME-Version: 9e999", "\tfolded: x",
)  # fmt: skip


def mutate_mail(chance: random.Random, content: bytes) -> bytes:
    """Break a message's headers, parts and encodings."""
    lines = content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    for _ in range(chance.choice((1, 2, 4))):
        heads = [place for place, line in enumerate(lines) if re.match(r"[A-Za-z-]+:", line)] or [0]
        place, kind = chance.choice(heads), chance.randrange(8)
        name = lines[place].partition(":")[0]
        if kind == 0:
            lines[place] = f"{name}: {chance.choice((*_ENCODED, *TEXTS, *DATES))}"
        elif kind == 1:
            lines.insert(place, chance.choice(_HEADERS))
        elif kind == 2:
            del lines[place]
        elif kind == 3:
            lines[place] = re.sub(
                r"charset=\"?[\w-]+\"?", f'charset="{chance.choice(CHARSETS)}"', lines[place]
            )
        elif kind == 4:
            bounds = [n for n, line in enumerate(lines) if line.startswith("--")]
            if bounds:
                lines[chance.choice(bounds)] = chance.choice(("", "--", "--x", lines[bounds[0]] + "--"))
        elif kind == 5:
            lines[place] = chance.choice(_HEADERS)
        elif kind == 6:
            lines.insert(place, "\n".join(f"X-{n}: {n}" for n in range(chance.choice((50, 3000)))))
        else:
            lines[place:place] = _nest_parts(chance)
    end = chance.choice(("\r\n", "\n", "\r"))
    raw = end.join(lines).encode("utf-8", chance.choice(("surrogatepass", "replace")))
    return mutate_bytes(chance, raw) if chance.random() < 0.25 else raw


def _nest_parts(chance: random.Random) -> list[str]:
    """Write the heads of parts inside parts inside parts."""
    depth = chance.choice((5, 60, 400))
    kind = chance.choice(("multipart/mixed", "message/rfc822"))
    return [row for n in range(depth) for row in (f'Content-Type: {kind}; boundary="n{n}"', "", f"--n{n}")]


def make_record(
    kind: str, address: str, block: bytes, *, length: str = "", more: Sequence[str] = ()
) -> bytes:
    """Write one record of a web archive by hand; length: what its head claims, "" for the truth."""
    head = "\r\n".join((
        "WARC/1.1", f"WARC-Type: {kind}", f"WARC-Target-URI: {address}", "WARC-Date: 2026-11-20T08:00:00Z",
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>", "Content-Type: application/http",
        *more, f"Content-Length: {length or len(block)}",
    ))  # fmt: skip
    return head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + block + b"\r\n\r\n"


def make_response(body: bytes, *, status: str = "200 OK", headers: Sequence[str] = ()) -> bytes:
    """Write an answer of HTTP as it stands in an archive."""
    rows = (f"HTTP/1.1 {status}", *(headers or ("Content-Type: text/html; charset=utf-8",)))
    return "\r\n".join(rows).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body


def mutate_archive(chance: random.Random, content: bytes) -> bytes:
    """Write a web archive with records that lie; content: of the page that it holds."""
    statuses = ("200 OK", "abc", "", "-1 x", "404 gone", "99999 x", "200", "²00 x")
    headers = (
        (), ("Content-Type: text/html; charset=" + chance.choice(CHARSETS),), ("Content-Type: application/pdf",),
        ("Content-Encoding: gzip", "Content-Type: text/html"), ("Content-Encoding: br", "Content-Type: text/html"),
        ("Content-Type: \x00/\ud800",), ("Transfer-Encoding: chunked", "Content-Type: text/html"), ("Content-Type:",),
        ("Content-Encoding: deflate, gzip", "Content-Type: text/html"), ("Content-Type: text/html" + ";x" * 9000,),
    )  # fmt: skip
    pieces = []
    for number in range(chance.randint(1, 6)):
        block = make_response(
            content, status=chance.choice((*statuses, *["200 OK"] * 8)), headers=chance.choice(headers)
        )
        kind = chance.choice(
            ("response", "response", "resource", "request", "warcinfo", "revisit", "", "\x00")
        )
        length = chance.choice(
            ("", "", "", "0", "-1", "99999999999", "x", str(len(block) // 2), str(len(block) + 9), "1e3")
        )
        more = chance.choice(
            ((), (), ("WARC-Date: " + chance.choice(DATES),), ("no colon here",), (": ",), ("x" * 9000,))
        )
        address = chance.choice(
            (f"https://paper.example/{number}", "", "\x00", "<x>", "\ud800", "http://[", "urn:x")
        )
        record = make_record(kind, address, block, length=length, more=more)
        record = mutate_bytes(chance, record) if chance.random() < 0.15 else record
        pieces.append(gzip.compress(record, 1, mtime=0) if chance.random() < 0.7 else record)
    raw = b"".join(pieces)
    if chance.random() < 0.1:
        raw = gzip.compress(raw, 1, mtime=0)
    return mutate_bytes(chance, raw) if chance.random() < 0.4 else raw


def make_pdf(objects: Sequence[bytes], *, trailer: bytes = b"", table: bool = True) -> bytes:
    """Write a PDF of numbered objects, the first of which is its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    if table:
        rows = b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + rows
    out += b"trailer\n<< /Size %d /Root 1 0 R /ID [<01> <02>] " % (len(objects) + 1) + trailer + b">>\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def make_stream(content: bytes, *, rounds: int = 1, more: bytes = b"") -> bytes:
    """Write a compressed stream; rounds: how many times it is compressed."""
    for _ in range(rounds):
        content = zlib.compress(content, 9)
    names = b" ".join([b"/FlateDecode"] * rounds)
    return (
        b"<< /Length %d /Filter [%s] %s >>\nstream\n" % (len(content), names, more) + content + b"\nendstream"
    )


def make_plain_pdf(text: str, *, rounds: int = 1, more: bytes = b"") -> bytes:
    """Write a PDF of one page with a text in Helvetica."""
    lines = b"".join(b"(%s) Tj 0 -14 Td\n" % line.encode("cp1252", "replace") for line in text.split("\n"))
    return make_pdf((
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> " + more + b">>",
        make_stream(b"BT /F1 12 Tf 72 700 Td\n" + lines + b"ET", rounds=rounds),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (Statement) /CreationDate (D:20261120080000+07'00') >>",
    ), trailer=b"/Info 6 0 R ")  # fmt: skip


def mutate_pdf(chance: random.Random, content: bytes) -> bytes:
    """Change a PDF's numbers, names, references and streams."""
    for _ in range(chance.choice((1, 2, 5))):
        kind = chance.randrange(6)
        found = list(
            re.finditer(
                (rb"\d+ 0 R", rb"/[A-Za-z]+", rb"\b\d+\b", rb"\(D:[^)]*\)", rb"endobj", rb"\x78.")[kind],
                content,
            )
        )
        if not found:
            continue
        place = chance.choice(found)
        names = (b"/Kids", b"/Parent", b"/Contents", b"/Length", b"/Filter", b"/LZWDecode", b"/ASCIIHexDecode", b"/Prev",
                 b"/ToUnicode", b"/Encrypt", b"/ObjStm", b"/XRef", b"/Differences", b"/RunLengthDecode", b"/N", b"/First")  # fmt: skip
        new = (
            b"%d 0 R" % chance.randint(0, 9), chance.choice(names), chance.choice(NUMBERS).encode(),
            b"(D:%s)" % chance.choice(DATES).encode("utf-8", "replace"), chance.choice((b"", b"endobj endobj")), b"\x78\x01",
        )[kind]  # fmt: skip
        content = content[: place.start()] + new + content[place.end() :]
    return mutate_bytes(chance, content) if chance.random() < 0.4 else content
