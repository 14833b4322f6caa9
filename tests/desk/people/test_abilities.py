"""Who may do what, where."""

import pytest
from tests.desk.factories import MembershipFactory, UnitFactory, UserFactory

from legation.desk.people.models import Role
from legation.desk.people.services.abilities import Ability, has_ability, units_with

pytestmark = pytest.mark.django_db

# The abilities of each role in its own unit.
READER = {Ability.READ}
ANALYST = READER | {Ability.CURATE, Ability.MANAGE_SOURCES}
EDITOR = ANALYST | {Ability.EDIT_BRIEFS, Ability.OPERATE}
APPROVER = EDITOR | {Ability.SIGN_OFF}
OWN_UNIT = {
    Role.READER: READER,
    Role.ANALYST: ANALYST,
    Role.EDITOR: EDITOR,
    Role.APPROVER: APPROVER,
    Role.ADMINISTRATOR: APPROVER | {Ability.MANAGE_PEOPLE},
}
# What a role in one unit gives in another one: (that the person's unit is the centre, where the other lies).
REACH = {
    ("plain", "below"): {Ability.SIGN_OFF, Ability.MANAGE_PEOPLE},
    ("plain", "beside"): set(),
    ("plain", "above"): set(),
    ("centre", "below"): {Ability.READ, Ability.SIGN_OFF, Ability.MANAGE_PEOPLE},
    ("centre", "beside"): {Ability.READ},
    ("centre", "above"): {Ability.READ},
}


@pytest.fixture
def family():
    above = UnitFactory(name="above")
    own = UnitFactory(name="own", parent=above)
    return {"above": above, "own": own, "below": UnitFactory(parent=own), "beside": UnitFactory(parent=above)}


@pytest.mark.parametrize("ability", list(Ability))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_gives_its_abilities_in_its_own_unit_and_anywhere(role, ability, family):
    user = MembershipFactory(role=role, unit=family["own"]).user
    assert has_ability(user, ability, unit=family["own"]) == (ability in OWN_UNIT[role])
    assert has_ability(user, ability) == (ability in OWN_UNIT[role])


@pytest.mark.parametrize("where", ["below", "beside", "above"])
@pytest.mark.parametrize("kind", ["plain", "centre"])
@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_other_units_only_as_the_table_says(role, kind, where, family):
    family["own"].is_centre = kind == "centre"
    family["own"].save()
    user = MembershipFactory(role=role, unit=family["own"]).user
    for ability in Ability:
        expected = ability in OWN_UNIT[role] and ability in REACH[kind, where]
        assert has_ability(user, ability, unit=family[where]) == expected, ability
        assert units_with(user, ability).filter(pk=family[where].pk).exists() == expected, ability


def test_nobody_without_an_open_account_may_do_anything(family):
    closed = MembershipFactory(role=Role.ADMINISTRATOR, unit=family["own"], user__is_active=False).user
    for user in (None, UserFactory(), closed):
        assert not any(has_ability(user, ability) for ability in Ability)
        assert not any(units_with(user, ability).exists() for ability in Ability)
