"""A publication or institution that the desk listens to, as source files declare it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SourceKind(StrEnum):
    """What a source is; persons are none of these."""

    PRESS = "press"
    AGENCY = "agency"
    BROADCASTER = "broadcaster"
    GOVERNMENT = "government"
    INTERNATIONAL_ORGANISATION = "international_organisation"
    ACADEMIA = "academia"
    THINK_TANK = "think_tank"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page that lists articles, for a site without feeds."""

    address: str  # absolute
    pattern: str  # which links lead to articles; the syntax is engine.listen.list_pages'


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source with its feeds and what is known of it."""

    key: str  # stable, lower case, such as "fr-le-monde"
    name: str
    kind: SourceKind
    country: str  # ISO 3166-1 alpha-2, upper case; "" for international organisations
    languages: tuple[str, ...]  # BCP 47, the main one first
    home: str  # absolute address
    feeds: tuple[str, ...]  # absolute addresses: feeds of any format, and sitemaps
    is_ours: bool = False  # speaks for the country the desk serves
    ownership_type: str = ""  # such as "state", "public", "private"; shown with its origin, never ranked by
    ownership_origin: str = ""  # where the ownership type comes from
    is_verified: bool = False  # a person has seen the feeds deliver
    expected_per_day: float = 0.0  # items on a usual day, so that silence can be noticed; 0 where unknown
    list_pages: tuple[ListPage, ...] = ()
