"""Roles given and taken, accounts closed and opened."""

import pytest
from django.core.exceptions import ValidationError
from tests.desk.factories import MembershipFactory, UnitFactory

from legation.desk.people.models import Membership, Role
from legation.desk.people.services.members import (
    deactivate_user,
    give_role,
    may_close_account,
    reactivate_user,
    take_role,
    users_within_reach,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return MembershipFactory(role=Role.ADMINISTRATOR, unit=UnitFactory(is_centre=True))


def test_the_last_administrator_stays(chief):
    for attempt in (
        lambda: take_role(membership=Membership.objects.get(pk=chief.pk)),
        lambda: give_role(user=chief.user, unit=chief.unit, role=Role.READER),
        lambda: deactivate_user(user=chief.user),
    ):
        with pytest.raises(ValidationError):
            attempt()
        kept = Membership.objects.get(pk=chief.pk)
        assert kept.role == Role.ADMINISTRATOR
        assert kept.user.is_active


def test_an_administrator_below_or_with_a_closed_account_does_not_count(chief):
    MembershipFactory(role=Role.ADMINISTRATOR, unit=UnitFactory(parent=chief.unit))
    MembershipFactory(role=Role.ADMINISTRATOR, unit=chief.unit, user__is_active=False)
    with pytest.raises(ValidationError):
        take_role(membership=chief)


def test_one_of_two_administrators_may_go(chief):
    MembershipFactory(role=Role.ADMINISTRATOR, unit=chief.unit)
    take_role(membership=chief)
    assert not Membership.objects.filter(pk=chief.pk).exists()


def test_a_second_role_in_a_unit_replaces_the_first(chief):
    member = MembershipFactory(role=Role.READER, unit=chief.unit)
    give_role(user=member.user, unit=chief.unit, role=Role.EDITOR)
    assert list(member.user.memberships.values_list("role", flat=True)) == [Role.EDITOR]


def test_a_closed_account_is_signed_out_and_can_be_opened_again(chief, signed_in):
    client = signed_in(Role.READER, unit=chief.unit)
    assert client.get("/desk/profile/").status_code == 200
    deactivate_user(user=client.user)
    assert client.get("/desk/profile/").status_code == 302
    reactivate_user(user=client.user)
    assert client.get("/desk/profile/").status_code == 200


def test_an_administrator_manages_only_people_within_reach(chief):
    local = MembershipFactory(role=Role.ADMINISTRATOR, unit=UnitFactory(parent=chief.unit))
    own = MembershipFactory(unit=local.unit)
    shared = MembershipFactory(unit=local.unit)
    MembershipFactory(user=shared.user, unit=chief.unit)
    elsewhere = MembershipFactory()
    assert set(users_within_reach(local.user)) == {local.user, own.user, shared.user}
    assert may_close_account(local.user, own.user)
    assert not may_close_account(local.user, shared.user)  # also belongs to a unit above
    assert not may_close_account(local.user, elsewhere.user)
    assert not may_close_account(local.user, local.user)
