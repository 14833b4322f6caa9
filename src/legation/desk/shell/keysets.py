"""Pages of a long list by the key of their edges, so that page ten thousand costs what page one costs."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

MAX_CURSOR_CHARACTERS = 400  # a cursor holds a few short values; anything longer was not made here


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """One page of a list, with the cursors of its neighbours; "" where there is none."""

    items: list[Any]
    previous: str
    next: str

    def __iter__(self) -> Any:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def page_by_key(
    queryset: QuerySet[Any], *, cursor: str, size: int, order: tuple[str, ...] = ("-pk",)
) -> KeysetPage:
    """Read one page of a queryset without counting and without OFFSET.

    cursor: as KeysetPage gave it; "" or anything unreadable shows the first page.
    order: fields that together are unique, each with "-" where it falls; no field may be null.
    Costs one query of size + 1 rows, along an index on the order's fields where there is one.
    """
    names = [name.lstrip("-") for name in order]
    backwards, edge = _read_cursor(cursor, queryset, names)
    rows = queryset.order_by(*(_turned(name) for name in order) if backwards else order)
    if edge is not None:
        rows = rows.filter(_beyond(order, names, edge, backwards))
    found = list(rows[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return KeysetPage([], "", "")
    has_previous = has_more if backwards else edge is not None
    has_next = True if backwards else has_more
    return KeysetPage(
        found,
        _make_cursor("p", found[0], names) if has_previous else "",
        _make_cursor("n", found[-1], names) if has_next else "",
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: tuple[str, ...], names: list[str], edge: list[Any], backwards: bool) -> Q:
    """Rows after the edge: greater in the first field, or equal there and greater in the next, and so on."""
    beyond, equal = Q(), Q()
    for signed, name, value in zip(order, names, edge, strict=True):
        comparison = "lt" if signed.startswith("-") != backwards else "gt"
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    # The bound on the first field alone is implied, but lets the database seek instead of scanning.
    first = "lte" if order[0].startswith("-") != backwards else "gte"
    return Q(**{f"{names[0]}__{first}": edge[0]}) & beyond


def _make_cursor(direction: str, row: Any, names: list[str]) -> str:
    values = [getattr(row, name) for name in names]
    written = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([direction, *written]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, queryset: QuerySet[Any], names: list[str]) -> tuple[bool, list[Any] | None]:
    """Read a cursor from an address; whoever types one in gets the first page."""
    if not cursor or len(cursor) > MAX_CURSOR_CHARACTERS:
        return False, None
    try:
        direction, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if direction not in {"p", "n"} or len(values) != len(names) or None in values:
            return False, None
        meta = queryset.model._meta
        fields = [meta.pk if name == "pk" else meta.get_field(name) for name in names]
        return direction == "p", [field.to_python(value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, RecursionError, ValidationError):
        return False, None
