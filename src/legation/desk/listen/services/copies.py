"""Fold copies: the same text in several places joins one group with one origin."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from legation.desk.listen.models import Article, CopyBand, CopyGroup, SourceKind
from legation.engine.listen.copies import copy_signature, rank_copies, signature_bands

# Reprints follow within days; the window keeps the candidates few. Bands are purged a week later.
WINDOW = timedelta(days=7)
# A band shared by more articles than this is boilerplate and says nothing; keeps a join to some milliseconds.
_MAX_CANDIDATES = 40
# "Photo of the day" and the like stand everywhere without being copies.
_LEAST_CHARACTERS = 30


def join_copies(*, articles: Sequence[Article]) -> None:
    """Find the copies of newly stored or changed articles and put them into groups.

    articles: saved rows; copy_group and is_origin are set on them as they stand in the database afterwards.
    Call it in the transaction that stored the articles.
    """
    signatures = {article.pk: _sign(article) for article in articles}
    bands = {pk: signature_bands(signature) for pk, signature in signatures.items()}
    candidates = _find_candidates(articles, bands)
    CopyBand.objects.bulk_create(
        [CopyBand(article_id=pk, band=band) for pk, many in bands.items() for band in many], batch_size=400
    )
    rows = {article.pk: article for article in articles}
    others = {pk for found in candidates.values() for pk in found} - rows.keys()
    rows |= Article.objects.defer("byline").in_bulk(list(others))
    touched: set[int] = set()
    for article in articles:
        near = [rows[pk] for pk in candidates.get(article.pk, ()) if pk in rows]
        near = [other for other in near if abs(article.sort_at - other.sort_at) <= WINDOW]
        signatures |= {other.pk: _sign(other) for other in near if other.pk not in signatures}
        ranked = rank_copies(
            signatures[article.pk], ((str(other.pk), signatures[other.pk]) for other in near)
        )
        if ranked:
            touched.add(_put_together(article, rows[int(ranked[0][0])]))
    for group_id in touched:
        _refresh_group(group_id)
    if touched:
        _copy_flags(articles)


def forget_copies(*, article: Article) -> None:
    """Take an article whose text has changed out of its group, so that join_copies can judge it anew."""
    CopyBand.objects.filter(article=article).delete()
    group_id = article.copy_group_id
    article.copy_group = None
    article.is_origin = True
    article.save(update_fields=["copy_group", "is_origin"])
    if group_id:
        _refresh_group(group_id)


def purge_bands(*, before: datetime) -> int:
    """Delete the bands of articles collected before a moment; returns how many."""
    return CopyBand.objects.filter(article__collected_at__lt=before).delete()[0]


def _sign(article: Article) -> bytes:
    """Sign the body, else the lead; the headline, which each outlet writes anew, counts for short texts."""
    return copy_signature(article.body or article.lead, title=article.title)


def _find_candidates(articles: Sequence[Article], bands: dict[int, tuple[int, ...]]) -> dict[int, list[int]]:
    """Find, for each article, others with a band in common, those with most in common first."""
    if not articles:
        return {}
    holders: dict[int, list[int]] = defaultdict(list)  # band to articles
    moments = [article.sort_at for article in articles]
    window = (min(moments) - WINDOW, max(moments) + WINDOW)
    for chunk in _cut({band for many in bands.values() for band in many}):
        near = CopyBand.objects.filter(band__in=chunk, article__sort_at__range=window)
        for band, pk in near.values_list("band", "article_id"):
            holders[band].append(pk)
    for article in articles:
        for band in bands[article.pk]:
            holders[band].append(article.pk)
    found: dict[int, list[int]] = {}
    for article in articles:
        if len(article.title) + len(article.lead) + len(article.body) < _LEAST_CHARACTERS:
            continue
        shared = Counter(pk for band in bands[article.pk] for pk in holders[band] if pk != article.pk)
        found[article.pk] = sorted(shared, key=lambda pk: (-shared[pk], pk))[:_MAX_CANDIDATES]
    return found


def _cut(values: Iterable[Any], size: int = 500) -> Iterable[list[Any]]:
    """Cut values into lists that fit one query's parameters."""
    ordered = list(values)
    return (ordered[start : start + size] for start in range(0, len(ordered), size))


def _put_together(article: Article, other: Article) -> int:
    """Put two copies into one group; returns the group of the first. Two groups are never merged."""
    group_id = article.copy_group_id or other.copy_group_id or CopyGroup.objects.create().pk
    for member in (article, other):
        if member.copy_group_id is None:
            Article.objects.filter(pk=member.pk).update(copy_group=group_id)
            member.copy_group_id = group_id
    return int(group_id)


def _refresh_group(group_id: int) -> None:
    """Count a group's members and name the origin: the earliest to the minute, agencies first."""
    group = CopyGroup.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        return
    members = list(Article.objects.filter(copy_group=group_id).values_list("id", "sort_at", "source__kind"))
    if len(members) < 2:
        Article.objects.filter(copy_group=group_id).update(is_origin=True, copy_group=None)
        group.delete()
        return
    origin = min(
        members,
        key=lambda row: (row[1].replace(second=0, microsecond=0), row[2] != SourceKind.AGENCY, row[0]),
    )[0]
    is_wrong = Q(pk=origin, is_origin=False) | (~Q(pk=origin) & Q(is_origin=True))
    for pk in Article.objects.filter(is_wrong, copy_group=group_id).values_list("pk", flat=True):
        Article.objects.filter(pk=pk).update(is_origin=pk == origin)
    CopyGroup.objects.filter(pk=group_id).update(size=len(members))


def _copy_flags(articles: Sequence[Article]) -> None:
    """Bring the group and the origin mark of rows in memory up to date."""
    now = Article.objects.filter(pk__in=[article.pk for article in articles])
    flags = {
        pk: (group, is_origin) for pk, group, is_origin in now.values_list("id", "copy_group", "is_origin")
    }
    for article in articles:
        article.copy_group_id, article.is_origin = flags[article.pk]
