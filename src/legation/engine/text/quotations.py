"""Tell whether a quoted sentence still stands in a text, altered perhaps, or is gone."""

from __future__ import annotations

from difflib import SequenceMatcher
from enum import StrEnum

from legation.engine.text.folding import fold_text, fold_tokens

# Of the quotation's words, in order, that a passage of the same length must share to be the same sentence,
# altered. Below a half the words that remain are those of any sentence on the matter.
_ALTERED_SHARE = 0.55
_ELLIPSIS = "…"


class QuotationFate(StrEnum):
    """What became of quoted words."""

    STANDS = "stands"
    ALTERED = "altered"
    GONE = "gone"


def judge_quotation(quotation: str, text: str) -> QuotationFate:
    """Look a quotation up in a text as it stands now.

    quotation: as it was quoted; an ellipsis at its end stands for words left out. Case, accents, white space
    and typographic marks do not matter to whether it stands.
    """
    sought = fold_text(quotation.strip().rstrip(_ELLIPSIS))
    if not sought or sought in fold_text(text):
        return QuotationFate.STANDS
    words, known = fold_tokens(quotation), fold_tokens(text)
    return QuotationFate.ALTERED if _has_alike(words, known) else QuotationFate.GONE


def _has_alike(words: list[str], known: list[str]) -> bool:
    """Tell whether some passage of a text has most of the words, in their order."""
    length = len(words)
    if not length or not known:
        return False
    wanted, step = set(words), max(length // 2, 1)
    for start in range(0, max(len(known) - step, 1), step):
        passage = known[start : start + length + step]
        if sum(word in wanted for word in passage) < _ALTERED_SHARE * length:
            continue
        matcher = SequenceMatcher(None, words, passage, autojunk=False)
        if sum(block.size for block in matcher.get_matching_blocks()) >= _ALTERED_SHARE * length:
            return True
    return False
