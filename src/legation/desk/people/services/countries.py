"""Country packs as the desk asks for them: read from their folder once per process."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import translation

from legation.engine.records.countries import CountryPack
from legation.gateways.packs import list_countries, load_country
from legation.gateways.yaml_files import UnusablePack

log = logging.getLogger(__name__)


def countries_at_hand() -> list[tuple[str, str]]:
    """List the countries that have a pack as (code, name in the interface language), by name."""
    found = []
    for code in list_countries(settings.ENVIRONMENT.countries_dir):
        try:
            found.append((code, label_of(find_pack(code).label)))
        except UnusablePack as problem:
            log.warning("The country pack %s cannot be offered: %s", code, problem)
    return sorted(found, key=lambda pair: pair[1])


def find_pack(code: str) -> CountryPack:
    """Return a country's pack; UnusablePack, naming file and key, where it is absent or wrong."""
    return _read_pack(code.lower(), settings.ENVIRONMENT.countries_dir)


def subjects_of(code: str) -> list[tuple[str, str]]:
    """List what a unit of a country may speak for as (subject key, name), the country itself first.

    Empty where the country's pack has become unusable, so that units can still be changed.
    """
    try:
        pack = find_pack(code)
    except UnusablePack as problem:
        log.warning("The country pack %s cannot be read: %s", code, problem)
        return []
    places = [(subject.key, label_of(subject.label)) for subject in pack.subjects if subject.key != pack.code]
    return [(pack.code, label_of(pack.label)), *sorted(places, key=lambda pair: pair[1])]


def label_of(label: dict[str, str]) -> str:
    """Choose a label's words for the reader: the interface language, else English, else any."""
    return label.get(translation.get_language() or "en") or label.get("en") or next(iter(label.values()), "")


@lru_cache(maxsize=8)  # packs are files of this version of the software; a changed one needs a restart
def _read_pack(code: str, directory: Path) -> CountryPack:
    return load_country(code, directory)
