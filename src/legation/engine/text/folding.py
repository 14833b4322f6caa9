"""Fold texts and queries of every script to one searchable form."""

from __future__ import annotations

import re
from unicodedata import is_normalized, normalize

# Marks that readers leave out when they type: combining accents of Latin, Greek and Cyrillic, Arabic
# tashkeel and Koranic signs, Hebrew points. Vowel signs of Indic and South-East Asian scripts also belong
# to category Mn, but they are letters to their readers, so they stay.
_MARK_RANGES = (
    (0x0300, 0x036F),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x1AB0, 0x1ACE),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20F0),
)
_DROPPED = (
    "\u00ad\u0640\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"  # invisible, tatweel
)
# Letters that Unicode does not decompose, although their readers take them for a variant of the plain
# letter.
_LETTERS = {
    "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "ı": "i", "ħ": "h",
    "Ħ": "h", "ŧ": "t", "Ŧ": "t", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ة": "ه", "ھ": "ه", "ہ": "ه", "ە": "ه", "ک": "ك",
}  # fmt: skip
# First code point of each run of ten decimal digits: Arabic, Persian, Devanagari, Bengali, Thai, Lao,
# Burmese, Khmer.
_DIGIT_STARTS = (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0x0ED0, 0x1040, 0x17E0)

_REPLACEMENTS = {
    **_LETTERS,
    **{chr(start + digit): str(digit) for start in _DIGIT_STARTS for digit in range(10)},
}
_MARKS = re.compile(
    "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _MARK_RANGES) + _DROPPED + "]+"
)
_REPLACED = re.compile("[" + "".join(_REPLACEMENTS) + "]")
# Typographic punctuation and the commonest letter of the table; str.replace is the cheapest way to a text
# that needs no more than the loss of its marks, which most Latin texts then are (it doubles
# the speed on Vietnamese).
_TYPOGRAPHIC = (
    ("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u201e", '"'), ("\u00ab", '"'),
    ("\u00bb", '"'), ("\u2013", "-"), ("\u2014", "-"), ("\u2022", " "), ("\u0111", "d"),
)  # fmt: skip
_BEYOND_MARKED_LATIN = re.compile("[^\x00-\x7f\u0300-\u036f]")

# Scripts written without spaces between words, and Hangul, whose words carry particles.
_HAN_KANA = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_HAN_KANA_HANGUL = _HAN_KANA + "\uac00-\ud7a3\U00020000-\U0003134f"
# A Thai, Lao, Burmese or Khmer syllable cluster: one letter, the letters stacked below it, its vowel signs.
_THAI_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_LAO_MARKS = "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
_BURMESE_MARKS = "\u102b-\u1038\u103a-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074"
_KHMER_MARKS = "\u17b4-\u17d1\u17d3\u17dd"
_STACKED_LETTERS = (
    "\u0e01-\u0e2e\u0e30-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f"
    "\u1780-\u17d3\u17dc\u17dd"
)
_CLUSTER = re.compile(
    f"[\u1000-\u108f\u1780-\u17dc\u0e01-\u0edf]"
    f"(?:[\u1039\u17d2][\u1000-\u102a\u1780-\u17a2]|[{_THAI_MARKS}{_LAO_MARKS}{_BURMESE_MARKS}{_KHMER_MARKS}])*"
)
# Python's \w leaves vowel signs out, so blocks whose words carry them are named: Devanagari to Sinhala
# without the danda, and Tibetan.
_SPACED_WITH_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0f00\u0f18-\u0f19\u0f20-\u0fbc"
_TOKEN = re.compile(
    f"(?P<unspaced>[{_HAN_KANA_HANGUL}]+)|(?P<stacked>[{_STACKED_LETTERS}]+)"
    f"|(?:(?![{_HAN_KANA_HANGUL}{_STACKED_LETTERS}])(?:[^\\W_]|[{_SPACED_WITH_SIGNS}]))+"
)
# The same for a text that holds none of those scripts: one call for all its words.
_CLUSTERED = re.compile(f"[{_HAN_KANA_HANGUL}{_STACKED_LETTERS}]")
_SPACED_TOKEN = re.compile(f"(?:[^\\W_]|[{_SPACED_WITH_SIGNS}])+")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")


def fold_text(text: str) -> str:
    """Fold a text so that all spellings which a reader takes for the same become equal.

    Accents, Arabic tashkeel and Hebrew points go, compatibility forms (full width, ligatures) become plain,
    typographic quotes and dashes become those of ASCII, case is folded, digits of other scripts become 0-9,
    and each run of white space becomes one space, none at the ends. Vowel signs of Thai, Lao, Khmer,
    Burmese and the Indic scripts stay. Folding twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    text = text.casefold()
    for typographic, plain in _TYPOGRAPHIC:
        text = text.replace(typographic, plain)
    decomposed = normalize("NFKD", text)
    if not _BEYOND_MARKED_LATIN.search(decomposed):
        return " ".join(decomposed.encode("ascii", "ignore").decode("ascii").lower().split())
    folded = _REPLACED.sub(_replace_letter, _MARKS.sub("", decomposed).casefold())
    if not is_normalized("NFC", folded):
        folded = normalize("NFC", folded)  # puts Hangul syllables and voiced kana together again
    return " ".join(folded.split())


def fold_tokens(text: str) -> list[str]:
    """Fold a text and cut it into words, in their order, for indexing, queries and comparison.

    Numbers are kept. Runs of Han, kana and Hangul, and of Thai, Lao, Khmer and Burmese syllable clusters,
    become overlapping bigrams; a run of one stays single. Punctuation is dropped.
    """
    folded = fold_text(text)
    if folded.isascii():
        return _ASCII_TOKEN.findall(folded)
    if not _CLUSTERED.search(folded):
        return _SPACED_TOKEN.findall(folded)
    tokens: list[str] = []
    for match in _TOKEN.finditer(folded):
        kind = match.lastgroup
        if kind is None:
            tokens.append(match.group())
        else:
            run = match.group()
            units = list(run) if kind == "unspaced" else _CLUSTER.findall(run)
            tokens.extend(_pair_up(units))
    return tokens


def _replace_letter(match: re.Match[str]) -> str:
    """Return the plain form of one letter or digit."""
    return _REPLACEMENTS[match.group()]


def _pair_up(units: list[str]) -> list[str]:
    """Return each unit joined with its follower; the only unit of a run by itself."""
    if len(units) < 2:
        return units
    return [first + second for first, second in zip(units, units[1:], strict=False)]
