"""Names of languages and countries in the reader's language, from the Unicode tables in Babel."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils import translation


def current_locale() -> Locale:
    """Return Babel's locale for the interface language of now."""
    return _locale(translation.get_language() or "en") or Locale("en")


def name_language(code: str) -> str:
    """Return a language's name in the interface language; the code itself where Unicode knows none."""
    return _language_name(code, translation.get_language() or "en")


def name_country(code: str) -> str:
    """Return a country's name in the interface language; the code itself where Unicode knows none."""
    return _country_name(code.upper(), translation.get_language() or "en")


@lru_cache(maxsize=64)  # a handful of interface languages and the few dozen that articles come in
def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return None


@lru_cache(maxsize=2048)
def _language_name(code: str, reader: str) -> str:
    locale = _locale(reader) or Locale("en")
    known = locale.languages.get(code) or locale.languages.get(code.replace("-", "_"))
    if known:
        return str(known)
    parsed = _locale(code)
    shown = parsed.get_display_name(locale) if parsed else None
    return shown or code


@lru_cache(maxsize=2048)
def _country_name(code: str, reader: str) -> str:
    locale = _locale(reader) or Locale("en")
    return str(locale.territories.get(code, code))
