"""What every format of feeds needs while it is read: the bounds, and a shelf on which each item ends once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from legation.engine.listen.feed_dates import parse_feed_date
from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.records.articles import FeedItem


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """Bounds of reading, and what a date is measured against."""

    now: datetime | None = None  # aware; without it no date counts as lying in the future
    max_future: timedelta = timedelta(days=1)  # wrong zones reach 14 hours ahead
    zone: tzinfo = UTC  # of dates that name none: the source's own
    max_bytes: int = 20_000_000  # as the fetcher's
    max_sitemap_bytes: int = 52_428_800  # sitemaps.org: 50 MB uncompressed
    max_items: int = 500  # the longest feeds of news agencies hold some 300
    max_parts: int = 50  # of a sitemap index; a visit reads three
    max_title_chars: int = 1_000  # three times the longest headline of the data measured on
    max_html_chars: int = 500_000  # a book's chapter
    max_guid_chars: int = 500  # a longer one is replaced by its hash


_MAX_LISTED_SUBJECTS: Final = 50  # the most tagged items seen carry some thirty
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(slots=True)
class ItemShelf:
    """Keeps the items of one feed under their identifiers, and counts those that it does not keep.

    Every item of the feed is either in `items` or counted in the log as dropped.
    """

    options: FeedOptions
    log: ProblemLog
    is_month_first: bool = False  # how dates such as 3/4/2026 are read
    items: dict[str, FeedItem] = field(default_factory=dict)

    def keep(self, item: FeedItem) -> None:
        """Add an item under its identifier.

        One that repeats the identifier of another article stands under its own address, or where it has
        none under the hash of what it says.
        """
        if len(self.items) >= self.options.max_items:
            self.log.drop("beyond_limit")
            return
        known = self.items.get(item.guid)
        if known is not None:
            self.log.note("An item repeats the identifier of another.")
            is_other = item.address != known.address if item.address else item.title != known.title
            guid = item.address or hash_text(f"{item.title}\n{item.summary_html or item.content_html}")
            if not is_other or guid in self.items:
                self.log.drop("repeated")
                return
            item = replace(item, guid=guid)
        self.items[item.guid] = item

    def shorten_guid(self, guid: str, *, says: str) -> str:
        """Give an identifier its final form: one line of bounded length, or a hash of what the item says."""
        guid = " ".join(guid.split())
        if not guid:
            self.log.note("An item has neither identifier nor address.")
            return hash_text(says)
        return guid if len(guid) <= self.options.max_guid_chars else hash_text(guid)

    def read_date(self, text: str) -> datetime | None:
        """Read one date; None, with a note, for what is no date or lies in the future."""
        moment = parse_feed_date(text, zone=self.options.zone, is_month_first=self.is_month_first)
        if moment is None:
            self.log.note("A date could not be read.")
        elif self.options.now is not None and moment > self.options.now + self.options.max_future:
            self.log.note("A date lies in the future and was left out.")
            return None
        return moment


def hash_text(text: str) -> str:
    """Make an identifier of what an item says."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def list_subjects(words: list[str]) -> tuple[str, ...]:
    """List an item's subjects, each once and not endlessly many."""
    return tuple(dict.fromkeys(word for word in words if word))[:_MAX_LISTED_SUBJECTS]


def tidy_language(tag: str) -> str:
    """Keep a language tag that looks like BCP 47, in its usual case; "" for anything else."""
    tag = tag.strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        return ""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])
