"""One-time links: make them, show them once, and let each make one account."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from auditlog.context import set_actor
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from legation.desk.people.models import Invitation, Membership, Role, Unit, UnitKind, User

TOKEN_BYTES = 32  # 256 bits: not to be guessed, whatever the rate
FIRST_VALID_HOURS = 24  # a newcomer's first evening; bin/up prints a fresh link at each start


class InvitationSpent(Exception):
    """The link was used, has expired or never existed; its holder is told no more than that."""


def create_invitation(
    *, role: Role | str, unit: Unit | None, email: str = "", by: User | None = None, valid_hours: int = 72
) -> tuple[Invitation, str]:
    """Make an invitation; return it with its token, which is shown once and never stored."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        token_hash=_hash(token),
        email=email.strip().lower(),
        unit=unit,
        role=role,
        invited_by=by,
        expires_at=timezone.now() + timedelta(hours=valid_hours),
    )
    return invitation, token


def find_invitation(token: str, *, at: datetime) -> Invitation:
    """Return the open invitation of a token; InvitationSpent where there is none."""
    found = Invitation.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=at).first()
    if found is None:
        raise InvitationSpent
    return found


@transaction.atomic
def accept_invitation(
    *, token: str, name: str, email: str, password: str, language: str, at: datetime
) -> User:
    """Make the account that an invitation stands for, with its membership.

    Two browsers with the same link: one account; the other gets InvitationSpent. The first administrator
    also gets a unit to administer, which the wizard then names.
    email: ignored where the invitation names one.
    """
    open_one = Invitation.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=at)
    if open_one.update(used_at=at) != 1:
        raise InvitationSpent
    invitation = Invitation.objects.select_related("unit").get(token_hash=_hash(token))
    user = create_user(name=name, email=invitation.email or email, password=password, language=language)
    with set_actor(user):
        unit = invitation.unit or _first_unit()
        Membership.objects.create(user=user, unit=unit, role=invitation.role)
        invitation.used_at, invitation.used_by = at, user
        invitation.save(update_fields=["used_at", "used_by"])
    return user


def create_user(*, name: str, email: str, password: str | None, language: str) -> User:
    """Make an account; the e-mail address is what a person signs in with. No password means none opens it."""
    address = email.strip().lower()
    first, _space, last = name.strip().partition(" ")
    user: User = get_user_model()(
        email=address,
        username=secrets.token_hex(12),
        first_name=first[:150],
        last_name=last[:150],
        language=language,
    )
    user.set_password(password) if password else user.set_unusable_password()
    user.save()
    return user


def revoke_invitation(*, invitation: Invitation, at: datetime) -> None:
    """Close an unused link at once."""
    Invitation.objects.filter(pk=invitation.pk, used_at=None).update(expires_at=at)


def first_administrator_link(base_url: str) -> str | None:
    """Return a fresh one-time link for the first administrator, or None once anybody has an active account.

    Earlier unused links of this kind stop working, so that only the last printed one opens the desk.
    """
    if User.objects.filter(is_active=True).exists():
        return None
    Invitation.objects.filter(is_first=True, used_at=None).delete()
    invitation, token = create_invitation(role=Role.ADMINISTRATOR, unit=None, valid_hours=FIRST_VALID_HOURS)
    Invitation.objects.filter(pk=invitation.pk).update(is_first=True)
    return f"{base_url.rstrip('/')}/welcome/{token}/"


def _first_unit() -> Unit:
    """Return the unit at the top of the tree, made where there is none yet."""
    top = Unit.objects.filter(parent=None).order_by("pk").first()
    return top or Unit.objects.create(
        name=_("Our office"), slug="our-office", kind=UnitKind.STEERING, subject="", is_centre=True
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
