"""Fold copies: the same text in several places joins one group with one origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count

from legation.desk.listen.models import Article, CopyBand, CopyGroup, SourceKind
from legation.engine.listen.copies import choose_candidates, match_texts, name_kind
from legation.engine.listen.credits import find_credits, is_credited
from legation.engine.listen.fingerprints import Fingerprint, lookup_keys, make_fingerprint
from legation.engine.records.articles import CopyKind
from legation.engine.text.folding import fold_text

# Reprints follow within days; the window keeps the candidates few. Keys are purged a week later.
WINDOW = timedelta(days=7)
# Texts compared with one arrival. Reprints of one text hold no keys of their own, so more than a few are
# boilerplate; keeps a join to some milliseconds.
_MAX_CANDIDATES = 12
# "Photo of the day" and the like stand everywhere without being copies.
_LEAST_CHARACTERS = 30
# A reprint this alike finds nothing that its origin does not find, and needs no keys.
_SAME_TEXT = 0.9
# Rows that one look-up reads: a key that thousands hold is boilerplate.
_MAX_HOLDERS = 20_000
_CHUNK = 500  # values in one query's parameters, and texts in memory when a group is named anew
_FLAGS = ("copy_group", "is_origin", "copy_kind", "copy_similarity")


@dataclass(slots=True)
class _Wave:
    """The texts under comparison, each fingerprinted once."""

    rows: dict[int, Article]
    arrived: set[int]  # whose keys are not in the table yet
    prints: dict[int, Fingerprint] = field(default_factory=dict)
    holders: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # key to articles
    origins: dict[int, int] = field(default_factory=dict)  # group to its origin

    def fingerprint(self, pk: int) -> Fingerprint:
        """Return the fingerprint of the body, else the lead; the headline counts for short texts."""
        if pk not in self.prints:
            article = self.rows[pk]
            self.prints[pk] = make_fingerprint(article.body or article.lead, title=article.title)
        return self.prints[pk]


def join_copies(*, articles: Sequence[Article]) -> None:
    """Find the copies of newly stored or changed articles and put them into groups.

    articles: saved rows; copy_group, is_origin, copy_kind and copy_similarity are set on them as they stand
    in the database afterwards. Call it in the transaction that stored the articles.
    Costs a bounded number of queries for all articles together, however large their groups are.
    """
    if not articles:
        return
    wave = _Wave({article.pk: article for article in articles}, {article.pk for article in articles})
    keys = {article.pk: lookup_keys(wave.fingerprint(article.pk)) for article in articles}
    _load_holders(wave, articles, keys)
    joined: defaultdict[int, list[int]] = defaultdict(list)  # group to the articles that join it now
    keyless: set[int] = set()
    for article in articles:
        near = _find_copy(wave, article, keys[article.pk])
        if near is not None:
            other, similarity = near
            _put_together(wave, article, wave.rows[other], joined)
            if similarity >= _SAME_TEXT:
                keyless.add(article.pk)
                continue
        for key in keys[article.pk]:
            wave.holders[key].append(article.pk)
    _store_keys({pk: many for pk, many in keys.items() if pk not in keyless})
    _name_members(wave, joined)


def forget_copies(*, article: Article) -> None:
    """Take an article whose text has changed out of its group, so that join_copies can judge it anew."""
    CopyBand.objects.filter(article=article).delete()
    group_id = article.copy_group_id
    article.copy_group, article.is_origin, article.copy_kind, article.copy_similarity = None, True, "", None
    article.save(update_fields=_FLAGS)
    if group_id:
        _close_ranks(group_id)


def are_same_text(*, first: Article, second: Article) -> bool:
    """Tell whether two readings are of one text, edited perhaps: by their shingles, else by their titles."""
    prints = [make_fingerprint(one.body or one.lead, title=one.title) for one in (first, second)]
    return match_texts(*prints).is_copy or fold_text(first.title) == fold_text(second.title)


def purge_bands(*, before: datetime) -> int:
    """Delete the keys of articles collected before a moment; returns how many."""
    return CopyBand.objects.filter(article__collected_at__lt=before).delete()[0]


def _load_holders(wave: _Wave, articles: Sequence[Article], keys: dict[int, tuple[int, ...]]) -> None:
    """Find who holds the arrivals' keys, and read the texts of those that may be copies."""
    moments = [article.sort_at for article in articles]
    window = (min(moments) - WINDOW, max(moments) + WINDOW)
    for chunk in _cut({key for many in keys.values() for key in many}):
        near = CopyBand.objects.filter(band__in=chunk, article__sort_at__range=window)
        for key, pk in near.values_list("band", "article_id")[:_MAX_HOLDERS]:
            wave.holders[key].append(pk)
    wanted = {pk for article in articles for pk in _list_candidates(wave, article.pk, keys[article.pk])}
    for chunk in _cut(wanted - wave.rows.keys()):
        wave.rows |= Article.objects.select_related("source").defer("byline").in_bulk(chunk)
    groups = {row.copy_group_id for row in wave.rows.values() if row.copy_group_id}
    for chunk in _cut(groups):
        origins = Article.objects.filter(copy_group__in=chunk, is_origin=True).values_list("copy_group", "pk")
        wave.origins |= dict(origins)
    for chunk in _cut(set(wave.origins.values()) - wave.rows.keys()):
        wave.rows |= Article.objects.select_related("source").defer("byline").in_bulk(chunk)


