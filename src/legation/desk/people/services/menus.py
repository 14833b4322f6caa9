"""Menu items that only people with an ability see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from legation.desk.people.services.abilities import Ability, has_ability


class AbilityMenuItem(MenuItem):
    """A menu item for people who have one ability in any unit."""

    def __init__(self, *args: Any, ability: Ability, **kwargs: Any) -> None:
        self.ability = ability
        super().__init__(*args, **kwargs)

    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether the reader has the ability in any unit."""
        return has_ability(request.user, self.ability)
