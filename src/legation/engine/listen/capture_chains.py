"""The chain of evidence: each copy's link is made over the link before it and the copy's own facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC

from legation.engine.records.captures import CaptureFacts

CHAIN_START = ""  # what stands before the first link
_TRIED_LINKS = 20  # whose right place is looked for: 20 links, places and links before are 8,000 hashes


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One copy's facts with the link that is stored beside them."""

    facts: CaptureFacts
    chain_sha256: str


def write_facts(facts: CaptureFacts) -> str:
    """Write a copy's facts as the JSON that is hashed: sorted keys, no spaces, UTF-8, time in UTC."""
    written = {**asdict(facts), "captured_at": facts.captured_at.astimezone(UTC).isoformat()}
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def make_link(previous: str, facts: CaptureFacts) -> str:
    """Return the SHA-256, in hexadecimal, over the link before, a line feed, and the facts as written.

    previous: the link before in hexadecimal, CHAIN_START for the first one.
    """
    return hashlib.sha256(f"{previous}\n{write_facts(facts)}".encode()).hexdigest()


def find_breaks(links: Iterable[ChainLink]) -> Iterator[str]:
    """Say in English what is wrong with a chain, one sentence for each link, nothing where it is whole.

    links: in the order of their numbers. Tells apart a missing link, one that stands at another's place, and
    changed facts. That the newest links are missing cannot be seen here: compare the last one with what is
    known of it.
    """
    expected, previous = 1, CHAIN_START
    broken: list[tuple[ChainLink, str]] = []
    for link in links:
        if link.facts.number != expected:
            last = link.facts.number - 1
            yield f"link {expected}{f' to {last}' if last > expected else ''} of the chain is missing"
        elif make_link(previous, link.facts) != link.chain_sha256:
            broken.append((link, previous))
        expected, previous = link.facts.number + 1, link.chain_sha256
    yield from _explain(broken)


def _explain(broken: list[tuple[ChainLink, str]]) -> Iterator[str]:
    """Tell a link that was moved from one whose facts were changed, by trying the places of the others."""
    is_few = len(broken) <= _TRIED_LINKS
    places = [link.facts.number for link, _ in broken] if is_few else []
    before = {previous for _, previous in broken} | {link.chain_sha256 for link, _ in broken}
    for link, _ in broken:
        number = link.facts.number
        if is_few and any(make_link(previous, link.facts) == link.chain_sha256 for previous in before):
            continue  # it is right itself; the link before it changed places, which is said of that one
        fitting = (
            place
            for place in places
            for previous in before
            if place != number and make_link(previous, replace(link.facts, number=place)) == link.chain_sha256
        )
        home = next(fitting, None)
        if home is not None:
            yield f"link {number} of the chain was put there; it belongs at place {home}"
        else:
            yield f"link {number} of the chain does not fit: its facts or the link itself were changed"
