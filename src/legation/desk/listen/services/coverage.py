"""Say how much of the world the desk has heard in a period: the coverage meter of charts and documents."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_skeleton
from django.db.models import Max, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from legation.desk.listen.models import Article, Source, SourceHour, VolumeHour
from legation.desk.listen.services.health import ALIVE_WITHIN
from legation.desk.listen.services.hours import DESK, main_language
from legation.engine.records.briefs import HonestLine
from legation.engine.records.health import LanguageCoverage

_PRESENT = timedelta(hours=2)  # a period that ended so lately is told from the sources as they stand
_WEEKDAY_WITHIN = timedelta(days=7)  # beyond, a weekday would mean two days


@dataclass(frozen=True, slots=True)
class Heard:
    """Which sources were listened to at the end of a period, and which of them answered."""

    languages_of: dict[int, list[str]]  # of every source listened to
    country_of: dict[int, str]
    alive: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Volumes:
    """What came in of languages and countries, by what VolumeHour.about names."""

    day: dict[str, int]
    week: dict[str, int]
    last: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How far one language or country is heard, for a table."""

    code: str
    alive_count: int
    source_count: int
    articles_day: int  # that came in during the last 24 hours
    articles_week: int
    last_hour: datetime | None  # in which one came in, within the weeks that are counted


def coverage(
    *, since: datetime, until: datetime, languages: Sequence[str], at: datetime | None = None
) -> HonestLine:
    """Say what stands behind a period's counts, as it was in that period.

    languages: those that the reader wants to hear, BCP 47. One is missing when no source of it answered
    during the period's last day, or no article of it came in. at: now, by default the clock's.
    folded_count counts copies of one text once. A period that has ended is told from the hours that were
    counted then, not from the sources as they are now.
    """
    heard = sources_heard(until=until, at=at or timezone.now())
    articles, folded = Article.objects.between(since, until).count_both_ways()
    last = _newest_articles(languages, until)
    rows = [_cover_language(language, heard, last.get(language)) for language in languages]
    missing = [
        row
        for row in rows
        if not (row.alive_count and row.last_article_at)
        or datetime.fromisoformat(row.last_article_at) < since
    ]
    return HonestLine(
        alive_count=len(heard.alive),
        source_count=len(heard.languages_of),
        missing_languages=tuple(row.language for row in missing),
        article_count=articles,
        folded_count=folded,
        since=since.isoformat(),
        until=until.isoformat(),
        missing_since=tuple(row.last_article_at for row in missing),
        languages=tuple(rows),
    )


def sources_heard(*, until: datetime, at: datetime) -> Heard:
    """Return the sources that were listened to on the day before a moment, and those that answered.

    Where nothing was counted then, because the desk was off or did not count yet, the sources as they stand
    must do.
    """
    since = until - ALIVE_WITHIN
    if until < at - _PRESENT:
        hours = SourceHour.objects.filter(hour__gt=since - timedelta(hours=1), hour__lt=until, visits__gt=0)
        good = dict(hours.order_by().values_list("source_id").annotate(Sum("good_visits")))
        if good:
            told = Source.objects.values_list("pk", "languages", "country")
            return _heard(
                (row for row in told if row[0] in good), (pk for pk, count in good.items() if count)
            )
    listened = Source.objects.listening().with_feeds()
    rows = list(listened.values_list("pk", "languages", "country", "last_success_at"))
    alive = (pk for pk, _languages, _country, reached in rows if reached is not None and reached >= since)
    return _heard(((pk, languages, country) for pk, languages, country, _reached in rows), alive)


