"""The address guard: which addresses a fetch may reach, by name, after resolution and on every hop."""

from __future__ import annotations

import ipaddress
import re
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Everything that is not the public IPv4 internet. IANA IPv4 Special-Purpose Address Registry, and 224/3 for
# multicast and the reserved class E. Written out because `is_global` differs between releases of Python.
_CLOSED_IPV4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
# IPv6 is open only where IANA has allocated it (2000::/3), and there not in these blocks: IETF protocols with
# Teredo and ORCHID, documentation, 6to4 (it wraps any IPv4 address), AS112, the new documentation block.
# Loopback, mapped, NAT64, unique local, link-local and multicast lie outside 2000::/3.
_OPEN_IPV6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_IPV6 = tuple(
    ipaddress.IPv6Network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)

# Web ports below 1024 that publications use; above it everything but the ports on which a text protocol could
# be made to obey a request (WHATWG Fetch standard, "bad port", its entries above 1023).
_OPEN_LOW_PORTS = frozenset({80, 81, 443})
_BAD_HIGH_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6697, 10080, *range(6665, 6670)}
)

# An address written as one number, in octal or in hexadecimal: resolvers accept "0x7f.1" as 127.0.0.1.
_NUMERIC_LABEL = re.compile(r"^(?:\d+|0x[0-9a-f]*)$", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9._-]+")  # in ASCII; an escape such as %00 would reach the resolver as it is
_MAX_ADDRESS_CHARS = 4096  # twice what browsers and servers commonly accept


class RefusedAddress(OSError):
    """The guard's refusal, an OSError so that it passes through the connector; its text is for a person."""


def is_public_address(address: str) -> bool:
    """Say whether an IP address belongs to the public internet.

    False also for what is no IP address, and for scoped addresses such as fe80::1%eth0.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in block for block in _CLOSED_IPV4)
    if parsed.scope_id is not None or parsed not in _OPEN_IPV6:
        return False
    return not any(parsed in block for block in _CLOSED_IPV6)


def is_allowed_by_name(host: str, port: int, allowed_hosts: frozenset[str]) -> bool:
    """Say whether the operator named this host, or this host with this port."""
    host = host.lower().strip("[]").rstrip(".")
    return host in allowed_hosts or f"{host}:{port}" in allowed_hosts


def check_address(address: str, allowed_hosts: frozenset[str]) -> URL:
    """Parse an address that may be fetched as far as its text can tell.

    Names are checked again after resolution, by GuardedResolver.
    Raises RefusedAddress with the reason.
    """
    url = _parse_address(address)
    host, port = (url.raw_host or "").lower(), url.port or 0
    if url.raw_user is not None or url.raw_password is not None:
        raise RefusedAddress("The address carries a user name or password.")
    if is_allowed_by_name(host, port, allowed_hosts):
        return url
    if port not in _OPEN_LOW_PORTS and (port < 1024 or port in _BAD_HIGH_PORTS):
        raise RefusedAddress(f"Port {port} is not one of the web's.")
    if ":" in host or re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", host):
        if not is_public_address(host):
            raise RefusedAddress(f"{host} is a private, local or reserved address.")
    elif _NUMERIC_LABEL.match(host.rstrip(".").rpartition(".")[2]):
        raise RefusedAddress(f"The host {host} is a disguised number, not a name.")
    elif not _NAME.fullmatch(host):
        raise RefusedAddress("The host's name holds characters that no name has.")
    elif "." not in host.rstrip(".") or host.rstrip(".").endswith((".localhost", ".local", ".internal")):
        raise RefusedAddress(f"The host {host} is a local name.")
    return url


def _parse_address(address: str) -> URL:
    if len(address) > _MAX_ADDRESS_CHARS:
        raise RefusedAddress(f"The address is longer than {_MAX_ADDRESS_CHARS} characters.")
    if any(ord(char) < 33 or char == "\\" for char in address.strip()):
        raise RefusedAddress("The address contains spaces, control characters or backslashes.")
    try:
        url = URL(address.strip()).with_fragment(None)
        port = url.port
    except (ValueError, TypeError) as error:
        raise RefusedAddress(f"The address cannot be read: {error}.") from error
    if url.scheme not in ("http", "https") or not url.raw_host or not port:
        raise RefusedAddress("Only http and https addresses with a host are fetched.")
    return url


class GuardedResolver(AbstractResolver):
    """Resolves names and refuses private answers; the connector then uses exactly these addresses.

    Because the checked answer is the one connected to, a name that resolves differently a moment later
    (DNS rebinding) gains nothing.
    """

    def __init__(self, inner: AbstractResolver, allowed_hosts: frozenset[str]) -> None:
        self._inner = inner
        self._allowed_hosts = allowed_hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve a name, or refuse it where any of its addresses is not public."""
        answers = await self._inner.resolve(host, port, family)
        if is_allowed_by_name(host, port, self._allowed_hosts):
            return answers
        for answer in answers:
            if not is_public_address(answer["host"]):
                found = answer["host"]
                raise RefusedAddress(f"{host} resolves to {found}, a private, local or reserved address.")
        return answers

    async def close(self) -> None:
        """Release the inner resolver."""
        await self._inner.close()
