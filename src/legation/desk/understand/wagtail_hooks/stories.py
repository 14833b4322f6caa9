"""Menu item and panels of stories."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.shell.slots import fill_slot
from legation.desk.understand.views.story_panels import render_article_panel, render_risen_panel


class StoriesMenuItem(MenuItem):
    """Stories, for whoever may read."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to members."""
        return has_ability(request.user, Ability.READ)


@hooks.register("register_admin_menu_item")
def register_stories_item() -> Any:
    """Add Stories to the menu."""
    return StoriesMenuItem(_("Stories"), reverse_lazy("understand:stories"), icon_name="group", order=200)


fill_slot("home.panels", name="understand.risen", render=render_risen_panel, order=10)
fill_slot("article.aside", name="understand.article", render=render_article_panel, order=10)