def _list_candidates(wave: _Wave, pk: int, keys: tuple[int, ...]) -> list[int]:
    held = ((other, key) for key in keys for other in wave.holders[key] if other != pk)
    return choose_candidates(keys, held, limit=_MAX_CANDIDATES)


def _find_copy(wave: _Wave, article: Article, keys: tuple[int, ...]) -> tuple[int, float] | None:
    """Find the text most like an arrival among those that are copies of it, with their similarity."""
    if len(article.title) + len(article.lead) + len(article.body) < _LEAST_CHARACTERS:
        return None
    best: tuple[int, float] | None = None
    for pk in _list_candidates(wave, article.pk, keys):
        other = wave.rows.get(pk)
        if other is None or abs(article.sort_at - other.sort_at) > WINDOW:
            continue
        match = match_texts(wave.fingerprint(pk), wave.fingerprint(article.pk))
        if match.is_copy and (best is None or match.similarity > best[1]):
            best = (pk, match.similarity)
        if best and best[1] >= _SAME_TEXT:
            break
    return best


def _put_together(wave: _Wave, article: Article, other: Article, joined: defaultdict[int, list[int]]) -> None:
    """Put an arrival into the group of its copy. Two groups are never merged."""
    if other.copy_group_id is None:
        group = CopyGroup.objects.create(size=1)
        other.copy_group_id = group.pk
        wave.origins[group.pk] = other.pk
        joined[group.pk].append(other.pk)
    article.copy_group_id = other.copy_group_id
    joined[other.copy_group_id].append(article.pk)


def _store_keys(keys: dict[int, tuple[int, ...]]) -> None:
    """Store the keys of texts; one prepared statement, as rows of models cost a millisecond a text."""
    rows = [(pk, key) for pk, many in keys.items() for key in many]
    if not rows:
        return
    columns = {field.name: str(field.column) for field in CopyBand._meta.concrete_fields}
    wanted = (CopyBand._meta.db_table, columns["article"], columns["band"])
    table, article, band = (str(connection.ops.quote_name(name)) for name in wanted)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({article}, {band}) VALUES (%s, %s)", rows)  # noqa: S608


def _name_members(wave: _Wave, joined: dict[int, list[int]]) -> None:
    """Name each group's origin, say what the arrivals are to it, and count the groups anew."""
    changed: dict[int, Article] = {}
    groups = list(CopyGroup.objects.select_for_update().filter(pk__in=list(joined)).order_by("pk"))
    for group_id in sorted(joined):
        before = wave.origins[group_id]
        origin = before
        for pk in joined[group_id]:
            if pk != origin and _precedes(wave.rows[pk], wave.rows[origin]):
                origin = pk
        wave.origins[group_id] = origin
        named = dict.fromkeys([*joined[group_id], before, origin])
        for pk in named:
            _name_member(wave, wave.rows[origin], wave.rows[pk])
            changed[pk] = wave.rows[pk]
        if origin != before:
            _rename_others(wave, group_id, origin, set(named))
    _write_flags(changed.values())
    members = Article.objects.filter(copy_group__in=list(joined)).order_by()
    sizes = dict(members.values_list("copy_group").annotate(size=Count("pk")))
    for group in groups:
        group.size = sizes[group.pk]
    CopyGroup.objects.bulk_update(groups, ["size"], batch_size=100)


