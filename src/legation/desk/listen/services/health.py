"""Check the health of listening: gather what came in, find what is not as usual, and keep the alarms."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum, TextField
from django.db.models.functions import Cast

from legation.desk.carry.models import Job
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.models import Source, SourceHour, VolumeHour
from legation.desk.listen.services.alarms import AlarmAccount, recent_country_alarms, store_findings
from legation.desk.listen.services.habits import learn_habits, load_habits
from legation.desk.listen.services.hours import DESK, main_language
from legation.engine.listen.alarms import (
    find_broken_line,
    find_flood,
    find_poor_texts,
    find_silence,
    find_thinning,
)
from legation.engine.listen.shared_silences import REST, fold_silences
from legation.engine.records.health import AlarmKind, Finding, Habit, Recent

HEALTH_JOB = "listen.check_health"
CHECK_EVERY_MINUTES = 15
# Two visits to a source lie a day apart at most; an hour more lets a slow round end.
ALIVE_WITHIN = timedelta(hours=25)
_LEAST_OFFLINE = 5  # failing sources from which it may be the desk's own line
_FIELDS = (
    "pk", "key", "country", "languages", "failures", "last_fault", "last_success_at", "last_article_at",
    "last_fetch_at", "created_at",
)  # fmt: skip

Findings = dict[tuple[str, AlarmKind], Finding]


@dataclass(slots=True)
class _Facts:
    """What one check knows of the sources; read with eight queries, however many there are."""

    now: datetime
    sources: list[dict[str, Any]]
    habits: dict[str, Habit]
    recent: dict[int, dict[str, int]]
    volumes: dict[str, int]  # articles of three days by language and country
    unheard: list[tuple[datetime, datetime]]
    moved: dict[int, tuple[str, str]]  # feed and its new address
    over: dict[str, tuple[datetime, datetime]]  # shared silences of countries that ended lately


def schedule_check(now: datetime) -> None:
    """Enqueue a check every quarter of an hour; a tick of the worker."""
    quarter = now.replace(minute=now.minute - now.minute % CHECK_EVERY_MINUTES, second=0, microsecond=0)
    key = f"{HEALTH_JOB}:{quarter:%Y-%m-%dT%H:%M}"
    if not Job.objects.filter(key=key, kind=HEALTH_JOB).exists():
        enqueue_job(kind=HEALTH_JOB, key=key)


def check_health(*, now: datetime) -> AlarmAccount:
    """Learn the habits that are due, judge every source, language and country, and store the alarms.

    Takes some twenty queries whatever the number of sources. Safe to repeat: an alarm is raised by a second
    finding some minutes after the first, not by the same check run twice.
    """
    learn_habits(now=now)
    return store_findings(findings=find_all(now=now), now=now)


def find_all(*, now: datetime) -> Findings | None:
    """Find everything that is not as usual now; None where nothing can be judged, as the desk is offline.

    Where half of all sources fail at once it is the desk's own line: that alone is told then, and the alarms
    that stand are left as they are.
    """
    facts = _read_facts(now)
    offline = _find_offline(facts)
    if offline is not None:
        return {(DESK, AlarmKind.OFFLINE): offline}
    found: Findings = {}
    silences: dict[str, Finding] = {}
    for source in facts.sources:
        about = f"source:{source['key']}"
        for finding in _judge_source(facts, source, about):
            if finding.kind is AlarmKind.SILENCE:
                silences[about] = finding
            else:
                found[about, finding.kind] = finding
    countries = _find_thin(facts, "country", AlarmKind.THIN_COUNTRY)
    country_of = {
        f"source:{source['key']}": source["country"]
        for source in facts.sources
        if f"source:{source['key']}" in facts.habits
    }
    per_week = {about: facts.habits[about].per_week for about in country_of}
    own, countries = fold_silences(
        silences=silences, country_of=country_of, per_week=per_week, countries=countries, over=facts.over
    )
    found |= {(about, AlarmKind.SILENCE): finding for about, finding in own.items()}
    found |= {(f"country:{code}", AlarmKind.THIN_COUNTRY): one for code, one in countries.items()}
    lost = _find_lost_languages(facts)
    thin = _find_thin(facts, "language", AlarmKind.THIN_LANGUAGE)
    found |= {(f"language:{code}", AlarmKind.LOST_LANGUAGE): one for code, one in lost.items()}
    found |= {
        (f"language:{code}", AlarmKind.THIN_LANGUAGE): one for code, one in thin.items() if code not in lost
    }
    return found


def _read_facts(now: datetime) -> _Facts:
    listened = Source.objects.listening().with_feeds()
    week, days, day = now - timedelta(days=7), now - timedelta(days=3), now - timedelta(days=1)
    totals: dict[int, dict[str, int]] = {}
    names = ("articles", "teasers", "other_language", "failures", "characters")
    rows = SourceHour.objects.order_by().values("source_id")
    sums = [Sum(name) for name in names]
    for pk, *counts in rows.filter(hour__gt=week).values_list("source_id", *sums):
        totals[pk] = {f"{name}_week": count for name, count in zip(names, counts, strict=True)}
    # Three plain sums cost less than one with conditions: the index on the hour narrows each of them.
    for since, name in ((days, "articles_days"), (day, "articles_day")):
        for pk, count in rows.filter(hour__gt=since).values_list("source_id", Sum("articles")):
            totals.setdefault(pk, {})[name] = count
    volumes = VolumeHour.objects.filter(hour__gt=days).order_by()
    return _Facts(
        now=now,
        sources=list(listened.values(*_FIELDS)),
        habits=load_habits(),
        recent=totals,
        volumes=dict(volumes.values_list("about").annotate(Sum("articles"))),
        unheard=_unheard_spans(now),
        moved=_moved_feeds(listened),
        over=recent_country_alarms(after=now - REST, now=now),
    )


def _unheard_spans(now: datetime) -> list[tuple[datetime, datetime]]:
    """Return the spans of the last eight weeks in which no visit to anybody went well for more than a day."""
    hours = VolumeHour.objects.filter(about=DESK, hour__gte=now - timedelta(weeks=8), good_visits__gt=0)
    marks = [*hours.order_by("hour").values_list("hour", flat=True), now]
    return [
        (before + timedelta(hours=1), after)
        for before, after in zip(marks, marks[1:], strict=False)
        if after - before > ALIVE_WITHIN
    ]


def _moved_feeds(listened: Any) -> dict[int, tuple[str, str]]:
    """Return the first moved feed of each source that has one; the states of the others are not read."""
    rows = listened.annotate(state_text=Cast("feed_states", TextField()))
    moved = {}
    for pk, states in rows.filter(state_text__contains='"moved_to"').values_list("pk", "feed_states"):
        found = [(feed, state["moved_to"]) for feed, state in states.items() if state.get("moved_to")]
        if found:
            moved[pk] = found[0]
    return moved


def _judge_source(facts: _Facts, source: dict[str, Any], about: str) -> list[Finding]:
    """Return all that is not as usual with one source."""
    now, found = facts.now, []
    line = find_broken_line(
        failures=source["failures"],
        fault=source["last_fault"],
        reached_at=source["last_success_at"],
        added_at=source["created_at"],
        now=now,
    )
    if line is not None:
        found.append(line)
    if source["pk"] in facts.moved:
        feed, moved_to = facts.moved[source["pk"]]
        found.append(Finding(AlarmKind.MOVED_FEED, now, True, {"feed": feed, "moved_to": moved_to}))
    recent = Recent(**facts.recent.get(source["pk"], {}), last_article_at=source["last_article_at"])
    habit = facts.habits.get(about)
    found += find_poor_texts(habit, recent, now=now)
    if habit is None:
        return found
    flood = find_flood(habit, recent, now=now, unheard=facts.unheard)
    # Whoever cannot be reached is not silent, and is told once.
    is_cut_off = line is not None and line.is_firm
    silence = None if is_cut_off else find_silence(habit, recent, now=now, unheard=facts.unheard)
    return found + [finding for finding in (flood, silence) if finding]


def _find_thin(facts: _Facts, group: str, kind: AlarmKind) -> dict[str, Finding]:
    """Return the languages or countries of which far less comes in than usual, by code."""
    found = {}
    for about, habit in facts.habits.items():
        prefix, _, code = about.partition(":")
        if prefix != group:
            continue
        finding = find_thinning(
            kind, habit, facts.volumes.get(about, 0), now=facts.now, unheard=facts.unheard
        )
        if finding:
            found[code] = finding
    return found


def _find_lost_languages(facts: _Facts) -> dict[str, Finding]:
    """Return the languages of which no source answers any more, by code."""
    sources_of: Counter[str] = Counter()
    alive: set[str] = set()
    reached: dict[str, datetime] = {}
    for source in facts.sources:
        if source["last_fetch_at"] is None:
            continue
        at = source["last_success_at"]
        for language in {main_language(code) for code in source["languages"]}:
            sources_of[language] += 1
            if at is not None:
                reached[language] = max(at, reached.get(language, at))
            if at is not None and facts.now - at <= ALIVE_WITHIN:
                alive.add(language)
    return {
        language: Finding(
            AlarmKind.LOST_LANGUAGE, reached.get(language, facts.now), True, {"sources": count, "alive": 0}
        )
        for language, count in sources_of.items()
        if language not in alive
    }


def _find_offline(facts: _Facts) -> Finding | None:
    """Find that half of all sources and more fail at once."""
    visited = [source for source in facts.sources if source["last_fetch_at"] is not None]
    failing = [source for source in visited if source["failures"]]
    if len(failing) < max(_LEAST_OFFLINE, len(visited) / 2):
        return None
    reached = [source["last_success_at"] for source in visited if source["last_success_at"]]
    evidence: dict[str, float | str] = {"failing": len(failing), "sources": len(visited)}
    return Finding(AlarmKind.OFFLINE, max(reached, default=facts.now), True, evidence)
