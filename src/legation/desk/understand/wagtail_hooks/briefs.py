"""Menu item and home panel of briefs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.shell.slots import fill_slot
from legation.desk.understand.views.brief_panels import render_due_panel


class BriefsMenuItem(MenuItem):
    """Briefs, for whoever may read."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to members."""
        return has_ability(request.user, Ability.READ)


@hooks.register("register_admin_menu_item")
def register_briefs_item() -> Any:
    """Add Briefs to the menu."""
    return BriefsMenuItem(
        _("Briefs"), reverse_lazy("understand:briefs"), icon_name="doc-full-inverse", order=100
    )


fill_slot("home.panels", name="understand.briefs_due", render=render_due_panel, order=5)