def _name_member(wave: _Wave, origin: Article, member: Article) -> None:
    member.is_origin = member.pk == origin.pk
    if member.is_origin:
        member.copy_kind, member.copy_similarity = CopyKind.ORIGIN, 1.0
        return
    kind, similarity = name_kind(wave.fingerprint(origin.pk), wave.fingerprint(member.pk))
    member.copy_kind, member.copy_similarity = kind, round(similarity, 4)


def _write_flags(articles: Iterable[Article]) -> None:
    """Write what articles are to their groups; one prepared statement, ten times as fast as bulk_update."""
    columns = {field.name: str(field.column) for field in Article._meta.concrete_fields}
    wanted = [Article._meta.db_table, *(columns[name] for name in (*_FLAGS, "id"))]
    table, *names = (str(connection.ops.quote_name(name)) for name in wanted)
    assignments = ", ".join(f"{name} = %s" for name in names[:-1])
    rows = [
        (one.copy_group_id, one.is_origin, str(one.copy_kind), one.copy_similarity, one.pk)
        for one in articles
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE {names[-1]} = %s", rows)  # noqa: S608


def _rename_others(wave: _Wave, group_id: int, origin: int, named: set[int]) -> None:
    """Say what the other members of a group are to its new origin; only texts, some hundred at a time."""
    others = Article.objects.filter(copy_group=group_id).exclude(pk__in=named)
    texts = others.only("title", "lead", "body", "copy_group").order_by("pk")
    while chunk := list(texts[:_CHUNK]):
        for member in chunk:
            wave.rows[member.pk] = member
            member.copy_group_id = group_id
            _name_member(wave, wave.rows[origin], member)
            wave.prints.pop(member.pk, None)
        _write_flags(chunk)
        texts = texts.filter(pk__gt=chunk[-1].pk)


def _precedes(first: Article, second: Article) -> bool:
    """Tell whether the first of two copies is nearer the origin.

    A text that credits the other's outlet took its words from there, whatever their clocks say; else the
    earlier one to the minute is nearer, an agency first among equals, then the one stored first.
    """
    credits = [
        is_credited(find_credits(one.body or one.lead), outlet=other.source.name)
        for one, other in ((first, second), (second, first))
    ]
    if credits[0] != credits[1]:
        return credits[1]
    return _order(first.sort_at, first.source.kind, first.pk) < _order(
        second.sort_at, second.source.kind, second.pk
    )


def _order(at: datetime, source_kind: str, pk: int) -> tuple[datetime, bool, int]:
    return at.replace(second=0, microsecond=0), source_kind != SourceKind.AGENCY, pk


def _close_ranks(group_id: int) -> None:
    """Count a group that lost a member anew, with another origin where that was the one."""
    group = CopyGroup.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        return
    members = Article.objects.filter(copy_group=group_id)
    rows = list(members.values_list("sort_at", "source__kind", "pk", "is_origin"))
    if len(rows) < 2:
        _restore_keys([pk for _, _, pk, _ in rows])
        members.update(is_origin=True, copy_group=None, copy_kind="", copy_similarity=None)
        group.delete()
        return
    if not any(is_origin for *_, is_origin in rows):
        first = min(_order(at, kind, pk) for at, kind, pk, _ in rows)[2]
        origin = Article.objects.select_related("source").get(pk=first)
        wave = _Wave({first: origin}, set())
        _name_member(wave, origin, origin)
        _write_flags([origin])
        _rename_others(wave, group_id, first, {first})
    _restore_keys(list(members.filter(is_origin=True).values_list("pk", flat=True)))
    CopyGroup.objects.filter(pk=group_id).update(size=len(rows))


def _restore_keys(pks: Sequence[int]) -> None:
    """Give keys to articles that needed none while their origin had them."""
    held = set(CopyBand.objects.filter(article__in=pks).values_list("article_id", flat=True))
    rows = Article.objects.filter(pk__in=set(pks) - held).only("title", "lead", "body")
    _store_keys(
        {row.pk: lookup_keys(make_fingerprint(row.body or row.lead, title=row.title)) for row in rows}
    )


def _cut(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Cut values into lists that fit one query's parameters."""
    ordered = list(values)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))
