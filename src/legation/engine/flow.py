"""Composes the engine's rooms into the paths that the desk, the command line and the benchmarks all take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from legation.engine.listen.items import DEFAULT_OPTIONS, ItemOptions, compose_item
from legation.engine.ports import Embedder, Vectors
from legation.engine.records.articles import ArticleText, FeedItem, ReadItem
from legation.engine.records.fetches import FetchResult
from legation.engine.records.stories import StoryAssignment
from legation.engine.understand.primers import embed_primers
from legation.engine.understand.stories import StoryIndex, StoryOptions

EMBEDDED_CHARACTERS = (
    300  # of title and what follows; 800 takes twice the time for 0.01 (docs/decisions/0003)
)


def open_index(embedder: Embedder, options: StoryOptions | None = None) -> StoryIndex:
    """Make an empty index of stories for this embedder's vectors, primed with where it puts each language."""
    index = StoryIndex(embedder.dimensions, options)
    index.prime(embed_primers(embedder))
    return index


def compose_embedded_text(article: ArticleText) -> str:
    """Return the text that stands for an article before a model: its title, then as much as fits."""
    parts = (part for part in (article.title, article.lead, article.body) if part)
    return "\n".join(parts)[:EMBEDDED_CHARACTERS]


def embed_articles(
    articles: Sequence[ArticleText],
    embedder: Embedder,
    known: Mapping[str, NDArray[np.float32]] | None = None,
) -> Vectors:
    """Return a vector for each article, float32 (articles, dimensions), unit rows, in the articles' order.

    known: vectors of the same model by article identifier; these are not computed again.
    """
    known = known or {}
    missing = [article for article in articles if article.article_id not in known]
    computed = embedder.embed([compose_embedded_text(article) for article in missing])
    fresh = {article.article_id: vector for article, vector in zip(missing, computed, strict=True)}
    vectors = np.empty((len(articles), embedder.dimensions), np.float32)
    for row, article in enumerate(articles):
        vectors[row] = known[article.article_id] if article.article_id in known else fresh[article.article_id]
    return vectors


def group_articles(
    articles: Sequence[ArticleText],
    embedder: Embedder,
    index: StoryIndex,
    *,
    new_id: Callable[[], str],
    known: Mapping[str, NDArray[np.float32]] | None = None,
) -> tuple[list[StoryAssignment], Vectors]:
    """Put articles into stories, embedding what has no vector yet.

    Give articles in order of time. Returns one assignment per article, in input order, and the vectors,
    float32 (articles, dimensions), to be kept for `StoryIndex.restore`.
    """
    vectors = embed_articles(articles, embedder, known)
    return index.assign(articles, vectors, new_id=new_id), vectors


def read_item(
    item: FeedItem,
    page: FetchResult | None,
    *,
    source_language: str,
    now: datetime,
    options: ItemOptions = DEFAULT_OPTIONS,
    further: Sequence[FetchResult] = (),
) -> ReadItem:
    """Make an article of a feed's item and its page, or say why there is none.

    page: None where it was not fetched, because the feed holds the whole text or there is no address; a
    failed fetch is a problem, not an end, as long as the feed holds a text. source_language: BCP 47, the
    prior for naming the language, "" where unknown. now: aware; dates beyond it are not believed. further: an
    article's next pages in their order, as its page.next_address names them. Returns one outcome: kept with
    text, language, address and clean HTML; discarded (no_title, no_text, too_short, too_old, not_html,
    listing_page, no_article_page, consent_page, page_gone, page_rejected and the like); retried (page_busy,
    page_timed_out, page_server_error, page_broken); or quarantined (unreadable_page). Times are UTC.
    """
    return compose_item(
        item, page, source_language=source_language, now=now, options=options, further=further
    )
