"""Walks every address of the desk with every role, a member of another mission, an outsider and a visitor."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern
from django.utils.regex_helper import normalize
from tests.desk.factories import UnitFactory

from legation.desk.people.models import Role
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.installations import finish_set_up, set_up_installation
from legation.desk.people.services.permissions import AbilityPolicy
from legation.desk.people.views.middleware import OPEN_WAGTAIL

pytestmark = pytest.mark.django_db

ROOMS = {config.label for config in apps.get_app_configs() if config.name.startswith("legation.desk.")}
PEOPLE = [*Role, "neighbour", "outsider", "visitor"]
ANSWERS = {200, 204, 302, 400, 404, 405, 409, 410, 422}  # a page that is let through may lack its record
# Meant for people who are not signed in; every other view asks for an ability.
OPEN_VIEWS = {"LanguageView", "WelcomeView"}
# Wagtail's own addresses that everybody who may enter uses; the middleware closes all others.
SHARED = OPEN_WAGTAIL | {"wagtailadmin_sprite", "wagtailadmin_javascript_catalog"}
EXAMPLES = {
    "int": "999999",
    "slug": "nothing",
    "str": "nothing",
    "uuid": str(uuid.UUID(int=1)),
    "path": "nothing",
}


@dataclass(frozen=True)
class Address:
    """One address of the desk and the view behind it."""

    path: str
    name: str
    namespaces: tuple[str, ...]
    view: Any

    @property
    def is_ours(self) -> bool:
        return bool(self.namespaces) and self.namespaces[0].split("_")[0] in {*ROOMS, "welcome"}

    @property
    def view_class(self) -> Any:
        return getattr(self.view, "view_class", None)

    @property
    def ability(self) -> Ability | None:
        """What the view asks for; LookupError where it says nothing."""
        kwargs = getattr(self.view, "view_initkwargs", {})
        for holder in (self.view, self.view_class):
            if hasattr(holder, "ability"):
                return holder.ability
        policy = kwargs.get("permission_policy") or getattr(self.view_class, "permission_policy", None)
        if isinstance(policy, AbilityPolicy):
            wanted = kwargs.get(
                "permission_required", getattr(self.view_class, "permission_required", "view")
            )
            wanted = wanted or next(
                iter(getattr(self.view_class, "any_permission_required", None) or ["view"])
            )
            return policy.reads if wanted in {"view", "any"} else policy.writes
        raise LookupError(f"{self.path} carries no ability")


def walk(resolver: Any, prefix: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        part = prefix + example_of(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from walk(pattern, part, inner)
        elif isinstance(pattern, URLPattern):
            yield Address("/" + part.removeprefix("/"), pattern.name or "", namespaces, pattern.callback)


def example_of(pattern: Any) -> str:
    """Turn a pattern into a piece of an address that it matches."""
    if isinstance(pattern, RegexPattern):
        text, names = normalize(str(pattern))[0]
        return text % dict.fromkeys(names, "1")
    return re.sub(r"<(?:(\w+):)?\w+>", lambda match: EXAMPLES.get(match[1] or "str", "nothing"), str(pattern))


ADDRESSES = sorted(
    {
        (a.path, a.name): a for a in walk(get_resolver()) if a.path.startswith(("/desk/", "/welcome/"))
    }.values(),
    key=lambda address: address.path,
)
OURS = [address for address in ADDRESSES if address.is_ours]
WAGTAILS = [a for a in ADDRESSES if not a.is_ours and a.name and a.name not in SHARED]


@pytest.fixture
def cast(signed_in):
    """Return a browser for everybody who might knock, in a small tree: centre > mission, neighbour."""
    set_up_installation(country="xx", language="en")
    finish_set_up(at=datetime(2026, 11, 1, tzinfo=UTC))
    centre = UnitFactory(is_centre=True)
    mission = UnitFactory(parent=centre)
    people = {role: signed_in(role, unit=mission) for role in Role}
    people["neighbour"] = signed_in(Role.ADMINISTRATOR, unit=UnitFactory(parent=centre))
    people["outsider"] = signed_in(None)
    people["visitor"] = Client()
    return people


def is_turned_away(response: Any) -> bool:
    """Tell whether an answer is a refusal: 403, or being sent home or to sign in."""
    location = response.headers.get("Location", "")
    return response.status_code == 403 or (
        response.status_code == 302 and (location == "/desk/" or location.startswith("/accounts/login/"))
    )


def test_only_hubs_have_an_address_outside_the_desk():
    """Their view asks for no ability; its address cannot be guessed (tests/desk/listen/test_websub.py)."""
    rooms = ("/desk/", "/welcome/", "/accounts/")
    outside = {address.name for address in walk(get_resolver()) if not address.path.startswith(rooms)}
    assert outside == {"root", "websub_callback"}


def test_there_is_something_to_walk():
    assert len(OURS) >= 40
    assert len(WAGTAILS) >= 60
    assert {address.namespaces[0] for address in OURS} >= {
        "people",
        "carry",
        "listen",
        "understand",
        "welcome",
    }


@pytest.mark.parametrize("address", OURS, ids=lambda address: address.path)
def test_every_view_of_ours_names_the_ability_it_asks_for(address):
    ability = address.ability
    assert (ability is None) == (address.view_class.__name__ in OPEN_VIEWS if address.view_class else False)
    assert ability is None or ability in Ability


@pytest.mark.parametrize("address", OURS, ids=lambda address: address.path)
def test_everybody_is_answered_as_the_view_s_ability_says(address, cast):
    for who, client in cast.items():
        for response in (client.get(address.path), client.post(address.path)):
            user = getattr(client, "user", None)
            if address.ability is None or has_ability(user, address.ability):
                assert response.status_code in ANSWERS, (who, response.status_code)
            else:
                assert is_turned_away(response), (who, response.status_code, response.headers.get("Location"))


def test_wagtail_s_own_pages_are_closed_to_everybody(cast):
    let_through = [
        (address.path, who, response.status_code)
        for address in WAGTAILS
        for who, client in cast.items()
        for response in (client.get(address.path), client.post(address.path))
        if not is_turned_away(response) and not (who == "visitor" and response.status_code == 404)
    ]
    assert let_through == []


def test_a_neighbour_cannot_open_another_mission_s_papers(signed_in):
    from legation.desk.people.models import Unit

    own, other = UnitFactory(), UnitFactory()
    neighbour = signed_in(Role.ADMINISTRATOR, unit=own)
    person = signed_in(Role.READER, unit=other).user
    assert is_turned_away(neighbour.get(f"/desk/people/units/{other.pk}/"))
    assert is_turned_away(neighbour.post(f"/desk/people/units/{other.pk}/delete/"))
    assert neighbour.get(f"/desk/people/{person.pk}/").status_code == 404
    assert Unit.objects.filter(pk=other.pk).exists()
