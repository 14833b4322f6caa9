"""What a person chooses for themself: language and unit."""

from __future__ import annotations

from django.conf import settings

from legation.desk.people.models import User
from legation.desk.people.services.abilities import memberships_of


def choose_language(*, user: User, language: str) -> None:
    """Keep a person's interface language; one that the desk does not speak is ignored."""
    if language in dict(settings.LANGUAGES) and user.language != language:
        user.language = language
        user.save(update_fields=["language"])


def choose_unit(*, user: User, unit_id: int) -> bool:
    """Make one of a person's units the one whose desk they see; return whether it is one of theirs."""
    if unit_id not in {membership.unit_id for membership in memberships_of(user)}:
        return False
    user.active_unit_id = unit_id
    user.save(update_fields=["active_unit"])
    return True
