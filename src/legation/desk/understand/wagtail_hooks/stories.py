"""Menu item and panels of stories."""

from __future__ import annotations

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.menus import AbilityMenuItem
from legation.desk.shell.slots import fill_slot
from legation.desk.understand.views.story_panels import render_article_panel, render_risen_panel


@hooks.register("register_admin_menu_item")
def register_stories_item() -> Any:
    """Add Stories to the menu."""
    return AbilityMenuItem(
        _("Stories"), reverse_lazy("understand:stories"), icon_name="group", order=200, ability=Ability.READ
    )


fill_slot("home.panels", name="understand.risen", render=render_risen_panel, order=10)
fill_slot("article.aside", name="understand.article", render=render_article_panel, order=10)
