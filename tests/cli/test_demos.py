"""The demo world is founded once, its first brief waits for its stories, its outlets are asked often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum

from legation.cli.demo_pasts import tell_past
from legation.cli.demos import OUTLETS, PEOPLE, DemoWorld, hurry_sources
from legation.desk.listen.models import Source, SourceHour
from legation.desk.people.models import Unit, User
from legation.desk.understand.services.brief_schedules import list_due_units

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=["vn", "cl"])
def founded(request, db):
    world = DemoWorld(request.param, 18100, "2026-11-18T12:00:00+00:00", "a-demo-password", "")
    world.set_up()
    return world


def test_no_empty_brief_is_laid_out_before_the_press_was_read(founded):
    assert list_due_units(at=MONDAY_NOON) == []


def test_sources_wait_until_the_press_answers(founded):
    assert Source.objects.count() == OUTLETS
    assert not Source.objects.filter(is_enabled=True).exists()


def test_setting_up_again_changes_nothing(founded):
    before = Unit.objects.count(), User.objects.count()
    founded.set_up()
    assert (Unit.objects.count(), User.objects.count()) == before
    assert before[1] == len(PEOPLE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({}, 5),
        ({"next_fetch_at": MONDAY_NOON + timedelta(minutes=3)}, 3),
        ({"failures": 2}, 180),
        ({"is_enabled": False}, 180),
        ({"last_success_at": None}, 180),
        ({"key": "fr-le-port"}, 180),
    ],
)
def test_only_an_outlet_of_the_demo_that_answers_well_is_asked_sooner(fields, minutes):
    later = MONDAY_NOON + timedelta(hours=3)
    usual = {"key": "demo-gazette", "last_success_at": MONDAY_NOON, "next_fetch_at": later}
    source = Source.objects.create(name="Gazette", feeds=["http://gazette.test/feed"], **{**usual, **fields})
    assert hurry_sources(timedelta(minutes=5)) == (minutes == 5)
    assert hurry_sources(timedelta(minutes=5)) == 0
    source.refresh_from_db()
    assert source.next_fetch_at == MONDAY_NOON + timedelta(minutes=minutes)


def test_a_founded_demo_is_told_a_past_of_each_outlet_once(founded):
    base = datetime.fromisoformat(founded.base)
    assert tell_past(country=founded.country, base=base, now=MONDAY_NOON)
    heard = dict(SourceHour.objects.values_list("source__key").annotate(Sum("articles")))
    assert len(heard) == OUTLETS
    assert all(50 * 0.5 < count < 70 * 4 for count in heard.values()), heard
    assert not tell_past(country=founded.country, base=base, now=MONDAY_NOON)
