"""Have evidence kept of everything that a brief cites, and tell how that stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from legation.desk.carry.models import Job
from legation.desk.listen.models import Article
from legation.desk.listen.services.captures import Evidence, evidence_of, has_page, request_captures
from legation.desk.people.models import User
from legation.desk.understand.models import Brief, BriefEvent
from legation.engine.understand.brief_documents import from_json

# What makes a brief cite for others to rely upon; a draft may still change its mind.
CITING_EVENTS = (BriefEvent.SUBMITTED, BriefEvent.APPROVED, BriefEvent.UNSIGNED)


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """One article that a brief quotes, with its evidence; evidence is None where it has no web page."""

    article: Article
    evidence: Evidence | None


def request_evidence(*, brief: Brief, by: User | None, at: datetime) -> list[Job]:
    """Have a copy taken of each article that the brief quotes and that has none of its current version."""
    reason = f"understand.brief:{brief.pk}"
    return request_captures(articles=_list_cited(brief), reason=reason, at=at, unit=brief.unit, by=by)


def list_evidence(*, brief: Brief) -> list[CitedArticle]:
    """Tell how each article that the brief quotes stands with its evidence, in the brief's order."""
    cited = _list_cited(brief)
    found = evidence_of(articles=cited)
    return [CitedArticle(one, found[one.pk] if has_page(one) else None) for one in cited]


def count_states(cited: list[CitedArticle]) -> Counter[str]:
    """Count the states of evidence, "pageless" for articles that have no web page."""
    return Counter(one.evidence.state if one.evidence else "pageless" for one in cited)


def _list_cited(brief: Brief) -> list[Article]:
    quoted = [
        quotation.article_id
        for section in from_json(brief.document).sections
        for item in section.items
        for quotation in item.quotations
    ]
    order = {int(key): place for place, key in reversed(list(enumerate(quoted))) if key.isdecimal()}
    articles = (
        Article.objects.filter(pk__in=list(order)).select_related("source").defer("body", "lead", "byline")
    )
    return sorted(articles, key=lambda article: order[article.pk])
