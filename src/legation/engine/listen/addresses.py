"""One spelling for each web address, and the site that it belongs to."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from publicsuffixlist import PublicSuffixList

from legation.engine.listen.tracking_parameters import is_tracking

_SESSION: Final = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"%([0-9a-fA-F]{2})")
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_MAX_CHARS: Final = 4_096  # as the fetcher's guard


# Where every customer has a name of his own below the service's, and the Public Suffix List does not say
# so.
_SHARED_HOSTS: Final = frozenset({"medium.com", "substack.com", "tumblr.com", "weebly.com", "wordpress.com"})


class UnusableAddress(ValueError):
    """The text is no http or https address; the message says why."""


def canonical_address(address: str) -> str:
    """Give an address its one spelling: what leads to the same page compares equal.

    Host in lower-case ASCII without default port, no fragment, no tracking parameters, dot segments
    resolved; every other parameter stays in its place. Raises UnusableAddress.
    """
    parts = _split(address)
    port = _read_port(parts)
    is_default = port is None or (parts.scheme.lower(), port) in (("http", 80), ("https", 443))
    host = _tidy_host(parts)
    path = _quote(_resolve_dots(_SESSION.sub("", parts.path))) or "/"
    query = _quote(_drop_tracking(parts.query))
    place = host if is_default else f"{host}:{port}"
    return f"{parts.scheme.lower()}://{place}{path}" + (f"?{query}" if query else "")


def address_key(address: str) -> str:
    """Name the page behind an address, whether it is reached by http or https, with www or without.

    Raises UnusableAddress.
    """
    rest = canonical_address(address).partition("://")[2].removeprefix("www.")
    page, mark, query = rest.partition("?")
    return page.rstrip("/") + mark + query


def site_key(address: str) -> str:
    """Name the site that an address belongs to, as registered: news.paper.co.uk → paper.co.uk.

    Where a service gives every customer a name of his own (one.wordpress.com), each is a site. Numeric and
    one-word hosts keep their port, as several sites may live there.
    Raises UnusableAddress. Source: the Public Suffix List, publicsuffix.org.
    """
    parts = _split(address)
    host = _tidy_host(parts)
    labels = host.split(".")
    if host.startswith("[") or labels[-1].isdigit() or len(labels) == 1:
        port = _read_port(parts)
        return f"{host}:{port}" if port else host
    if ".".join(labels[-2:]) in _SHARED_HOSTS:
        return ".".join(labels[-3:])
    return _read_suffixes().privatesuffix(host) or host


@cache
def _read_suffixes() -> PublicSuffixList:
    """Read the Public Suffix List that comes with its package: 40 ms, once, and no network."""
    return PublicSuffixList()


def _split(address: str) -> SplitResult:
    address = address.strip()
    if not address or len(address) > _MAX_CHARS:
        raise UnusableAddress(f"An address has between 1 and {_MAX_CHARS} characters.")
    if any(ord(char) < 32 or char == "\\" for char in address):
        raise UnusableAddress("The address contains control characters or backslashes.")
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname)
    except ValueError as error:
        raise UnusableAddress(f"The address cannot be read: {error}.") from error
    if parts.scheme.lower() not in ("http", "https") or not has_host:
        raise UnusableAddress("Only http and https addresses with a host are web addresses.")
    if "@" in parts.netloc:
        raise UnusableAddress("The address carries a user name or password.")
    _read_port(parts)
    return parts


def _read_port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise UnusableAddress(f"The address cannot be read: {error}.") from error


def _tidy_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host).compressed}]"
        except ValueError as error:
            raise UnusableAddress("The host is no valid IPv6 address.") from error
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnusableAddress("The host's name is not valid.") from error
    if not _HOST.fullmatch(host):
        raise UnusableAddress("The host's name is not valid.")
    return host


def _resolve_dots(path: str) -> str:
    """Resolve "." and ".." as RFC 3986, section 5.2.4."""
    if "/." not in path:
        return path
    segments: list[str] = []
    parts = path.split("/")
    for number, segment in enumerate(parts):
        is_last = number == len(parts) - 1
        if segment == "..":
            if len(segments) > 1:
                segments.pop()
            segments += [""] if is_last else []
        elif segment == ".":
            segments += [""] if is_last else []
        else:
            segments.append(segment)
    return "/".join(segments)


def _drop_tracking(query: str) -> str:
    return "&".join(
        part
        for part in query.split("&")
        if part and not is_tracking(part.partition("=")[0], is_for_identity=True)
    )


def _quote(text: str) -> str:
    """Escape what may not stand in an address, and write existing escapes in upper case."""
    quoted = quote(text, safe="%/:=&?~+!$,;'@()*[]|-._", errors="replace")
    return _ESCAPE.sub(lambda found: found[0].upper(), quoted)
