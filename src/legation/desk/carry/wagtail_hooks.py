"""What room carry adds to Wagtail's admin: addresses, menu items, the panel of failures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from legation.desk.carry.views.failure_panels import render_failures_panel
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.shell.slots import fill_slot


class OperatorsMenuItem(MenuItem):
    """An item for whoever may retry and cancel."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to operators."""
        return has_ability(request.user, Ability.OPERATE)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern | URLResolver]:
    """Put the room's pages under /desk/."""
    return [path("", include("legation.desk.carry.urls"))]


@hooks.register("register_admin_menu_item")
def register_deliveries_item() -> Any:
    """Add Deliveries to the menu."""
    return OperatorsMenuItem(_("Deliveries"), reverse_lazy("carry:deliveries"), icon_name="mail", order=800)


@hooks.register("register_admin_menu_item")
def register_jobs_item() -> Any:
    """Add Jobs to the menu."""
    return OperatorsMenuItem(_("Jobs"), reverse_lazy("carry:jobs"), icon_name="tasks", order=810)


fill_slot("home.panels", name="carry.failures", render=render_failures_panel, order=80)
