"""Names by which a country, its places and its institutions are known in many languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of one subject in one language.

    A text that ends in "*" stands for every word that begins with it. A name of kind "exception" and weight 0
    stands for a phrase that only looks like a name (a spice, a colour, an ocean) and hides the names inside
    it.
    """

    subject: str  # such as "xx" or "xx/capital"
    text: str
    language: str  # BCP 47; "" where the spelling serves every language of its script
    kind: str  # country, demonym, place, institution, office or exception
    weight: float = 1.0  # below 0.5 it counts only beside a surer name of the same country
    is_case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What articles may be about: a country, or a place or institution of it."""

    key: str
    parent: str  # "" for a country
    label: dict[str, str]  # BCP 47 to display name; always has "en"
