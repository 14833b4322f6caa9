"""The sentences quoted for a story."""

import pytest

from legation.engine.records.articles import ArticleText
from legation.engine.understand.boilerplates import is_boilerplate
from legation.engine.understand.key_sentences import choose_key_sentences

LEAD = "Heavy rain flooded the old town of Lomsk on Monday and forced three hundred people from their homes."
OTHER = "The mayor of Lomsk promised that the flooded old town would be pumped dry by Friday evening."
ASIDE = "A circus that was to open in a different city next month has sold its first tickets to children."


def make_article(article_id, body, *, lead="", title="Title", language="en", copy_group=""):
    return ArticleText(article_id, title, lead, body, language, None, copy_group=copy_group)


def texts(articles, **options):
    return [sentence.text for sentence in choose_key_sentences(articles, **options)]


def test_the_lead_that_articles_share_comes_first():
    articles = [
        make_article("a", f"{LEAD} {ASIDE}"),
        make_article("b", f"{OTHER} A parrot escaped."),
        make_article("c", "People who left flooded homes in the old town of Lomsk sleep in the school."),
    ]
    chosen = choose_key_sentences(articles, limit=2)
    assert len(chosen) == 2
    assert ASIDE not in [sentence.text for sentence in chosen]
    assert chosen[0].score >= chosen[1].score > 0


def test_every_sentence_is_quoted_word_for_word():
    body = f"{LEAD}\n\nRead more: Lomsk under water again.\n\n{OTHER}"
    chosen = choose_key_sentences([make_article("a", body)], limit=5, per_article_limit=5)
    assert [sentence.text for sentence in chosen] == [LEAD, OTHER]
    assert all(sentence.text in body for sentence in chosen)


def test_languages_take_turns():
    vi = "Mưa lớn gây ngập phố cổ Lomsk hôm thứ Hai, ba trăm người phải rời khỏi nhà."
    ar = "غمرت الأمطار الغزيرة البلدة القديمة في لومسك يوم الاثنين وأجبرت ثلاثمئة شخص على ترك منازلهم."
    zh = "周一的暴雨淹没了洛姆斯克老城，三百人被迫离开家园。"
    articles = [
        make_article("a", LEAD),
        make_article("b", OTHER),
        make_article("c", vi, language="vi"),
        make_article("d", ar, language="ar"),
        make_article("e", zh, language="zh"),
    ]
    chosen = choose_key_sentences(articles, limit=4)
    assert [sentence.language for sentence in chosen] == ["en", "ar", "vi", "zh"]


def test_one_article_does_not_speak_twice():
    assert len(texts([make_article("a", f"{LEAD} {OTHER}")], limit=3)) == 1
    assert len(texts([make_article("a", f"{LEAD} {OTHER}")], limit=3, per_article_limit=2)) == 2


def test_a_reprint_is_not_quoted_beside_its_original():
    articles = [make_article("a", LEAD, copy_group="g"), make_article("b", OTHER, copy_group="g")]
    assert texts(articles) == [LEAD]


def test_the_same_said_again_is_left_out():
    reworded = LEAD.replace("Heavy rain", "Strong rain")
    assert len(texts([make_article("a", LEAD), make_article("b", reworded)])) == 1


def test_a_sentence_that_is_too_long_is_passed_over_and_never_cut():
    endless = "Rain " + "and wind " * 80 + "came."
    assert texts([make_article("a", f"{endless} {LEAD}")], max_characters=200) == [LEAD]


def test_a_lead_that_opens_the_body_is_read_once():
    chosen = texts([make_article("a", f"{LEAD} {OTHER}", lead=LEAD)], per_article_limit=3)
    assert chosen.count(LEAD) == 1


def test_a_title_stands_in_where_there_is_nothing_else():
    assert texts([make_article("a", "", title="Flood in Lomsk")]) == ["Flood in Lomsk"]
    assert texts([make_article("a", "", title="")]) == []
    assert texts([]) == []


@pytest.mark.parametrize(
    "line",
    [
        "Read more: floods of the last century in the region of Lomsk",
        "Xem thêm: Toàn cảnh trận lũ ở Lomsk",
        "Ảnh: Nguyễn Văn A",
        "By Jane Doe in Lomsk",
        "اقرأ أيضا: فيضانات القرن الماضي",
        "相关阅读：洛姆斯克百年洪水",
        "Write to newsroom@paper.example for corrections.",
        "A rescuer carries a child. (Photo: Lomsk Agency)",
        "12:30 — 14:05 | 3 : 2 | 7.45 %",
        "",
    ],
)
def test_furniture_of_the_page_is_known(line):
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "sentence",
    [
        LEAD,
        "By Monday evening the water had reached the second floor of the town hall, firefighters said.",
        "Đăng ký kết hôn trực tuyến được triển khai từ tháng Ba.",
        "ຝົນຕົກໜັກ ນໍ້າຖ້ວມຖະໜົນຫຼາຍສາຍໃນໃຈກາງເມືອງ",
        "ភ្លៀងខ្លាំងជន់លិចផ្លូវជាច្រើនខ្សែ",
        "On 3 November 2025, 300 of 1,200 residents left 45 houses.",
    ],
)
def test_sentences_of_an_article_are_left_alone(sentence):
    assert not is_boilerplate(sentence)