def cover_world(*, now: datetime) -> tuple[list[CoverageRow], list[CoverageRow]]:
    """Return how far each language and each country of the sources is heard now, most sources first."""
    heard = sources_heard(until=now, at=now)
    volumes = VolumeHour.objects.exclude(about=DESK).order_by().values_list("about")
    counted = _Volumes(
        day=dict(volumes.filter(hour__gt=now - timedelta(days=1)).annotate(Sum("articles"))),
        week=dict(volumes.filter(hour__gt=now - timedelta(days=7)).annotate(Sum("articles"))),
        last=dict(volumes.filter(articles__gt=0).annotate(Max("hour"))),
    )
    languages = {pk: {main_language(code) for code in codes} for pk, codes in heard.languages_of.items()}
    countries = {pk: {country} if country else set() for pk, country in heard.country_of.items()}
    return (
        _cover_groups("language", languages, heard.alive, counted),
        _cover_groups("country", countries, heard.alive, counted),
    )


def name_since(*, moment: datetime, until: datetime, zone: zoneinfo.ZoneInfo, locale: Locale) -> str:
    """Name the day since which something is missing: its weekday within a week of `until`, else its date."""
    day = moment.astimezone(zone)
    if until - moment < _WEEKDAY_WITHIN and day.date() > (until.astimezone(zone) - _WEEKDAY_WITHIN).date():
        name = str(format_date(day, "EEEE", locale=locale))
        # Unicode's table writes it as at the head of a line.
        return name[:1].lower() + name[1:] if locale.language == "vi" else name
    if day.year != until.year:
        return str(format_date(day, "long", locale=locale))
    return str(format_skeleton("MMMMd", day, locale=locale))


def say_missing(
    honest: HonestLine, *, names: Sequence[str], zone: zoneinfo.ZoneInfo, locale: Locale
) -> list[str]:
    """Say of each missing language since when, in the active language, such as "Lao since Tuesday".

    names: of the missing languages, in their order.
    """
    until = datetime.fromisoformat(honest.until)
    told = []
    for number, name in enumerate(names):
        since = honest.missing_since[number] if number < len(honest.missing_since) else None
        if since:
            day = name_since(moment=datetime.fromisoformat(since), until=until, zone=zone, locale=locale)
            told.append(_("%(language)s since %(day)s") % {"language": name, "day": day})
        elif since == "":
            told.append(_("%(language)s (never heard)") % {"language": name})
        else:  # a document of before this was counted
            told.append(name)
    return told


def _heard(rows: Iterable[tuple[int, list[str], str]], alive: Iterable[int]) -> Heard:
    told = list(rows)
    languages_of = {pk: languages for pk, languages, _country in told}
    return Heard(
        languages_of,
        {pk: country for pk, _languages, country in told},
        frozenset(alive) & languages_of.keys(),
    )


def _cover_language(language: str, heard: Heard, last: datetime | None) -> LanguageCoverage:
    wanted = main_language(language)
    speakers = {
        pk for pk, codes in heard.languages_of.items() if any(main_language(code) == wanted for code in codes)
    }
    return LanguageCoverage(
        language, len(speakers & heard.alive), len(speakers), last.isoformat() if last else ""
    )


def _newest_articles(languages: Sequence[str], until: datetime) -> dict[str, datetime | None]:
    """Return when the newest article of each language before a moment appeared; one query for all.

    One look into the index for each language: grouping would read every article of them.
    """
    looks = {
        f"last_{number}": Subquery(
            Article.objects.filter(language=language, sort_at__lt=until)
            .order_by("-sort_at")
            .values("sort_at")[:1]
        )
        for number, language in enumerate(languages)
    }
    row = Article.objects.order_by("pk").annotate(**looks).values(*looks).first() if looks else None
    return {language: row[f"last_{number}"] for number, language in enumerate(languages)} if row else {}


def _cover_groups(
    group: str, keys: dict[int, set[str]], alive: frozenset[int], volumes: _Volumes
) -> list[CoverageRow]:
    """Count sources and articles by language or country."""
    totals = Counter(key for many in keys.values() for key in many)
    answering = Counter(key for pk in alive for key in keys[pk])
    rows = []
    for code, count in totals.most_common():
        about = f"{group}:{code}"
        day, week = volumes.day.get(about, 0), volumes.week.get(about, 0)
        rows.append(CoverageRow(code, answering[code], count, day, week, volumes.last.get(about)))
    return rows
