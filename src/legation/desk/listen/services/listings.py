"""What lists of sources, articles and outcomes show, and what they can be narrowed to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from legation.desk.listen.models import Article, Outcome, Source
from legation.desk.listen.querysets import SourceQuerySet
from legation.engine.listen.versions import repeats_lead
from legation.engine.text.folding import fold_text

SEARCH_DAYS = 30  # titles are searched by reading them, which must have an end ...
MAX_SEARCHED = 150_000  # ... and half a second reads about as many (docs/decisions/0009)
_NEWEST_OUTCOMES = 5_000  # whose reasons a list can be narrowed to: some days of a busy desk
_KNOWN_LANGUAGES = 60


def language_codes() -> list[str]:
    """Return the languages of all sources, the commonest first."""
    counts: dict[str, int] = {}
    for languages in Source.objects.order_by().values_list("languages", flat=True):
        for language in languages:
            counts[language] = counts.get(language, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], code))[:_KNOWN_LANGUAGES]


def country_codes() -> list[str]:
    """Return the countries of all sources in order."""
    return sorted(Source.objects.exclude(country="").order_by().values_list("country", flat=True).distinct())


def narrow_sources(*, filters: dict[str, Any], at: datetime) -> SourceQuerySet:
    """Narrow the sources down by the fields of SourceFilterForm."""
    sources: SourceQuerySet = Source.objects.all()
    match filters.get("state"):
        case "well":
            sources = sources.well(at)
        case "troubled":
            sources = sources.troubled()
        case "silent":
            sources = sources.silent(at)
        case "off":
            sources = sources.off()
        case "incomplete":
            sources = sources.incomplete()
    if words := filters.get("q"):
        sources = sources.filter(
            Q(name__icontains=words)
            | Q(key__icontains=words)
            | Q(home__icontains=words)
            | Q(feeds__icontains=words)
        )
    if language := filters.get("language"):
        spoken = Source.objects.values_list("pk", "languages")
        sources = sources.filter(pk__in=[pk for pk, languages in spoken if language in languages])
    if verified := filters.get("verified"):
        sources = sources.filter(is_verified=verified == "yes")
    for name in ("country", "kind"):
        if filters.get(name):
            sources = sources.filter(**{name: filters[name]})
    return sources.with_silence().order_by("name", "pk")


def count_search_days(*, filters: dict[str, Any], at: datetime) -> int:
    """Return over how many days a search in titles reaches: SEARCH_DAYS, or fewer of a busy desk.

    filters: of ArticleFilterForm; the days count back from the last day asked for.
    """
    until = _search_end(filters, at)
    per_day = Article.objects.between(until - timedelta(days=1), until).count()
    return max(2, min(SEARCH_DAYS, MAX_SEARCHED // max(per_day, 1)))


def narrow_articles(*, filters: dict[str, Any], at: datetime) -> QuerySet[Article]:
    """Narrow the articles down by the fields of ArticleFilterForm; newest first, without text.

    A search in titles ignores case and accents and looks at count_search_days before the last day asked for.
    """
    articles = Article.objects.select_related("source").defer(
        "body", "lead", "posts", "byline", "source__feed_states"
    )
    for name in ("language", "country"):
        if filters.get(name):
            articles = articles.filter(**{name: filters[name]})
    if filters.get("source"):
        articles = articles.filter(source__key=filters["source"])
    if filters.get("ours"):
        articles = articles.filter(is_ours=filters["ours"] == "yes")
    if filters.get("until"):
        articles = articles.filter(sort_at__lt=_search_end(filters, at))
    if filters.get("since"):
        articles = articles.filter(sort_at__gte=_midnight(filters["since"]))
    if words := fold_text(filters.get("q") or ""):
        days = count_search_days(filters=filters, at=at)
        first = _search_end(filters, at) - timedelta(days=days)
        articles = articles.filter(title_folded__contains=words, sort_at__gte=first)
    return articles.order_by("-sort_at", "-pk")


def narrow_outcomes(*, filters: dict[str, Any]) -> QuerySet[Outcome]:
    """Narrow the outcomes down by the fields of OutcomeFilterForm; newest first."""
    outcomes = Outcome.objects.select_related("source")
    for name in ("kind", "reason"):
        if filters.get(name):
            outcomes = outcomes.filter(**{name: filters[name]})
    if filters.get("source"):
        outcomes = outcomes.filter(source__key=filters["source"])
    # The counters count days of UTC; a list that they lead to must hold the same items.
    zone = UTC if filters.get("zone") == "utc" else None
    if filters.get("since"):
        outcomes = outcomes.filter(at__gte=_midnight(filters["since"], zone))
    if filters.get("until"):
        outcomes = outcomes.filter(at__lt=_midnight(filters["until"] + timedelta(days=1), zone))
    return outcomes.order_by("-pk")


def reason_keys(*, chosen: str = "") -> list[str]:
    """Return the reasons that the newest outcomes gave, and the one that is chosen already."""
    newest = Outcome.objects.order_by("-pk").values_list("reason", flat=True)[:_NEWEST_OUTCOMES]
    return sorted({*newest, chosen} - {""})


def count_outcomes(*, source: Source, since: datetime) -> list[dict[str, Any]]:
    """Count a source's outcomes since a moment by kind and reason, each with its latest addresses."""
    rows = Outcome.objects.filter(source=source, at__gte=since).order_by()
    counted: list[dict[str, Any]] = []
    for row in rows.values("kind", "reason").annotate(items=Sum("count")).order_by("-items"):
        same = rows.filter(kind=row["kind"], reason=row["reason"]).exclude(address="").order_by("-pk")
        counted.append({**row, "samples": list(same[:3])})
    return counted


def choose_lead(text: Any) -> str:
    """Return the lead of an article or a version; "" where it only repeats the first paragraph."""
    return "" if repeats_lead(text.lead, text.body) else str(text.lead)


def _search_end(filters: dict[str, Any], at: datetime) -> datetime:
    return _midnight(filters["until"] + timedelta(days=1)) if filters.get("until") else at


def _midnight(day: date, zone: tzinfo | None = None) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), zone)
