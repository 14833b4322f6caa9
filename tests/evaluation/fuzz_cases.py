"""Inputs that once broke a rule, or that were built to: each small or made in a moment, and named for what it does."""

# ruff: noqa: E501 - inputs stand on lines of their own length
from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Mapping

from tests.evaluation.fuzz_archives import make_pdf, make_plain_pdf, make_record, make_response, make_stream
from tests.evaluation.fuzz_seeds import JSON_LINES, MAIL, NEWSML, NINJS, PARAGRAPH, RICH_PAGE

Case = tuple[str, Callable[[], bytes]]
_ITEM = "https://gazette.example/1"


def _in_body(markup: str) -> bytes:
    return RICH_PAGE.replace(b"<h2>Background</h2>", markup.encode("utf-8", "surrogatepass"))


def _with_data(data: str) -> bytes:
    return f'<html><head><title>T</title><script type="application/ld+json">{data}</script></head><body><p>{PARAGRAPH}</p></body></html>'.encode(
        "utf-8", "surrogatepass"
    )


def _answer(body: bytes, *headers: str) -> bytes:
    return gzip.compress(make_record("response", _ITEM, make_response(body, headers=headers)), 9, mtime=0)


def _brotli_bomb() -> bytes:
    import brotli

    return bytes(brotli.compress(bytes(300_000_000), quality=1))


def _record(**fields: object) -> bytes:
    return (json.dumps({"id": "1", "title": "T", "body": PARAGRAPH, **fields}) + "\n").encode()


def _cyclic_pages() -> bytes:
    return make_pdf(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>",
        )
    )


def _greedy_letters() -> bytes:
    table = b"begincmap 1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange endcmap"
    return make_pdf((
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        make_stream(b"BT /F1 12 Tf (A) Tj ET"),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 6 0 R >>", make_stream(table),
    ))  # fmt: skip


