"""Relevance: names of an invented country and of real packs, in many scripts, without false friends."""

from pathlib import Path

import pytest

from legation.engine.records.articles import ArticleText
from legation.engine.records.names import Name
from legation.engine.understand.lexicons import Lexicon, compile_lexicon, find_names
from legation.engine.understand.relevance import find_mentions, subject_weights
from legation.gateways.packs import load_country

COUNTRIES = Path(__file__).parents[3] / "countries"


@pytest.fixture(scope="module")
def lexicon_vn() -> Lexicon:
    return compile_lexicon(load_country("vn", COUNTRIES).names)


@pytest.fixture(scope="module")
def lexicon_cl() -> Lexicon:
    return compile_lexicon(load_country("cl", COUNTRIES).names)


def make_article(
    language: str, title: str, body: str = "", lead: str = "", source_country: str = ""
) -> ArticleText:
    return ArticleText(
        article_id="a",
        title=title,
        lead=lead,
        body=body,
        language=language,
        published_at=None,
        source_country=source_country,
    )


def weigh(article: ArticleText, lexicon: Lexicon) -> dict[str, float]:
    return subject_weights(find_mentions(article, lexicon))


RECALL_VN = [
    ("vi", "Thủ tướng tiếp Đại sứ; Việt Nam coi trọng hợp tác", "vn"),
    ("vi", "Mưa lớn tại thành phố Huế gây ngập sâu", "vn/hue"),
    ("vi", "Tỉnh Hoà Bình cũ nay thuộc Phú Thọ", "vn/phu-tho/hoa-binh"),
    ("en", "Viet Nam's exports grew in October", "vn"),
    ("en", "VIETNAM AND LAOS SIGN RAIL ACCORD", "vn"),
    ("en", "Flights to Da Nang resume after storm", "vn/da-nang"),
    ("fr", "Le Viêt Nam et la France signent un accord", "vn"),
    ("fr", "Les exportateurs vietnamiens de café inquiets", "vn"),
    ("fr", "Tempête : la baie d’Halong fermée aux navires", "vn/quang-ninh/ha-long"),
    ("es", "La embajada de Vietnam celebra el Año Nuevo", "vn/embassy"),
    ("es", "Vietnám amplía su red ferroviaria", "vn"),
    ("pt", "Empresas vietnamitas investem no Brasil", "vn"),
    ("de", "Der vietnamesische Außenhandel wächst", "vn"),
    ("de", "Vietnams Kaffeebauern hoffen auf Regen", "vn"),
    ("it", "Il governo vietnamita approva il piano", "vn"),
    ("pl", "Premier rozmawiał w Wietnamie o handlu", "vn"),
    ("ru", "Посол встретился с вьетнамскими студентами", "vn"),
    ("ru", "Во Вьетнаме открыли новый порт", "vn"),
    ("ru", "Рейсы из Нячанга возобновлены", "vn/khanh-hoa/nha-trang"),
    ("uk", "Посол України у В’єтнамі провів зустріч", "vn"),
    ("tr", "Bakan Vietnam'da temaslarda bulundu", "vn"),
    ("ar", "وزير الخارجية يلتقي نظيره بفيتنام", "vn"),
    ("ar", "الصادرات الفيتنامية ترتفع", "vn"),
    ("ar", "افتتاح مكتب تجاري في هانوي", "vn/ha-noi"),
    ("fa", "صادرات ویتنام افزایش یافت", "vn"),
    ("he", "משלחת עסקית יצאה לווייטנאם ולוייטנאם", "vn"),
    ("hi", "वियतनाम के साथ समझौता", "vn"),
    ("zh", "越南与法国签署半导体协议", "vn"),
    ("zh", "岘港新港口动工", "vn/da-nang"),
    ("zh", "峴港新港口動工", "vn/da-nang"),
    ("ja", "ベトナムの首都ハノイで国際会議", "vn/ha-noi"),
    ("ko", "베트남과의 반도체 협력을 확대", "vn"),
    ("ko", "다낭에서 열린 축제", "vn/da-nang"),
    ("th", "นายกรัฐมนตรีเดินทางเยือนเวียดนามอย่างเป็นทางการ", "vn"),
    ("lo", "ນາຍົກລັດຖະມົນຕີ ຢ້ຽມຢາມ ສສ ຫວຽດນາມ", "vn"),
    ("lo", "ລາວ ແລະ ຫວຽດ\u200bນາມ ຮ່ວມມື", "vn"),
    ("km", "កម្ពុជានិងវៀតណាមពង្រឹងកិច្ចសហប្រតិបត្តិការ", "vn"),
    ("my", "ဗီယက်နမ်နိုင်ငံသို့ ခရီးစဉ်", "vn"),
    ("id", "Menteri bertemu dubes Vietnam di Jakarta", "vn"),
]


