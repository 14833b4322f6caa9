"""Reading the few response headers that steer the fetcher."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


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
