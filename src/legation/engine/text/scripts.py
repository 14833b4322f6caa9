"""Name the writing system of a text, and the language where a script has only one."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

# Code point ranges of the scripts that news is written in (Unicode 16, Scripts.txt, main blocks).
_RANGES = {
    "han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "kana": "\u3041-\u3096\u30a1-\u30fa\u30fc",
    "hangul": "\uac00-\ud7a3",
    "arabic": "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f"
    "\ufb50-\ufdfb\ufe70-\ufefc",
    "cyrillic": "\u0400-\u052f",
    "lao": "\u0e81-\u0edf",
    "thai": "\u0e01-\u0e4e",
    "khmer": "\u1780-\u17d3",
    "burmese": "\u1000-\u103f\u1050-\u109f",
    "devanagari": "\u0900-\u0963\u0970-\u097f",
    "bengali": "\u0980-\u09fe",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "hebrew": "\u05d0-\u05f4",
    "georgian": "\u10a0-\u10ff",
    "armenian": "\u0531-\u0587",
    "ethiopic": "\u1200-\u137f",
    "gurmukhi": "\u0a01-\u0a75",
    "gujarati": "\u0a81-\u0aff",
    "odia": "\u0b01-\u0b77",
    "tamil": "\u0b82-\u0bfa",
    "telugu": "\u0c00-\u0c7f",
    "kannada": "\u0c80-\u0cf3",
    "malayalam": "\u0d00-\u0d7f",
    "sinhala": "\u0d81-\u0df4",
    "tibetan": "\u0f00-\u0fbc",
    "mongolian": "\u1820-\u18aa",
    "latin": "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
}
_PATTERNS = {name: re.compile(f"[{ranges}]") for name, ranges in _RANGES.items()}
# Scripts that one language of the news has to itself.
LANGUAGE_OF_SCRIPT = {
    "lao": "lo",
    "thai": "th",
    "khmer": "km",
    "burmese": "my",
    "hangul": "ko",
    "greek": "el",
    "hebrew": "he",
    "georgian": "ka",
    "armenian": "hy",
    "gurmukhi": "pa",
    "gujarati": "gu",
    "odia": "or",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "malayalam": "ml",
    "sinhala": "si",
    "tibetan": "bo",
    "kana": "ja",
}
# A headline about a foreign firm mixes Latin names in; one letter of these scripts says as much as two of
# Latin.
_LATIN_WEIGHT = 0.5
# Chinese texts quote kana in brand names only; Japanese has at least one kana in five letters even in
# headlines.
_KANA_SHARE = 0.1


def name_script(text: str) -> tuple[str, float]:
    """Name the script that most letters of a text are written in.

    Returns the script, such as "latin" or "lao", and its share of all letters in [0, 1]; ("", 0.0) where
    there is no letter. Text with some kana among Han counts as "kana".
    """
    if text.isascii():
        return ("latin", 1.0) if any(character.isalpha() for character in text) else ("", 0.0)
    found: Counter[str] = Counter()
    for character, number in Counter(text).items():  # a text of 2,000 letters has some 60 different ones
        found[_name_of(character)] += number
    counts = {name: float(found[name]) for name in _PATTERNS if name in found}
    if "latin" in counts:
        counts["latin"] *= _LATIN_WEIGHT
    if not counts:
        return "", 0.0
    han, kana = counts.get("han", 0.0), counts.get("kana", 0.0)
    if kana and kana >= _KANA_SHARE * (han + kana):
        counts["kana"] = han + kana
        counts.pop("han", None)
    script = max(counts, key=lambda name: counts[name])
    return script, counts[script] / sum(counts.values())


@lru_cache(maxsize=20_000)  # the letters of a few hundred texts in all scripts, Han included
def _name_of(character: str) -> str:
    """Name the script of one letter, "" for whatever else it is."""
    return next((name for name, pattern in _PATTERNS.items() if pattern.match(character)), "")
