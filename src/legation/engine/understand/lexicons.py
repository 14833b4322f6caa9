"""Find thousands of names in a sentence at once, in every script, without false friends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from unicodedata import normalize

from legation.engine.records.names import Name
from legation.engine.text.folding import fold_text

# Scripts written without spaces, and Hangul, whose particles cling to the noun: Thai, Lao, Tibetan, Burmese,
# Hangul jamo, Khmer, kana, Han, Hangul syllables.
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
)
# Letters, digits, and the marks that Python's \w leaves out: combining accents, Hebrew points, Arabic vowel
# signs, and everything of the Indic blocks.
_WORD = re.compile(
    rf"(?:(?![{_UNSPACED}_])[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u0900-\u0dff])+"
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_GAP = re.compile(r"[\s\-\u2010\u2011\u2013.'\u2019]{1,3}")  # what may stand between the words of one name
# One-letter words that Arabic and Hebrew write together with the next word, with and without the article.
_ARABIC_PROCLITICS = (
    "ال", "لل", "و", "ف", "ب", "ل", "ك", "وال", "فال", "بال", "كال", "ولل", "وب", "ول", "فل", "فب",
    "وبال", "وكال",
)  # fmt: skip
_HEBREW_PROCLITICS = ("ה", "ב", "ל", "מ", "ו", "ש", "כ", "וה", "שה", "מה", "וב", "ול", "של")
_INVISIBLE_SPACE = "\u200b"
_ARABIC = re.compile("[\u0600-\u06ff]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_STEM_LENGTH = 3  # wildcard names are found by their first letters; the shortest allowed stem
# Vietnamese tells words apart by their marks alone, so there, and only there, written marks must
# agree.
_MARK_SENSITIVE_LANGUAGE = "vi"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name found in a text."""

    name: Name
    start: int  # offsets into the original text
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A name prepared for comparison, word by word."""

    name: Name
    words: tuple[str, ...]  # folded
    spelled: tuple[str, ...]  # letters and marks of each word, in sorted order
    casing: tuple[str, ...]  # the words as the name writes them
    language: str  # primary subtag, "" for every language
    is_stem: bool  # the last word matches every word that begins with it


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names compiled for finding; made by compile_lexicon."""

    entries: dict[str, tuple[_Entry, ...]] = field(repr=False)  # by first folded word, longest first
    stems: dict[str, tuple[_Entry, ...]] = field(
        repr=False
    )  # one-word stems, by first letters, longest first
    runs: dict[str, tuple[_Entry, ...]] = field(
        repr=False
    )  # unspaced scripts, by first character, longest first
    name_count: int = 0


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    folded: str
    start: int
    end: int


def compile_lexicon(names: Iterable[Name]) -> Lexicon:
    """Prepare names for find_names.

    The same spelling given twice for one subject and language counts once, with its greatest weight.
    Raises ValueError for a name without letters, or with a "*" after fewer than three letters.
    """
    entries: dict[str, list[_Entry]] = {}
    stems: dict[str, list[_Entry]] = {}
    runs: dict[str, list[_Entry]] = {}
    best: dict[tuple[str, str, str], Name] = {}
    for name in names:
        key = (name.subject, name.language, name.text)
        if key not in best or best[key].weight < name.weight:
            best[key] = name
    for name in best.values():
        entry = _prepare_name(name)
        if _IS_UNSPACED.match(name.text):
            runs.setdefault(entry.casing[0][0], []).append(entry)
        elif entry.is_stem and len(entry.words) == 1:
            stems.setdefault(entry.words[0][:_STEM_LENGTH], []).append(entry)
        else:
            entries.setdefault(entry.words[0], []).append(entry)
    return Lexicon(
        entries=_sort_entries(entries),
        stems=_sort_entries(stems),
        runs=_sort_entries(runs),
        name_count=len(best),
    )


def find_names(text: str, language: str, lexicon: Lexicon) -> list[NameMatch]:
    """Find the names in a text, left to right; of overlapping names the longest wins.

    language: BCP 47; "" or "und" lets the names of every language match.
    Words match whole, except in scripts without spaces and in Hangul. Exceptions hide what they cover and are
    not returned.
    """
    primary = "" if language in ("", "und") else language.split("-")[0].lower()
    found = _find_in_runs(text, primary, lexicon) + _find_in_words(text, primary, lexicon)
    found.sort(key=lambda match: match.start)
    return [match for match in found if match.name.weight > 0]


def _prepare_name(name: Name) -> _Entry:
    is_stem = name.text.endswith("*")
    text = normalize("NFC", name.text.removesuffix("*")).replace(_INVISIBLE_SPACE, "").strip()
    if _IS_UNSPACED.match(text):
        words: tuple[str, ...] = (text,)
        folded = words
    else:
        words = tuple(_WORD.findall(text))
        folded = tuple(fold_text(word) for word in words)
    if not folded or not all(folded):
        raise ValueError(f"The name {name.text!r} of {name.subject} has no letters.")
    if is_stem and len(folded[-1]) < _STEM_LENGTH:
        raise ValueError(
            f"The name {name.text!r} of {name.subject} needs {_STEM_LENGTH} letters before its star."
        )
    return _Entry(
        name=name,
        words=folded,
        spelled=tuple(_spell(word) for word in words),
        casing=words,
        language=name.language.split("-")[0].lower(),
        is_stem=is_stem,
    )


