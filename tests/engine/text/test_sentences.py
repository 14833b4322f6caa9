"""Sentences are exact pieces of their text, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.engine.text.sentences import split_sentences

CASES = [
    ("en", "Mr. Smith came on 2.9.|He met Dr. Lee.|“Is it true?” he asked.|It cost 3.5 million…|They left."),
    (
        "en",
        "The U.S. Senate met.|He lives in the U.S.|The end.|J. K. Rowling spoke.|No. 5 won!|He said no.|So?",
    ),
    ("vi", "TP. Hồ Chí Minh mưa.|PGS.TS. Nguyễn Văn A nói: “Tốt.”|Ngày 2.9 là Quốc khánh, v.v.|Ông đi."),
    ("fr", "M. Macron est arrivé.|Que dire ?|« Oui. »|Il part."),
    ("de", "Am 3. Oktober feiert man.|Dann kam z.B. Kohl.|Das kostet 3,5 Mio. Euro."),
    ("zh", "他说：“今天很好。”|然后走了。|真的吗？|GDP增长3.5亿。"),
    ("ja", "「はい。」と言った。|終わり。"),
    ("ar", "قال الرئيس: نعم.|هل هذا صحيح؟|انتهى."),
    ("ur", "یہ سچ ہے۔|وہ گیا۔"),
    ("hi", "यह सच है।|वह गया।"),
    ("km", "នេះជាប្រយោគ។|ប្រយោគទីពីរ។"),
    ("my", "ဒါက ဝါကျ။|နောက်တစ်ခု။"),
    ("ru", "А. С. Пушкин жил.|Он ушёл."),
    (
        "th",
        "นายกรัฐมนตรีเดินทางเยือนเวียดนามเมื่อวันที่ 5 พฤศจิกายน เพื่อร่วมประชุมสุดยอดอาเซียน|"
        "โดยมีรัฐมนตรีร่วมคณะ ก่อนเดินทางกลับประเทศไทย",
    ),
]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_a_text_is_cut_where_a_reader_would_cut_it(language: str, marked: str) -> None:
    sentences = marked.split("|")
    joiner = "" if language in {"zh", "ja"} else " "
    assert split_sentences(joiner.join(sentences), language) == sentences


def test_a_line_break_ends_a_sentence() -> None:
    assert split_sentences("A heading\nA text.\r\n\r\nMore", "en") == ["A heading", "A text.", "More"]


@given(
    st.text(alphabet="aBc. !?…。“”»\n3ก ", max_size=80), st.sampled_from(["", "en", "fr", "de", "th", "zh"])
)
def test_sentences_are_pieces_of_the_text_and_lose_nothing(text: str, language: str) -> None:
    sentences = split_sentences(text, language)
    position = 0
    for sentence in sentences:
        assert sentence == sentence.strip()
        position = text.index(sentence, position) + len(sentence)
    assert "".join("".join(sentences).split()) == "".join(text.split())
