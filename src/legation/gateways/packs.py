"""Read country packs from their directory and complete them with public vocabularies."""

from __future__ import annotations

import re
from pathlib import Path
from unicodedata import normalize
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from legation.engine.records.countries import (
    CountryPack,
    DocumentLayout,
    DocumentPattern,
    Holiday,
    UnitExample,
)
from legation.engine.records.names import Name, Subject
from legation.engine.text.folding import fold_text
from legation.gateways.name_supplements import list_city_names, list_territory_names
from legation.gateways.source_files import load_sources
from legation.gateways.yaml_files import Entry, UnusablePack, read_yaml

__all__ = ["UnusablePack", "list_countries", "load_country", "load_sources"]

_CODE = re.compile(r"[a-z]{2}")
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"any|[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_COUNTRY_KEYS = (
    "code", "label", "capital", "time_zone", "interface_languages", "working_languages", "working_days",
    "holidays",
)  # fmt: skip
_PLACE_TYPES = {"city", "province", "region", "former_province", "town", "port", "airport", "island", "sea"}
_UNIT_KINDS = {"steering", "ministry", "department", "province", "mission", "media"}
_AMBIGUOUS_WEIGHT = 0.3  # below 0.5, where a name needs a surer one beside it
# Demonyms and institutions weigh a little less than the country's own name: a chef of foreign origin is not a
# country's matter. Set by judgement.
_KIND_WEIGHTS = {
    "country": 1.0,
    "demonym": 0.9,
    "place": 0.9,
    "institution": 1.0,
    "office": 1.0,
    "exception": 0.0,
}
_DEFAULT_MIN_POPULATION = 50_000  # smaller towns are seldom named abroad without their province or country


def list_countries(directory: Path) -> list[str]:
    """List the codes of the countries that have a pack in a directory, sorted; empty where it is absent."""
    if not directory.is_dir():
        return []
    return sorted(
        entry.name
        for entry in directory.iterdir()
        if _CODE.fullmatch(entry.name) and (entry / "country.yml").is_file()
    )


def load_country(
    code: str, directory: Path, *, min_city_population: int = _DEFAULT_MIN_POPULATION
) -> CountryPack:
    """Read the pack of a country, check it, and add names from CLDR and GeoNames with lower weights.

    code: ISO 3166-1 alpha-2 in any case. directory: the folder that holds one folder per country.
    Raises UnusablePack, naming file and key, where the pack is absent or wrong.
    """
    code = code.lower()
    folder = directory / code
    if not _CODE.fullmatch(code) or not (folder / "country.yml").is_file():
        known = ", ".join(list_countries(directory)) or "none"
        raise UnusablePack(f"{folder}: there is no pack for the country {code!r}; there are: {known}.")
    entry = read_yaml(folder / "country.yml")
    entry.refuse_others(_COUNTRY_KEYS)
    if entry.read_text("code") != code:
        raise entry.fail("code", f"must be {code!r}, as the folder is called.")
    root = Subject(key=code, parent="", label=entry.read_label())
    subjects, names = _read_all_names(code, folder, root)
    city_subjects, city_names = list_city_names(code, names, min_city_population)
    subjects += city_subjects
    names += city_names + list_territory_names(code)
    keys = {subject.key for subject in subjects}
    capital = entry.read_text("capital")
    if capital not in keys:
        raise entry.fail("capital", f"{capital!r} is not a place of the gazetteer.")
    return CountryPack(
        code=code,
        label=root.label,
        capital=capital,
        time_zone=_read_zone(entry),
        interface_languages=_read_languages(entry, "interface_languages"),
        working_languages=_read_languages(entry, "working_languages"),
        working_days=_read_working_days(entry),
        names=tuple(names),
        subjects=tuple(subjects),
        holidays=tuple(_read_holiday(item) for item in entry.read_entries("holidays")),
        documents=tuple(_read_documents(folder / "documents.yml")),
        layouts={layout.key: layout for layout in _read_layouts(folder / "layouts")},
        units=tuple(_read_units(folder / "units.yml", keys)),
    )


def _read_all_names(code: str, folder: Path, root: Subject) -> tuple[list[Subject], list[Name]]:
    subjects, names = [root], _read_country_names(code, folder / "names.yml")
    for file_name, list_key in (("gazetteer.yml", "places"), ("institutions.yml", "institutions")):
        file = folder / file_name
        if not file.is_file():
            continue
        top = read_yaml(file)
        top.refuse_others([list_key])
        paths: dict[str, str] = {}
        for entry in top.read_entries(list_key):
            subject = _read_subject(entry, code, paths)
            subjects.append(subject)
            names += (
                _read_place(entry, subject) if list_key == "places" else _read_institution(entry, subject)
            )
    if len({subject.key for subject in subjects}) != len(subjects):
        doubled = sorted({s.key for s in subjects if sum(t.key == s.key for t in subjects) > 1})
        raise UnusablePack(f"{folder}: the subjects {', '.join(doubled)} are declared twice.")
    return subjects, names


