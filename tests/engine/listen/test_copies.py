"""Copies are recognised, whole, reworked and shortened, and different reports are not taken for them."""

from __future__ import annotations

import random

import pytest

from legation.engine.listen.copies import (
    CopyOptions,
    CopyText,
    choose_candidates,
    describe_change,
    match_texts,
    name_kind,
)
from legation.engine.listen.fingerprints import make_fingerprint
from legation.engine.records.articles import CopyKind

WORDS = [f"word{number}" for number in range(3000)]


def compose_words(seed: int, length: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def are_copies(first: list[str] | str, second: list[str] | str, **options: float) -> bool:
    texts = [one if isinstance(one, str) else " ".join(one) for one in (first, second)]
    return match_texts(*map(make_fingerprint, texts), options=CopyOptions(**options)).is_copy  # type: ignore[arg-type]


def test_a_lightly_edited_reprint_is_a_copy() -> None:
    words = compose_words(42)
    assert are_copies(words, ["The", "agency", "reports:", *words[:150], "changed", *words[151:280]])


def test_a_reworked_text_is_a_copy() -> None:
    words = compose_words(1, 200)
    own = compose_words(2, 120)
    assert are_copies(words, [*own[:10], *words[:60], *own[10:50], *words[100:170], *own[50:]])


def test_an_excerpt_is_a_copy() -> None:
    words = compose_words(3, 600)
    assert are_copies(words, words[:80])
    assert are_copies(words, words[300:400])


def test_texts_that_share_a_third_are_not_copies() -> None:
    assert not are_copies(compose_words(1), compose_words(1)[:100] + compose_words(2)[:200])


def test_texts_that_share_a_quotation_are_not_copies() -> None:
    said = f"“{' '.join(compose_words(9, 60))}”"
    before, after = compose_words(1, 60), compose_words(4, 60)
    first, second = (f"{' '.join(one[:30])} {said} {' '.join(one[30:])}" for one in (before, after))
    assert not are_copies(first, second)
    unmarked = [one.replace("“", " ").replace("”", " ") for one in (first, second)]
    assert are_copies(*unmarked, min_opening=0, min_containment=0.4)


def test_a_follow_up_that_repeats_the_background_is_not_a_copy() -> None:
    background = compose_words(5, 140)
    assert not are_copies(compose_words(6, 90) + background, compose_words(7, 90) + background)


def test_a_chinese_reprint_is_a_copy() -> None:
    text = (
        "外交部长今天上午在首都会见了多国大使，双方就共同关心的地区和国际问题交换了意见，并同意继续加强合作。"
        * 2
    )
    assert are_copies(text, "本报讯：" + text)


def test_short_texts_are_copies_only_when_title_and_text_are_equal() -> None:
    flash = make_fingerprint("Port reopens.", title="Storm passes")
    assert match_texts(flash, make_fingerprint("PORT  reopens.", title="Storm Passes")).is_copy
    assert not match_texts(flash, make_fingerprint("Port reopens.", title="Strike ends")).is_copy
    assert not match_texts(flash, make_fingerprint(" ".join(compose_words(1)))).is_copy
    assert not match_texts(make_fingerprint(""), make_fingerprint("")).is_copy


@pytest.mark.parametrize("threshold", [0.3, 0.9])
def test_the_threshold_decides(threshold: float) -> None:
    words = compose_words(5)
    options = {"min_similarity": threshold, "min_containment": 2.0}
    assert are_copies(words, words[:220], **options) == (threshold < 0.6)


def test_candidates_share_several_keys_and_the_nearest_come_first() -> None:
    holders = [(7, 1), (7, 2), (8, 1), (9, 1), (9, 2), (9, 3)]
    assert choose_candidates([1, 2, 3], holders, limit=5) == [9, 7]
    assert choose_candidates([1, 2, 3], holders, limit=1) == [9]
    assert choose_candidates([1], [(5, 1)], limit=5) == [5], "a short text has one key"


def kind_of(origin: list[str], member: list[str]) -> CopyKind:
    return name_kind(make_fingerprint(" ".join(origin)), make_fingerprint(" ".join(member)))[0]


def test_every_kind_of_copy_has_its_name() -> None:
    words, own = compose_words(8, 400), compose_words(9, 200)
    assert kind_of(words, [*words[:390], *own[:5]]) is CopyKind.REPRINT
    assert kind_of(words, words[:150]) is CopyKind.EXCERPT
    assert kind_of(words, [*words[:200], *own]) is CopyKind.EDITED
    assert kind_of(words[:150], words) is CopyKind.EDITED, "what was added to is no excerpt"


def test_what_a_member_changed_is_told() -> None:
    first, second, third = "One two three four.", "Five six seven eight.", "Nine ten eleven twelve."
    origin = CopyText("Storm shuts bridge", "\n\n".join((first, second, third)))
    member = CopyText("Bridge shut", "\n\n".join((first, third, "Alpha beta gamma delta.")))
    change = describe_change(origin, member)
    assert (change.added, change.removed) == pytest.approx((1 / 3, 1 / 3))
    assert (change.dropped_paragraphs, change.added_paragraphs, change.is_headline_changed) == (1, 1, True)
    same = describe_change(origin, origin)
    assert (same.added, same.removed, same.dropped_paragraphs, same.is_headline_changed) == (0, 0, 0, False)
