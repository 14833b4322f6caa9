"""Which version of which article a brief quotes, and what has changed there since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from legation.desk.listen.models import Article, ArticleVersion
from legation.desk.listen.services.revisits import watch_cited
from legation.desk.people.models import Unit, User
from legation.desk.understand.models import Brief, BriefCitation
from legation.engine.records.briefs import BriefDocument, Quotation
from legation.engine.text.quotations import QuotationFate, judge_quotation
from legation.engine.understand.brief_documents import from_json

# Outlets correct within days; a brief that is a month old is history, and its evidence is kept.
WATCHED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ChangedQuotation:
    """A quotation whose article was changed after it was quoted."""

    quotation: Quotation
    article: Article
    quoted_version: int
    changed_at: datetime
    fate: QuotationFate  # of the quoted words themselves
    is_headline_changed: bool
    is_seen: bool  # somebody of the unit has seen this change


def note_citations(*, brief: Brief, document: BriefDocument, at: datetime) -> None:
    """Note which articles a brief quotes now, in which version, and have their pages read again.

    Call it in the transaction that stores the document. An article that is quoted no more is forgotten.
    """
    quoted = _first_versions(_quotations(document))
    standing = set(BriefCitation.objects.filter(brief=brief).values_list("article_id", flat=True))
    if standing - quoted.keys():
        BriefCitation.objects.filter(brief=brief).exclude(article__in=list(quoted)).delete()
    fresh = quoted.keys() - standing
    if not fresh:
        return
    articles = Article.objects.filter(pk__in=fresh).values_list("pk", "version", "text_sha256")
    BriefCitation.objects.bulk_create(
        (
            BriefCitation(
                brief=brief,
                article_id=pk,
                article_version=quoted[pk].article_version or version,
                text_sha256=quoted[pk].text_sha256 or text,
                cited_at=at,
            )
            for pk, version, text in articles
        ),
        ignore_conflicts=True,
    )
    watch_cited(articles=fresh, until=at + WATCHED, at=at)


def list_changed(*, brief: Brief, document: Any = None) -> list[ChangedQuotation]:
    """Return the quotations of a brief whose articles were changed since, in the brief's order.

    document: of the version that is shown; None takes the text as it stands. Three queries, one where
    nothing has changed. Articles that were only completed are not changed.
    """
    quotations = list(_quotations(from_json(brief.document if document is None else document)))
    pks = {int(one.article_id) for one in quotations if one.article_id.isdecimal()}
    candidates = Article.objects.filter(pk__in=pks, version__gt=1).select_related("source").in_bulk()
    if not candidates:
        return []
    noted = {row.article_id: row for row in BriefCitation.objects.filter(brief=brief, article__in=pks)}
    chains: defaultdict[int, list[ArticleVersion]] = defaultdict(list)
    for version in (
        ArticleVersion.objects.filter(article__in=candidates).order_by("number").defer("lead", "body")
    ):
        chains[version.article_id].append(version)
    found: list[ChangedQuotation] = []
    for quotation in quotations:
        article = candidates.get(int(quotation.article_id)) if quotation.article_id.isdecimal() else None
        if article is not None:
            row = noted.get(article.pk)
            number = quotation.article_version or (row.article_version if row else article.version)
            later = [one for one in chains[article.pk] if one.number >= number]
            if changes := [one for one in later if not one.change.get("completed")]:
                found.append(_describe(quotation, article, number, changes, row))
    return found


def changed_citations() -> QuerySet[BriefCitation]:
    """Return the citations whose article was changed after it was quoted."""
    changed = BriefCitation.objects.filter(article__version__gt=F("article_version"))
    return changed.filter(article__changed_at__gt=F("cited_at"))


def briefs_with_changes(*, briefs: Iterable[int]) -> set[int]:
    """Return which of some briefs quote an article that was changed since, in one query."""
    found = changed_citations().filter(brief__in=list(briefs))
    return set(found.values_list("brief_id", flat=True).distinct())


def unseen_changes(*, units: Iterable[Unit], since: datetime, limit: int) -> list[BriefCitation]:
    """Return the changes in what briefs of some units quote that nobody there has seen, the latest first."""
    newest = changed_citations().filter(brief__unit__in=list(units), brief__until__gte=since)
    unseen = newest.filter(article__version__gt=Greatest("seen_version", "article_version"))
    rows = unseen.select_related("brief__unit", "article__source").order_by("-article__changed_at", "-pk")
    return list(rows.defer("brief__document", "article__body", "article__lead")[:limit])


def mark_seen(*, brief: Brief, by: User, at: datetime) -> int:
    """Note that a person has seen every change in what a brief quotes; returns how many that were."""
    unseen = changed_citations().filter(Q(seen_version__lt=F("article__version")), brief=brief)
    rows = list(unseen.select_related("article"))
    for row in rows:
        row.seen_version, row.seen_by, row.seen_at = row.article.version, by, at
    BriefCitation.objects.bulk_update(rows, ["seen_version", "seen_by", "seen_at"])
    return len(rows)


def _describe(
    quotation: Quotation,
    article: Article,
    number: int,
    changes: list[ArticleVersion],
    row: BriefCitation | None,
) -> ChangedQuotation:
    text = "\n".join((article.title, article.lead, article.body))
    return ChangedQuotation(
        quotation=quotation,
        article=article,
        quoted_version=number,
        changed_at=changes[-1].seen_at,
        fate=judge_quotation(quotation.text, text),
        is_headline_changed=any(one.change.get("headline", False) for one in changes),
        is_seen=bool(row and row.seen_version >= article.version),
    )


def _quotations(document: BriefDocument) -> Iterator[Quotation]:
    for section in document.sections:
        for item in section.items:
            yield from item.quotations


def _first_versions(quotations: Iterable[Quotation]) -> dict[int, Quotation]:
    """Return, for each article, the quotation of its earliest version."""
    first: dict[int, Quotation] = {}
    for one in quotations:
        if one.article_id.isdecimal():
            known = first.get(int(one.article_id))
            if known is None or one.article_version < known.article_version:
                first[int(one.article_id)] = one
    return first
