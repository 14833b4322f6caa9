"""Write a live blog's posts into an article's row, and read them out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from legation.desk.listen.models import Article
from legation.engine.records.articles import LivePost

_MAX_POSTS = 500  # as many as the engine reads


@dataclass(frozen=True, slots=True)
class ShownPost:
    """One post of a live blog as its article's page shows it."""

    at: datetime | None  # aware
    title: str
    paragraphs: tuple[str, ...]


def write_posts(*, posts: Sequence[LivePost]) -> list[dict[str, str]]:
    """Write posts as Article.posts holds them: {"at", "title", "text"}, the time in ISO 8601 or ""."""
    return [
        {
            "at": post.published_at.isoformat() if post.published_at else "",
            "title": post.title,
            "text": post.text,
        }
        for post in posts[:_MAX_POSTS]
    ]


def list_posts(*, article: Article) -> list[ShownPost]:
    """List the posts of an article, newest first as they are stored; [] where it is no live blog."""
    return [
        ShownPost(
            at=datetime.fromisoformat(post["at"]) if post.get("at") else None,
            title=post.get("title", ""),
            paragraphs=tuple(part for part in post.get("text", "").split("\n\n") if part),
        )
        for post in article.posts
    ]


def cut_opening(*, article: Article, posts: Sequence[ShownPost]) -> list[str]:
    """Return the paragraphs of an article's text that stand before its posts; all where it has none."""
    paragraphs = [part for part in article.body.split("\n\n") if part.strip()]
    told = sum(len(post.paragraphs) + bool(post.title) for post in posts)
    return paragraphs[: max(0, len(paragraphs) - told)] if told else paragraphs
