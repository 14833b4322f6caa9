"""The list of people and the page of one person."""

import pytest
from tests.desk.factories import MembershipFactory, UnitFactory

from legation.desk.people.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(signed_in):
    return signed_in(Role.ADMINISTRATOR, unit=UnitFactory(name="Centre", is_centre=True))


def found(client, **query):
    return {person.email for person in client.get("/desk/people/", query).context["page"]}


def test_people_are_found_by_name_unit_role_and_state(chief):
    unit = UnitFactory(parent=chief.user.memberships.get().unit)
    lan = MembershipFactory(unit=unit, role=Role.EDITOR, user__first_name="Lan", user__email="lan@x.org").user
    MembershipFactory(unit=unit, role=Role.READER, user__email="quang@x.org", user__is_active=False)
    assert found(chief, search="lan") == {lan.email}
    assert found(chief, role="editor") == {lan.email}
    assert found(chief, unit=unit.pk) == {lan.email, "quang@x.org"}
    assert found(chief, unit=unit.pk, state="closed") == {"quang@x.org"}
    assert found(chief, search="' OR 1=1 --") == set()
    assert len(found(chief)) == 3


def test_a_local_administrator_sees_only_roles_within_reach(signed_in):
    local = signed_in(Role.ADMINISTRATOR, unit=UnitFactory(name="Local"))
    member = MembershipFactory(unit=local.user.memberships.get().unit).user
    MembershipFactory(user=member, unit=UnitFactory(name="Elsewhere"), role=Role.APPROVER)
    page = local.get("/desk/people/").content.decode()
    assert "Elsewhere" not in page
    page = local.get(f"/desk/people/{member.pk}/").content.decode()
    assert "Elsewhere" not in page
    assert "Also has a role in 1 unit" in page


def test_roles_are_given_and_taken_on_the_page(chief):
    unit = UnitFactory(parent=chief.user.memberships.get().unit)
    person = MembershipFactory(unit=unit).user
    address = f"/desk/people/{person.pk}/"
    chief.post(address, {"action": "give", "unit": unit.pk, "role": "approver"})
    membership = person.memberships.get()
    assert membership.role == "approver"
    chief.post(address, {"action": "take", "membership": membership.pk})
    assert not person.memberships.exists()


def test_a_local_administrator_cannot_take_or_give_beyond_reach(signed_in):
    local = signed_in(Role.ADMINISTRATOR)
    member = MembershipFactory(unit=local.user.memberships.get().unit).user
    beyond = MembershipFactory(user=member, role=Role.READER)
    address = f"/desk/people/{member.pk}/"
    local.post(address, {"action": "give", "unit": beyond.unit.pk, "role": "administrator"})
    assert local.post(address, {"action": "take", "membership": beyond.pk}).status_code == 404
    local.post(address, {"action": "close"})
    beyond.refresh_from_db()
    member.refresh_from_db()
    assert beyond.role == Role.READER
    assert member.is_active


def test_the_last_administrator_is_told_why_they_stay(chief):
    own = chief.user.memberships.get()
    page = chief.post(f"/desk/people/{chief.user.pk}/", {"action": "take", "membership": own.pk}, follow=True)
    assert "last administrator" in page.content.decode()
    assert chief.user.memberships.exists()


def test_an_account_is_closed_and_opened_on_the_page(chief):
    person = MembershipFactory(unit=chief.user.memberships.get().unit).user
    for action, is_active in (("close", False), ("open", True)):
        chief.post(f"/desk/people/{person.pk}/", {"action": action})
        person.refresh_from_db()
        assert person.is_active == is_active


def test_the_list_pages(chief):
    unit = chief.user.memberships.get().unit
    MembershipFactory.create_batch(40, unit=unit)
    first, second = (chief.get("/desk/people/", {"page": number}).context["page"] for number in (1, 2))
    assert len(first) == 30
    assert len(second) == 11
    assert chief.get("/desk/people/", {"page": "zzz"}).status_code == 200


def test_a_unit_page_names_the_wrong_field(chief):
    unit = chief.user.memberships.get().unit
    fields = {"name": "", "kind": "mission", "subject": unit.subject, "time_zone": "Nowhere/Place"}
    page = chief.post(f"/desk/people/units/{unit.pk}/", fields)
    assert {"name", "time_zone"} <= set(page.context["form"].errors)
    unit.refresh_from_db()
    assert unit.name == "Centre"


def test_a_local_administrator_cannot_raise_their_unit_to_the_centre(signed_in):
    unit = UnitFactory(parent=UnitFactory())
    local = signed_in(Role.ADMINISTRATOR, unit=unit)
    fields = {
        "name": "Mine",
        "kind": "mission",
        "subject": unit.subject,
        "time_zone": "UTC",
        "is_centre": "on",
    }
    local.post(f"/desk/people/units/{unit.pk}/", {**fields, "parent": unit.parent.pk})
    unit.refresh_from_db()
    assert not unit.is_centre
    local.post(f"/desk/people/units/{unit.pk}/", {**fields, "parent": ""})
    unit.refresh_from_db()
    assert unit.parent is not None


def test_changing_a_unit_keeps_its_languages_in_the_order_they_are_wanted(chief):
    unit = chief.user.memberships.get().unit
    unit.languages = ["vi", "lo", "ar"]
    unit.save()
    form = chief.get(f"/desk/people/units/{unit.pk}/").context["form"]
    shown = [code for code, _name in form.fields["languages"].choices if code in form.initial["languages"]]
    fields = {"name": "N", "kind": "mission", "subject": unit.subject, "time_zone": "UTC", "is_centre": "on"}
    chief.post(f"/desk/people/units/{unit.pk}/", {**fields, "languages": shown})
    unit.refresh_from_db()
    assert unit.languages == ["vi", "lo", "ar"]
