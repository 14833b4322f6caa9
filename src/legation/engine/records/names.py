"""Names by which a country, its places and its institutions are known in many languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of one subject in one language."""

    subject: str  # such as "vn" or "vn/ha-noi"
    text: str
    language: str  # BCP 47; "" where the spelling serves every language of its script
    kind: str  # country, demonym, place, institution or office
    weight: float = 1.0  # below 1 where the spelling is ambiguous by itself
    is_case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What articles may be about: a country, or a place or institution of it."""

    key: str
    parent: str  # "" for a country
    label: dict[str, str]  # BCP 47 to display name; always has "en"
