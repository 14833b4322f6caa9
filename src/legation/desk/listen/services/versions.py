"""Keep and compare what an article said at different times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from legation.desk.listen.models import Article, ArticleVersion
from legation.desk.listen.services.copies import forget_copies
from legation.engine.listen.versions import VersionChange, VersionText, judge_change, whole_text
from legation.engine.text.differences import Difference, compare_texts, share_changed

_TEXT_FIELDS = ("title", "lead", "body", "text_sha256")
_READING_FIELDS = (
    *_TEXT_FIELDS, "title_folded", "byline", "language", "language_method", "is_teaser", "access", "posts",
    "passages",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of an article in its chain."""

    number: int
    title: str
    first_seen_at: datetime
    noticed: str  # how it was noticed: feed, page, address, file or hand; "" for the first, and where unknown
    is_current: bool
    is_headline_changed: bool = False  # against the version before
    is_completed: bool = False  # the whole text of what was only begun
    added: float | None = None  # shares in [0, 1] against the version before; None where it was not measured
    removed: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts side by side in one."""

    title: list[Difference]
    text: list[Difference]
    added: float  # share of the text after, in [0, 1]
    removed: float  # share of the text before

    @property
    def is_headline_changed(self) -> bool:
        """Whether the titles differ."""
        return any(run.kind != "kept" for run in self.title)


def judge_reading(*, before: Article, after: Article) -> VersionChange:
    """Say whether another reading of an article is a new version."""
    return judge_change(to_version_text(before), to_version_text(after))


def replace_text(
    *, article: Article, reading: Article, change: VersionChange, noticed: str, at: datetime
) -> ArticleVersion:
    """Put another reading in an article's place, keeping what it said as a version.

    reading: an unsaved row. The article keeps its times, its story and its place in lists: an edit is no
    news.
    A text that was only completed is a version, too, but no change of what the publisher said.
    """
    said = {name: getattr(article, name) for name in _TEXT_FIELDS}
    size = {"added": change.added, "removed": change.removed}
    marks = {"headline": change.is_headline_changed, "completed": change.is_completed}
    version = ArticleVersion.objects.create(
        article=article, number=article.version, seen_at=at, noticed=noticed, change=size | marks, **said
    )
    for name in _READING_FIELDS:
        setattr(article, name, getattr(reading, name))
    article.page_state = {**article.page_state, **reading.page_state}
    article.version += 1
    if not change.is_completed:
        article.changed_at = at
    article.is_handed_on = False
    article.save()
    forget_copies(article=article)
    return version


def list_versions(*, article: Article) -> list[VersionRow]:
    """Return an article's versions, the latest first."""
    kept = list(ArticleVersion.objects.filter(article=article).order_by("number").defer("lead", "body"))
    headlines = [*((version.number, version.title) for version in kept), (article.version, article.title)]
    rows: list[VersionRow] = []
    for (number, title), before in zip(headlines, [None, *kept], strict=True):
        change: dict[str, Any] = before.change if before else {}
        rows.append(
            VersionRow(
                number=number,
                title=title,
                first_seen_at=before.seen_at if before else article.collected_at,
                noticed=before.noticed if before else "",
                is_current=number == article.version,
                is_headline_changed=bool(change.get("headline", before and before.title != title)),
                is_completed=bool(change.get("completed")),
                added=change.get("added"),
                removed=change.get("removed"),
            )
        )
    return rows[::-1]


def read_version(*, article: Article, number: int) -> VersionText | None:
    """Return what an article said in one version; None where there is no such version."""
    if number == article.version:
        return to_version_text(article)
    version = ArticleVersion.objects.filter(article=article, number=number).first()
    return VersionText(version.title, version.lead, version.body) if version else None


def compare_readings(*, first: VersionText, second: VersionText) -> Comparison:
    """Compare two texts word by word, moved passages named."""
    text = compare_texts(whole_text(first), whole_text(second), finds_moves=True)
    added, removed = share_changed(text)
    return Comparison(compare_texts(first.title, second.title), text, added, removed)


def to_version_text(article: Article) -> VersionText:
    """Return what an article says now."""
    return VersionText(article.title, article.lead, article.body, article.is_teaser)
