"""The settings of the fetcher: who we say we are, and every bound on time, size and politeness."""

from __future__ import annotations

from dataclasses import dataclass, field

_VERSION = "0.1"


def describe_user_agent(contact: str, *, version: str = _VERSION) -> str:
    """Build the honest User-Agent by which a site's owner can find and reach the operator.

    contact: an https address or a mail address of whoever runs this installation.
    Raises ValueError where the contact is neither, or would break the header.
    """
    contact = contact.strip()
    is_reachable = "@" in contact or contact.startswith(("https://", "http://"))
    if not is_reachable or not contact.isascii() or not contact.isprintable() or " " in contact:
        raise ValueError(f"The contact of the User-Agent must be a mail or web address, not {contact!r}.")
    return f"Legation/{version} (+{contact})"


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """Bounds of every fetch; the defaults suit a desk that reads some hundreds of sources."""

    user_agent: str  # from describe_user_agent
    connect_timeout_seconds: float = 10.0  # name look-up, TCP and TLS together
    total_timeout_seconds: float = 60.0  # one request with its redirects, not waiting for the host's turn
    min_bytes_per_second: float = 200.0  # slower than any modem: such a server only holds the connection
    slow_grace_seconds: float = 10.0  # before the rate above is asked for
    max_bytes: int = 20_000_000  # decompressed; the largest honest feeds seen are near 5 MB
    max_compressed_bytes: int = 10_000_000  # on the wire
    max_redirects: int = 5  # RFC 9309 asks for at least five for robots.txt; browsers stop at twenty
    per_host_concurrency: int = 1  # of one site, as registered: news.paper.org and www.paper.org share it
    per_host_delay_seconds: float = 1.0  # between the starts of two requests
    max_crawl_delay_seconds: float = 30.0  # a longer Crawl-delay is honoured up to here
    global_concurrency: int = 600  # fifty dead hosts leave room for 500; 1,024 descriptors are usual
    large_body_bytes: int = (
        524_288  # from here on a body needs one of the places below; most pages are smaller
    )
    large_bodies_at_once: int = 8  # together with the bound above: at most 600 MB, whatever 600 servers send
    max_retry_after_seconds: float = 86_400.0  # a longer Retry-After is cut to a day
    robots_cache_seconds: float = 86_400.0  # RFC 9309, section 2.4
    robots_failure_seconds: float = 600.0  # until an unreadable robots.txt is asked for again
    allowed_hosts: frozenset[str] = field(default=frozenset())  # "host" or "host:port", though private

    def __post_init__(self) -> None:
        """Refuse a User-Agent that names no contact: an anonymous robot is not ours."""
        if "+" not in self.user_agent or not self.user_agent.isprintable():
            raise ValueError("The User-Agent must name a contact; build it with describe_user_agent.")

    @property
    def robots_token(self) -> str:
        """The product's name, by which robots.txt addresses us."""
        return self.user_agent.partition("/")[0].strip()
