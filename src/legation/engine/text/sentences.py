"""Cut texts of every script into sentences, each an exact piece of the text."""

from __future__ import annotations

import re

from legation.engine.text.abbreviations import is_abbreviation

# Thai and Lao end a sentence with a space, but put spaces between clauses too. Shorter pieces are joined
# until they are as long as a short sentence; 60 characters keep about one clause with its subject.
_MIN_CLAUSE_CHARACTERS = 60

_CLOSERS = "\"'”’»›」』）)】］\\]"
# A run of full stops, question and exclamation marks of all scripts (Latin, CJK, Arabic, Urdu, Devanagari,
# Khmer, Burmese, Armenian, Ethiopic, Tibetan) with the quotes and brackets that close after it; French
# typesetting puts a no-break space before the closing one.
_TERMINATOR = re.compile(rf"[.!?…。！？．｡؟۔।॥។៕။։።༎]+(?:[\u00a0\u202f]?[{_CLOSERS}])*")
# These end a sentence wherever they stand; the others need white space or another script after them.
_ALWAYS_FINAL = frozenset("。！？｡۔।॥។៕။።༎")
_OPENERS = "\"'“‘«‹„「『（(【［[¿¡-–—•"
_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_SPACED_PIECE = re.compile(r"\S+\s*")
_WORD_BEFORE = re.compile(r"[^\s()\[\]«»“”\"'‘’„]+$")
_THAI_LAO = re.compile("[\u0e01-\u0eff]")
_FIRST_IDEOGRAPHIC = "\u3000"


def split_sentences(text: str, language: str) -> list[str]:
    """Cut a text into its sentences, in order; each is an exact piece of the text without outer white space.

    language: BCP 47; "" and unknown codes are cut by the rules that all scripts share. A line break always
    ends a sentence. Abbreviations, initials, decimals, dates and ordinals do not. Thai and Lao are cut at
    spaces.
    """
    sentences: list[str] = []
    for line in _LINE.finditer(text):
        content = line.group()
        if _is_cut_at_spaces(content, language):
            pieces = _cut_at_spaces(content)
        else:
            pieces = _cut_at_terminators(content, language)
        sentences.extend(stripped for piece in pieces if (stripped := piece.strip()))
    return sentences


def _is_cut_at_spaces(line: str, language: str) -> bool:
    """Tell whether most of a line is Thai or Lao, which has no terminators."""
    if language not in {"th", "lo", "", "und"}:
        return False
    return len(_THAI_LAO.findall(line)) * 2 > len(line)


def _cut_at_spaces(line: str) -> list[str]:
    """Cut at spaces, joining pieces until each is long enough for a clause."""
    pieces: list[str] = []
    start = 0
    for match in _SPACED_PIECE.finditer(line):
        is_final = match.group().rstrip().endswith(("?", "!", "…", "ฯ"))
        if is_final or match.end() - start >= _MIN_CLAUSE_CHARACTERS:
            pieces.append(line[start : match.end()])
            start = match.end()
    pieces.append(line[start:])
    return pieces


def _cut_at_terminators(line: str, language: str) -> list[str]:
    """Cut after each terminator that ends a sentence."""
    pieces: list[str] = []
    start = 0
    for match in _TERMINATOR.finditer(line):
        end = match.end()
        if language == "fr" and line[end : end + 2] == " »":
            end += 2
        if _ends_sentence(line, start, match, end, language):
            pieces.append(line[start:end])
            start = end
    pieces.append(line[start:])
    return pieces


def _ends_sentence(line: str, start: int, match: re.Match[str], end: int, language: str) -> bool:
    """Decide whether a terminator, closed at `end`, ends the sentence that began at `start`."""
    mark = match.group()
    if end >= len(line):
        return True
    if not _ALWAYS_FINAL.isdisjoint(mark):
        return not _continues_after_quotation(line, end, mark)
    if not line[end].isspace():
        return mark[0] in "!?؟" and line[end] >= _FIRST_IDEOGRAPHIC
    following = line[end : end + 80].lstrip().lstrip(_OPENERS).lstrip()
    if not following:
        return True
    if following[0].islower():
        return False
    if mark != ".":
        return True
    found = _WORD_BEFORE.search(line, max(start, match.start() - 40), match.start())
    return found is None or not is_abbreviation(found.group(), following.split(maxsplit=1)[0], language)


def _continues_after_quotation(line: str, end: int, mark: str) -> bool:
    """Tell whether a quotation that ended in its own terminator goes on as part of the sentence around it."""
    return mark[-1] in "”’」』" and line[end] in "，,、とのだ”」"