# Reader, and how to make the input.
CASES: Mapping[str, Case] = {
    "a million nested elements": ("page", lambda: _in_body("<div>" * 1_000_000)),
    "a million nested and closed elements": ("page", lambda: _in_body("<b>" * 1_000_000 + "x" + "</b>" * 1_000_000)),
    "an element with a hundred thousand attributes": (
        "page", lambda: _in_body("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>"),
    ),
    "an attribute of ten megabytes": ("page", lambda: _in_body(f'<p title="{"x" * 10_000_000}">x</p>')),
    "two hundred thousand references": ("page", lambda: _in_body("<p>" + "&amp;&#xD800;" * 100_000 + "</p>")),
    "two hundred thousand links": ("page", lambda: _in_body("".join(f"<a href='/n/{n}'>Link {n}</a>" for n in range(200_000)))),
    "a hundred thousand dates": ("page", lambda: _in_body("<time datetime='2026-11-20'>20.11.2026</time>" * 100_000)),
    "a table of a hundred thousand cells": ("page", lambda: _in_body("<table><tr>" + "<td>x" * 100_000)),
    "a hundred thousand open paragraphs in tables": ("page", lambda: _in_body("<table><p>" * 100_000)),
    "data of half a surrogate": ("page", lambda: _with_data('{"@type":"NewsArticle","headline":"a\\ud800","articleBody":"\\udfff"}')),
    "data nested beyond the stack": ("page", lambda: _with_data('{"@graph":[' * 100_000)),
    "data of a number without end": ("page", lambda: _with_data('{"@type":"NewsArticle","datePublished":' + "9" * 100_000 + "}")),
    "data that names itself": ("page", lambda: _with_data('[{"@id":"a","author":{"@id":"a","author":{"@id":"a"}},"@type":"NewsArticle"}]')),
    "a hundred thousand people in data": ("page", lambda: _with_data(json.dumps({"@type": "NewsArticle", "author": [{"name": "x"}] * 100_000}))),
    "a page of references to nothing as an item": ("item", lambda: b"<p>" + b"&#xD800;" * 50_000),
    "an item crowded with attributes and half a surrogate": (
        "item", lambda: _in_body("<p>\ud800" + " ".join(f"a{n}=1" for n in range(60_000)) + "<p " + "b=1 " * 60_000 + ">"),
    ),
    "a record of half a surrogate": ("import", lambda: _record(title="a\ud800", outlet="\udfff", url="http://a.example/\ud800", lang="\ud800")),
    "a record with a crowd of attributes and half a surrogate": (
        "import", lambda: _record(body="<p>\ud800 <b " + " ".join(f"a{n}=1" for n in range(60_000)) + ">x</b>" + PARAGRAPH),
    ),
    "a record of the first year": ("import", lambda: _record(time="0001-01-01T00:00:00+14:00")),
    "a record whose numbers have no end": ("import", lambda: b'{"title":"T","body":"x","id":' + b"9" * 5000 + b"}\n"),
    "a record nested beyond the stack": ("import", lambda: b'{"a":' * 200_000 + b"\n"),
    "an item of an absurd type": ("import", lambda: json.dumps([{**NINJS, "type": "\x00\ud800"}]).encode()),
    "a list of what are no items": ("import", lambda: json.dumps([1, None, [[[[[[NINJS]]]]]], NINJS]).encode()),
    "an entity bomb of an agency": ("import", lambda: NEWSML.replace(
        b"<newsMessage", b'<!DOCTYPE n [<!ENTITY a "haha"><!ENTITY b "' + b"&a;" * 5000 + b'"><!ENTITY c "' + b"&b;" * 5000
        + b'">]><newsMessage').replace(b"Pier opens", b"&c;"),
    ),
    "a title that turns round": ("import", lambda: NEWSML.replace(b"Pier opens", "\u202egnp.reip".encode())),
    "a mail of the year 9999": ("import", lambda: MAIL.replace(b"20 Nov 2026 08:00:00 +0700", b"31 Dec 9999 23:59:59 -1200")),
    "a mail of five hundred parts in parts": ("import", lambda: b"Subject: x\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(500)),
    ),
    "a mail of a hundred thousand headers": ("import", lambda: b"Subject: x\n" + b"X-A: b\n" * 100_000 + b"\n" + PARAGRAPH.encode()),
    "a mail of encoded words": ("import", lambda: MAIL.replace(b"Subject: ", b"Subject: " + b"=?utf-8?q?a?= " * 20_000)),
    "a mail of brackets": ("import", lambda: MAIL.replace(b"From: ", b"From: " + b"(" * 50_000)),
    "an archive that says its lengths wrongly": ("import", lambda: (
        gzip.compress(make_record("warcinfo", "/", b"x"), mtime=0) + make_record("response", _ITEM, make_response(RICH_PAGE), length="9")
        + gzip.compress(make_record("response", _ITEM, make_response(RICH_PAGE)), mtime=0)),
    ),
    "an archive in no known compression": ("import", lambda: _answer(RICH_PAGE, "Content-Type: text/html", "Content-Encoding: zstd")),
    "an archive without a status": ("import", lambda: gzip.compress(make_record("response", _ITEM, make_response(RICH_PAGE, status="abc")), mtime=0)),
    "an archive of one line": ("import", lambda: gzip.compress(b"WARC/1.1\r\nWARC-Type: " + b"x" * 100_000_000, 1, mtime=0)),
    "an archive of empty lines": ("import", lambda: gzip.compress(b"WARC/1.1\r\n" + b"\r\n" * 60_000_000, 1, mtime=0)),
    "an archive packed a thousandfold": ("import", lambda: _answer(bytes(200_000_000), "Content-Type: text/html")),
    "an archive of a packed page": ("import", lambda: _answer(gzip.compress(bytes(100_000_000), 1, mtime=0), "Content-Type: text/html", "Content-Encoding: gzip")),
    "an archive of a page packed a millionfold": ("import", lambda: _answer(_brotli_bomb(), "Content-Type: text/html", "Content-Encoding: br")),
    "an archive that is none": ("import", lambda: gzip.compress(b"PK\x03\x04" + JSON_LINES, mtime=0)),
    "an archive's kind that cannot be stored": ("import", lambda: make_record("\x00", _ITEM, b"x")),
    "a document that is its own page": ("import", _cyclic_pages),
    "a document packed twenty times": ("import", lambda: make_plain_pdf(PARAGRAPH, rounds=20)),
    "a document that unpacks to a millionfold": ("import", lambda: make_pdf((
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>",
        b"<< /Length 9 /Filter [/FlateDecode /FlateDecode] >>\nstream\n" + zlib.compress(_zeros(200_000_000)) + b"\nendstream")),
    ),
    "a document of letters without end": ("import", _greedy_letters),
    "a document of the year 9999": ("import", lambda: make_plain_pdf(PARAGRAPH).replace(b"D:20261120080000+07", b"D:99991231235959-12")),
    "a list of sources with a name that is none": ("opml", lambda: b"<opml><body><x:y text='a'/></body></opml>"),
    "a list of sources of entities": ("opml", lambda: b'<!DOCTYPE o [<!ENTITY a "' + b"x" * 9000 + b'">]><opml><body>' + b"<outline text='&a;&a;'/>" * 20_000),
    "a text of signs without letters": ("text", lambda: ("a" + "\u0301" * 300_000).encode()),
    "a text of quotation marks": ("text", lambda: ("“" * 100_000 + "x" + "”" * 100_000).encode()),
    "a text of halves of surrogates": ("text", lambda: ("\ud800Le port\udfff rouvre " * 5000).encode("utf-8", "surrogatepass")),
    "a text without spaces": ("text", lambda: ("中" * 500_000).encode()),
    "a text of full stops": ("text", lambda: ("。.។!" * 100_000).encode()),
    "a sentence that ends without a space": ("text", lambda: "新港口周五开放。「我们准备好了」，部长说。渔民们等待已久！".encode()),
    "an icon with a false directory": ("icon", lambda: b"\x00\x00\x01\x00\xff\xff" + b"\xff" * 16 * 64),
    "an icon larger than it says": ("icon", lambda: base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAf/8AAH//CAYAAADCLCtX") + bytes(64)),
}  # fmt: skip


def _zeros(size: int) -> bytes:
    """Return what zlib unpacks to some bytes, packed: two layers, so that little memory is used here."""
    packer = zlib.compressobj(9)
    piece = bytes(1_000_000)
    return b"".join(packer.compress(piece) for _ in range(size // len(piece))) + packer.flush()
