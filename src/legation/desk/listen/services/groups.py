"""What a group of copies shows: its members in order of appearance, and what each changed."""

from __future__ import annotations

from dataclasses import dataclass

from legation.desk.listen.models import Article
from legation.desk.shell.keysets import KeysetPage, page_by_key
from legation.engine.listen.copies import CopyChange, CopyText, describe_change

# Texts that one page compares with the origin: some 1 ms each.
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One member of a group."""

    article: Article
    change: CopyChange | None  # against the origin; None for the origin itself


def find_origin(*, article: Article) -> Article:
    """Return the origin of an article's group; the article itself where it stands alone."""
    if article.is_origin or not article.copy_group_id:
        return article
    members = Article.objects.filter(copy_group=article.copy_group_id, is_origin=True)
    return members.select_related("source").first() or article


def list_members(*, article: Article, cursor: str) -> KeysetPage:
    """Return a page of an article's group in order of appearance, each with what it changed; two queries.

    cursor: as KeysetPage gave it.
    """
    group = Article.objects.filter(pk=article.pk)
    if article.copy_group_id:
        group = Article.objects.filter(copy_group=article.copy_group_id)
    members = group.select_related("source").defer("byline", "posts", "passages")
    page = page_by_key(members, cursor=cursor, size=PAGE_SIZE, order=("sort_at", "pk"))
    origin = find_origin(article=article)
    text = CopyText(origin.title, origin.body or origin.lead)
    page.items[:] = [GroupRow(one, _describe(text, one)) for one in page.items]
    return page


def member_of(*, article: Article, key: str) -> Article | None:
    """Return the member of an article's group that a key names, None where it names none."""
    if not key.isdecimal() or len(key) > 18 or not article.copy_group_id:
        return None
    members = Article.objects.filter(copy_group=article.copy_group_id, pk=int(key))
    return members.select_related("source").first()


def _describe(origin: CopyText, member: Article) -> CopyChange | None:
    if member.is_origin:
        return None
    return describe_change(origin, CopyText(member.title, member.body or member.lead))
