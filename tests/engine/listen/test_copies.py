"""Reprints are recognised, and different reports of one event are not taken for them."""

from __future__ import annotations

import random

import pytest

from legation.engine.listen.copies import (
    CopyIndex,
    CopyOptions,
    compare_signatures,
    copy_signature,
    rank_copies,
    signature_bands,
)

WORDS = [f"word{number}" for number in range(3000)]


def compose_text(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def test_a_reprint_with_other_case_accents_and_punctuation_is_the_same_text() -> None:
    text = compose_text(1) + " à Hà Nội"
    other = text.upper().replace(" ", ", ", 40).replace("À", "A").replace("Ộ", "O")
    assert compare_signatures(copy_signature(text), copy_signature(other)) == 1.0


def test_an_edited_reprint_is_found_among_many_texts() -> None:
    index = CopyIndex()
    for seed in range(300):
        index.add(str(seed), copy_signature(compose_text(seed)))
    words = compose_text(42).split()
    edited = " ".join(["The", "agency", "reports:", *words[:150], "changed", *words[151:280]])
    found = index.find(copy_signature(edited))
    assert [article_id for article_id, _ in found] == ["42"]
    assert 0.7 < found[0][1] < 1.0


def test_texts_that_share_a_third_are_not_copies() -> None:
    first, second = compose_text(1).split(), compose_text(2).split()
    mixed = " ".join(first[:100] + second[:200])
    assert rank_copies(copy_signature(" ".join(first)), [("x", copy_signature(mixed))]) == []


def test_a_chinese_reprint_is_found() -> None:
    text = (
        "外交部长今天上午在首都会见了多国大使，双方就共同关心的地区和国际问题交换了意见，并同意继续加强合作。"
        * 2
    )
    index = CopyIndex()
    index.add("a", copy_signature(text))
    assert [name for name, _ in index.find(copy_signature("本报讯：" + text))] == ["a"]


def test_short_texts_are_copies_only_when_title_and_text_are_equal() -> None:
    flash = copy_signature("Port reopens.", title="Storm passes")
    assert compare_signatures(flash, copy_signature("PORT  reopens.", title="Storm Passes")) == 1.0
    assert compare_signatures(flash, copy_signature("Port reopens.", title="Strike ends")) == 0.0
    assert compare_signatures(flash, copy_signature(compose_text(1))) == 0.0


def test_an_empty_text_is_nobodys_copy() -> None:
    index = CopyIndex()
    index.add("a", copy_signature(""))
    assert index.find(copy_signature("")) == []


def test_an_index_restored_from_signatures_finds_the_same() -> None:
    signatures = {str(seed): copy_signature(compose_text(seed)) for seed in range(20)}
    restored = CopyIndex()
    for article_id, signature in signatures.items():
        restored.add(article_id, bytes(bytearray(signature)))
    assert all(restored.find(signature)[0] == (name, 1.0) for name, signature in signatures.items())


def test_a_removed_text_is_found_no_more() -> None:
    index = CopyIndex()
    signature = copy_signature(compose_text(1))
    index.add("a", signature)
    index.add("a", signature)
    index.remove("a")
    index.remove("unknown")
    assert (len(index), index.find(signature)) == (0, [])


def test_bands_fit_a_database_and_meet_for_copies() -> None:
    first, second = (signature_bands(copy_signature(compose_text(seed))) for seed in (1, 2))
    assert len(first) == 32
    assert all(-(2**63) <= band < 2**63 for band in first)
    assert not set(first) & set(second)
    assert len(signature_bands(copy_signature("short"))) == 1


@pytest.mark.parametrize("threshold", [0.3, 0.9])
def test_the_threshold_decides(threshold: float) -> None:
    words = compose_text(5).split()
    half = " ".join(words[:220])
    options = CopyOptions(min_similarity=threshold)
    found = rank_copies(copy_signature(" ".join(words)), [("half", copy_signature(half))], options=options)
    assert bool(found) == (threshold < 0.6)


def test_a_signature_is_the_same_in_every_process() -> None:
    assert signature_bands(copy_signature(" ".join(WORDS[:50])))[0] == PINNED_BAND


PINNED_BAND = -2917651500405976377
