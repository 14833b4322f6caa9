"""Reading the few response headers that steer the fetcher."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from yarl import URL

# One link of a Link header (RFC 8288): the target, then parameters, quoted or not. Linear.
_LINK = re.compile(r"<([^<>]{1,2048})>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)")
_PARAMETER = re.compile(r";\s*([\w!#$&+.^`|~*-]+)(?:\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+)))?")
_MAX_LINK_CHARACTERS = 8_000  # as long as one header field may be


def parse_retry_after(value: str, *, now: datetime, max_seconds: float) -> float | None:
    """Read a Retry-After header, in seconds or as an HTTP date, into seconds from now.

    Never negative, never more than max_seconds; None where the header is absent or cannot be read.
    Source: RFC 9110, section 10.2.3.
    """
    value = value.strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        # Beyond ten digits the number is a joke, and int() of a long header is quadratic.
        return max_seconds if len(value) > 10 else min(float(value), max_seconds)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), max_seconds)


def decode_location(value: str) -> str:
    """Restore a Location header whose raw bytes were not UTF-8, as the oldest servers send it."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value


def read_links(values: Iterable[str], *, address: str) -> dict[str, str]:
    """Read Link headers: the first absolute web address of each relation, such as "hub" and "self".

    address: where the answer came from; relative targets count from there.
    Source: RFC 8288, section 3.
    """
    found: dict[str, str] = {}
    base = URL(address)
    for target, parameters in _LINK.findall(", ".join(values)[:_MAX_LINK_CHARACTERS]):
        said = (
            quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters) if name.lower() == "rel"
        )
        relations = next(said, "").lower().split()
        try:
            link = str(base.join(URL(target)))
        except ValueError:
            continue
        if link.startswith(("http://", "https://")):
            for name in relations:
                found.setdefault(name, link)
    return found
