"""The shipped list of sources as choices, grouped by country."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from legation.desk.listen.models import Source
from legation.desk.shell.names import name_country, name_language
from legation.engine.records.sources import SourceRecord
from legation.gateways.source_files import load_sources
from legation.gateways.yaml_files import UnusablePack


def shipped_records() -> list[SourceRecord]:
    """Read the shipped list; nothing where it is missing or cannot be read."""
    folder = settings.ENVIRONMENT.sources_dir
    try:
        return load_sources([folder]) if folder.is_dir() else []
    except UnusablePack:
        return []


def shipped_choices(*, is_new_only: bool) -> list[tuple[str, Any]]:
    """Return the shipped sources as groups of choices by country, with the languages of each."""
    known = set(Source.objects.values_list("key", flat=True)) if is_new_only else set()
    groups: dict[str, list[tuple[str, str]]] = {}
    for record in shipped_records():
        if record.key in known:
            continue
        country = name_country(record.country) if record.country else _("International organisations")
        languages = ", ".join(name_language(language) for language in record.languages)
        groups.setdefault(country, []).append((record.key, f"{record.name} – {languages}"))
    return [(country, groups[country]) for country in sorted(groups, key=str.casefold)]
