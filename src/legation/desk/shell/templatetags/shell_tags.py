"""Template tags of the shell: slots."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from legation.desk.shell.slots import render_slot

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, **extra: Any) -> SafeString:
    """Show what the rooms above registered for a place on this page."""
    return mark_safe("".join(render_slot(name, context["request"], {**context.flatten(), **extra})))  # noqa: S308
