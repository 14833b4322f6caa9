"""Who may do what, where: roles give abilities in a unit, and the centre reads everywhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from legation.desk.people.models import Membership, Role, Unit, User


class Ability(StrEnum):
    """One thing that a person may be allowed to do in a unit."""

    READ = "read"  # open the desk, read stories, articles and the unit's papers
    CURATE = "curate"  # split and merge stories, type in articles, import
    MANAGE_SOURCES = "manage_sources"
    EDIT_BRIEFS = "edit_briefs"
    SIGN_OFF = "sign_off"
    OPERATE = "operate"  # see jobs and deliveries, retry and cancel
    MANAGE_PEOPLE = "manage_people"  # units, users, invitations, the audit log


ROLES_IN_ORDER = [Role.READER, Role.ANALYST, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR]
LEAST_ROLE = {
    Ability.READ: Role.READER,
    Ability.CURATE: Role.ANALYST,
    Ability.MANAGE_SOURCES: Role.ANALYST,
    Ability.EDIT_BRIEFS: Role.EDITOR,
    Ability.OPERATE: Role.EDITOR,
    Ability.SIGN_OFF: Role.APPROVER,
    Ability.MANAGE_PEOPLE: Role.ADMINISTRATOR,
}


def roles_with(ability: Ability) -> list[Role]:
    """Return the roles that give an ability."""
    return ROLES_IN_ORDER[ROLES_IN_ORDER.index(LEAST_ROLE[ability]) :]


def memberships_of(user: Any) -> list[Membership]:
    """Return an active user's memberships with their units, read once per user object; nobody has none."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    if not hasattr(user, "_memberships"):
        user._memberships = list(user.memberships.select_related("unit").order_by("unit__lineage"))
    return list(user._memberships)


def has_ability(user: Any, ability: Ability, *, unit: Unit | None = None) -> bool:
    """Tell whether a person may do something, in one unit or (without unit) anywhere.

    Reading reaches all units from the centre; managing people reaches down the tree; signing off reaches
    down the tree because the second person may sit in any unit above.
    """
    wanted = roles_with(ability)
    for membership in memberships_of(user):
        if membership.role not in wanted:
            continue
        if unit is None or membership.unit_id == unit.pk:
            return True
        if ability is Ability.READ and membership.unit.is_centre:
            return True
        if ability in {Ability.SIGN_OFF, Ability.MANAGE_PEOPLE} and membership.unit_id in unit.ancestor_ids:
            return True
    return False


def units_with(user: Any, ability: Ability) -> QuerySet[Unit]:
    """Return the units in which a person may do something, by the rules of has_ability."""
    wanted = roles_with(ability)
    reach = Q(pk__in=[])
    for membership in memberships_of(user):
        if membership.role not in wanted:
            continue
        if ability is Ability.READ and membership.unit.is_centre:
            return Unit.objects.all()
        reach |= Q(pk=membership.unit_id)
        if ability in {Ability.SIGN_OFF, Ability.MANAGE_PEOPLE}:
            reach |= Q(lineage__startswith=membership.unit.lineage)
    return Unit.objects.filter(reach)


def active_unit(user: User) -> Unit | None:
    """Return the unit whose desk a person sees now: the chosen one, else the first one."""
    memberships = memberships_of(user)
    for membership in memberships:
        if membership.unit_id == user.active_unit_id:
            return membership.unit
    return memberships[0].unit if memberships else None
