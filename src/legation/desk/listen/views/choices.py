"""Choices of languages and countries, named in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from babel import Locale

from legation.desk.listen.services.listings import country_codes, language_codes
from legation.desk.shell.names import name_country, name_language

Choices = list[tuple[str, str]]


def named_languages(codes: Iterable[str]) -> Choices:
    """Name languages, in the order of their names."""
    return sorted(
        ((code, name_language(code)) for code in dict.fromkeys(codes)), key=lambda pair: pair[1].casefold()
    )


def named_countries(codes: Iterable[str]) -> Choices:
    """Name countries, in the order of their names."""
    return sorted(
        ((code, name_country(code)) for code in dict.fromkeys(codes)), key=lambda pair: pair[1].casefold()
    )


def heard_languages(request: Any, *, chosen: str = "") -> Choices:
    """Return the languages of the sources and of the reader's unit."""
    unit = request.unit.languages if request.unit else []
    return named_languages(code for code in [*unit, *language_codes(), chosen] if code)


def heard_countries() -> Choices:
    """Return the countries of the sources."""
    return named_countries(country_codes())


def all_countries() -> Choices:
    """Return every country that Unicode has a two-letter code and a name for."""
    codes = [str(code) for code in Locale("en").territories]
    # EU, UN, EZ and the pseudo-codes are no countries; ZZ means unknown.
    others = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "CQ"}
    return named_countries(code for code in codes if len(code) == 2 and code.isalpha() and code not in others)
