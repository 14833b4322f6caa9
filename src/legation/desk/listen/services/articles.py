"""Keep what was read: a new article, a new version of one, or one that was known already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from legation.desk.listen.models import Article, Source
from legation.engine.records.articles import OutcomeKind, ReadItem


@dataclass(frozen=True, slots=True)
class Arrival:
    """One read item and the source that it came from."""

    source: Source
    read: ReadItem


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """The article that stands in the store, and how it came there."""

    article: Article
    outcome: OutcomeKind  # kept, changed or known


def keep_article(*, source: Source, read: ReadItem, at: datetime) -> KeptArticle:
    """Store one read item, in one transaction, together with its place among the copies.

    read: an item that was read well (outcome kept). at: the moment of collection.
    The same item again changes nothing (known); another text under the same identity keeps the old text as
    a version (changed). New and changed articles wait to be handed on to the rooms above.
    """
    return keep_articles(arrivals=[Arrival(source, read)], at=at)[0]


def keep_articles(*, arrivals: Sequence[Arrival], at: datetime) -> list[KeptArticle]:
    """Store many read items in one transaction, as keep_article does; returns one answer per arrival, in order."""
    raise NotImplementedError
