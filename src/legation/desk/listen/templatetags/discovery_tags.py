"""Template tags of finding sources: steps, twins, outcomes of outlines, subscriptions in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def discovery_step(step: str) -> str:
    """Say what the desk is doing at a site."""
    return {
        "page": _("Reading the page"),
        "feeds": _("Reading the feeds that it announces"),
        "usual": _("Looking at the usual addresses"),
        "sitemaps": _("Looking for sitemaps"),
        "icon": _("Fetching the icon"),
    }.get(step, _("Waiting"))


@register.simple_tag
def twin_words(twin: dict[str, Any]) -> str:
    """Say how a found feed is known already."""
    words = {
        "address": _("The desk listens to this feed already: %(name)s."),
        "redirect": _("This feed has moved for good to one that the desk listens to already: %(name)s."),
        "items": _("The same feed under another address: %(share)s %% of its items came from %(name)s."),
        "section": _("A part of a feed that the desk has: %(share)s %% of its items came from %(name)s."),
    }[twin["how"]]
    return words % {"name": twin["name"], "share": twin["share"]}


@register.simple_tag
def outline_outcome(outcome: str) -> str:
    """Name what becomes of an outline."""
    return {
        "added": _("new"),
        "known": _("known already"),
        "refused": _("refused"),
        "unreadable": _("no feed to be read"),
        "group": _("headings"),
        "beyond": _("beyond the first 20,000 lines, not read"),
    }.get(outcome, outcome)


@register.simple_tag
def subscription_state(state: str) -> str:
    """Name the state of a subscription at a hub."""
    return {
        "wanted": _("will be asked for"),
        "asked": _("asked for"),
        "active": _("active"),
        "denied": _("refused by the hub"),
        "ended": _("ended"),
    }.get(state, state)
