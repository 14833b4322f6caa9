"""The demo world is founded once, and on a working day its first brief waits for its stories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from legation.cli.demos import PEOPLE, DemoWorld
from legation.desk.listen.models import Source
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
    assert Source.objects.count() == 6
    assert not Source.objects.filter(is_enabled=True).exists()


def test_setting_up_again_changes_nothing(founded):
    before = Unit.objects.count(), User.objects.count()
    founded.set_up()
    assert (Unit.objects.count(), User.objects.count()) == before
    assert before[1] == len(PEOPLE)
