"""The second person's signature, and what goes out with and without it."""

from __future__ import annotations

from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.desk.understand.brief_worlds import DAY, NOW, World, make_brief, make_world, operate

from legation.desk.carry.models import Delivery, Job
from legation.desk.understand.models import Brief, BriefVersion
from legation.desk.understand.services.brief_access import BriefRefused
from legation.desk.understand.services.brief_edits import edit_brief
from legation.desk.understand.services.brief_schedules import save_schedule
from legation.desk.understand.services.brief_signatures import (
    approve_brief,
    release_unsigned,
    reopen_brief,
    return_brief,
    submit_brief,
    take_back_brief,
    withdraw_brief,
)
from legation.desk.understand.services.brief_versions import compare_versions, hash_document
from legation.desk.understand.tasks import briefs as tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def schedule(world: World, **fields: Any) -> None:
    defaults = {
        "is_enabled": True,
        "weekdays": [0, 1, 2, 3, 4],
        "prepare_at": time(7),
        "deadline_at": time(8),
        "language": "vi",
        "recipients": [("Văn phòng", "office@gov.example"), ("", "LAN@example.org")],
    }
    save_schedule(unit=world.mission, **{**defaults, **fields})


def edit(brief: Brief, by: Any, value: str = "x") -> None:
    operation = operate("set_field", "document", brief.revision, field="introduction", value=value)
    edit_brief(brief=brief, operations=[operation], by=by, at=NOW)


def recipients(about: str) -> set[str]:
    return set(Delivery.objects.filter(about=about).values_list("recipient", flat=True))


def test_a_second_person_of_the_unit_or_of_a_unit_above_signs_off(world: World) -> None:
    for signer in (world.approver, world.minister):
        brief = make_brief(world)
        submit_brief(brief=brief, by=world.editor, at=NOW)
        version = approve_brief(brief=brief, by=signer, at=NOW, revision=brief.revision)
        assert (brief.status, brief.signed_by, version.event) == ("approved", signer, "approved")
        Brief.objects.all().delete()


def test_who_submitted_does_not_sign(world: World) -> None:
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.approver, at=NOW)
    with pytest.raises(BriefRefused, match="submitted"):
        approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)


def test_who_edited_does_not_sign(world: World) -> None:
    brief = make_brief(world)
    edit(brief, world.approver)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    with pytest.raises(BriefRefused, match="edited"):
        approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    approve_brief(brief=brief, by=world.minister, at=NOW, revision=brief.revision)


@pytest.mark.parametrize("name", ["editor", "colleague", "reader", "stranger", "outsider"])
def test_who_may_not_sign_does_not(world: World, name: str) -> None:
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    with pytest.raises(BriefRefused):
        approve_brief(brief=brief, by=getattr(world, name), at=NOW, revision=brief.revision)
    assert Delivery.objects.count() == 0


def test_only_the_text_that_was_read_is_signed(world: World) -> None:
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    read = brief.revision
    take_back_brief(brief=brief, by=world.editor, at=NOW)
    edit(brief, world.editor)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    with pytest.raises(BriefRefused, match="changed since"):
        approve_brief(brief=brief, by=world.approver, at=NOW, revision=read)


def test_a_draft_is_not_signed_and_a_signed_one_not_signed_twice(world: World) -> None:
    brief = make_brief(world)
    with pytest.raises(BriefRefused):
        approve_brief(brief=brief, by=world.approver, at=NOW, revision=1)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    approve_brief(brief=brief, by=world.approver, at=NOW, revision=1)
    with pytest.raises(BriefRefused):
        approve_brief(brief=brief, by=world.minister, at=NOW, revision=1)


def test_a_returned_brief_is_edited_again_and_says_why(world: World) -> None:
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    with pytest.raises(BriefRefused):
        return_brief(brief=brief, by=world.approver, at=NOW, remark=" ")
    return_brief(brief=brief, by=world.approver, at=NOW, remark="Thiếu nguồn.")
    assert (brief.status, brief.remark, brief.submitted_by) == ("returned", "Thiếu nguồn.", None)
    edit(brief, world.editor)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    assert brief.remark == ""


def test_every_event_keeps_a_version_with_its_hash(world: World) -> None:
    brief = make_brief(world)
    edit(brief, world.editor, "One")
    submit_brief(brief=brief, by=world.editor, at=NOW)
    return_brief(brief=brief, by=world.approver, at=NOW, remark="r")
    edit(brief, world.editor, "Two")
    submit_brief(brief=brief, by=world.editor, at=NOW)
    approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    withdraw_brief(brief=brief, by=world.minister, at=NOW, remark="w")
    reopen_brief(brief=brief, by=world.editor, at=NOW)
    versions = list(BriefVersion.objects.filter(brief=brief))
    assert [version.event for version in versions] == [
        "prepared",
        "submitted",
        "returned",
        "submitted",
        "approved",
        "withdrawn",
        "reopened",
    ]
    assert [version.number for version in versions] == list(range(1, 8))
    assert all(version.document_sha256 == hash_document(version.document) for version in versions)
    (change,) = compare_versions(first=versions[1], second=versions[3])
    assert [(run.kind, run.text) for run in change.runs] == [("removed", "One"), ("added", "Two")]


