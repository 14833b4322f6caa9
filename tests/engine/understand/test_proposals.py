"""The first layout of a brief."""

from __future__ import annotations

from dataclasses import replace

import pytest

from legation.engine.records.briefs import (
    BriefDocument,
    HonestLine,
    ProposedSection,
    ProposedSentence,
    ProposedStory,
)
from legation.engine.understand.proposals import propose_brief, shorten_quotation

HONEST = HonestLine(1, 1, (), 1, 1, "", "")
SECTIONS = (
    ProposedSection("us", "About us", "us", 2),
    ProposedSection("host", "Host country", "host", 2),
    ProposedSection("rest", "Also", "rest", 2),
)


def make_sentence(
    text: str, outlet: str = "Le Matin", article: str = "1", limit: int = 300
) -> ProposedSentence:
    return ProposedSentence(article, text, "fr", outlet, "https://example.org", "", limit)


def make_story(
    key: str, weight: float = 0.5, *sentences: ProposedSentence, countries: tuple[str, ...] = ()
) -> ProposedStory:
    return ProposedStory(key, f"Title {key}", sentences, weight, 3, 5, 4, ("fr",), countries)


def propose(
    *stories: ProposedStory, previous: BriefDocument | None = None, host: str = "FR"
) -> BriefDocument:
    return propose_brief(
        stories,
        previous=previous,
        sections=SECTIONS,
        title="Review",
        language="en",
        honest=HONEST,
        host_country=host,
    )


def layout(document: BriefDocument) -> dict[str, list[str]]:
    return {section.key: [item.story_id for item in section.items] for section in document.sections}


def test_stories_go_to_the_first_section_whose_rule_takes_them() -> None:
    document = propose(make_story("1", 0.95), make_story("2", countries=("FR", "DE")), make_story("3"))
    assert layout(document) == {"s-us": ["1"], "s-host": ["2"], "s-rest": ["3"]}


def test_a_full_section_hands_on_to_the_next_that_fits() -> None:
    document = propose(*(make_story(str(number), 1.0) for number in range(1, 6)))
    assert layout(document) == {"s-us": ["1", "2"], "s-host": [], "s-rest": ["3", "4"]}


def test_a_unit_without_a_host_country_has_nothing_in_that_section() -> None:
    assert layout(propose(make_story("1", countries=("FR",)), host=""))["s-host"] == []


def test_a_story_returns_to_the_section_where_it_stood_and_says_whether_it_grew() -> None:
    first = propose(make_story("1"), make_story("2"))
    moved = replace(
        first,
        sections=(
            first.sections[0],
            replace(first.sections[1], items=first.sections[2].items),
            replace(first.sections[2], items=()),
        ),
    )
    second = propose(
        replace(make_story("1"), article_count=9), make_story("2"), make_story("3"), previous=moved
    )
    assert layout(second) == {"s-us": [], "s-host": ["1", "2"], "s-rest": ["3"]}
    changes = [item.changed_since_last for section in second.sections for item in section.items]
    assert changes == ["grown", "", "new"]


def test_in_a_first_brief_nothing_is_called_new() -> None:
    assert propose(make_story("1")).sections[2].items[0].changed_since_last == ""


def test_headlines_stand_in_the_original_and_are_marked_as_the_machines() -> None:
    by_machine = make_story("1")
    by_hand = replace(make_story("2"), is_hand_titled=True)
    items = propose(by_machine, by_hand).sections[2].items
    assert [(item.headline, item.is_headline_machine) for item in items] == [
        ("Title 1", True),
        ("Title 2", False),
    ]


def test_quotations_come_from_different_outlets_first_and_number_three() -> None:
    story = make_story(
        "1",
        0.5,
        make_sentence("Un.", "A", "1"),
        make_sentence("Deux.", "A", "2"),
        make_sentence("Trois.", "B", "3"),
        make_sentence("Quatre.", "C", "4"),
    )
    quotations = propose(story).sections[2].items[0].quotations
    assert [quotation.text for quotation in quotations] == ["Un.", "Trois.", "Quatre."]
    assert len({quotation.key for quotation in quotations}) == 3


def test_no_article_is_quoted_beyond_its_sources_limit_even_in_several_pieces() -> None:
    story = make_story(
        "1", 0.5, make_sentence("a" * 30 + " b" * 20, limit=100), make_sentence("c " * 60, limit=100)
    )
    quotations = propose(story).sections[2].items[0].quotations
    assert sum(len(quotation.text) for quotation in quotations) <= 100


@pytest.mark.parametrize(
    ("text", "limit", "language", "short"),
    [
        ("Court.", 20, "fr", "Court."),
        ("Une phrase entière. Une autre phrase.", 25, "fr", "Une phrase entière. …"),
        ("Une phrase qui ne finit pas avant la limite", 20, "fr", "Une phrase qui ne…"),
        ("Hội nghị, cấp cao đã khai mạc", 11, "vi", "Hội nghị…"),
        ("各国领导人今天在首都举行会谈讨论贸易", 9, "zh", "各国领导人今天在…"),
        ("Sans place", 1, "fr", ""),
    ],
)
def test_a_quotation_is_cut_at_a_sentence_or_a_word(text: str, limit: int, language: str, short: str) -> None:
    assert shorten_quotation(text, limit, language) == short
    assert len(short) <= limit


@pytest.mark.parametrize("limit", range(3, 18))
def test_a_letter_is_never_parted_from_its_marks(limit: int) -> None:
    text = "ພາສາລາວທີ່ສຸດຍິ່ງໃຫຍ່ນ້ຳ"
    short = shorten_quotation(text, limit, "lo").removesuffix("…")
    assert text.startswith(short)
    assert text[len(short)] not in "ັິີຶືຸູົຼ່້໊໋໌ໍ"
