"""Fold the silences of one country's sources: forty that fall silent together are one alarm, not forty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt

from legation.engine.records.health import AlarmKind, Finding

REST = timedelta(days=4)  # a week-end and a working day after the holiday
_TOGETHER = timedelta(days=3)  # a holiday reaches a daily within a day and a ministry within three


@dataclass(frozen=True, slots=True)
class SharedOptions:
    """When silences are one silence."""

    least_sources: int = 3
    share: float = 0.4  # of the weights of a country's sources whose habit is known


def fold_silences(
    *,
    silences: Mapping[str, Finding],
    country_of: Mapping[str, str],
    per_week: Mapping[str, float],
    countries: Mapping[str, Finding],
    over: Mapping[str, tuple[datetime, datetime]] | None = None,
    options: SharedOptions | None = None,
) -> tuple[dict[str, Finding], dict[str, Finding]]:
    """Take the silences that a whole country shares out of the sources' and into the country's.

    silences: by source. country_of: country of every source with a habit; "" takes part in nothing.
    per_week: their usual articles. countries: what was found about whole countries, by code. over: from when
    to when a country's shared silence lasts or lasted, of those that stand or ended within REST.
    Returns the silences that stand for themselves, and the countries' findings, each with the number of its
    silent sources. One that began days before the others is its own matter and stays; one that began with
    them is excused for some days after their return, as an office comes back later than an agency.
    """
    options = options or SharedOptions()
    known = Counter(country_of.values())
    # By the root of their volume: the busy ones are missed hours before the others, and are not alone.
    weights: dict[str, float] = defaultdict(float)
    for source, country in country_of.items():
        weights[country] += _weigh(per_week, source)
    # One or two sources are no country: their own alarms say all.
    countries = {code: found for code, found in countries.items() if known[code] >= options.least_sources}
    silent: dict[str, dict[str, Finding]] = defaultdict(dict)
    own, shared = {}, dict(countries)
    for source, finding in silences.items():
        country = country_of.get(source, "")
        if country:
            silent[country][source] = finding
        if not _is_rested(finding, (over or {}).get(country)):
            own[source] = finding
    for country, sources in silent.items():
        members = _began_together(sources)
        if len(members) < options.least_sources:
            continue
        weight = sum(_weigh(per_week, source) for source in members)
        if weight < options.share * weights[country] and country not in countries:
            continue
        shared[country] = _share(members, shared.get(country), known[country])
        for source in members:
            own.pop(source, None)
    return own, shared


def _share(members: Mapping[str, Finding], found: Finding | None, known: int) -> Finding:
    """Make the country's finding of its sources', or add them to it."""
    since = min(finding.since for finding in members.values())
    is_firm = any(finding.is_firm for finding in members.values())
    found = found or Finding(AlarmKind.THIN_COUNTRY, since, is_firm)
    return replace(found, evidence={**found.evidence, "silent_sources": len(members), "sources": known})


def _is_rested(finding: Finding, span: tuple[datetime, datetime] | None) -> bool:
    """Tell whether a silence began with one that its country shared."""
    return span is not None and span[0] - _TOGETHER <= finding.since <= span[1]


def _weigh(per_week: Mapping[str, float], source: str) -> float:
    return sqrt(max(per_week.get(source, 0.0), 0.1))


def _began_together(found: Mapping[str, Finding]) -> dict[str, Finding]:
    """Keep the findings that began within some days of the latest one."""
    latest = max(finding.since for finding in found.values())
    return {source: one for source, one in found.items() if latest - one.since <= _TOGETHER}