def _sort_entries(entries: dict[str, list[_Entry]]) -> dict[str, tuple[_Entry, ...]]:
    """Put longer names first; among equals the surer one, then by subject, so that runs agree."""

    def order(entry: _Entry) -> tuple[int, int, float, str]:
        return (-len(entry.words), -sum(map(len, entry.words)), -entry.name.weight, entry.name.subject)

    return {key: tuple(sorted(group, key=order)) for key, group in entries.items()}


def _find_in_runs(text: str, language: str, lexicon: Lexicon) -> list[NameMatch]:
    found: list[NameMatch] = []
    if not lexicon.runs or not _IS_UNSPACED.search(text):
        return found
    # Lao and Khmer publishers put invisible spaces between words, and inside names too.
    offsets = [offset for offset, character in enumerate(text) if character != _INVISIBLE_SPACE]
    visible = text if len(offsets) == len(text) else text.replace(_INVISIBLE_SPACE, "")
    position = 0
    while position < len(visible):
        step = 1
        for entry in lexicon.runs.get(visible[position], ()):
            spelling = entry.casing[0]
            if visible.startswith(spelling, position) and entry.language in ("", language or entry.language):
                step = len(spelling)
                found.append(NameMatch(entry.name, offsets[position], offsets[position + step - 1] + 1))
                break
        position += step
    return found


def _find_in_words(text: str, language: str, lexicon: Lexicon) -> list[NameMatch]:
    words = [
        _Word(match.group(), fold_text(match.group()), match.start(), match.end())
        for match in _WORD.finditer(text)
    ]
    found: list[NameMatch] = []
    position = 0
    while position < len(words):
        matched = _match_at(words, position, text, language, lexicon)
        if matched is None:
            position += 1
            continue
        entry, count = matched
        found.append(NameMatch(entry.name, words[position].start, words[position + count - 1].end))
        position += count
    return found


def _match_at(
    words: list[_Word], position: int, text: str, language: str, lexicon: Lexicon
) -> tuple[_Entry, int] | None:
    """Return the longest entry that begins at a word, and its count of words."""
    word = words[position]
    for folded in _list_forms(word.folded):
        for entry in lexicon.entries.get(folded, ()):
            if _is_match(entry, words, position, folded, text, language):
                return entry, len(entry.words)
        for entry in lexicon.stems.get(folded[:_STEM_LENGTH], ()):
            if folded.startswith(entry.words[0]) and _is_acceptable(entry, (word,), language):
                return entry, 1
    return None


def _list_forms(folded: str) -> list[str]:
    """Return the word, and what remains of it without the particles that its script writes onto it."""
    if folded.isascii():
        return [folded]
    proclitics: tuple[str, ...]
    if _ARABIC.match(folded):
        proclitics = _ARABIC_PROCLITICS
    elif _HEBREW.match(folded):
        proclitics = _HEBREW_PROCLITICS
    else:
        return [folded]
    forms = [folded]
    for proclitic in proclitics:
        if folded.startswith(proclitic) and len(folded) - len(proclitic) >= _STEM_LENGTH:
            forms.append(folded.removeprefix(proclitic))
    return forms


def _is_match(
    entry: _Entry, words: list[_Word], position: int, first_form: str, text: str, language: str
) -> bool:
    count = len(entry.words)
    if position + count > len(words):
        return False
    candidates = tuple(words[position : position + count])
    for index in range(count):
        form = first_form if index == 0 else candidates[index].folded
        if entry.is_stem and index == count - 1:
            if not form.startswith(entry.words[index]):
                return False
        elif form != entry.words[index]:
            return False
    for left, right in zip(candidates, candidates[1:], strict=False):
        if not _GAP.fullmatch(text, left.end, right.start):
            return False
    return _is_acceptable(entry, candidates, language)


def _is_acceptable(entry: _Entry, words: tuple[_Word, ...], language: str) -> bool:
    """Tell whether language, capitals and marks allow the words to be this name."""
    if entry.language and language and entry.language != language:
        return False
    if entry.name.is_case_sensitive and not all(
        _has_casing(word.text, written) for word, written in zip(words, entry.casing, strict=True)
    ):
        return False
    if language == _MARK_SENSITIVE_LANGUAGE and not entry.is_stem:
        return all(
            word.text.isascii() or _spell(word.text) == spelled
            for word, spelled in zip(words, entry.spelled, strict=True)
        )
    return True


def _has_casing(word: str, written: str) -> bool:
    """Tell whether a word has at least the capitals that the name is written with."""
    if len(written) > 1 and written.isupper():
        return word.isupper()
    return not written[:1].isupper() or word[:1].isupper()


def _spell(word: str) -> str:
    """Return letters and marks in sorted order, so that a tone mark may sit on either vowel (hoà, hòa)."""
    return "".join(sorted(normalize("NFD", word.casefold())))
