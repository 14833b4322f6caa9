"""What changed between two texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.text.differences import (
    MAX_PIECES,
    Difference,
    DifferenceKind,
    compare_texts,
    share_changed,
)


def runs_of(before: str, after: str, **options: bool) -> list[tuple[str, str]]:
    return [(str(run.kind), run.text) for run in compare_texts(before, after, **options)]


def test_a_changed_word_is_shown_between_the_words_that_stayed() -> None:
    assert runs_of("The minister arrives today", "The envoy arrives today") == [
        ("kept", "The "),
        ("removed", "minister "),
        ("added", "envoy "),
        ("kept", "arrives today"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("外交部长今天会见大使", "外交部长昨天会见大使", "今", "昨"),
        ("รัฐมนตรีพบทูตวันนี้", "รัฐมนตรีพบทูตวันศุกร์", "นี้", "ศุกร์"),
        ("ລັດຖະມົນຕີພົບທູດມື້ນີ້", "ລັດຖະມົນຕີພົບທູດມື້ວານ", "ນີ້", "ວານ"),
        ("រដ្ឋមន្ត្រីជួបទូតថ្ងៃនេះ", "រដ្ឋមន្ត្រីជួបទូតម្សិលមិញ", "ថ្ងៃនេះ", "ម្សិលមិញ"),
        ("قال الوزير إن المحادثات ناجحة اليوم", "قال الوزير إن المحادثات صعبة اليوم", "ناجحة ", "صعبة "),
        ("Bộ trưởng gặp đại sứ hôm nay", "Bộ trưởng gặp đại sứ hôm qua", "nay", "qua"),
    ],
)
def test_scripts_of_every_kind_show_the_changed_part_alone(
    before: str, after: str, gone: str, come: str
) -> None:
    found = runs_of(before, after)
    assert "".join(text for kind, text in found if kind == "removed") == gone
    assert "".join(text for kind, text in found if kind == "added") == come


def test_a_letter_is_never_parted_from_its_signs() -> None:
    pieces = [text for _, text in runs_of("ກອງປະຊຸມໄດ້ໄຂຂຶ້ນ", "ກອງປະຊຸມໄດ້ປິດລົງ")]
    assert not any(text[0] in "\u0eb4\u0eb5\u0eb6\u0eb7\u0ec8\u0ec9" for text in pieces)


def test_white_space_and_the_kind_of_quotation_mark_are_no_difference() -> None:
    assert runs_of("He said “yes”  –\nand left.", 'He said "yes" - and left.') == [
        ("kept", 'He said "yes" - and left.')
    ]


def test_punctuation_changes_alone() -> None:
    assert runs_of("It cost 3,000 dollars.", "It cost 3,500 dollars!") == [
        ("kept", "It cost "),
        ("removed", "3,000 "),
        ("added", "3,500 "),
        ("kept", "dollars"),
        ("removed", "."),
        ("added", "!"),
    ]


def test_words_shared_by_chance_amid_a_rewritten_sentence_are_no_islands() -> None:
    found = runs_of(
        "The envoy spoke at length about fisheries and of the river basin yesterday.",
        "Nobody expected that farmers would complain of a dam upstream tomorrow.",
    )
    assert not any(kind == "kept" and len(text.strip()) < 4 and text != "." for kind, text in found)


def test_a_sentence_that_moved_is_told_as_moved() -> None:
    opening, closing = (
        "The council met on Thursday to decide. ",
        "Fishermen had asked for compensation since May. ",
    )
    found = compare_texts(f"{opening}{closing}The end.", f"{closing}{opening}The end.", finds_moves=True)
    assert {run.kind for run in found} == {
        DifferenceKind.KEPT,
        DifferenceKind.MOVED_AWAY,
        DifferenceKind.MOVED_HERE,
    }
    assert share_changed(found) == (0.0, 0.0)


def test_the_size_of_a_change_is_told_in_shares() -> None:
    added, removed = share_changed(compare_texts("one two three four", "one two three four five six"))
    assert (round(added, 2), removed) == (0.32, 0.0)
    assert share_changed([]) == (0.0, 0.0)


def test_texts_too_long_to_compare_are_shown_as_exchanged() -> None:
    before, after = "a " * (MAX_PIECES + 1), "b"
    assert [run.kind for run in compare_texts(before, after)] == ["removed", "added"]


def test_a_long_article_with_a_few_changes_is_compared_at_once() -> None:
    text = " ".join(
        f"Sentence {number} speaks of the port, the river and the people." for number in range(3000)
    )
    started = time.perf_counter()
    found = compare_texts(text, text.replace("Sentence 1500 speaks", "Sentence 1500 is silent"))
    assert time.perf_counter() - started < 2
    assert [run.text for run in found if run.kind == "added"] == ["is silent "]


@pytest.mark.parametrize("text", ["", "same"])
def test_equal_texts_have_no_difference(text: str) -> None:
    assert all(run.kind == "kept" for run in compare_texts(text, text))


ALPHABET = st.text(alphabet='ab .\n“"”กิ外،', max_size=60)


def squeezed(runs: list[Difference], *kinds: str) -> str:
    marks = str.maketrans("“”", '""')
    return "".join("".join(run.text for run in runs if run.kind in kinds).translate(marks).split())


@pytest.mark.parametrize("finds_moves", [False, True])
@given(st.text(max_size=60) | ALPHABET, st.text(max_size=60) | ALPHABET)
def test_the_runs_make_up_both_texts(finds_moves: bool, before: str, after: str) -> None:
    runs = compare_texts(before, after, finds_moves=finds_moves)
    marks = str.maketrans("‘’‚‛“”„‟«»‹›–—", "''''\"\"\"\"\"\"''--")
    now = "".join(run.text for run in runs if run.kind in {"kept", "added", "moved_here"})
    assert now == after
    then = "".join(run.text for run in runs if run.kind in {"kept", "removed", "moved_away"})
    assert "".join(then.translate(marks).split()) == "".join(before.translate(marks).split())


@pytest.mark.parametrize("end", ["。", "।", "။", "៖។", "！", "...", "؟"])
def test_a_sentence_that_ends_without_a_space_is_not_lost(end: str) -> None:
    before, after = f"港口开放{end}部长说", f"我们准备好了{end}渔民们等待已久"
    told = compare_texts(before, after)
    assert "".join(run.text for run in told if run.kind is not DifferenceKind.REMOVED) == after
    assert "".join(run.text for run in told if run.kind is not DifferenceKind.ADDED) == before
