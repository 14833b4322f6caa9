"""The wizard's step that chooses the first sources."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.forms import ShippedSourcesForm
from legation.desk.listen.models import Source
from legation.desk.listen.views.shipped import shipped_choices, shipped_records
from legation.desk.listen.views.source_edits import add_shipped
from legation.desk.people.services.installations import current_installation
from legation.desk.people.services.wizard import register_wizard_step
from legation.engine.records.sources import SourceKind

_WORLDWIDE = (SourceKind.AGENCY, SourceKind.INTERNATIONAL_ORGANISATION)
STEP_ORDER = 40  # after country (10), unit (20) and languages (30)


def make_form(request: HttpRequest, data: Any) -> ShippedSourcesForm:
    """Offer the shipped sources; at first those are ticked that fit the unit's languages and countries."""
    return ShippedSourcesForm(
        data, choices=shipped_choices(is_new_only=False), initial={"keys": suggest_keys(request)}
    )


def save_form(request: HttpRequest, form: Any) -> None:
    """Add what was ticked; sources that are known stay as they are."""
    add_shipped(request, form.cleaned_data["keys"])


def suggest_keys(request: HttpRequest) -> list[str]:
    """Return the keys that fit: of the host country and the country that is served, and who tells the world.

    Of the unit's languages only agencies and international organisations: all that speak one of the large
    languages would be a hundred.
    """
    known = list(Source.objects.with_feeds().values_list("key", flat=True))
    if known:
        return known
    unit = getattr(request, "unit", None)
    installation = current_installation()
    languages = set(unit.languages if unit else ())
    countries = {
        unit.country.upper() if unit else "",
        installation.country.upper() if installation else "",
    } - {""}
    return [
        record.key
        for record in shipped_records()
        if record.country in countries
        or (record.kind in _WORLDWIDE and languages & {code.partition("-")[0] for code in record.languages})
    ]


def register_step() -> None:
    """Add the step to the wizard; called once when Django starts."""
    register_wizard_step(name="sources", order=STEP_ORDER, title=_("Sources"), form=make_form, save=save_form)
