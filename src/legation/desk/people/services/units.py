"""Make, change and plant units, and refuse what would break their tree."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from legation.desk.people.models import Unit, UnitKind
from legation.engine.records.countries import UnitExample
from legation.engine.text.folding import fold_text
from legation.engine.text.languages import UnknownLanguage, language_code

LETTERHEAD_KEYS = (
    "superior",
    "issuer",
    "symbol",
    "place",
    "signer_title",
)  # placeholders of the document layouts
PACK_KINDS = {kind.value: kind for kind in UnitKind}


@transaction.atomic
def create_unit(
    *,
    name: str,
    kind: UnitKind | str,
    subject: str,
    parent: Unit | None = None,
    slug: str = "",
    name_foreign: str = "",
    country: str = "",
    time_zone: str = "UTC",
    languages: Iterable[str] = (),
    is_centre: bool = False,
    letterhead: Mapping[str, str] | None = None,
) -> Unit:
    """Make a unit under another one.

    subject: what "us" means, such as "xx" or "xx/some-province". country: of the host, ISO 3166-1 alpha-2.
    languages: language tags of any standard, most wanted first. slug: made from the name where empty.
    Raises ValidationError by field where the time zone, a language, the country or the kind is none.
    """
    unit = Unit(name=name, kind=kind, subject=subject, parent=parent, name_foreign=name_foreign)
    unit.slug = slug or _free_slug(name)
    _set_place(unit, country=country, time_zone=time_zone, languages=languages)
    unit.is_centre = is_centre
    unit.letterhead = _clean_letterhead(letterhead or {})
    unit.full_clean()
    unit.save()
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, changes: Mapping[str, Any]) -> Unit:
    """Change a unit's fields, keeping the tree a tree.

    changes: field names of create_unit to new values.
    Raises ValidationError by field, also where the unit would hang below itself.
    """
    given = dict(changes)
    place = {
        "country": given.pop("country", unit.country),
        "time_zone": given.pop("time_zone", unit.time_zone),
        "languages": given.pop("languages", unit.languages),
    }
    if "letterhead" in given:
        unit.letterhead = _clean_letterhead(given.pop("letterhead"))
    for name, value in given.items():
        setattr(unit, name, value)
    if unit.parent is not None and str(unit.pk) in unit.parent.lineage.split("/"):
        raise ValidationError({"parent": _("A unit cannot belong to itself or to a unit below it.")})
    _set_place(unit, **place)
    unit.full_clean()
    unit.save()
    return unit


def is_in_use(unit: Unit) -> bool:
    """Tell whether anything in any room points at a unit, so that it must stay."""
    relations: list[Any] = unit._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not relation.auto_created or relation.concrete or not relation.one_to_many:
            continue
        if relation.related_model._default_manager.filter(**{relation.field.name: unit}).exists():
            return True
    return False


def delete_unit(*, unit: Unit) -> None:
    """Delete a unit that nothing has ever used; ValidationError for any other."""
    if is_in_use(unit):
        raise ValidationError(_("%(unit)s has people, papers or units below it and stays.") % {"unit": unit})
    unit.delete()


@transaction.atomic
def plant_units(*, examples: Iterable[UnitExample], root: Unit, language: str) -> list[Unit]:
    """Make the units that a country's pack offers, below a root unit; those already there stay as they are.

    examples: parents before their children; the example without a parent stands for the root itself.
    Returns the units that were made.
    """
    planted: dict[str, Unit] = {}
    made = []
    for example in examples:
        if not example.parent:
            planted[example.key] = root
            continue
        known = Unit.objects.filter(slug=example.key).first()
        if known is None:
            known = create_unit(
                name=example.label.get(language) or example.label["en"],
                name_foreign=example.label["en"],
                slug=example.key,
                kind=PACK_KINDS.get(example.kind, UnitKind.DEPARTMENT),
                subject=example.subject,
                parent=planted.get(example.parent, root),
                country=example.host_country,
                time_zone=example.time_zone,
                languages=example.languages,
            )
            made.append(known)
        planted[example.key] = known
    return made


def _set_place(unit: Unit, *, country: str, time_zone: str, languages: Iterable[str]) -> None:
    problems: dict[str, str] = {}
    if time_zone not in zoneinfo.available_timezones():
        problems["time_zone"] = _("%(zone)s is not a time zone; write it as Europe/Paris.") % {
            "zone": time_zone
        }
    codes = []
    for language in languages:
        try:
            codes.append(language_code(language))
        except UnknownLanguage:
            problems["languages"] = _("%(language)s is not a language code.") % {"language": language}
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        problems["country"] = _("A country is written with its two letters.")
    if problems:
        raise ValidationError(problems)
    unit.country, unit.time_zone, unit.languages = country.upper(), time_zone, list(dict.fromkeys(codes))


def _clean_letterhead(lines: Mapping[str, str]) -> dict[str, str]:
    return {key: lines[key].strip() for key in LETTERHEAD_KEYS if lines.get(key, "").strip()}


def _free_slug(name: str) -> str:
    """Make a short name that no unit has yet."""
    wanted = slugify(fold_text(name))[:50].strip("-") or "unit"
    taken = set(Unit.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if slug not in taken)
