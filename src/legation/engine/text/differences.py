"""Say what changed between two texts of any script: what went, what came, and what moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Scripts without spaces between words: each letter with the signs that stand on it is a piece of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_SIGNS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u105e-\u1060"
    "\u17b4-\u17d3\u17dd\u3099\u309a"
)
_MARKS = ".,:;!?…()\\[\\]{}«»“”„‟‘’‚‹›\"'。、，；：？！「」『』（）《》〈〉،؛؟۔।॥។៖–—-"
# A word with its inner points and hyphens ("3,000", "vice-minister"), a letter of an unspaced script, or
# one mark of punctuation; each with the white space after it, so that the pieces together are the text.
_PIECES = re.compile(
    f"[{_UNSPACED}][{_SIGNS}]*\\s*"
    f"|[^\\s{_UNSPACED}{_MARKS}]+(?:[.,:'’–-][^\\s{_UNSPACED}{_MARKS}]+)*\\s*"
    r"|\S\s*|\s+"
)
# Sentences come first, so that a long text costs little and words are compared with their own sentence's.
_SENTENCES = re.compile(r"[^\n.!?。！？؟۔।។]*(?:[.!?。！？؟۔।។]+[^\s\w]*(?!\w)\s*|\n+|[.!?。！？؟۔।។]+|$)")
# difflib is quadratic in the worst case: 4,000 pieces a side take about a second. One sentence has some
# thirty, an article that was written anew a thousand; beyond this the texts are shown as exchanged.
MAX_PIECES = 4_000
# A run that both texts share and that is shorter than this, amid longer changes, is chance: "of the".
_CHANCE_CHARACTERS = 5
# A passage that went here and came there is told as moved from this length on; shorter ones are words that
# occur twice.
_MOVED_CHARACTERS = 30
_QUOTES = str.maketrans("‘’‚‛“”„‟«»‹›–—", "''''\"\"\"\"\"\"''--")


class DifferenceKind(StrEnum):
    """What became of a run of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"
    MOVED_AWAY = "moved_away"  # stood here before, stands elsewhere now
    MOVED_HERE = "moved_here"


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of text that both versions have, or only one."""

    kind: DifferenceKind
    text: str


def compare_texts(before: str, after: str, *, finds_moves: bool = False) -> list[Difference]:
    """Cut two texts into runs that were kept, removed or added, in reading order.

    White space and the kind of quotation mark or dash are no difference; kept runs are as the text after has
    them. So kept and removed runs together are the text before but for those, and kept and added ones are
    exactly the text after. Words are compared in scripts with spaces, letters with their signs in others.
    finds_moves: name passages of some length that stand elsewhere now as moved, once where they stood and
    once where they stand.
    """
    if before == after:
        return [Difference(DifferenceKind.KEPT, before)] if before else []
    runs: list[Difference] = []
    for tag, old, new in _match(_cut_sentences(before), _cut_sentences(after), _sentence_key):
        if tag == "equal":
            runs.append(Difference(DifferenceKind.KEPT, "".join(new)))
        else:
            runs.extend(_compare_words("".join(old), "".join(new)))
    runs = _drop_chance(_join(runs))
    return _name_moves(runs) if finds_moves else runs


def share_changed(runs: Sequence[Difference]) -> tuple[float, float]:
    """Say how much was added and removed: shares of the text after and of the text before, in [0, 1].

    runs: of compare_texts. White space does not count, and what moved counts as kept.
    """
    sizes = dict.fromkeys(DifferenceKind, 0)
    for run in runs:
        sizes[run.kind] += sum(len(word) for word in run.text.split())
    kept = sizes[DifferenceKind.KEPT]
    after = kept + sizes[DifferenceKind.ADDED] + sizes[DifferenceKind.MOVED_HERE]
    before = kept + sizes[DifferenceKind.REMOVED] + sizes[DifferenceKind.MOVED_AWAY]
    return sizes[DifferenceKind.ADDED] / max(after, 1), sizes[DifferenceKind.REMOVED] / max(before, 1)


def _cut_sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCES.findall(text) if piece]


def _sentence_key(sentence: str) -> str:
    return " ".join(sentence.translate(_QUOTES).split())


def _word_key(word: str) -> str:
    return word.rstrip().translate(_QUOTES)


def _match(
    old: list[str], new: list[str], key: Callable[[str], str]
) -> list[tuple[str, list[str], list[str]]]:
    """Align two lists of pieces; the common beginning and end cost nothing."""
    first, second = [key(piece) for piece in old], [key(piece) for piece in new]
    start, least = 0, min(len(old), len(new))
    while start < least and first[start] == second[start]:
        start += 1
    end = 0
    while end < least - start and first[-1 - end] == second[-1 - end]:
        end += 1
    matcher = SequenceMatcher(
        None, first[start : len(first) - end], second[start : len(second) - end], autojunk=False
    )
    blocks = [("equal", old[:start], new[:start])] if start else []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        blocks.append((str(tag), old[start + i1 : start + i2], new[start + j1 : start + j2]))
    if end:
        blocks.append(("equal", old[len(old) - end :], new[len(new) - end :]))
    return blocks


def _compare_words(before: str, after: str) -> list[Difference]:
    """Compare two passages of which no sentence is the same."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if not old or not new or max(len(old), len(new)) > MAX_PIECES:
        return _exchange(before, after)
    runs: list[Difference] = []
    for tag, gone, come in _match(old, new, _word_key):
        if tag == "equal":
            runs.append(Difference(DifferenceKind.KEPT, "".join(come)))
        else:
            runs.extend(_exchange("".join(gone), "".join(come)))
    return runs


