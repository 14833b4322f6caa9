"""Find the credit line in which a text says which agency or outlet it took its words from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from legation.engine.text.folding import fold_text

# A name: up to four words, or a run of letters in scripts without spaces. Matched on folded text, so lower
# case and without accents; what a name may be is bounded by the marks around it.
_NAME = r"(?P<name>[^\W\d_][^()\[\]–—\-:;,.،。，：\n/]{1,39})"
_DASH = r"(?:-{1,2}|–|—)"
# Folding takes the Thai and Lao vowel "am" apart.
_THAI_AGENCY, _LAO_AGENCY = fold_text("สำนักข่าว"), fold_text("ສຳນັກຂ່າວ")
# Patterns by which the press of many languages credits an agency; none of them names one.
_BEGINNINGS = (
    # A place, perhaps a day, the agency in parentheses, and a dash.
    re.compile(rf"^[^()\n]{{0,60}}\({_NAME}\)\s*{_DASH}"),
    # The same between slashes, as agencies of Eastern Europe write it.
    re.compile(rf"^[^/\n]{{0,60}}/{_NAME}/"),
    # "According to" in the languages of docs/glossary.md, at the very beginning.
    re.compile(rf"^theo (?:hang tin |thong tan xa |bao |dai )?{_NAME},"),
    re.compile(rf"^(?:according to |as )?(?:the )?(?:news )?agency {_NAME} (?:reports|reported|says|said)"),
    re.compile(rf"^(?:selon|d'apres) (?:l'agence |l'afp |la )?{_NAME},"),
    re.compile(rf"^(?:segun|informa) (?:la agencia )?{_NAME}[,.]"),
    re.compile(rf"^(?:сообщает|передает|по данным) (?:агентств\w* )?{_NAME}[,.]"),
    re.compile(rf"^(?:به گزارش|با) (?:خبرگزاري )?{_NAME}[،,:]"),
    re.compile(rf"^(?:نقلا عن|بحسب|حسب) (?:وكاله )?{_NAME}[،,:]"),
    # Agency, place and day before the character for telegram.
    re.compile(r"^(?:据)?(?P<name>[\u4e00-\u9fff]{1,6}社)[^\n。，]{0,20}(?:电|消息|报道)"),
    re.compile(rf"^{_THAI_AGENCY}(?P<name>[\u0e00-\u0e7f]{{2,30}}?)\s*(?:-|–|—|รายงาน)"),
    re.compile(rf"^(?:ຂ່າວສານ|{_LAO_AGENCY})(?P<name>[\u0e80-\u0eff]{{2,30}}?)\s*(?:-|–|—|ລາຍງານ)"),
)
_ENDINGS = (
    # In parentheses, after a slash, after "source:", or after "with", each at the very end.
    re.compile(rf"\((?:theo |nguon:? ?|source:? ?|via |con |avec |mit |с )?{_NAME}\)\.?$"),
    re.compile(rf"/{_NAME}\.?$"),
    re.compile(
        rf"^(?:nguon|source|quelle|fuente|fonte|sumber|источник|المصدر|منبع|来源|出典|ที่มา)\s?[:：]\s?{_NAME}\.?$"
    ),
    re.compile(rf"^(?:theo|with|avec|mit|con) {_NAME}\.?$"),
)
# News agencies put their credit into the first words and the last line; what stands further in is a
# sentence that mentions somebody.
_BEGINNING_CHARACTERS = 160
_ENDING_CHARACTERS = 60


def find_credits(text: str) -> tuple[str, ...]:
    """Find the names that a text credits in its first words and its last line, folded, each once.

    Evidence for the origin of copies, never shown nor counted by outlet.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return ()
    beginning = fold_text(lines[0][:_BEGINNING_CHARACTERS])
    found = [match["name"].strip() for pattern in _BEGINNINGS if (match := pattern.search(beginning))]
    ending = fold_text(lines[-1][-_ENDING_CHARACTERS:])
    found += [match["name"].strip() for pattern in _ENDINGS if (match := pattern.search(ending))]
    return tuple(dict.fromkeys(name for name in found if name))


def is_credited(credits: Sequence[str], *, outlet: str) -> bool:
    """Tell whether one of the credited names is an outlet's: its name, a word of it, or its initials."""
    name = fold_text(outlet)
    words = name.split()
    initials = "".join(word[0] for word in words)
    known = {name, *(word for word in (*words, initials) if len(word) > 2)}
    return any(credit in known or name in credit.split() for credit in credits)
