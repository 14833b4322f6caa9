"""The entries of a sitemap, one after the other from a stream of XML, and the newest of them."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from lxml import etree

from legation.engine.listen.feed_dates import parse_feed_date
from legation.engine.listen.feed_documents import has_loose_markup, mend_markup
from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.listen.feed_repairs import balance_tags

_CHUNK_CHARS: Final = 262_144
# Without an end of an entry within so many characters the document is no sitemap, and its nodes would pile
# up.
_MAX_ENTRY_CHARS: Final = 2_097_152
_MAX_FIELD_CHARS: Final = 20_000
_ISO_LIKE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_IN_ADDRESS: Final = re.compile(
    r"[/_-](20\d{2})[/_-]?(0[1-9]|1[0-2])(?:[/_-]?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)


@dataclass(slots=True)
class SitemapEntry:
    """One entry as it stands in a sitemap or in an index of sitemaps."""

    address: str
    changed: str = ""  # lastmod
    title: str = ""
    published: str = ""  # news:publication_date
    language: str = ""
    publication: str = ""
    keywords: str = ""
    moment: float = 0.0  # seconds since 1970 of the newest date; 0 where there is none


class NewestEntries:
    """Keeps the newest entries of any number, each address once; among those without a date the first."""

    def __init__(self, most: int) -> None:
        """Keep at most so many entries."""
        self._most = most
        self._heap: list[tuple[float, int, SitemapEntry]] = []
        self._addresses: set[str] = set()
        self._times = (0.0, 0.0)
        self._untimed = 0
        self.count = 0  # offered so far
        self.repeated = 0  # whose address was among the kept ones

    @property
    def left_out(self) -> int:
        """How many entries were not kept, repeated ones apart."""
        return self.count - self.repeated - len(self._heap)

    @property
    def is_stamped(self) -> bool:
        """Whether all entries bear one time of change to the minute: that of the sitemap's making."""
        return bool(self.count) and not self._untimed and self._times[1] - self._times[0] < 60.0

    def add(self, entry: SitemapEntry) -> None:
        """Offer one entry."""
        entry.moment = _date_entry(entry)
        self.count += 1
        self._note_time(entry)
        if entry.address in self._addresses:
            self.repeated += 1
            return
        ranked = (entry.moment, -self.count, entry)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, ranked)
            self._addresses.add(entry.address)
        elif ranked[:2] > self._heap[0][:2]:
            _, _, gone = heapq.heapreplace(self._heap, ranked)
            self._addresses.discard(gone.address)
            self._addresses.add(entry.address)

    def list_entries(self) -> list[SitemapEntry]:
        """List the kept entries, the newest first."""
        return [entry for _, _, entry in sorted(self._heap, key=lambda one: one[:2], reverse=True)]

    def _note_time(self, entry: SitemapEntry) -> None:
        if ":" not in entry.changed or entry.published:
            self._untimed += 1
        elif self.count == 1:
            self._times = (entry.moment, entry.moment)
        else:
            self._times = (min(self._times[0], entry.moment), max(self._times[1], entry.moment))


def walk_entries(text: str, *, name: str, log: ProblemLog) -> Iterator[SitemapEntry]:
    """Yield a sitemap's entries in their order; memory holds a few hundred kilobytes of it at any time.

    text: begins with the root element. name: "url" or "sitemap". What cannot be read to its end is read as
    far as it goes, with a note.
    """
    if has_loose_markup(text):
        text = mend_markup(text)
        log.note("The sitemap is broken XML and was mended.")
    done = 0
    try:
        for entry in _pull_entries(text, name):
            done += 1
            yield entry
        return
    except _EndlessEntry as error:
        log.note(f"The sitemap was read as far as possible: {error}.")
        return
    except etree.XMLSyntaxError as error:
        log.note(f"The sitemap is broken XML and was read as far as possible: {error}.")
    try:
        # What was read comes first once more, and is passed over.
        yield from islice(_pull_entries(balance_tags(text, frozenset({name})), name), done, None)
    except (etree.XMLSyntaxError, _EndlessEntry):
        return


class _EndlessEntry(Exception):
    """One entry of a sitemap goes on and on."""


def _pull_entries(text: str, name: str) -> Iterator[SitemapEntry]:
    parser = etree.XMLPullParser(
        events=("end",),
        tag=("{*}" + name, name),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    since_entry = 0
    for start in range(0, len(text), _CHUNK_CHARS):
        chunk = text[start : start + _CHUNK_CHARS]
        parser.feed(chunk.encode("utf-8"))
        since_entry += len(chunk) if chunk.strip() else 0
        for node in _list_ended(parser):
            since_entry = 0
            yield _read_entry(node)
            _forget(node)
        if parser.feed_error_log:
            break  # close tells what it is
        if since_entry > _MAX_ENTRY_CHARS:
            raise _EndlessEntry(f"an entry is longer than {_MAX_ENTRY_CHARS:,} characters")
    parser.close()
    for node in _list_ended(parser):
        yield _read_entry(node)


def _list_ended(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    """Yield the elements that ended; the parser was asked for no other events."""
    for _, node in parser.read_events():
        if isinstance(node, etree._Element):
            yield node


def _forget(node: etree._Element) -> None:
    """Drop an entry that was read, and everything before it, from the tree."""
    node.clear()
    parent = node.getparent()
    while parent is not None and node.getprevious() is not None:
        del parent[0]


def _read_entry(node: etree._Element) -> SitemapEntry:
    entry = SitemapEntry(address="")
    for child in node:
        name = _name(child)
        if name == "loc" and not entry.address:
            entry.address = _read(child)
        elif name == "lastmod" and not entry.changed:
            entry.changed = _read(child)
        elif name == "news":
            _read_news(child, entry)
    return entry


def _read_news(node: etree._Element, entry: SitemapEntry) -> None:
    for child in node:
        name = _name(child)
        if name == "title":
            entry.title = entry.title or _read(child)
        elif name == "publication_date":
            entry.published = entry.published or _read(child)
        elif name == "keywords":
            entry.keywords = entry.keywords or _read(child)
        elif name == "publication":
            for part in child:
                if _name(part) == "name":
                    entry.publication = entry.publication or _read(part)
                elif _name(part) == "language":
                    entry.language = entry.language or _read(part)


def _name(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(node.tag, str) else ""


def _read(node: etree._Element) -> str:
    text = node.text or "" if not len(node) else "".join(str(part) for part in node.itertext())
    return text[:_MAX_FIELD_CHARS].strip()


def _date_entry(entry: SitemapEntry) -> float:
    """Date an entry by what it states, else by the day in its address."""
    for text in (entry.published, entry.changed):
        moment = _read_moment(text) if text else None
        if moment is not None:
            return moment
    found = _DAY_IN_ADDRESS.search(entry.address)
    if found is None:
        return 0.0
    return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC).timestamp() + 86_400.0 * (
        int(found[3] or 1) - 1
    )


def _read_moment(text: str) -> float | None:
    if _ISO_LIKE.match(text):
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            pass
    read = parse_feed_date(text)
    return read.timestamp() if read else None
