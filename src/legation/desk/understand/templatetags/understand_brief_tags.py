"""Template tags of briefs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def entry(mapping: Mapping[str, Any], key: str) -> Any:
    """Return what a mapping holds under a key, "" for nothing."""
    return mapping.get(key, "")
