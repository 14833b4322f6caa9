"""Template tags of the shell: slots, names, badges, times, and the mark on what a machine wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import format_timedelta
from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from legation.desk.shell.keysets import KeysetPage
from legation.desk.shell.names import current_locale, name_country, name_language
from legation.desk.shell.slots import render_slot

register = template.Library()

BADGE_KINDS = {"neutral", "info", "positive", "warning", "critical"}


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, **extra: Any) -> SafeString:
    """Show what the rooms above registered for a place on this page."""
    return mark_safe("".join(render_slot(name, context["request"], {**_flat(context), **extra})))  # noqa: S308


@register.simple_tag
def language_name(code: str) -> str:
    """Name a language in the interface language."""
    return name_language(code) if code else ""


@register.simple_tag
def country_name(code: str) -> str:
    """Name a country in the interface language."""
    return name_country(code) if code else ""


@register.simple_tag
def status_badge(label: object, kind: str = "neutral") -> SafeString:
    """Show a short state in words, which one of BADGE_KINDS colours."""
    return format_html(
        '<span class="desk-badge desk-badge--{}">{}</span>', kind if kind in BADGE_KINDS else "neutral", label
    )


@register.simple_tag
def relative_time(moment: datetime | None, empty: str = "–") -> SafeString | str:
    """Show how long ago, or in how long, something is; the exact time in the unit's zone is its title."""
    if moment is None:
        return empty
    words = format_timedelta(moment - timezone.now(), add_direction=True, locale=current_locale())
    exact = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, words)


@register.simple_tag
def machine_mark(model: str = "", version: str = "") -> SafeString:
    """Mark a text or label as a machine's suggestion, naming model and version."""
    maker = " ".join(part for part in (model, version) if part)
    text = (
        gettext("Suggested by a machine: %(maker)s") % {"maker": maker}
        if maker
        else gettext("Suggested by a machine")
    )
    return format_html(
        '<span class="desk-machine" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="w-sr-only">{}</span></span>',
        text,
        gettext("machine"),
        text,
    )


@register.simple_tag(takes_context=True)
def page_links(context: template.Context, page: Page | KeysetPage) -> dict[str, str]:
    """Return the addresses of the pages before and after this one, keeping the filters."""
    request = context["request"]

    def link(name: str, value: object) -> str:
        query = request.GET.copy()
        query[name] = str(value)
        return f"?{query.urlencode()}"

    if isinstance(page, KeysetPage):
        return {
            "previous": link("from", page.previous) if page.previous else "",
            "next": link("from", page.next) if page.next else "",
            "label": "",
        }
    return {
        "previous": link("page", page.previous_page_number()) if page.has_previous() else "",
        "next": link("page", page.next_page_number()) if page.has_next() else "",
        "label": gettext("Page %(number)s of %(count)s")
        % {"number": page.number, "count": page.paginator.num_pages},
    }


def _flat(context: template.Context) -> dict[str, Any]:
    flat: Any = context.flatten()
    return dict(flat)