@pytest.mark.parametrize(("language", "title", "subject"), RECALL_VN)
def test_a_title_that_names_us_is_heard_in_every_script(
    language: str, title: str, subject: str, lexicon_vn: Lexicon
) -> None:
    weights = weigh(make_article(language, title), lexicon_vn)
    assert subject in weights
    assert weights["vn"] >= 0.8


SILENCE_VN = [
    ("en", "Philips Hue lamp review: the best smart bulbs"),
    ("en", "New Hue bulbs arrive in shops"),
    ("en", "A hue and cry over shades of every hue"),
    ("en", "Vinh wins the spelling contest in Ohio"),
    ("en", "Vietnam veterans gather in Kansas"),
    ("en", "Sapa Profiles opens a plant in Sweden"),
    ("fr", "Hué par le public, le ténor quitte la scène"),
    ("vi", "Bão mạnh hình thành trên Thái Bình Dương"),
    ("vi", "Đàm phán hòa bình ở Trung Đông"),
    ("vi", "Vĩnh biệt một nghệ sĩ lớn"),
    ("vi", "Bộ Ngoại giao Trung Quốc họp báo"),
    ("zh", "探险队穿越南极点"),
    ("zh", "技术水平超越南美同行"),
    ("es", "La Asamblea y el presidente dialogan en Lima"),
    ("id", "Harga cabai naik di Jakarta"),
    ("ru", "Сапа и лестница: уроки военной истории"),
]


@pytest.mark.parametrize(("language", "title"), SILENCE_VN)
def test_a_false_friend_raises_no_alarm(language: str, title: str, lexicon_vn: Lexicon) -> None:
    assert find_mentions(make_article(language, title), lexicon_vn) == []


RECALL_CL = [
    ("en", "Chile opens a new port"),
    ("en", "CHILE AND PERU SIGN ACCORD"),
    ("es", "La Cancillería de Chile convoca al embajador"),
    ("es", "Exportadores chilenos de cerezas celebran"),
    ("fr", "Le Chili inaugure un port à Valparaíso"),
    ("de", "Chiles Regierung plant neue Häfen"),
    ("ru", "В Чили прошли переговоры"),
    ("ar", "توقيع اتفاق مع تشيلي"),
    ("zh", "智利樱桃出口创新高"),
    ("ko", "칠레와의 협상"),
    ("th", "รัฐมนตรีเยือนประเทศชิลี"),
    ("vi", "Chile ký hiệp định thương mại"),
]


@pytest.mark.parametrize(("language", "title"), RECALL_CL)
def test_a_second_country_is_heard_as_well(language: str, title: str, lexicon_cl: Lexicon) -> None:
    assert weigh(make_article(language, title), lexicon_cl)["cl"] >= 0.8


SILENCE_CL = [
    ("en", "How to roast a chile over an open flame"),
    ("en", "Best Green Chile Stew in New Mexico"),
    ("en", "Chile peppers recalled from supermarkets"),
    ("es", "Aprende a preparar chile relleno"),
    ("es", "Chiles en nogada, orgullo de Puebla"),
    ("fr", "Recette : le chili con carne de l’hiver"),
    ("ru", "Перец чили подорожал на рынках"),
    ("ja", "簡単エビチリの作り方"),
    ("en", "Pilgrims walk the road to Santiago in Spain"),
    ("en", "San Antonio wins in overtime"),
    ("es", "Concepción, Paraguay, celebra su aniversario"),
]


@pytest.mark.parametrize(("language", "title"), SILENCE_CL)
def test_peppers_and_homonyms_raise_no_alarm(language: str, title: str, lexicon_cl: Lexicon) -> None:
    assert find_mentions(make_article(language, title), lexicon_cl) == []


