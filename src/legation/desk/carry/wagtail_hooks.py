"""What room carry adds to Wagtail's admin: addresses, menu items, the panel of failures."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from legation.desk.carry.views.failure_panels import render_failures_panel
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.menus import AbilityMenuItem
from legation.desk.shell.slots import fill_slot


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern | URLResolver]:
    """Put the room's pages under /desk/."""
    return [path("", include("legation.desk.carry.urls"))]


@hooks.register("register_admin_menu_item")
def register_deliveries_item() -> Any:
    """Add Deliveries to the menu."""
    return AbilityMenuItem(
        _("Deliveries"),
        reverse_lazy("carry:deliveries"),
        icon_name="mail",
        order=800,
        ability=Ability.OPERATE,
    )


@hooks.register("register_admin_menu_item")
def register_jobs_item() -> Any:
    """Add Jobs to the menu."""
    return AbilityMenuItem(
        _("Jobs"), reverse_lazy("carry:jobs"), icon_name="tasks", order=810, ability=Ability.OPERATE
    )


fill_slot("home.panels", name="carry.failures", render=render_failures_panel, order=80)
