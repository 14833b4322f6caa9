"""The one row that says which country this desk serves and whether its wizard is done."""

from __future__ import annotations

from datetime import datetime

from legation.desk.people.models import Installation, User
from legation.desk.people.services.abilities import Ability, memberships_of, roles_with


def current_installation() -> Installation | None:
    """Return this desk's installation, or None before the wizard chose a country.

    Reads one row by its key each time, which costs less than keeping several processes' memories true.
    """
    return Installation.objects.filter(pk=1).first()


def is_demo_desk() -> bool:
    """Tell whether this desk is a demo: its past is drawn, and its press is invented."""
    installation = current_installation()
    return installation is not None and installation.is_demo


def set_up_installation(*, country: str, language: str, is_demo: bool = False) -> Installation:
    """Keep the country and first language of this desk; again to change them.

    country: ISO 3166-1 alpha-2, lower case, a folder of countries/.
    """
    installation, _ = Installation.objects.update_or_create(
        pk=1, defaults={"country": country, "language": language, **({"is_demo": True} if is_demo else {})}
    )
    return installation


def finish_set_up(*, at: datetime) -> None:
    """Note that the wizard is done, once."""
    installation = current_installation()
    if installation and installation.finished_at is None:
        installation.finished_at = at
        installation.save(update_fields=["finished_at"])


def may_set_up(user: User) -> bool:
    """Tell whether a person may run the wizard: an administrator of the centre or of a unit at the top."""
    allowed = roles_with(Ability.MANAGE_PEOPLE)
    return any(
        membership.role in allowed and (membership.unit.is_centre or membership.unit.parent_id is None)
        for membership in memberships_of(user)
    )