def test_an_ambiguous_name_counts_beside_a_surer_one(lexicon_cl: Lexicon) -> None:
    article = make_article("en", "Metro strike in Santiago", body="Chile braces for delays.")
    subjects = {mention.subject for mention in find_mentions(article, lexicon_cl)}
    assert subjects == {"cl", "cl/santiago"}


def test_an_ambiguous_name_counts_in_the_country_s_own_press(lexicon_cl: Lexicon) -> None:
    article = make_article("es", "Paro del Metro en Santiago", source_country="CL")
    assert "cl/santiago" in weigh(article, lexicon_cl)


def test_the_sentence_is_an_exact_piece_of_the_original(lexicon_vn: Lexicon) -> None:
    body = "Le ciel était gris.\n\nÀ Hải Phòng, « Việt\u00a0Nam » s'affiche partout. Rien d'autre."
    article = make_article("fr", "Carnet de voyage", body=body)
    mentions = find_mentions(article, lexicon_vn)
    assert {mention.subject for mention in mentions} == {"vn", "vn/hai-phong"}
    for mention in mentions:
        assert mention.sentence in body
        assert mention.name in mention.sentence
        assert "gris" not in mention.sentence


def test_a_sentence_repeated_from_the_lead_counts_once(lexicon_vn: Lexicon) -> None:
    lead = "Coffee from Vietnam sells well."
    twice = make_article("en", "Coffee", lead=lead, body=f"{lead}\n\nMore tomorrow.")
    once = make_article("en", "Coffee", lead=lead, body="More tomorrow.")
    assert weigh(twice, lexicon_vn) == weigh(once, lexicon_vn)
    assert weigh(once, lexicon_vn)["vn"] == pytest.approx(0.6)


def test_a_title_outweighs_a_lead_and_a_lead_a_passing_word(lexicon_vn: Lexicon) -> None:
    title = weigh(make_article("en", "Vietnam votes"), lexicon_vn)["vn"]
    lead = weigh(make_article("en", "A vote", lead="Vietnam votes."), lexicon_vn)["vn"]
    body = weigh(make_article("en", "A vote", body="Vietnam votes."), lexicon_vn)["vn"]
    assert 1.0 == title > lead > body > 0.0


def test_more_sentences_add_up_but_never_pass_one(lexicon_vn: Lexicon) -> None:
    body = " ".join(f"Vietnam did thing number {number}." for number in range(50))
    weight = weigh(make_article("en", "Things", body=body), lexicon_vn)["vn"]
    assert 0.7 < weight < 1.0


def test_a_place_counts_for_everything_above_it(lexicon_vn: Lexicon) -> None:
    weights = weigh(make_article("en", "Boats return to Ha Long Bay"), lexicon_vn)
    assert set(weights) == {"vn", "vn/quang-ninh", "vn/quang-ninh/ha-long"}


def test_a_demonym_serves_its_own_language_only() -> None:
    lexicon = compile_lexicon([Name("xx", "polder*", "nl", "demonym", 0.9)])
    assert [match.name.subject for match in find_names("de polderse boer", "nl", lexicon)] == ["xx"]
    assert find_names("de polderse boer", "en", lexicon) == []
    assert len(find_names("de polderse boer", "und", lexicon)) == 1


def test_words_across_a_comma_are_not_one_name() -> None:
    lexicon = compile_lexicon([Name("xx", "Port Royal", "", "place")])
    assert find_names("From the port, Royal guards marched", "en", lexicon) == []
    assert len(find_names("From Port-Royal they marched", "en", lexicon)) == 1


def test_a_name_inside_a_longer_word_is_not_found() -> None:
    lexicon = compile_lexicon([Name("xx", "Mali", "", "country")])
    assert find_names("Somalia and malice; Malicorne", "en", lexicon) == []


@pytest.mark.parametrize("text", ["*", "ab*", "...", ""])
def test_a_name_that_would_match_anything_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="name"):
        compile_lexicon([Name("xx", text, "", "country")])


def test_an_article_without_text_mentions_nothing(lexicon_vn: Lexicon) -> None:
    assert find_mentions(make_article("und", ""), lexicon_vn) == []
