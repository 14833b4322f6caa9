"""Names of languages and countries in the reader's language, from the Unicode tables in Babel."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils import translation

# The official languages of the members of the United Nations that have a press of their own, and the larger
# regional ones; a unit may be given any other by its code through a service.
NEWS_LANGUAGES = frozenset(
    (
        "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es",
        "et", "eu", "fa", "fi", "fil", "fr", "ga", "gl", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id",
        "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv", "mg", "mk", "ml", "mn",
        "mr", "ms", "mt", "my", "ne", "nl", "no", "pa", "pl", "ps", "pt", "ro", "ru", "rw", "si", "sk",
        "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tr", "uk", "ur", "uz",
        "vi", "yo", "zh", "zu",
    )
)  # fmt: skip
# Codes of the Unicode tables that stand for groupings and islands without an administration.
NO_COUNTRIES = {
    "EU",
    "EZ",
    "UN",
    "XA",
    "XB",
    "ZZ",
    "QO",
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "IC",
    "TA",
    "BV",
    "HM",
    "AQ",
}


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


def language_choices(first: Iterable[str] = ()) -> list[tuple[str, str]]:
    """List the languages that a desk may work in as (code, name): the given ones first, then by name."""
    leading = list(dict.fromkeys(first))
    others = sorted((name_language(code), code) for code in NEWS_LANGUAGES if code not in leading)
    return [*((code, name_language(code)) for code in leading), *((code, name) for name, code in others)]


def country_choices() -> list[tuple[str, str]]:
    """List the world's countries as (upper-case code, name) by name, beginning with an empty choice."""
    codes = [
        str(code) for code in Locale("en").territories if len(str(code)) == 2 and code not in NO_COUNTRIES
    ]
    return [("", "–"), *sorted(((code, name_country(code)) for code in codes), key=lambda pair: pair[1])]


# The tz database names a zone by its continent or ocean; older names by country are kept there as aliases.
REGIONS = {
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
}


def zone_choices() -> list[tuple[str, str]]:
    """List the time zones that are named by a region and a place, with UTC first."""
    zones = sorted(
        name for name in zoneinfo.available_timezones() if name.partition("/")[0] in REGIONS and "/" in name
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in zones)]