def _read_country_names(code: str, file: Path) -> list[Name]:
    top = read_yaml(file)
    top.refuse_others(("country", "demonym", "exceptions"))
    names: list[Name] = []
    for key, kind in (("country", "country"), ("demonym", "demonym"), ("exceptions", "exception")):
        names += _read_spellings(top.read_entry(key), code, kind, weight=_KIND_WEIGHTS[kind], is_cased=False)
    if not any(name.kind == "country" for name in names):
        raise top.fail("country", "holds no spelling.")
    return names


def _read_subject(entry: Entry, code: str, paths: dict[str, str]) -> Subject:
    """Read key, parent and label; the key of a place inside another one continues the other's key."""
    entry.refuse_others(("key", "type", "kind", "parent", "label", "ambiguous", "names"))
    key = entry.read_text("key")
    if not _KEY.fullmatch(key):
        raise entry.fail("key", "must be lower-case letters, digits and hyphens.")
    parent = entry.read_text("parent", "")
    if parent and parent not in paths:
        raise entry.fail("parent", f"{parent!r} is not declared above.")
    parent_path = paths.get(parent, code)
    paths[key] = f"{parent_path}/{key}"
    return Subject(key=paths[key], parent=parent_path, label=entry.read_label())


def _read_place(entry: Entry, subject: Subject) -> list[Name]:
    """Read a place's spellings; its labels are spellings, with and without their marks."""
    place_type = entry.read_text("type")
    if place_type not in _PLACE_TYPES:
        raise entry.fail("type", f"must be one of {', '.join(sorted(_PLACE_TYPES))}.")
    weight = _AMBIGUOUS_WEIGHT if entry.read_flag("ambiguous") else _KIND_WEIGHTS["place"]
    spellings = dict.fromkeys(
        normalize("NFC", form) for text in subject.label.values() for form in (text, _strip_marks(text))
    )
    names = [Name(subject.key, text, "", "place", weight, is_case_sensitive=True) for text in spellings]
    return names + _read_spellings(
        entry.read_entry("names"), subject.key, "place", weight=_KIND_WEIGHTS["place"], is_cased=True
    )


def _read_institution(entry: Entry, subject: Subject) -> list[Name]:
    """Read a body's or an office's spellings; its labels are spellings too."""
    kind = entry.read_text("kind", "institution")
    if kind not in ("institution", "office"):
        raise entry.fail("kind", "must be institution or office.")
    weight = _KIND_WEIGHTS[kind]
    names = [
        Name(subject.key, text, "", kind, weight, True) for text in dict.fromkeys(subject.label.values())
    ]
    return names + _read_spellings(
        entry.read_entry("names"), subject.key, kind, weight=weight, is_cased=False
    )


def _read_spellings(entry: Entry, subject: str, kind: str, *, weight: float, is_cased: bool) -> list[Name]:
    """Read spellings by language; each is a text, or a mapping with text, weight and case."""
    names: list[Name] = []
    for language, spellings in entry.values.items():
        if not _LANGUAGE.fullmatch(language):
            raise entry.fail(language, "must be a language such as fr or zh-Hant, or any.")
        if not isinstance(spellings, list):
            raise entry.fail(language, "must be a list of spellings.")
        for number, item in enumerate(spellings):
            values = {"text": item} if isinstance(item, str) else item
            if not isinstance(values, dict):
                raise entry.fail(f"{language}[{number}]", f"must be text, not {item!r}; put it in quotes.")
            spelling = Entry(entry.file, f"{entry.path}.{language}[{number}]", values)
            spelling.refuse_others(("text", "weight", "case"))
            own_weight = spelling.read_number("weight", weight)
            if not 0 <= own_weight <= 1:
                raise spelling.fail("weight", "must be between 0 and 1.")
            names.append(
                Name(
                    subject=subject,
                    text=normalize("NFC", spelling.read_text("text")),
                    language="" if language == "any" else language,
                    kind=kind,
                    weight=own_weight,
                    is_case_sensitive=spelling.read_flag("case", is_cased),
                )
            )
    return names


