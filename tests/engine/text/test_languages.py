"""Languages are named from script, letters, detectors and the source's habit."""

from __future__ import annotations

import socket

import pytest

from legation.engine.text.languages import UnknownLanguage, language_code, name_language

SENTENCES = {
    "vi": "Bộ trưởng Bộ Ngoại giao đã tiếp đại sứ các nước tại Hà Nội vào sáng nay.",
    "en": "The foreign minister received the ambassadors of several countries this morning.",
    "fr": "Le ministre des affaires étrangères a reçu ce matin les ambassadeurs de plusieurs pays.",
    "de": "Der Außenminister empfing heute Morgen die Botschafter mehrerer Länder in der Hauptstadt.",
    "es": "El ministro de Asuntos Exteriores recibió esta mañana a los embajadores de varios países.",
    "ru": "Министр иностранных дел принял сегодня утром послов нескольких стран.",
    "zh": "外交部长今天上午会见了多国大使。",
    "ja": "外務大臣は今朝、各国の大使と会見した。",
    "ko": "외무장관은 오늘 아침 여러 나라의 대사들을 접견했다.",
    "ar": "استقبل وزير الخارجية صباح اليوم سفراء عدد من الدول.",
    "fa": "وزیر امور خارجه امروز صبح با سفیران چند کشور دیدار کرد و گفت که پیگیری می‌کند.",
    "ur": "وزیر خارجہ نے آج صبح کئی ملکوں کے سفیروں سے ملاقات کی اور کہا کہ وہ بڑے خوش ہیں۔",
    "he": "שר החוץ קיבל הבוקר את פני השגרירים.",
    "th": "รัฐมนตรีต่างประเทศพบเอกอัครราชทูตเมื่อเช้านี้",
    "lo": "ລັດຖະມົນຕີກະຊວງການຕ່າງປະເທດໄດ້ພົບກັບເອກອັກຄະລັດຖະທູດ",
    "km": "រដ្ឋមន្ត្រីការបរទេសបានជួបជាមួយឯកអគ្គរដ្ឋទូត",
    "my": "နိုင်ငံခြားရေးဝန်ကြီးသည် သံအမတ်ကြီးများကို တွေ့ဆုံခဲ့သည်။",
    "hi": "विदेश मंत्री ने आज सुबह कई देशों के राजदूतों से मुलाकात की।",
}


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_a_sentence_is_named_without_any_prior(language: str) -> None:
    assert name_language(SENTENCES[language]).language == language


def test_vietnamese_without_marks_is_vietnamese() -> None:
    text = "Bo truong Bo Ngoai giao da tiep dai su cac nuoc tai Ha Noi vao sang nay"
    assert name_language(text).language == "vi"


@pytest.mark.parametrize("prior", ["id", "ms"])
def test_the_source_decides_between_indonesian_and_malay(prior: str) -> None:
    text = "Menteri luar negeri menerima duta besar beberapa negara pada pagi hari ini."
    assert name_language(text, prior=prior).language == prior


def test_a_clear_text_overrules_the_language_of_its_source() -> None:
    assert name_language(SENTENCES["fr"], prior="vi").language == "fr"


def test_a_short_text_falls_back_on_the_language_of_its_source() -> None:
    assert name_language("Info 24", prior="sl").language == "sl"


def test_a_text_without_letters_has_no_language() -> None:
    guess = name_language("2026 — 11/22 …")
    assert (guess.language, guess.confidence) == ("und", 0.0)


def test_detection_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    assert name_language("Ein Satz ohne besondere Zeichen, aber doch deutsch.").language == "de"


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("eng", "en"), ("zho", "zh"), ("zh-Hans", "zh"), ("zh_TW", "zh"), ("vie", "vi"), ("slv", "sl"),
        ("pt-BR", "pt"), ("chi", "zh"), ("ger", "de"), ("arb", "ar"), ("nb-NO", "no"), ("iw", "he"),
        ("EN", "en"), ("lao", "lo"), ("khm", "km"), ("und", "und"), ("tl", "fil"), ("pes", "fa"),
    ],
)  # fmt: skip
def test_codes_of_every_standard_become_one_short_code(code: str, short: str) -> None:
    assert language_code(code) == short


@pytest.mark.parametrize("code", ["", "xx-foo", "klingon", "q", "12", "english"])
def test_a_code_of_no_standard_is_refused(code: str) -> None:
    with pytest.raises(UnknownLanguage):
        language_code(code)


def test_half_a_surrogate_stops_no_detector() -> None:
    assert (
        name_language("Le port rouvre vendredi après deux ans de travaux\ud800 dans la ville.").language
        == "fr"
    )
