"""Our own reasons are translated, those of others are not touched."""

from __future__ import annotations

import pytest
from django.utils import translation

from legation.desk.carry.views.wordings import word_reason
from legation.desk.shell.messages import compile_messages


@pytest.fixture(autouse=True)
def _vietnamese():
    compile_messages()
    with translation.override("vi"):
        yield


def test_our_words_before_the_colon_are_translated():
    assert word_reason("The mail server cannot be reached: [Errno 111]") == (
        "Không kết nối được máy chủ thư: [Errno 111]"
    )
    assert word_reason("Nothing in this installation can do this kind of work.").startswith("Bản cài đặt này")


@pytest.mark.parametrize("words", ["", "550 5.1.1 no such user: gone", "Status: failed"])
def test_the_words_of_others_stay(words):
    assert word_reason(words) == words
