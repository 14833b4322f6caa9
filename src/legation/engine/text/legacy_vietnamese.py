"""Recognise and convert Vietnamese typed for the fonts of TCVN3 (ABC) and VNI, from before Unicode."""

from __future__ import annotations

import re
from collections.abc import Callable

from legation.engine.text.folding import fold_text
from legation.engine.text.syllables import is_bare_syllable

# A page may be megabytes long; its first words tell.
_MAX_SAMPLE_CHARACTERS = 4000
# Of all words, how many must be Vietnamese syllables after conversion: names and numbers are the rest.
_SYLLABLE_SHARE = 0.8
# Of all words, how many conversion must have changed: in running text about six words in ten bear a mark.
_CHANGED_SHARE = 0.25

# TCVN 5712:1993, table VN3, seen through Windows-1252.
_TCVN3 = str.maketrans(
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊËÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ®§¡¢£¤¥¦",
    "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđĐĂÂÊÔƠƯ",
)
# Signs of that table that no orthography puts inside a word; their presence keeps French and German out.
_TCVN3_SIGN_IN_WORD = re.compile("[A-Za-z][µ¶·¸¹¨»¼½¾©ª«¬\u00ad®×÷]|[®§¬©ª«µ¸\u00ad][a-z]")

# VNI writes a letter, then a sign for what stands on it.
_VNI_PLAIN = {
    **dict(zip((v + s for v in "aeouy" for s in "ùøûõï"), "áàảãạéèẻẽẹóòỏõọúùủũụýỳỷỹỵ", strict=True)),
    **dict(zip((v + s for v in "aeo" for s in "âáàåãä"), "âấầẩẫậêếềểễệôốồổỗộ", strict=True)),
    **dict(zip(("a" + s for s in "êéèúüë"), "ăắằẳẵặ", strict=True)),
    **dict(zip((v + s for v in "ôö" for s in "ùøûõï"), "ớờởỡợứừửữự", strict=True)),
    **dict(zip("ôöñæóòî", "ơưđỉĩịỵ", strict=True)),
}
_VNI = {
    **_VNI_PLAIN,
    **{legacy.upper(): plain.upper() for legacy, plain in _VNI_PLAIN.items()},
    **{
        legacy[0].upper() + legacy[1:]: plain.upper()
        for legacy, plain in _VNI_PLAIN.items()
        if len(legacy) == 2
    },
}
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_VNI_PAIR = re.compile("[aeouyôöAEOUYÔÖ][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]")
# Letters of Unicode Vietnamese that neither font's text can hold once read as Windows-1252.
_UNICODE_LETTERS = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9\u0300-\u036f]")
_WORD = re.compile(r"[^\s\d.,;:!?()\[\]{}\"'/\\|<>=+*_~@#$%^&–—…“”‘’-]+")


def recognise_legacy_vietnamese(text: str) -> str:
    """Recognise Vietnamese in a font encoding from before Unicode.

    text: as decoded from Windows-1252 or Latin-1 bytes, not yet normalised. Returns "tcvn3", "vni" or "".
    A text in any other language, and Vietnamese in Unicode, give "".
    """
    sample = text[:_MAX_SAMPLE_CHARACTERS]
    if sample.isascii() or _UNICODE_LETTERS.search(sample):
        return ""
    words = _WORD.findall(sample)
    signs = len(_TCVN3_SIGN_IN_WORD.findall(sample))
    if signs and signs * 12 >= len(words) and _is_mostly_syllables(words, convert_tcvn3):
        return "tcvn3"
    pairs = len(_VNI_PAIR.findall(sample))
    if pairs >= 3 and pairs * 6 >= len(words) and _is_mostly_syllables(words, convert_vni):
        return "vni"
    return ""


def convert_tcvn3(text: str) -> str:
    """Convert text typed for a TCVN3 (ABC) font, read as Windows-1252, to Unicode."""
    return text.translate(_TCVN3)


def convert_vni(text: str) -> str:
    """Convert text typed for a VNI font, read as Windows-1252, to Unicode."""
    return _VNI_PATTERN.sub(lambda match: _VNI[match.group()], text)


def _is_mostly_syllables(words: list[str], convert: Callable[[str], str]) -> bool:
    """Tell whether conversion changes enough words and makes nearly all of them syllables."""
    converted = [convert(word) for word in words]
    changed = sum(before != after for before, after in zip(words, converted, strict=True))
    syllables = sum(is_bare_syllable(fold_text(word)) for word in converted)
    return (
        changed >= 2 and changed >= _CHANGED_SHARE * len(words) and syllables >= _SYLLABLE_SHARE * len(words)
    )
