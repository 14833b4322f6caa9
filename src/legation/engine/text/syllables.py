"""Tell whether a word, its marks taken off, could be a syllable of Vietnamese."""

from __future__ import annotations

import re

# Onset, vowels and coda as Vietnamese spelling allows them; every word is one syllable.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|th|tr|ch|kh|gi|gh|ph|qu|[bcdghklmnrstvxp])?"
    r"(?:uye|uya|uyu|uoi|uou|ieu|yeu|oai|oay|oeo|uay|[aeiouy]{1,2})(?:ch|ng|nh|[cmnpt])?"
)


def is_bare_syllable(word: str) -> bool:
    """Tell whether a word in small letters without marks has the shape of a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None
