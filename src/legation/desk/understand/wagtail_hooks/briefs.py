"""Menu item and home panel of briefs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.menus import AbilityMenuItem
from legation.desk.shell.slots import fill_slot
from legation.desk.understand.views.brief_changes import render_changes_panel, render_home_changes
from legation.desk.understand.views.brief_evidence import render_evidence_panel
from legation.desk.understand.views.brief_panels import render_due_panel


@hooks.register("register_admin_menu_item")
def register_briefs_item() -> Any:
    """Add Briefs to the menu."""
    return AbilityMenuItem(
        _("Briefs"),
        reverse_lazy("understand:briefs"),
        icon_name="doc-full-inverse",
        order=100,
        ability=Ability.READ,
    )


fill_slot("home.panels", name="understand.briefs_due", render=render_due_panel, order=5)
fill_slot("home.panels", name="understand.changed_quotations", render=render_home_changes, order=6)
fill_slot("brief.aside", name="understand.changes", render=render_changes_panel, order=10)
fill_slot("brief.aside", name="understand.evidence", render=render_evidence_panel, order=50)
