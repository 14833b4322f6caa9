"""Preparing a unit's brief."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.desk.understand.brief_worlds import DAY, NOW, World, make_brief, make_story, make_world, operate

from legation.desk.understand.models import Brief, BriefEdit
from legation.desk.understand.services.brief_access import BriefRefused, briefs_visible_to
from legation.desk.understand.services.brief_edits import edit_brief
from legation.desk.understand.services.brief_schedules import save_schedule
from legation.desk.understand.services.briefs import clone_structure, prepare_brief, share_brief
from legation.engine.understand.brief_documents import from_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def titles(brief: Brief) -> list[str]:
    return [section.title for section in from_json(brief.document).sections]


def test_a_brief_opens_filled_with_stories_in_their_sections(world: World) -> None:
    brief = make_brief(world)
    document = from_json(brief.document)
    assert [[item.headline for item in section.items] for section in document.sections] == [
        ["Summit opens in the capital"],
        ["Le commerce progresse"],
        ["Neighbours agree on the river"],
    ]
    item = document.sections[0].items[0]
    assert item.is_headline_machine
    assert {quotation.language for quotation in item.quotations} == {"vi", "fr", "ar"}
    assert all(quotation.address and quotation.outlet for quotation in item.quotations)
    assert (item.source_count, item.article_count, item.folded_count) == (3, 4, 3)


def test_a_brief_is_prepared_once_a_day(world: World) -> None:
    first = make_brief(world)
    again = prepare_brief(unit=world.mission, day=DAY, clock=lambda: NOW + timedelta(hours=1))
    assert again.pk == first.pk
    assert Brief.objects.count() == 1


def test_briefs_are_numbered_within_the_unit_and_year(world: World) -> None:
    first = make_brief(world)
    second = prepare_brief(
        unit=world.mission, day=DAY + timedelta(days=1), clock=lambda: NOW + timedelta(days=1)
    )
    other = prepare_brief(unit=world.other, day=DAY, clock=lambda: NOW)
    next_year = prepare_brief(
        unit=world.mission, day=date(2027, 1, 4), clock=lambda: NOW + timedelta(days=45)
    )
    assert [brief.number for brief in (first, second, other, next_year)] == [1, 2, 1, 1]


def test_a_brief_begins_where_the_last_one_ended(world: World) -> None:
    first = make_brief(world)
    second = prepare_brief(
        unit=world.mission, day=DAY + timedelta(days=3), clock=lambda: NOW + timedelta(days=3)
    )
    assert second.since == first.until
    late = prepare_brief(
        unit=world.mission, day=DAY + timedelta(days=40), clock=lambda: NOW + timedelta(days=40)
    )
    assert late.until - late.since == timedelta(days=7)


def test_a_past_days_brief_covers_it_to_its_end_on_the_units_clock(world: World) -> None:
    brief = prepare_brief(unit=world.mission, day=DAY - timedelta(days=1), clock=lambda: NOW)
    assert brief.until == datetime(2026, 11, 19, 17, tzinfo=UTC)


def test_the_schedules_sections_and_language_are_taken(world: World) -> None:
    save_schedule(
        unit=world.mission,
        is_enabled=True,
        weekdays=[0, 1, 2, 3, 4],
        prepare_at=time(7),
        deadline_at=time(8),
        language="en",
        sections=["First", "Second", "Culture", "Rest"],
    )
    brief = make_brief(world)
    assert brief.language == "en"
    assert titles(brief) == ["First", "Second", "Culture", "Rest"]
    assert brief.deadline is not None
    assert brief.deadline.isoformat() == "2026-11-20T08:00:00+07:00"


def test_a_story_that_was_there_yesterday_keeps_its_section_and_says_that_it_grew(world: World) -> None:
    first = make_brief(world)
    document = from_json(first.document)
    moved = document.sections[2].items[0].key
    edit_brief(
        brief=first,
        operations=[operate("move_item", moved, value={"section": document.sections[0].key, "after": ""})],
        by=world.editor,
        at=NOW,
    )
    story = make_story(world.mission, "A new story", ["vi"], at=NOW + timedelta(days=1))
    for other in type(story).objects.exclude(pk=story.pk):
        other.last_at, other.article_count = NOW + timedelta(hours=20), other.article_count + 5
        other.save()
        other.subjects.update(last_at=other.last_at)
    second = prepare_brief(
        unit=world.mission, day=DAY + timedelta(days=1), clock=lambda: NOW + timedelta(days=1)
    )
    us = from_json(second.document).sections[0]
    found = {item.headline: item.changed_since_last for item in us.items}
    assert found["Neighbours agree on the river"] == "grown"
    assert found["A new story"] == "new"


def test_cloning_takes_over_the_sections_and_loses_nothing_of_a_person(world: World) -> None:
    first = make_brief(world)
    edit_brief(
        brief=first,
        operations=[
            operate("set_field", "s-us", field="title", value="Chính trị"),
            operate("add_section", "document", value={"key": "culture", "title": "Văn hóa"}),
            operate("remove_section", "s-host"),
        ],
        by=world.editor,
        at=NOW,
    )
    make_story(world.mission, "Fresh", ["vi"], at=NOW + timedelta(days=1))
    second = prepare_brief(
        unit=world.mission, day=DAY + timedelta(days=1), clock=lambda: NOW + timedelta(days=1)
    )
    assert titles(second)[0] == "Chính trị"
    edit_brief(
        brief=second,
        operations=[operate("set_field", "s-us", field="title", value="Of today")],
        by=world.editor,
        at=NOW,
    )
    items = sum(len(section.items) for section in from_json(second.document).sections)
    second = clone_structure(brief=second, by=world.editor, at=NOW)
    document = from_json(second.document)
    assert [section.title for section in document.sections] == [
        "Of today",
        document.sections[1].title,
        "Văn hóa",
    ]
    assert sum(len(section.items) for section in document.sections) == items
    assert BriefEdit.objects.filter(brief=second, by=world.editor).count() == 2


def test_a_first_brief_has_nothing_to_clone(world: World) -> None:
    with pytest.raises(BriefRefused):
        clone_structure(brief=make_brief(world), by=world.editor, at=NOW)


def test_quotations_stay_within_each_sources_limit(world: World) -> None:
    make_story(world.mission, "Limited", ["zh", "fr"], quotation_limit_characters=60)
    brief = prepare_brief(unit=world.mission, day=DAY, clock=lambda: NOW)
    quotations = from_json(brief.document).sections[0].items[0].quotations
    cut = [quotation.text for quotation in quotations if quotation.text.endswith("…")]
    assert cut == ["Le sommet s'est ouvert ce matin à Hanoï en présence de…"]
    assert all(len(quotation.text) <= 60 for quotation in quotations)


@pytest.mark.parametrize(
    ("status", "readers"),
    [
        ("draft", {"editor", "colleague", "approver", "reader", "minister"}),
        ("submitted", {"editor", "colleague", "approver", "reader", "minister"}),
        ("approved", {"editor", "colleague", "approver", "reader", "minister"}),
    ],
)
def test_a_brief_is_seen_by_its_unit_and_the_centre(world: World, status: str, readers: set[str]) -> None:
    brief = make_brief(world, status=status)
    seen = {name for name in World.__slots__ if name not in {"ministry", "mission", "other"}}
    seen = {name for name in seen if briefs_visible_to(getattr(world, name)).filter(pk=brief.pk).exists()}
    assert seen == readers


def test_an_approver_above_who_is_not_the_centre_sees_no_draft(world: World) -> None:
    world.ministry.is_centre = False
    world.ministry.save()
    brief = make_brief(world)
    assert not briefs_visible_to(world.minister).exists()
    Brief.objects.filter(pk=brief.pk).update(status="submitted")
    assert briefs_visible_to(world.minister).exists()


def test_sharing_opens_a_brief_to_another_unit_and_taking_it_back_closes_it(world: World) -> None:
    brief = make_brief(world)
    share_brief(brief=brief, units=[world.other], by=world.editor)
    assert briefs_visible_to(world.stranger).filter(pk=brief.pk).exists()
    share_brief(brief=brief, units=[], by=world.editor)
    assert not briefs_visible_to(world.stranger).exists()
    with pytest.raises(BriefRefused):
        share_brief(brief=brief, units=[world.other], by=world.stranger)
