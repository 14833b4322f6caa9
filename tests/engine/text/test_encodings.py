"""Bytes of every encoding become clean text, whatever their page declares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.text.encodings import decode_bytes, normalise_text

RUSSIAN = "Министр иностранных дел принял сегодня утром послов нескольких стран. " * 5
CHINESE = "外交部长今天上午会见了多国大使，双方就共同关心的问题交换了意见。" * 8


@pytest.mark.parametrize(
    ("body", "declared", "text", "charset"),
    [
        ("Hà Nội".encode(), "", "Hà Nội", "utf-8"),
        ("Hà Nội".encode(), "iso-8859-1", "Hà Nội", "utf-8"),
        (b"\xef\xbb\xbfHi", "windows-1251", "Hi", "utf-8"),
        ("Привет".encode("utf-16"), "", "Привет", "utf-16-le"),
        ("été — “oui”".encode("cp1252"), "ISO-8859-1", "été — “oui”", "cp1252"),
        (RUSSIAN.encode("koi8-r"), "koi8-r", RUSSIAN, "koi8-r"),
        (CHINESE.encode("gbk"), "gb2312", CHINESE, "gb18030"),
        ("日本語".encode("iso2022_jp"), "iso-2022-jp", "日本語", "iso2022_jp"),
        (b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"), "", None, "cp1251"),
        (b"plain", "", "plain", "utf-8"),
        (b"", "", "", "utf-8"),
    ],
)
def test_bytes_are_decoded_by_the_best_witness(
    body: bytes, declared: str, text: str | None, charset: str
) -> None:
    decoded, used, _ = decode_bytes(body, declared)
    assert used == charset
    assert text is None or decoded == text


def test_an_undeclared_legacy_encoding_is_detected() -> None:
    decoded, _, problems = decode_bytes(RUSSIAN.encode("cp1251"), "")
    assert decoded == RUSSIAN
    assert problems


def test_a_page_that_contradicts_its_header_is_reported() -> None:
    _, charset, problems = decode_bytes(("<p>" + "Hà Nội " * 9).encode(), "windows-1258")
    assert charset == "utf-8"
    assert "cp1258" in problems[0]


def test_one_broken_character_does_not_change_the_encoding_of_a_page() -> None:
    decoded, charset, _ = decode_bytes(("Hà Nội " * 100).encode() + b"\xe1\xba", "utf-8")
    assert charset == "utf-8"
    assert decoded.startswith("Hà Nội")


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "x-unknown", "base64", "gb2312", "utf-7", "rot13", "\0"]),
)
def test_no_bytes_and_no_declaration_can_crash_the_decoder(body: bytes, declared: str) -> None:
    decoded, _, _ = decode_bytes(body, declared)
    assert isinstance(normalise_text(decoded), str)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x00\x08b", "ab"),
        ("e\u0301", "é"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("می\u200cکند", "می\u200cکند"),
        ("\ud800x", "x"),
    ],
)
def test_normalising_removes_what_no_reader_sees(raw: str, clean: str) -> None:
    assert normalise_text(raw) == clean