def _exchange(gone: str, come: str) -> list[Difference]:
    pairs = ((DifferenceKind.REMOVED, gone), (DifferenceKind.ADDED, come))
    return [Difference(kind, text) for kind, text in pairs if text]


def _join(runs: Sequence[Difference]) -> list[Difference]:
    """Join neighbouring runs of one kind, and put what was removed before what came in its place."""
    joined: list[Difference] = []
    texts = {DifferenceKind.REMOVED: "", DifferenceKind.ADDED: ""}
    for run in (*runs, Difference(DifferenceKind.KEPT, "")):
        if run.kind is not DifferenceKind.KEPT:
            texts[run.kind] += run.text
            continue
        changes = _exchange(texts[DifferenceKind.REMOVED], texts[DifferenceKind.ADDED])
        joined.extend(changes)
        texts = {DifferenceKind.REMOVED: "", DifferenceKind.ADDED: ""}
        if not changes and joined and run.text:
            joined[-1] = Difference(DifferenceKind.KEPT, joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    return joined


def _drop_chance(runs: list[Difference]) -> list[Difference]:
    """Show a shared word or two amid longer changes as part of them, so that a person can read the change."""
    if len(runs) < 3:
        return runs
    kept: list[Difference] = []
    for place, run in enumerate(runs):
        neighbours = runs[max(place - 2, 0) : place] + runs[place + 1 : place + 3]
        amid = 0 < place < len(runs) - 1 and runs[place - 1].kind is not DifferenceKind.KEPT
        changed = [len(one.text) for one in neighbours if one.kind is not DifferenceKind.KEPT]
        is_chance = (
            len(run.text.strip()) < _CHANCE_CHARACTERS
            and amid
            and min(changed, default=0) > (2 * _CHANCE_CHARACTERS)
        )
        if run.kind is DifferenceKind.KEPT and is_chance and "\n" not in run.text:
            kept.extend(_exchange(run.text, run.text))
        else:
            kept.append(run)
    return _join(kept)


def _name_moves(runs: list[Difference]) -> list[Difference]:
    """Name what was removed in one place and added in another as moved, sentence by sentence."""
    gone = _long_sentences(runs, DifferenceKind.REMOVED)
    come = _long_sentences(runs, DifferenceKind.ADDED)
    moved = {key for key in gone if key in come}
    if not moved:
        return runs
    names = {
        DifferenceKind.REMOVED: DifferenceKind.MOVED_AWAY,
        DifferenceKind.ADDED: DifferenceKind.MOVED_HERE,
    }
    named: list[Difference] = []
    for run in runs:
        if run.kind not in names:
            named.append(run)
            continue
        for sentence in _cut_sentences(run.text):
            kind = names[run.kind] if _sentence_key(sentence) in moved else run.kind
            if named and named[-1].kind is kind:
                named[-1] = Difference(kind, named[-1].text + sentence)
            else:
                named.append(Difference(kind, sentence))
    return named


def _long_sentences(runs: Sequence[Difference], kind: DifferenceKind) -> set[str]:
    texts = (_sentence_key(one) for run in runs if run.kind is kind for one in _cut_sentences(run.text))
    return {text for text in texts if len(text) >= _MOVED_CHARACTERS}
