"""Quoted words are found again, altered or not, in every script."""

from __future__ import annotations

import pytest

from legation.engine.text.quotations import judge_quotation

TEXT = (
    "The council met on Thursday. Nine piers had gaps, the chief engineer told members after a long debate. "
    "Work begins in March. Fishermen asked for compensation."
)


@pytest.mark.parametrize(
    ("quotation", "fate"),
    [
        ("Nine piers had gaps, the chief engineer told members after a long debate.", "stands"),
        ("nine piers  had gaps, the chief engineer told…", "stands"),
        ("Eleven piers had gaps, the chief engineer told members after a long debate.", "altered"),
        ("Nine piers had gaps, the mayor told the members.", "altered"),
        ("The minister resigned on Sunday after protests in the capital.", "gone"),
        ("…", "stands"),
    ],
)
def test_the_fate_of_a_quotation(quotation: str, fate: str) -> None:
    assert judge_quotation(quotation, TEXT) == fate


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("两国领导人今天在首都举行会谈，讨论贸易合作。", "两国领导人昨天在首都举行会谈，讨论贸易合作。"),
        ("รัฐมนตรีพบทูตหลายประเทศวันนี้ที่เมืองหลวง", "รัฐมนตรีพบทูตหลายประเทศวันศุกร์ที่เมืองหลวง"),
        ("أكد الوزير أن العلاقات بين البلدين تشهد تطورا", "أكد الوزير أن العلاقات بين البلدين تشهد تراجعا"),
    ],
)
def test_every_script_is_read(before: str, after: str) -> None:
    assert judge_quotation(before, f"{after} 。") == "altered"
    assert judge_quotation(before, before) == "stands"
    assert judge_quotation(before, TEXT) == "gone"


def test_a_text_without_words_holds_nothing() -> None:
    assert judge_quotation("Nine piers", "") == "gone"
