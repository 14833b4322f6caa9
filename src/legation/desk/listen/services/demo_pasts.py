"""Give the sources of a demo the weeks of listening that a desk needs before it can say what is usual."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from legation.desk.listen.models import Habit, Source, SourceAlarm, SourceHour, VolumeHour
from legation.desk.listen.services.hours import (
    DESK,
    FOLD_AFTER_DAYS,
    ItemEnd,
    amounts_of,
    hour_of,
    main_language,
    volumes_of,
)
from legation.desk.people.services.installations import is_demo_desk
from legation.engine.records.articles import OutcomeKind

VISITS_AN_HOUR = 4  # as sources are visited that publish a few times a day
_HOUR = timedelta(hours=1)
_BATCH = 400

Counts = dict[datetime, Counter[str]]


class NoDemo(Exception):
    """The installation is not a demo: its past is what it has heard, and nothing else."""


def lay_past(*, drawn: Mapping[str, Mapping[datetime, int]], since: datetime, now: datetime) -> bool:
    """Count as if the demo had listened for weeks; returns False where it was done before.

    drawn: articles by hour of UTC, of the weeks before the demo's own articles, by key of source.
    since: the first day's midnight of UTC. Every hour up to the first visit counts as visited.
    The articles that the first visits brought at once are counted in the hours in which they appeared, and
    each source's last article is as old as it says. What was learned without this past is forgotten.
    Raises NoDemo where the installation is none.
    """
    if not is_demo_desk():
        raise NoDemo
    with transaction.atomic():
        first = SourceHour.objects.order_by("hour").values_list("hour", flat=True).first() or hour_of(now)
        if first < since + timedelta(days=1):
            return False
        hours = [since + number * _HOUR for number in range(int((first - since) / _HOUR))]
        volumes: dict[str, Counter[datetime]] = defaultdict(Counter)
        rows: list[SourceHour] = []
        for source in Source.objects.filter(key__in=list(drawn)).order_by("key"):
            counts = _redate(source, first, volumes)
            _add_drawn(source, drawn[source.key], counts, volumes)
            rows += _make_rows(source, counts, hours)
        SourceHour.objects.bulk_create(rows, batch_size=_BATCH)
        VolumeHour.objects.bulk_create(_make_volumes(volumes, hours, len(drawn)), batch_size=_BATCH)
        Habit.objects.all().delete()
        SourceAlarm.objects.filter(is_pending=True).delete()
    return True


def _redate(source: Source, first: datetime, volumes: dict[str, Counter[datetime]]) -> Counts:
    """Move articles out of the hours in which they came; return them by those in which they appeared."""
    counts: Counts = defaultdict(Counter)
    came: Counts = defaultdict(Counter)
    gone: dict[str, Counter[datetime]] = defaultdict(Counter)
    newest = None
    for article in source.articles.order_by("sort_at"):
        counted, appeared = hour_of(article.collected_at), hour_of(article.sort_at)
        newest = article.sort_at
        if appeared >= first:
            continue
        amounts = amounts_of(ItemEnd(source, OutcomeKind.KEPT, article))
        counts[appeared].update(amounts)
        came[counted].update(amounts)
        for about in volumes_of(article):
            volumes[about][appeared] += 1
            gone[about][counted] += 1
    for hour, amounts in came.items():
        taken = {name: F(name) - amount for name, amount in amounts.items() if amount}
        SourceHour.objects.filter(source=source, hour=hour).update(**taken)
    for about, numbers in gone.items():
        for hour, number in numbers.items():
            VolumeHour.objects.filter(about=about, hour=hour).update(articles=F("articles") - number)
    Source.objects.filter(pk=source.pk).update(last_article_at=newest)
    return counts


def _add_drawn(
    source: Source, drawn: Mapping[datetime, int], counts: Counts, volumes: dict[str, Counter[datetime]]
) -> None:
    """Add the drawn articles, each as long as the source's own are on average."""
    articles = sum(own["articles"] for own in counts.values())
    characters = sum(own["characters"] for own in counts.values())
    usual = characters // articles if articles else 0
    abouts = [DESK, *(f"language:{main_language(code)}" for code in source.languages[:1])]
    abouts += [f"country:{source.country}"] if source.country else []
    for hour, number in drawn.items():
        counts[hour].update({"articles": number, "characters": number * usual})
        for about in abouts:
            volumes[about][hour] += number


def _make_rows(source: Source, counts: Counts, hours: Sequence[datetime]) -> list[SourceHour]:
    """Make the rows of one source, the older ones folded as the desk folds them."""
    whole_since = hours[-1].replace(hour=0) - timedelta(days=FOLD_AFTER_DAYS - 1)
    rows = []
    for hour in hours:
        is_whole, is_first = hour >= whole_since, hour.hour == 0
        if is_whole or is_first or hour in counts:
            visits = VISITS_AN_HOUR if is_whole else 24 * VISITS_AN_HOUR if is_first else 0
            own: Mapping[str, int] = counts.get(hour, {})
            rows.append(SourceHour(source=source, hour=hour, visits=visits, good_visits=visits, **own))
    return rows


def _make_volumes(
    volumes: Mapping[str, Mapping[datetime, int]], hours: Sequence[datetime], sources: int
) -> list[VolumeHour]:
    """Make the rows of each language and country, and those of the desk, which tell that it listened."""
    good = sources * VISITS_AN_HOUR
    own: Mapping[datetime, int] = volumes.get(DESK, {})
    rows = [VolumeHour(about=DESK, hour=hour, articles=own.get(hour, 0), good_visits=good) for hour in hours]
    for about, numbers in volumes.items():
        if about != DESK:
            rows += [VolumeHour(about=about, hour=hour, articles=number) for hour, number in numbers.items()]
    return rows
