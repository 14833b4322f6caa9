"""The wizard's question about the daily brief."""

from __future__ import annotations

from datetime import time
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from tests.desk.factories import UnitFactory

from legation.desk.people.services.wizard import wizard_steps
from legation.desk.understand.services.brief_schedules import save_schedule, schedule_for

pytestmark = pytest.mark.django_db


def step():
    return next(step for step in wizard_steps() if step.name == "brief")


def test_the_step_offers_the_usual_hours_and_keeps_what_was_chosen() -> None:
    unit = UnitFactory()
    request = SimpleNamespace(unit=unit)
    first = step().form(request, None)
    assert (first.initial["is_enabled"], first.initial["prepare_at"]) == (True, time(7))
    form = step().form(
        request, {"is_enabled": "on", "prepare_at": "06:30", "deadline_at": "07:30", "language": "vi"}
    )
    assert form.is_valid(), form.errors
    step().save(request, form)
    kept = schedule_for(unit)
    assert (kept.is_enabled, kept.prepare_at, kept.deadline_at, kept.language) == (
        True,
        time(6, 30),
        time(7, 30),
        "vi",
    )
    assert kept.weekdays == [0, 1, 2, 3, 4]


def test_walking_the_step_again_keeps_addresses_and_sections() -> None:
    unit = UnitFactory()
    save_schedule(
        unit=unit,
        is_enabled=True,
        weekdays=[0, 5],
        prepare_at=time(6),
        deadline_at=time(7),
        language="en",
        recipients=[("Office", "office@gov.example")],
        sections=["One"],
    )
    request = SimpleNamespace(unit=unit)
    form = step().form(request, {"prepare_at": "06:00", "deadline_at": "08:00", "language": "en"})
    assert form.is_valid(), form.errors
    step().save(request, form)
    kept = schedule_for(unit)
    assert (kept.is_enabled, kept.weekdays, kept.sections) == (False, [0, 5], ["One"])
    assert kept.recipients == [{"name": "Office", "email": "office@gov.example"}]


def test_somebody_without_a_unit_cannot_answer() -> None:
    with pytest.raises(ValidationError):
        step().form(SimpleNamespace(unit=None), None)
