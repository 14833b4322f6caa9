"""A text begins with its first sentence, not with its headline and its date once more."""

from __future__ import annotations

import pytest

from legation.engine.listen.page_openings import drop_opening

TITLE = "Cảng mới mở cửa vào thứ Sáu"
TEXT = "The harbour master said on Friday that the pier would open.\n\nFerries will use it first."


@pytest.mark.parametrize(
    "above",
    [
        TITLE,
        TITLE.upper(),
        f"{TITLE}\n\n2026-11-17 22:55",
        "2026-11-17 22:55",
        "Published on Wednesday, September 30th, 2026 at 10:30 a.m.",
        f"Ngày 5 tháng 3 năm 2024\n\n{TITLE}",
        "2024年3月5日 10:20",
        "5 марта 2024 г., 10:20",
    ],
)
def test_headline_and_date_are_taken_off(above: str) -> None:
    assert drop_opening(f"{above}\n\n{TEXT}", (TITLE,)) == TEXT


@pytest.mark.parametrize(
    "first",
    [
        "On 5 March 2024 the pier was closed for good.",
        "5 March 2024 was the day on which the harbour lost its last ferry.",
        "Another headline",
        "Hanoi, 5 tháng 3 năm 2024 - Bộ trưởng Bộ Ngoại giao đã tiếp các đại sứ tại trụ sở của bộ.",
        "12 000 lanterns",
    ],
)
def test_the_beginning_of_a_text_stays(first: str) -> None:
    assert drop_opening(f"{first}\n\n{TEXT}", (TITLE,)) == f"{first}\n\n{TEXT}"


def test_a_headline_further_down_stays() -> None:
    body = f"{TEXT}\n\n{TITLE}\n\nMore."
    assert drop_opening(body, (TITLE,)) == body


def test_a_text_that_is_nothing_else_is_left_alone() -> None:
    assert drop_opening(TITLE, (TITLE,)) == TITLE
    assert drop_opening("", (TITLE,)) == ""
