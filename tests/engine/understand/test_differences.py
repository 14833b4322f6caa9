"""What changed between two texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.understand.differences import MAX_PIECES, compare_texts


def test_a_changed_word_is_shown_between_the_words_that_stayed() -> None:
    found = [
        (run.kind, run.text) for run in compare_texts("The minister arrives today", "The envoy arrives today")
    ]
    assert found == [
        ("kept", "The "),
        ("removed", "minister "),
        ("added", "envoy "),
        ("kept", "arrives today"),
    ]


def test_scripts_without_spaces_are_compared_by_character() -> None:
    found = [(run.kind, run.text) for run in compare_texts("今天会谈", "今天谈判")]
    assert ("kept", "今天") in found


def test_texts_too_long_to_compare_are_shown_as_exchanged() -> None:
    before, after = "a " * (MAX_PIECES + 1), "b"
    assert [run.kind for run in compare_texts(before, after)] == ["removed", "added"]


@pytest.mark.parametrize("text", ["", "same"])
def test_equal_texts_have_no_difference(text: str) -> None:
    assert all(run.kind == "kept" for run in compare_texts(text, text))


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_runs_make_up_both_texts(before: str, after: str) -> None:
    runs = compare_texts(before, after)
    assert "".join(run.text for run in runs if run.kind != "added") == before
    assert "".join(run.text for run in runs if run.kind != "removed") == after