def _strip_marks(text: str) -> str:
    """Write a name as those do who have no marks on their keyboard, with its capitals kept."""
    return "".join(
        fold_text(letter).upper() if letter.isupper() else letter if letter.isspace() else fold_text(letter)
        for letter in normalize("NFC", text)
    )


def _read_zone(entry: Entry) -> str:
    zone = entry.read_text("time_zone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise entry.fail("time_zone", f"{zone!r} is not an IANA time zone.") from error
    return zone


def _read_languages(entry: Entry, key: str) -> tuple[str, ...]:
    languages = entry.read_texts(key, required=True)
    for language in languages:
        if language == "any" or not _LANGUAGE.fullmatch(language):
            raise entry.fail(key, f"{language!r} is not a language such as fr or zh-Hant.")
    return languages


def _read_working_days(entry: Entry) -> tuple[int, ...]:
    days = entry.values.get("working_days", [1, 2, 3, 4, 5])
    if not isinstance(days, list) or not days or not all(day in range(1, 8) for day in days):
        raise entry.fail("working_days", "must list ISO weekdays, 1 (Monday) to 7.")
    return tuple(sorted(set(days)))


def _read_holiday(entry: Entry) -> Holiday:
    entry.refuse_others(("month", "day", "label", "days", "lunar", "starts_before"))
    month, day = entry.read_number("month"), entry.read_number("day")
    if month not in range(1, 13) or day not in range(1, 32):
        raise entry.fail("day", "month and day must be a day of a year.")
    return Holiday(
        month=int(month),
        day=int(day),
        label=entry.read_label(),
        days=int(entry.read_number("days", 1)),
        is_lunar=entry.read_flag("lunar"),
        starts_before=int(entry.read_number("starts_before", 0)),
    )


def _read_documents(file: Path) -> list[DocumentPattern]:
    if not file.is_file():
        return []
    top = read_yaml(file)
    top.refuse_others(["documents"])
    documents = []
    for entry in top.read_entries("documents"):
        entry.refuse_others(("key", "label", "pattern", "examples"))
        pattern = entry.read_text("pattern")
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise entry.fail("pattern", f"is not a regular expression: {error}.") from error
        examples = entry.read_texts("examples", required=True)
        for example in examples:
            if not compiled.fullmatch(example):
                raise entry.fail("examples", f"the pattern does not match {example!r}.")
        documents.append(DocumentPattern(entry.read_text("key"), entry.read_label(), pattern, examples))
    return documents


def _read_layouts(folder: Path) -> list[DocumentLayout]:
    layouts = []
    for file in sorted(folder.glob("*.yml")):
        entry = read_yaml(file)
        annotations = DocumentLayout.__annotations__
        entry.refuse_others(annotations)
        values: dict[str, str | float | tuple[str, ...]] = {}
        for key, annotation in annotations.items():
            if key not in entry.values and key not in ("key", "language"):
                continue
            if annotation == "float":
                values[key] = entry.read_number(key)
            elif annotation == "str":
                values[key] = entry.read_text(key)
            else:
                values[key] = entry.read_texts(key)
        layouts.append(DocumentLayout(**values))  # type: ignore[arg-type]  # checked key by key above
    return layouts


def _read_units(file: Path, subjects: set[str]) -> list[UnitExample]:
    if not file.is_file():
        return []
    top = read_yaml(file)
    top.refuse_others(["units"])
    units: list[UnitExample] = []
    seen: set[str] = set()
    for entry in top.read_entries("units"):
        entry.refuse_others(
            ("key", "parent", "kind", "label", "subject", "host_country", "time_zone", "languages")
        )
        key, parent, subject = (
            entry.read_text("key"),
            entry.read_text("parent", ""),
            entry.read_text("subject"),
        )
        kind, host = entry.read_text("kind"), entry.read_text("host_country", "")
        if key in seen:
            raise entry.fail("key", f"{key!r} stands twice.")
        if parent and parent not in seen:
            raise entry.fail("parent", f"{parent!r} is not declared above.")
        if kind not in _UNIT_KINDS:
            raise entry.fail("kind", f"must be one of {', '.join(sorted(_UNIT_KINDS))}.")
        if subject not in subjects:
            raise entry.fail("subject", f"{subject!r} is no subject of this country.")
        if host and not re.fullmatch("[A-Z]{2}", host):
            raise entry.fail("host_country", "must be an ISO 3166-1 code such as FR.")
        seen.add(key)
        languages = _read_languages(entry, "languages")
        units.append(
            UnitExample(key, parent, kind, entry.read_label(), subject, _read_zone(entry), languages, host)
        )
    return units
