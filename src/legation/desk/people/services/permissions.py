"""Abilities as Wagtail and Django ask for them: permission policies and view guards."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.permission_policies.base import BasePermissionPolicy

from legation.desk.people.models import Unit
from legation.desk.people.services.abilities import Ability, has_ability


class AbilityPolicy(BasePermissionPolicy):
    """Wagtail's permission policy for records of the whole desk: one ability reads, one writes."""

    def __init__(self, model: Any, *, reads: Ability, writes: Ability) -> None:
        self.reads, self.writes = reads, writes
        super().__init__(model)

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Tell whether a person may do an action on the records."""
        return has_ability(user, self.reads if action == "view" else self.writes)

    def users_with_any_permission(self, actions: list[str]) -> Any:
        """Return the users who may do one of the actions."""
        allowed = [
            user.pk
            for user in get_user_model().objects.filter(is_active=True)
            if self.user_has_any_permission(user, actions)
        ]
        return get_user_model().objects.filter(pk__in=allowed)


class DeskRequest(HttpRequest):
    """A request as PersonMiddleware hands it on; for typing only."""

    user: Any  # a User
    unit: Any  # the active Unit; None for outsiders


class AbilityRequired:
    """A view mixin: refuses whoever lacks the view's ability, in the unit that get_unit names."""

    ability: Ability  # every view names one; a test walks them all
    request: Any  # a DeskRequest
    kwargs: Any

    def get_unit(self) -> Unit | None:
        """Return the unit whose papers the view touches; None where it touches no unit's."""
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the ability, then go on."""
        # Anywhere first: who may do it nowhere must not learn which records exist.
        if not has_ability(request.user, self.ability):
            raise PermissionDenied
        if not has_ability(request.user, self.ability, unit=self.get_unit()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class OpenToEverybody:
    """Says of a view that it asks for no ability: it is meant for people who are not signed in yet."""

    ability = None


@rules.predicate
def is_member(user: Any) -> bool:
    """Tell whether a person may open the desk at all."""
    return has_ability(user, Ability.READ)


if not rules.perm_exists("wagtailadmin.access_admin"):
    rules.add_perm("wagtailadmin.access_admin", is_member)
