"""Named places on a page that higher rooms fill by registration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Panel = Callable[[HttpRequest, dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Filling:
    """One room's contribution to a slot."""

    order: int
    name: str
    render: Panel


_fillings: dict[str, dict[str, Filling]] = {}


def fill_slot(slot: str, *, name: str, render: Panel, order: int = 100) -> None:
    """Register what a room shows in a slot; the same name again replaces it.

    render: takes the request and the page's context and returns safe HTML, "" for nothing.
    """
    _fillings.setdefault(slot, {})[name] = Filling(order, name, render)


def render_slot(slot: str, request: HttpRequest, context: dict[str, Any]) -> list[str]:
    """Render every filling of a slot in order, without the empty ones."""
    fillings = sorted(_fillings.get(slot, {}).values(), key=lambda filling: (filling.order, filling.name))
    return [html for filling in fillings if (html := filling.render(request, context))]
