"""Fold the silences of one country's sources: forty that fall silent together are one alarm, not forty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from legation.engine.records.health import AlarmKind, Finding

_TOGETHER = timedelta(days=3)  # a holiday reaches a daily within a day and a ministry within three


@dataclass(frozen=True, slots=True)
class SharedOptions:
    """When silences are one silence."""

    least_sources: int = 3
    share: float = 0.4  # of a country's sources whose habit is known


def fold_silences(
    *,
    silences: Mapping[str, Finding],
    country_of: Mapping[str, str],
    countries: Mapping[str, Finding],
    options: SharedOptions | None = None,
) -> tuple[dict[str, Finding], dict[str, Finding]]:
    """Take the silences that a whole country shares out of the sources' and into the country's.

    silences: by source. country_of: country of every source with a habit; "" takes part in nothing.
    countries: what was found about whole countries, by code.
    Returns the silences that stand for themselves, and the countries' findings, each with the number of its
    silent sources. One that began days before the others is its own matter and stays.
    """
    options = options or SharedOptions()
    known = Counter(country_of.values())
    # One or two sources are no country: their own alarms say all.
    countries = {code: found for code, found in countries.items() if known[code] >= options.least_sources}
    silent: dict[str, list[str]] = defaultdict(list)
    for source in silences:
        if country_of.get(source):
            silent[country_of[source]].append(source)
    own, shared = dict(silences), dict(countries)
    for country, sources in silent.items():
        together = _began_together(silences[source] for source in sources)
        is_shared = len(together) >= max(options.least_sources, options.share * known[country])
        if not is_shared and not (country in countries and len(together) >= options.least_sources):
            continue
        first = min(together, key=lambda finding: finding.since)
        is_firm = any(finding.is_firm for finding in together)
        found = shared.get(country) or replace(
            first, kind=AlarmKind.THIN_COUNTRY, evidence={}, is_firm=is_firm
        )
        counts: dict[str, float | str] = {"silent_sources": len(together), "sources": known[country]}
        shared[country] = replace(found, evidence={**found.evidence, **counts})
        for source in sources:
            if silences[source] in together:
                del own[source]
    return own, shared


def _began_together(findings: Iterable[Finding]) -> list[Finding]:
    """Keep the findings that began within some days of the latest one."""
    found = list(findings)
    latest = max(finding.since for finding in found)
    return [finding for finding in found if latest - finding.since <= _TOGETHER]
