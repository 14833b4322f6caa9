"""Fixtures that every desk test may use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.desk.factories import MembershipFactory, UserFactory

from legation.desk.people.models import Role, Unit, User

SignedIn = Callable[..., Client]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(user: User) -> Client:
    """Return a browser in which a person is signed in; the person is its .user."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    client.user = user  # type: ignore[attr-defined]
    return client


@pytest.fixture
def signed_in(db: Any) -> SignedIn:
    """Return signed_in(role, unit=None, **user fields), a new person's browser; role None gives no unit."""

    def make(role: Role | str | None = Role.READER, unit: Unit | None = None, **fields: Any) -> Client:
        if role is None:
            return sign_in(UserFactory(**fields))
        user = UserFactory(**fields)
        MembershipFactory(user=user, role=role, **({"unit": unit} if unit else {}))
        return sign_in(user)

    return make