def test_a_signed_brief_goes_once_to_users_and_official_addresses(world: World) -> None:
    schedule(world)
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    version = approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    about = f"understand.brief:{brief.pk}:v{version.number}"
    assert recipients(about) == {
        "lan@example.org",
        "hoa@example.org",
        "ambassador@example.org",
        "reader@example.org",
        "office@gov.example",
    }
    assert set(Delivery.objects.values_list("unit", flat=True)) == {world.mission.pk}


def test_inactive_users_get_nothing(world: World) -> None:
    world.reader.is_active = False
    world.reader.save()
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    assert not Delivery.objects.filter(recipient="reader@example.org").exists()


def test_a_withdrawal_goes_to_whoever_got_the_brief(world: World) -> None:
    schedule(world)
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    first = approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    schedule(world, recipients=[])
    second = withdraw_brief(brief=brief, by=world.approver, at=NOW, remark="w")
    abouts = [f"understand.brief:{brief.pk}:v{version.number}" for version in (first, second)]
    assert recipients(abouts[0]) == recipients(abouts[1])
    assert all("Press" not in subject for subject in Delivery.objects.values_list("subject", flat=True))


class Run:
    """A job's run as a handler sees it."""

    def __init__(self, at: Any, **arguments: Any) -> None:
        self.at, self.counted = at, list[str]()
        self.job = SimpleNamespace(arguments=arguments)

    def now(self) -> Any:
        return self.at

    def count(self, kind: str, by: int = 1) -> None:
        self.counted.append(kind)


def test_what_nobody_signed_in_time_goes_to_the_units_users_only_marked_as_such(world: World) -> None:
    schedule(world)
    brief = make_brief(world)
    late = NOW + timedelta(hours=1)
    assert release_unsigned(brief=brief, at=NOW) is None
    tasks.check_deadlines(late)
    tasks.check_deadlines(late)
    job = Job.objects.get(kind=tasks.RELEASE)
    for _again in range(2):
        tasks.release_overdue_brief(Run(late, **job.arguments))  # type: ignore[arg-type]
    brief.refresh_from_db()
    assert brief.status == "unsigned"
    assert BriefVersion.objects.filter(brief=brief, event="unsigned").count() == 1
    assert not Delivery.objects.filter(recipient="office@gov.example").exists()
    assert Delivery.objects.count() == 4
    assert all(
        subject.startswith("[Chưa ký duyệt]")
        for subject in Delivery.objects.values_list("subject", flat=True)
    )


def test_a_late_signature_sends_the_signed_text_to_everybody(world: World) -> None:
    schedule(world)
    brief = make_brief(world)
    release_unsigned(brief=brief, at=NOW + timedelta(hours=1))
    brief.refresh_from_db()
    version = approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    assert "office@gov.example" in recipients(f"understand.brief:{brief.pk}:v{version.number}")


def test_a_signed_or_reopened_brief_is_not_released_at_the_deadline(world: World) -> None:
    schedule(world)
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    late = NOW + timedelta(days=1)
    assert release_unsigned(brief=brief, at=late) is None
    reopen_brief(brief=brief, by=world.editor, at=NOW)
    assert release_unsigned(brief=brief, at=late) is None


def test_the_schedule_prepares_each_units_brief_once_on_its_own_clock(world: World) -> None:
    schedule(world)
    tasks.check_schedules(NOW - timedelta(hours=1))
    assert not Job.objects.exists()
    tasks.check_schedules(NOW)
    tasks.check_schedules(NOW)
    job = Job.objects.get()
    assert job.arguments == {"unit": world.mission.pk, "day": DAY.isoformat()}
    for _again in range(2):
        tasks.prepare_scheduled_brief(Run(NOW, **job.arguments))  # type: ignore[arg-type]
    brief = Brief.objects.get()
    assert (brief.unit, brief.day, brief.created_by) == (world.mission, DAY, None)
    tasks.check_schedules(NOW + timedelta(hours=1))
    assert Job.objects.count() == 1


def test_nothing_is_prepared_at_weekends_or_where_it_is_switched_off(world: World) -> None:
    schedule(world)
    tasks.check_schedules(NOW + timedelta(days=1))
    schedule(world, is_enabled=False)
    tasks.check_schedules(NOW)
    assert not Job.objects.exists()


def test_a_brief_prepared_late_leaves_its_editor_half_an_hour(world: World) -> None:
    schedule(world)
    late = NOW + timedelta(hours=5)
    tasks.prepare_scheduled_brief(Run(late, unit=world.mission.pk, day=DAY.isoformat()))  # type: ignore[arg-type]
    assert Brief.objects.get().deadline == late + timedelta(minutes=30)
