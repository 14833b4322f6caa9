"""The steps that turn an empty installation into a working desk; higher rooms add theirs by registration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest

MakeForm = Callable[[HttpRequest, Any], BaseForm]
SaveForm = Callable[[HttpRequest, Any], None]


@dataclass(frozen=True, slots=True)
class WizardStep:
    """One page of the wizard."""

    name: str  # stands in the address
    order: int
    title: Any  # lazy text
    form: MakeForm
    save: SaveForm
    template: str


_steps: dict[str, WizardStep] = {}


def register_wizard_step(
    *,
    name: str,
    order: int,
    title: Any,
    form: MakeForm,
    save: SaveForm,
    template: str = "people/wizard_step.html",
) -> None:
    """Add a step to the first-start wizard; the same name again replaces it.

    form: takes the request and the posted data (None at first) and returns a form that shows what is
    already kept, so that a step may be walked twice. save: takes the request and the valid form; it writes
    at once and may be called again. The country (10), unit (20) and languages (30) come from this room.
    template: where shell/form.html does not do; it extends people/wizard_step.html.
    """
    _steps[name] = WizardStep(name, order, title, form, save, template)


def wizard_steps() -> list[WizardStep]:
    """Return all steps in their order."""
    return sorted(_steps.values(), key=lambda step: (step.order, step.name))
