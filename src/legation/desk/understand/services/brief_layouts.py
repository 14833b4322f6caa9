"""The country's form of a press review, and names that stand in it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from django.conf import settings

from legation.desk.people.models import Installation
from legation.engine.records.countries import CountryPack, DocumentLayout
from legation.gateways.packs import UnusablePack, load_country

# Where a country has no layout of its own, or it is in another language than the brief.
PLAIN_LAYOUT = DocumentLayout(
    key="brief",
    language="",
    font_family="Liberation Serif",
    issuing_lines=("{superior}", "{issuer}"),
    title_lines=("{title}",),
    signature_lines=("{signer_title}", "{signer_name}"),
    source="plain layout of this project",
)


def country_code() -> str:
    """Return the country that this installation serves, "" before it is set up."""
    installation = Installation.objects.first()
    return str(installation.country if installation else settings.ENVIRONMENT.country).lower()


def layout_for(language: str) -> DocumentLayout:
    """Return the country's layout of a brief where it is in the brief's language, else a plain one."""
    pack = _pack(country_code(), str(settings.ENVIRONMENT.countries_dir))
    layout = pack.layouts.get("brief") if pack else None
    return layout if layout and layout.language == language else PLAIN_LAYOUT


def name_subject(subject: str, language: str) -> str:
    """Name what a unit speaks for in a language; its key where nothing names it."""
    pack = _pack(country_code(), str(settings.ENVIRONMENT.countries_dir))
    for known in pack.subjects if pack else ():
        if known.key == subject:
            return known.label.get(language) or known.label["en"]
    territory = babel_locale(language).territories.get(subject.split("/")[0].upper())
    return territory if territory and "/" not in subject else subject


def babel_locale(language: str) -> Locale:
    """Return Babel's locale for a language; English where Babel knows none."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=4)  # an installation serves one country; tests use a second one
def _pack(code: str, directory: str) -> CountryPack | None:
    try:
        return load_country(code, Path(directory)) if code else None
    except UnusablePack:
        return None
