"""Writes what went over the wire into a WARC/1.1 file, each record a gzip member of its own.

Source: ISO 28500:2017, "The WARC Format 1.1".
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import IO

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from legation import __version__
from legation.engine.records.captures import ArchiveAbout, ArchiveSummary
from legation.engine.records.fetches import HttpExchange

_VERSION = "WARC/1.1"
# The transfer coding is undone on arrival, so its header would lie about the bytes that follow; its value is
# kept under the name that other archiving crawlers use for this.
_TRANSFER_CODING = re.compile(rb"(?im)^(transfer-encoding)(?=[ \t]*:)")


def write_archive(
    exchanges: Sequence[HttpExchange], target: IO[bytes], *, about: ArchiveAbout, page_index: int
) -> ArchiveSummary:
    """Write a warcinfo record, then request and response of each exchange, redirects included.

    page_index: of the exchange that is the page itself, among exchanges.
    Requests and responses name each other, with the SHA-256 of block and payload in each.
    """
    writer = WARCWriter(target, gzip=True, warc_version=_VERSION)
    info_id = _write(writer, "warcinfo", _describe(about), {"WARC-Date": _write_time(about.made_at)})
    page_id = ""
    for index, exchange in enumerate(exchanges):
        record_id = _write_exchange(writer, exchange, info_id)
        if index == page_index:
            page_id = record_id
    page = exchanges[page_index]
    digest = hashlib.sha256(page.response_body).hexdigest()
    return ArchiveSummary(record_count=1 + 2 * len(exchanges), record_id=page_id, payload_sha256=digest)


def _write_exchange(writer: WARCWriter, exchange: HttpExchange, info_id: str) -> str:
    """Write the two records of one exchange; returns the response's id."""
    response_id, request_id = _make_id(), _make_id()
    shared = {
        "WARC-Date": _write_time(exchange.started_at),
        "WARC-Target-URI": exchange.address,
        "WARC-IP-Address": exchange.remote_address,
        "WARC-Warcinfo-ID": info_id,
    }
    _write(
        writer,
        "response",
        _TRANSFER_CODING.sub(rb"X-Orig-Transfer-Encoding", exchange.response_head) + exchange.response_body,
        {
            **shared,
            "WARC-Record-ID": response_id,
            "WARC-Concurrent-To": request_id,
            "WARC-Payload-Digest": digest_of(exchange.response_body),
            "WARC-Truncated": "length" if exchange.is_cut else "",
        },
    )
    _write(
        writer,
        "request",
        exchange.request_head,
        {
            **shared,
            "WARC-Record-ID": request_id,
            "WARC-Concurrent-To": response_id,
            "WARC-Payload-Digest": digest_of(b""),
        },
    )
    return response_id


_CONTENT_TYPES = {
    "warcinfo": "application/warc-fields",
    "response": "application/http; msgtype=response",
    "request": "application/http; msgtype=request",
}


def _write(writer: WARCWriter, kind: str, block: bytes, headers: dict[str, str]) -> str:
    """Write one record with its block as it is; returns its id."""
    record_id = headers.get("WARC-Record-ID") or _make_id()
    named = {
        "WARC-Type": kind,
        **headers,
        "WARC-Record-ID": record_id,
        "WARC-Block-Digest": digest_of(block),
    }
    fields = [(name, _clean(value)) for name, value in named.items() if value]
    record = ArcWarcRecord(
        "warc",
        kind,
        StatusAndHeaders("", fields, protocol=_VERSION),
        BytesIO(block),
        None,  # no parsed HTTP headers: the block stays byte for byte what went over the wire
        _CONTENT_TYPES[kind],
        len(block),
    )
    record.payload_length = len(block)
    # Else the writer would add a digest of the block under the payload's name.
    writer.ensure_digest = lambda *_, **__: None
    writer.write_record(record)
    return record_id


def _describe(about: ArchiveAbout) -> bytes:
    fields = {
        "software": f"Legation/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": about.operator,
        "http-header-user-agent": about.user_agent,
        "robots": "classic" if about.respects_robots else "ignore",
        "description": about.title,
    }
    return "".join(f"{name}: {_clean(value)}\r\n" for name, value in fields.items() if value).encode()


def _clean(value: str) -> str:
    """Put a foreign text on one line, so that it cannot begin a header of its own."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+", " ", value).strip()


def _write_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _make_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def digest_of(content: bytes) -> str:
    """Return a SHA-256 as WARC labels it; in hexadecimal, so that it can be compared with other programs'."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
