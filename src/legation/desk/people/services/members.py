"""Give, change and take roles, and close accounts, without ever leaving the desk without an administrator."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legation.desk.people.models import Membership, Role, Unit, User
from legation.desk.people.services.abilities import Ability, units_with


@transaction.atomic
def give_role(*, user: User, unit: Unit, role: Role | str) -> Membership:
    """Give a person a role in a unit, or change the one they have there.

    Raises ValidationError where nobody would be left to administer the desk.
    """
    membership, _made = Membership.objects.select_for_update().get_or_create(
        user=user, unit=unit, defaults={"role": role}
    )
    if membership.role != role:
        membership.role = role
        membership.save(update_fields=["role"])
    _refuse_without_administrator()
    return membership


@transaction.atomic
def take_role(*, membership: Membership) -> None:
    """End a person's membership of a unit; ValidationError where nobody would be left to administer."""
    user = membership.user
    membership.delete()
    _refuse_without_administrator()
    if user.active_unit_id == membership.unit_id:
        user.active_unit = None
        user.save(update_fields=["active_unit"])


@transaction.atomic
def deactivate_user(*, user: User) -> None:
    """Close an account, which ends its sessions; what the person did stays. Accounts are never deleted."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    _refuse_without_administrator()


def reactivate_user(*, user: User) -> None:
    """Open a closed account again, with the roles it had."""
    user.is_active = True
    user.save(update_fields=["is_active"])


def users_within_reach(manager: User) -> QuerySet[User]:
    """Return the people whom a person may manage: members of the units they administer."""
    units = units_with(manager, Ability.MANAGE_PEOPLE)
    return User.objects.filter(pk__in=Membership.objects.filter(unit__in=units).values("user"))


def may_close_account(manager: User, user: User) -> bool:
    """Tell whether a person may close or open an account: all of its units must be theirs to manage."""
    reach = units_with(manager, Ability.MANAGE_PEOPLE).values("pk")
    return user.pk != manager.pk and not user.memberships.exclude(unit__in=reach).exists()


def _refuse_without_administrator() -> None:
    """Undo (by raising inside the transaction) whatever took the last administrator at the top away."""
    tops = Q(unit__is_centre=True) | Q(unit__parent=None)
    if not Membership.objects.filter(tops, role=Role.ADMINISTRATOR, user__is_active=True).exists():
        raise ValidationError(
            _("This is the last administrator at the top; name another one first."), code="last_administrator"
        )
