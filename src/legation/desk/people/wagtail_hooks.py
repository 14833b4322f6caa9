"""Room people in Wagtail's admin: its addresses, its menu, and what of Wagtail's own is taken away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.installations import may_set_up
from legation.desk.people.services.menus import AbilityMenuItem

# Wagtail's entries that lead to page trees, files and its own accounts, which the desk does not use.
WAGTAILS_OWN = {"explorer", "images", "documents", "snippets", "reports", "help"}
WAGTAILS_SETTINGS = {
    "users",
    "groups",
    "sites",
    "collections",
    "redirects",
    "locales",
    "workflows",
    "workflow-tasks",
}


class SetUpMenuItem(MenuItem):
    """The wizard, for those who may run it."""

    def is_shown(self, request: Any) -> bool:
        """Tell whether the reader may run the wizard."""
        return may_set_up(request.user)


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Add this room's pages under /desk/."""
    return [path("", include("legation.desk.people.urls"))]


@hooks.register("register_admin_menu_item")
def register_home() -> MenuItem:
    """Add the way home."""
    return AbilityMenuItem(
        _("Home"), reverse("wagtailadmin_home"), name="home", icon_name="home", order=1, ability=Ability.READ
    )


@hooks.register("register_settings_menu_item")
def register_people() -> MenuItem:
    """Add the list of people."""
    return AbilityMenuItem(
        _("People"),
        reverse("people:users"),
        name="people",
        icon_name="group",
        order=10,
        ability=Ability.MANAGE_PEOPLE,
    )


@hooks.register("register_settings_menu_item")
def register_units() -> MenuItem:
    """Add the tree of units."""
    return AbilityMenuItem(
        _("Units"),
        reverse("people:units"),
        name="units",
        icon_name="site",
        order=20,
        ability=Ability.MANAGE_PEOPLE,
    )


@hooks.register("register_settings_menu_item")
def register_audit() -> MenuItem:
    """Add the audit log."""
    return AbilityMenuItem(
        _("Audit log"),
        reverse("people:audit"),
        name="audit",
        icon_name="history",
        order=80,
        ability=Ability.MANAGE_PEOPLE,
    )


@hooks.register("register_settings_menu_item")
def register_set_up() -> MenuItem:
    """Add the wizard, which may be walked again at any time."""
    return SetUpMenuItem(_("Set-up"), reverse("people:set_up"), name="set-up", icon_name="cog", order=90)


@hooks.register("construct_main_menu")
def take_away_from_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave the desk's own entries in the menu."""
    items[:] = [item for item in items if item.name not in WAGTAILS_OWN]


@hooks.register("construct_settings_menu")
def take_away_from_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave the desk's own entries among the settings."""
    items[:] = [item for item in items if item.name not in WAGTAILS_SETTINGS]


@hooks.register("construct_homepage_panels")
@hooks.register("construct_homepage_summary_items")
def take_away_from_home(request: HttpRequest, items: list[Any]) -> None:
    """Leave Wagtail's home page empty; the desk has its own."""
    items.clear()
