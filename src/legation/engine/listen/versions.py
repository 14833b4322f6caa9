"""Decide whether a text that was read again is a new version, and how large the change is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

from legation.engine.listen.page_noise import strip_noise
from legation.engine.text.differences import compare_texts, share_changed
from legation.engine.text.folding import fold_tokens

# A teaser's words stand in the whole text, but for an ellipsis, a "read on" and the like.
_COMPLETED_SHARE = 0.8
# A lead is told by its first words; before it a body may hold its headline and a caption.
_COMPARED_CHARACTERS, _BEGINNING_CHARACTERS = 80, 600
_TYPOGRAPHIC = str.maketrans("‘’‚‛“”„‟«»‹›–—", "''''\"\"\"\"\"\"''--", "\u00ad\u200b")
_MARKS = re.compile("[.,:;!?…\"'()\\[\\]|。、，：；？！「」《》،؛؟។-]+")


@dataclass(frozen=True, slots=True)
class VersionText:
    """What an article said at one reading."""

    title: str
    lead: str
    body: str
    is_teaser: bool = False


@dataclass(frozen=True, slots=True)
class VersionChange:
    """How two readings of one article differ."""

    is_trivial: bool  # nothing that is said has changed
    is_headline_changed: bool = False
    is_completed: bool = False  # the beginning was known, and now the whole text is
    added: float = 0.0  # share of the text after, in [0, 1]
    removed: float = 0.0  # share of the text before


def judge_change(before: VersionText, after: VersionText) -> VersionChange:
    """Compare two readings of one article.

    White space, the kind of quotation marks and dashes, case, update stamps, live counters and links to other
    articles are trivial. Accents are not: in many languages they make another word. A headline counts by its
    words, punctuation aside.
    """
    old, new = (_drop_headline(whole_text(text), text.title) for text in (before, after))
    is_headline_changed = _words(before.title) != _words(after.title)
    first, second = strip_noise(old), strip_noise(new)
    if _plain(first) == _plain(second):
        return VersionChange(not is_headline_changed, is_headline_changed)
    is_completed = before.is_teaser and not after.is_teaser and _stands_in(first, second)
    added, removed = share_changed(compare_texts(first, second, finds_moves=True))
    return VersionChange(False, is_headline_changed, is_completed, round(added, 4), round(removed, 4))


def whole_text(text: VersionText) -> str:
    """Return lead and body as one text; the lead once, where it repeats the first paragraph."""
    lead = "" if repeats_lead(text.lead, text.body) else text.lead
    return "\n\n".join(part for part in (lead, text.body) if part)


def repeats_lead(lead: str, body: str) -> bool:
    """Tell whether a body begins with its lead, after a headline perhaps, so that one of them is enough."""
    return lead[:_COMPARED_CHARACTERS] in body[:_BEGINNING_CHARACTERS]


def _drop_headline(text: str, title: str) -> str:
    """Leave out a first line that only repeats the headline, which some pages' texts begin with."""
    first, _, rest = text.partition("\n")
    return rest if rest and _words(first) == _words(title) else text


def _plain(text: str) -> str:
    """Return a text without what a typesetter changes."""
    return " ".join(normalize("NFKC", text.translate(_TYPOGRAPHIC)).casefold().split())


def _words(title: str) -> list[str]:
    plain = _plain(title)
    return _MARKS.sub(" ", plain).split() or [plain]


def _stands_in(teaser: str, whole: str) -> bool:
    """Tell whether nearly all words of a teaser stand in the whole text."""
    words, known = fold_tokens(teaser), set(fold_tokens(whole))
    return not words or sum(word in known for word in words) >= _COMPLETED_SHARE * len(words)
