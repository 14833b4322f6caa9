"""Which jobs and deliveries a person may see and act upon."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from legation.desk.carry.models import Delivery, Job
from legation.desk.people.models import Role
from legation.desk.people.services.abilities import Ability, memberships_of, roles_with, units_with


def visible_jobs(user: Any) -> QuerySet[Job]:
    """Return the jobs of the units that a person operates; those of no unit for who looks after the whole."""
    return Job.objects.filter(_reach(user))


def visible_deliveries(user: Any) -> QuerySet[Delivery]:
    """Return the deliveries of the units that a person operates, and those that lost their unit."""
    return Delivery.objects.filter(_reach(user))


def looks_after_the_whole(user: Any) -> bool:
    """Tell whether a person operates the centre, or administers a unit."""
    return any(
        membership.role == Role.ADMINISTRATOR
        or (membership.unit.is_centre and membership.role in roles_with(Ability.OPERATE))
        for membership in memberships_of(user)
    )


def _reach(user: Any) -> Q:
    reach = Q(unit__in=[unit.pk for unit in units_with(user, Ability.OPERATE)])
    return reach | Q(unit=None) if looks_after_the_whole(user) else reach
