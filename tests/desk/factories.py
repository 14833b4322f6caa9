"""Makes the people that desk tests need."""

from __future__ import annotations

from typing import Any

import factory
from factory.django import DjangoModelFactory

from legation.desk.people.models import Membership, Role, Unit, UnitKind, User

PASSWORD = "a-long-enough-passphrase"


class UnitFactory(DjangoModelFactory[Unit]):
    """A mission without a parent, in UTC, that works in English and French."""

    class Meta:
        model = Unit

    name = factory.Sequence(lambda number: f"Mission {number}")
    slug = factory.Sequence(lambda number: f"mission-{number}")
    kind = UnitKind.MISSION
    subject = "xx"
    country = "FR"
    time_zone = "UTC"
    languages = factory.LazyFunction(lambda: ["en", "fr"])


class UserFactory(DjangoModelFactory[User]):
    """A person with an account and a known password, in no unit yet."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    username = factory.SelfAttribute("email")
    first_name = "Minh"
    last_name = factory.Sequence(lambda number: f"Person {number}")
    language = "en"

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        """Set the password that every made person has."""
        self.set_password(extracted or PASSWORD)  # type: ignore[attr-defined]
        if create:
            self.save()  # type: ignore[attr-defined]


class MembershipFactory(DjangoModelFactory[Membership]):
    """A new person's role in a new unit: MembershipFactory(role=Role.EDITOR)."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.READER
