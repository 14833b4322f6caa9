"""Folding makes equal what a reader takes for the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.text.folding import fold_text, fold_tokens


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Hà Nội", "ha noi"),
        ("Đà  Nẵng\n2.9", "da nang 2.9"),
        ("H\u00e0 No\u0323\u0302i", "ha noi"),  # the same name, half decomposed
        ("ĐƯỜNG", "duong"),
        ("Ёлка", "елка"),
        ("مُؤْتَمَر إلى المدرسة", "موتمر الي المدرسه"),
        ("۲۰۲۶ ٢٠٢٦", "2026 2026"),
        ("ＡＢＣ ﬁle", "abc file"),
        ("İstanbul ışık", "istanbul isik"),
        ("Straße", "strasse"),
        ("“l’été”", '"l\'ete"'),
        ("ガンダム", "ガンダム"),
        ("한국", "한국"),
        ("ประเทศ", "ประเทศ"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_spellings_of_one_word_fold_to_one_form(written: str, folded: str) -> None:
    assert fold_text(written) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold_text(text)
    assert fold_text(once) == once


@given(st.text(max_size=60))
def test_tokens_are_never_empty_and_hold_no_space(text: str) -> None:
    assert all(token and not any(character.isspace() for character in token) for token in fold_tokens(text))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("TP. Hồ Chí Minh, 30/4/1975", ["tp", "ho", "chi", "minh", "30", "4", "1975"]),
        ("东京都", ["东京", "京都"]),
        ("中", ["中"]),
        ("한국 정부", ["한국", "정부"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("GDP增长6%", ["gdp", "增长", "6"]),
        ("ສະບາຍ", ["ສະ", "ະບ", "ບາ", "າຍ"]),
        ("ភ្នំពេញ", ["ភ្នំពេ", "ពេញ"]),
        ("", []),
        ("…", []),
    ],
)
def test_a_text_is_cut_into_words_or_bigrams(text: str, tokens: list[str]) -> None:
    assert fold_tokens(text) == tokens


@pytest.mark.parametrize(("text", "part"), [("越南外交部发言人", "外交部"), ("ประเทศไทยวันนี้", "ประเทศไทย")])
def test_the_bigrams_of_a_part_stand_in_the_whole(text: str, part: str) -> None:
    assert set(fold_tokens(part)) <= set(fold_tokens(text))
