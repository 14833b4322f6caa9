"""Say what changed between two texts, word by word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

# A word with the space after it, or one character of the scripts that write without spaces.
_PIECES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    "|[^\\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+\\s*|\\s+"
)
# difflib is quadratic in the worst case: 4,000 pieces a side take about a second. A brief's notes have a few
# hundred; beyond this the whole text is shown as exchanged.
MAX_PIECES = 4_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of text that both versions have, or only one."""

    kind: str  # kept, removed or added
    text: str


def compare_texts(before: str, after: str) -> list[Difference]:
    """Cut two texts into runs that were kept, removed or added, in reading order.

    The kept and removed runs together are the text before; the kept and added ones the text after. Words are
    compared in scripts with spaces, characters in those without.
    """
    if before == after:
        return [Difference("kept", before)] if before else []
    first, second = _PIECES.findall(before), _PIECES.findall(after)
    if max(len(first), len(second)) > MAX_PIECES:
        return [Difference(kind, text) for kind, text in (("removed", before), ("added", after)) if text]
    found: list[Difference] = []
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            found.append(Difference("kept", "".join(first[start:end])))
            continue
        if end > start:
            found.append(Difference("removed", "".join(first[start:end])))
        if other_end > other_start:
            found.append(Difference("added", "".join(second[other_start:other_end])))
    return found
