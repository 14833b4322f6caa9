"""Puts room listen's pages and menu items into the desk."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.menus import AbilityMenuItem


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    """Mount the room's pages under listen/."""
    return [path("listen/", include("legation.desk.listen.urls"))]


@hooks.register("register_admin_menu_item")
def register_articles_item() -> Any:
    """Show the articles in the menu."""
    return AbilityMenuItem(
        _("Articles"),
        reverse_lazy("listen:articles"),
        name="articles",
        icon_name="doc-full",
        order=300,
        ability=Ability.READ,
    )


@hooks.register("register_admin_menu_item")
def register_sources_item() -> Any:
    """Show the sources in the menu."""
    return AbilityMenuItem(
        _("Sources"),
        reverse_lazy("listen:sources"),
        name="sources",
        icon_name="globe",
        order=310,
        ability=Ability.READ,
    )


@hooks.register("register_admin_menu_item")
def register_health_item() -> Any:
    """Show the health of listening in the menu."""
    return AbilityMenuItem(
        _("Health of listening"),
        reverse_lazy("listen:health"),
        name="health",
        icon_name="warning",
        order=320,
        ability=Ability.READ,
    )
