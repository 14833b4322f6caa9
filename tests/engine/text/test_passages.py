"""Passages in another language than the text's own are found and named."""

from __future__ import annotations

from legation.engine.text.passages import name_passages


def test_a_quotation_in_another_script_is_named_where_it_stands() -> None:
    text = "The minister closed with the words «Мы надеемся на мир и согласие между соседями» and left."
    [passage] = name_passages(text, language="en")
    assert passage.language == "ru"
    assert text[passage.start : passage.end] == "Мы надеемся на мир и согласие между соседями"


def test_a_paragraph_in_another_language_is_one_passage() -> None:
    french = (
        "Le ministre a déclaré : « nous voulons que la frontière rouvre avant la fin de l’année prochaine »."
    )
    text = (
        f"The talks ended on Friday without a result, officials said.\n\n{french}\n\nThey meet again in May."
    )
    passages = name_passages(text, language="en")
    assert [(text[one.start : one.end], one.language) for one in passages] == [(french, "fr")]


def test_two_quotations_in_one_paragraph_are_two_passages() -> None:
    text = (
        "Er sagte: “The border must be opened before the end of the year”, und der Nachbar erwiderte: "
        "“Nous ouvrirons la frontière quand les conditions seront réunies”, wie die Zeitung schreibt, die "
        "beide Gespräche am Wochenende in der Hauptstadt verfolgt und aufgezeichnet hat."
    )
    assert [one.language for one in name_passages(text, language="de")] == ["en", "fr"]


def test_a_name_in_latin_letters_is_no_passage() -> None:
    text = "Об этом сообщила газета «Daily Post», не назвав источника в министерстве иностранных дел."
    assert name_passages(text, language="ru") == ()


def test_a_short_quotation_in_the_same_script_is_left_alone() -> None:
    assert name_passages("El lema de la cumbre fue “Building together” este año.", language="es") == ()


def test_a_text_in_one_language_has_no_passage() -> None:
    text = "Bộ trưởng nói: “Chúng tôi mong muốn hợp tác lâu dài vì hòa bình và phát triển của khu vực”."
    assert name_passages(text, language="vi") == ()


def test_look_alikes_are_not_taken_for_quotations() -> None:
    text = "Menteri berkata, “kami akan membuka semula sempadan sebelum hujung tahun ini kerana rakyat mahu”."
    assert name_passages(text, language="id") == ()


def test_endless_quotation_marks_are_passed_over() -> None:
    assert name_passages("“" * 100_000, language="en") == ()


def test_no_more_than_fifty_passages_are_listed() -> None:
    line = "Министр надеется на скорое открытие границы между странами"
    assert len(name_passages("\n\n".join([line] * 80), language="en")) == 50


def test_a_sentence_of_ones_own_before_a_quotation_stays_ones_own() -> None:
    quoted = "Hai bên nhất trí thông báo trước cho nhau về các cuộc diễn tập trên biển trong năm tới."
    text = (
        "Les deux ministres se sont parlé vendredi de la frontière et de la pêche.\n\n"
        f"Dans la version destinée au public de la capitale, on lit : “{quoted}” La nuance est mince."
    )
    [passage] = name_passages(text, language="fr")
    assert (text[passage.start : passage.end], passage.language) == (quoted, "vi")


def test_a_foreign_paragraph_with_a_long_quotation_is_one_passage() -> None:
    french = (
        "Le ministre des affaires étrangères a déclaré vendredi devant la presse : « nous voulons que la "
        "frontière rouvre avant la fin de l’année prochaine », puis il a quitté la salle sans répondre."
    )
    text = (
        f"The talks ended on Friday without a result, officials said.\n\n{french}\n\nThey meet again in May."
    )
    assert [text[one.start : one.end] for one in name_passages(text, language="en")] == [french]
