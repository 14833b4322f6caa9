"""The abbreviations whose full stop does not end a sentence, by language."""

from __future__ import annotations

# Titles and the like that stand before a name, lower case, without their last full stop; collected from
# style guides and from sentences of pages and feeds that were cut wrongly. "*" serves every language.
_BEFORE_NAMES = {
    "*": "mr mrs ms dr prof st gen col lt maj capt cmdr adm sgt messrs mme mlle mlles mgr sr jr vs cf",
    "en": "gov sen rep rev hon supt det insp mt ft dept univ jan feb mar apr jun jul aug sept oct nov dec",
    "vi": "tp ts ths pgs gs bs ks kts gđ đ tx tt ubnd nxb ptgs lm ông bà ths.bs pgs.ts gs.ts ts.bs q p h",
    "fr": "m mm me st ste av bd env éd",
    "de": "hl nr abs bzw ca evtl ggf inkl str u.a z.b d.h sog vgl mio mrd bd jan feb aug sept okt nov dez",
    "es": "sra sres srta dra lic ing arq ud uds av dña gral cnel",
    "pt": "sra dra eng exmo exma av arq gal cel pe",
    "it": "sig sigg dott avv on ing arch mons geom rag",
    "ru": "им ул тов акад проф св гр ред т.е т.к т.н напр",
    "uk": "ім вул акад св ред напр",
    "sl": "ga g sv npr inž dipl mag oz prim univ tj t.i",
    "nl": "dhr mevr drs ir mr o.a bijv bv",
    "pl": "ul im św np tzw pl gen płk inż mgr ks",
    "id": "h hj ir drs dra jl no tgk kh",
    "ms": "hj dato jl",
    "tr": "av doç yrd sn",
    "ar": "د أ م",
}
# Words before a number, in every language.
_BEFORE_NUMBERS = (
    "no nos nr nro núm num vol fig p pp pg art ch sec par s str tr q điều khoản bd рис стр п ст с № v"
)
# Words that begin so many English sentences that "U.S." before them ends one.
_ENGLISH_STARTERS = (
    "the a an he she it they we i in on at but and this that these those there when while after before"
)

_NAMES = {language: frozenset(words.split()) for language, words in _BEFORE_NAMES.items()}
_NUMBERS = frozenset(_BEFORE_NUMBERS.split())
_STARTERS = frozenset(_ENGLISH_STARTERS.split())
# Languages that write an ordinal as a number with a full stop ("3. Oktober").
_ORDINAL_LANGUAGES = frozenset(
    (
        "de",
        "sl",
        "hr",
        "sr",
        "bs",
        "cs",
        "sk",
        "da",
        "no",
        "nb",
        "nn",
        "fi",
        "hu",
        "et",
        "lv",
        "pl",
        "is",
        "tr",
    )
)


def is_abbreviation(word: str, following: str, language: str) -> bool:
    """Tell whether the full stop after a word belongs to the word, so that the sentence goes on.

    word: what stands before the full stop, inner full stops included ("U.S", "PGS.TS").
    following: the next word, which does not begin with a small letter.
    """
    if word.isdecimal():
        return language in _ORDINAL_LANGUAGES and len(word) <= 2 and not following[:1].isdecimal()
    lowered = word.lower()
    last_part = lowered.rsplit(".", 1)[-1]
    names = _NAMES["*"] | _NAMES.get(language, frozenset())
    if lowered in names or last_part in names:
        return True
    if following[:1].isdecimal():
        return lowered in _NUMBERS
    return _is_initials(word) and following.lower() not in _STARTERS


def _is_initials(word: str) -> bool:
    """Tell whether a word is capital letters with full stops between them, such as "J", "U.S" or "A.С"."""
    letters = word.split(".")
    return all(len(letter) == 1 and letter.isupper() for letter in letters)
