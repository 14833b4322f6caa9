"""Template tags that say in words how a text was changed, and what it is to its copies."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from legation.desk.shell.templatetags.shell_tags import status_badge

register = template.Library()


@register.filter
def noticed_name(way: str) -> str:
    """Say how a version was noticed."""
    names = {
        "feed": _("in the feed"),
        "page": _("on the page"),
        "address": _("fetched by its address"),
        "file": _("in a file"),
        "hand": _("typed in"),
    }
    return names.get(way, "–")


@register.simple_tag
def change_size(added: float, removed: float) -> str:
    """Say how much was added and removed, in per cent of the text after and before."""
    if not added and not removed:
        return _("text unchanged")
    return _("%(added)s added, %(removed)s removed") % {
        "added": _percent(added),
        "removed": _percent(removed),
    }


@register.simple_tag
def copy_badge(article: Any) -> SafeString:
    """Name what an article is to its group, with its likeness to the origin."""
    if article.is_origin:
        return status_badge(_("origin"), "info")
    names = {"edited": _("edited copy"), "excerpt": _("excerpt")}
    name = names.get(article.copy_kind, _("reprint"))
    if article.copy_similarity is None:
        return status_badge(name)
    return status_badge(
        _("%(kind)s, %(share)s alike") % {"kind": name, "share": _percent(article.copy_similarity)}
    )


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return "<1\u00a0%"
    return f"{share * 100:.0f}\u00a0%"
