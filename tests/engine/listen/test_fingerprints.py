"""Fingerprints and lookup keys: the same for the same words, of every script and in every process."""

from __future__ import annotations

import random

from legation.engine.listen.fingerprints import lookup_keys, make_fingerprint

WORDS = [f"word{number}" for number in range(3000)]


def compose_text(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def test_case_accents_and_punctuation_leave_a_fingerprint_as_it_is() -> None:
    text = compose_text(1) + " à Hà Nội"
    other = text.upper().replace(" ", ", ", 40).replace("À", "A").replace("Ộ", "O")
    assert lookup_keys(make_fingerprint(text)) == lookup_keys(make_fingerprint(other))


def test_keys_fit_a_database_and_are_few() -> None:
    keys = lookup_keys(make_fingerprint(compose_text(1)))
    assert len(keys) == 32
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert not set(keys) & set(lookup_keys(make_fingerprint(compose_text(2))))
    assert len(lookup_keys(make_fingerprint("Port reopens."))) == 1
    assert lookup_keys(make_fingerprint("")) == ()


def test_an_excerpt_shares_keys_with_the_whole() -> None:
    words = compose_text(3, 600).split()
    whole, part = (set(lookup_keys(make_fingerprint(" ".join(one)))) for one in (words, words[200:300]))
    assert len(whole & part) >= 2


def test_quotations_are_left_out_of_what_is_reported() -> None:
    said = " ".join(WORDS[:30])
    text = f"{compose_text(4, 60)} “{said}” {compose_text(5, 60)}"
    fingerprint = make_fingerprint(text)
    assert 0 < fingerprint.reported.size < len(fingerprint)
    assert fingerprint.opening.size < fingerprint.reported.size


def test_a_quotation_mark_that_is_never_closed_swallows_nothing() -> None:
    fingerprint = make_fingerprint(f"“{compose_text(6)}")
    assert fingerprint.reported.size == len(fingerprint)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    assert lookup_keys(make_fingerprint(" ".join(WORDS[:50])))[0] == PINNED_KEY


PINNED_KEY = 65920345882751258
