"""Find the passages of a text that are in another language than the rest: quotations and whole paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from legation.engine.records.articles import LanguageGuess, Passage
from legation.engine.text.languages import ask_fasttext, name_language
from legation.engine.text.scripts import name_script

# Opening marks with what closes them; typewriter quotes close themselves. Swedish and Finnish ” … ” and the
# German „ … “ are among them.
_QUOTATION = re.compile(
    r"“[^“”\n]{12,1500}[”“]|„[^„“”\n]{12,1500}[“”]|«[^«»\n]{12,1500}»|»[^«»\n]{12,1500}«"
    r"|「[^「」\n]{6,1500}」|『[^『』\n]{6,1500}』|”[^“”\n]{12,1500}”|\"[^\"\n]{12,1500}\""
)
_PARAGRAPH = re.compile(r"[^\n]+")
_MAX_CHARACTERS = 200_000  # of a body; a longer one is a book
_MAX_PASSAGES = 50
_MIN_FOREIGN_LETTERS = 12  # in another script; below it a name in Latin letters would be a passage
_SAMPLE_CHARACTERS = (
    300  # of a passage; a sentence or two, whose language the detector knows as surely as of ten
)
_MIN_LETTERS = 30  # in the same script, where detectors must decide
_MIN_CONFIDENCE = 0.5  # both detectors agree
# Nobody quotes one inside the other without saying so, and nothing tells them apart in one sentence.
_LOOK_ALIKES = (
    frozenset({"id", "ms"}),
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"no", "nn", "da", "sv"}),
)


def name_passages(text: str, *, language: str) -> tuple[Passage, ...]:
    """Name the language of every passage that is not in the text's own.

    language: BCP 47, of the whole text. Returns passages in order, without overlap, as code points of text;
    at most 50. A passage too short to be sure of is left out.
    """
    script = name_script(text[:2000])[0]
    found: list[Passage] = []
    for start, end, own_words in _list_candidates(text[:_MAX_CHARACTERS]):
        if found and start < found[-1].end:
            continue  # a quotation inside a paragraph that is foreign as a whole
        guess = _name_foreign(own_words, language, script)
        if guess is not None:
            found.append(Passage(start=start, end=end, language=guess.language, method=guess.method))
            if len(found) == _MAX_PASSAGES:
                break
    return tuple(found)


def _list_candidates(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each paragraph, named by its own words, then the quotations within it, without their marks."""
    for paragraph in _PARAGRAPH.finditer(text):
        start, end = paragraph.span()
        quotations = [found.span() for found in _QUOTATION.finditer(text, start, end)]
        own_words = _QUOTATION.sub(" ", paragraph.group()) if quotations else paragraph.group()
        is_told = sum(map(str.isalpha, own_words[:_SAMPLE_CHARACTERS])) >= _MIN_LETTERS
        yield start, end, own_words if is_told else paragraph.group()
        for first, last in quotations:
            yield first + 1, last - 1, text[first + 1 : last - 1]


def _name_foreign(passage: str, language: str, script: str) -> LanguageGuess | None:
    """Name a passage's language; None where it is the text's own, or the passage too short to tell.

    script: that most of the whole text is written in.
    """
    letters = sum(map(str.isalpha, passage[:_SAMPLE_CHARACTERS]))
    if letters < _MIN_FOREIGN_LETTERS:
        return None
    if letters < _MIN_LETTERS and name_script(passage)[0] == script:
        return None
    if ask_fasttext(" ".join(passage[:_SAMPLE_CHARACTERS].split()))[0] == language:
        return None  # a third of the cost; most passages end here
    guess = name_language(passage)
    is_own = guess.language in {language, "und"} or any({guess.language, language} <= g for g in _LOOK_ALIKES)
    return None if is_own or guess.confidence < _MIN_CONFIDENCE else guess
