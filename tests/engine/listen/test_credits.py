"""Credit lines of many languages are found, and sentences that mention somebody are none."""

from __future__ import annotations

import pytest

from legation.engine.listen.credits import find_credits, is_credited

CREDITED = [
    ("PORT HALDEN (Reuters) – A storm swept up the coast.", "reuters"),
    ("MARISOL, Nov 20 (Xinhua) -- Two states agreed.", "xinhua"),
    ("(TTXVN) - Giá gạo tăng.", "ttxvn"),
    ("Theo TTXVN, sáng nay bến cảng đã mở.", "ttxvn"),
    ("Theo Hãng tin Sông Biển, sáng nay bến cảng đã mở.", "song bien"),
    ("МОСКВА, 20 ноября. /ТАСС/. Ледокол вышел в море.", "тасс"),
    ("با ایرنا، وزیر گفت که گفتگوها ادامه دارد.", "ايرنا"),
    ("新华社北京十一月二十日电 大桥合龙。", "新华社"),
    ("สำนักข่าวคอร์วัส – รถไฟสายใหม่เริ่มให้บริการ", "คอร์วัส"),
    ("Bến cảng đã mở.\nNguồn: TTXVN", "ttxvn"),
    ("Bến cảng đã mở. (Theo TTXVN)", "ttxvn"),
    ("The bridge is closed. (AFP)", "afp"),
    ("Bến cảng đã mở./TTXVN", "ttxvn"),
]


@pytest.mark.parametrize(("text", "name"), CREDITED)
def test_the_credited_name_is_found(text: str, name: str) -> None:
    assert name in find_credits(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The minister met Reuters reporters on Monday.",
        "Bộ trưởng gặp phóng viên TTXVN hôm nay.",
        "(1) - first",
    ],
)
def test_a_mention_is_no_credit(text: str) -> None:
    assert find_credits(text) == ()


@pytest.mark.parametrize(
    ("credit", "outlet", "expected"),
    [
        ("reuters", "Reuters", True),
        ("reuters", "Reuters World Service", True),
        ("ttxvn", "TTXVN", True),
        ("afp", "Agence France Presse", True),
        ("song bien", "Sông Biển", True),
        ("reuters", "The Daily Lantern", False),
        ("a", "A Nova", False),
    ],
)
def test_an_outlet_is_recognised_by_name_word_or_initials(credit: str, outlet: str, expected: bool) -> None:
    assert is_credited([credit], outlet=outlet) is expected


def test_a_hostile_line_costs_no_time() -> None:
    assert find_credits("(" * 5000 + "\n" + "/" * 5000) == ()
