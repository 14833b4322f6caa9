"""The audit log and who may read what of it."""

from datetime import UTC, datetime

import pytest
import time_machine
from auditlog.context import set_actor
from auditlog.models import LogEntry
from tests.desk.factories import MembershipFactory, UnitFactory, UserFactory

from legation.desk.people.models import Role, Unit, User
from legation.desk.people.services.audits import describe_changes, entries_for, narrow_entries

pytestmark = pytest.mark.django_db


def act(user, name="changed"):
    unit = UnitFactory()
    LogEntry.objects.filter(object_pk=str(unit.pk)).delete()
    with set_actor(user):
        unit.name = name
        unit.save()
    return LogEntry.objects.filter(actor=user).latest("id")


def test_a_deed_in_the_desk_names_its_person(signed_in):
    chief = signed_in(Role.ADMINISTRATOR, unit=UnitFactory(is_centre=True))
    fields = {"name": "New mission", "kind": "mission", "subject": "", "time_zone": "UTC"}
    top = chief.user.memberships.get().unit
    Unit.objects.filter(pk=top.pk).update(subject="xx")
    chief.post(f"/desk/people/units/{top.pk}/", {**fields, "subject": "xx", "is_centre": "on"})
    entry = LogEntry.objects.filter(content_type__model="unit", object_pk=str(top.pk)).latest("id")
    assert entry.actor == chief.user
    assert entry.changes["name"][1] == "New mission"


def test_passwords_and_tokens_never_enter_the_log():
    user = UserFactory()
    user.set_password("another long passphrase")
    user.save()
    assert LogEntry.objects.filter(content_type__model="user").exists()
    for entry in LogEntry.objects.all():
        assert not {"password", "token_hash", "last_login"} & set(entry.changes or {})


def test_the_centre_reads_all_and_others_only_their_members_deeds():
    centre = MembershipFactory(role=Role.ADMINISTRATOR, unit=UnitFactory(is_centre=True)).user
    local = MembershipFactory(role=Role.ADMINISTRATOR).user
    member = MembershipFactory(unit=local.memberships.get().unit).user
    stranger = MembershipFactory().user
    own, theirs = act(member), act(stranger)
    assert {own, theirs} <= set(entries_for(centre))
    assert own in entries_for(local)
    assert theirs not in entries_for(local)
    assert not entries_for(member).exists()


def test_days_and_people_narrow_the_log():
    user, other = MembershipFactory().user, MembershipFactory().user
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        early = act(user)
    with time_machine.travel(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), tick=False):
        late, foreign = act(user), act(other)
    entries = LogEntry.objects.filter(pk__in=[early.pk, late.pk, foreign.pk])
    assert set(narrow_entries(entries, actor_id=user.pk)) == {early, late}
    assert set(narrow_entries(entries, since=datetime(2026, 11, 22).date())) == {late, foreign}  # noqa: DTZ001
    assert set(narrow_entries(entries, until=datetime(2026, 11, 21).date())) == {early}  # noqa: DTZ001
    assert set(narrow_entries(entries, record_type_id=0)) == {early, late, foreign}


def test_changes_are_told_with_field_names_and_cut():
    entry = act(MembershipFactory().user, name="x" * 190)
    [change] = [row for row in describe_changes(entry) if row["field"] == "name"]
    assert change["after"].endswith("…")
    assert len(change["after"]) <= 160


def test_the_page_filters_by_address_and_survives_nonsense(signed_in):
    chief = signed_in(Role.ADMINISTRATOR, unit=UnitFactory(is_centre=True))
    act(chief.user, name="Seen by the filter")
    page = chief.get("/desk/people/audit/", {"person": chief.user.pk})
    assert "Seen by the filter" in page.content.decode()
    nonsense = {"person": "x", "record": "-1", "since": "yesterday", "until": "2026-13-45", "from": "%%%"}
    assert chief.get("/desk/people/audit/", nonsense).status_code == 200


def test_a_hundred_deeds_are_walked_page_by_page(signed_in):
    chief = signed_in(Role.ADMINISTRATOR, unit=UnitFactory(is_centre=True))
    for number in range(90):
        User.objects.filter(pk=chief.user.pk).update(first_name=str(number))
        act(chief.user)
    seen, cursor = [], ""
    while True:
        page = chief.get("/desk/people/audit/", {"from": cursor, "person": chief.user.pk}).context["page"]
        seen += [entry.pk for entry in page]
        cursor = page.next
        if not cursor:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == LogEntry.objects.filter(actor=chief.user).count() >= 90
