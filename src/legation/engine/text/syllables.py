"""Tell whether a word, its marks taken off, could be a syllable of Vietnamese."""

from __future__ import annotations

import re

# Onset, vowels and coda as Vietnamese spelling allows them; every word is one syllable.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|th|tr|ch|kh|gi|gh|ph|qu|[bcdghklmnrstvxp])?"
    r"(?:uye|uya|uyu|uoi|uou|ieu|yeu|oai|oay|oeo|uay|[aeiouy]{1,2})(?:ch|ng|nh|[cmnpt])?"
)

# Beginnings and rimes that fill a line of Vietnamese and hardly stand together elsewhere.
_TELLING = re.compile(
    r"(?:ngh|ng|nh|kh|gi)[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
    r"|(?:[a-z]{1,3})?(?:uong|uoc|uoi|uon|uou|ieu|ieng|iec|iem|iet|uyen|uyet|oang|oach|uan|uat|uyn)"
    r"|(?:th|ph|tr|ch)(?:[aeiouy]{1,2})(?:nh|ng|c|m|n|t|p)?"
)


def is_bare_syllable(word: str) -> bool:
    """Tell whether a word in small letters without marks has the shape of a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


def is_telling_syllable(word: str) -> bool:
    """Tell whether a word without marks has a shape that hardly another language of Latin letters has."""
    return len(word) > 2 and _TELLING.fullmatch(word) is not None
