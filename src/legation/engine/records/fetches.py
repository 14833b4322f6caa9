"""What one polite HTTP request asked for and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FetchStatus(StrEnum):
    """How a fetch ended; exactly one per request."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not_modified"
    REFUSED_ADDRESS = "refused_address"  # private, local or malformed; by our own guard
    REFUSED_ROBOTS = "refused_robots"
    GONE = "gone"  # 404 or 410
    REJECTED = "rejected"  # any other 4xx
    BUSY = "busy"  # 429 or 503: come back after retry_after_seconds
    SERVER_ERROR = "server_error"
    TIMED_OUT = "timed_out"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BROKEN = "broken"  # connection, TLS or encoding failure


@dataclass(frozen=True, slots=True)
class HttpExchange:
    """One request and its answer as they went over the wire, for an evidence copy."""

    address: str  # what was asked for in this hop
    started_at: datetime
    request_head: bytes  # request line and headers, CRLF between, an empty line at the end
    response_head: bytes  # status line and headers, likewise
    response_body: bytes  # as transferred, without transfer coding, content coding kept
    remote_address: str = ""  # IP address that answered
    is_cut: bool = False  # the body went beyond the limit and breaks off


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One address to fetch, with the validators of the last good answer."""

    address: str  # absolute http or https address
    etag: str = ""
    last_modified: str = ""  # the header's own text
    accept: str = "*/*"
    checks_robots: bool = True
    keeps_exchanges: bool = False  # whether the result holds what went over the wire
    form: tuple[tuple[str, str], ...] = ()  # where given, it is sent as a POST


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The answer to one FetchRequest, or the reason why there is none."""

    request: FetchRequest
    status: FetchStatus
    fetched_at: datetime
    final_address: str = ""  # after redirects
    http_status: int = 0  # 0 where no answer came
    content_type: str = ""  # the header's own text, charset included
    body: bytes = b""  # decompressed, within max_bytes
    etag: str = ""
    last_modified: str = ""
    retry_after_seconds: float | None = None
    redirects: tuple[str, ...] = field(default=())  # every address passed through, permanent ones included
    moved_permanently_to: str = ""  # set where each hop was 301 or 308
    reason: str = ""  # one English sentence for a person, empty on success
    fault: str = ""  # "certificate", "name" (DNS), "connection" or "" where the status says all
    hub: str = ""  # WebSub hub named by the answer's Link header, absolute
    topic: str = ""  # the Link header's own "self" address, absolute
    exchanges: tuple[HttpExchange, ...] = field(default=())  # every hop, where asked for
