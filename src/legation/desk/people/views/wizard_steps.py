"""The wizard's steps of this room: country, unit, languages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from legation.desk.people.forms.wizards import CountryForm, FirstUnitForm, LanguagesForm
from legation.desk.people.models import UnitKind
from legation.desk.people.services.countries import countries_at_hand, find_pack, label_of, subjects_of
from legation.desk.people.services.installations import current_installation, set_up_installation
from legation.desk.people.services.units import change_unit, plant_units
from legation.desk.people.services.wizard import register_wizard_step
from legation.engine.records.countries import CountryPack


def make_country_form(request: HttpRequest, data: Any) -> BaseForm:
    """Make the form that asks for the country, showing the one kept or set for this machine."""
    installation = current_installation()
    countries = countries_at_hand()
    wanted = installation.country if installation else settings.ENVIRONMENT.country
    initial = {"country": wanted or (countries[0][0] if len(countries) == 1 else "")}
    return CountryForm(data, initial=initial, countries=countries)


def save_country(request: HttpRequest, form: Any) -> None:
    """Keep the country and let the unit speak for it."""
    country = form.cleaned_data["country"]
    set_up_installation(country=country, language=translation.get_language() or "en")
    unit = _unit(request)
    if unit.subject.split("/")[0] != country:
        unit.subject = country
        unit.save(update_fields=["subject"])


def make_unit_form(request: HttpRequest, data: Any) -> BaseForm:
    """Make the form that names the unit; at first it offers the top of the country's example tree."""
    pack, unit = _pack(), _unit(request)
    initial = {
        "name": unit.name,
        "kind": unit.kind,
        "subject": unit.subject or pack.code,
        "country": unit.country,
        "time_zone": unit.time_zone,
    }
    if not unit.languages and pack.units:  # nobody has walked this step's successor yet
        top = pack.units[0]
        initial |= {"name": label_of(top.label), "kind": top.kind, "time_zone": top.time_zone}
    return FirstUnitForm(
        data,
        initial=initial,
        kinds=UnitKind.choices,
        subjects=subjects_of(pack.code),
        example_count=len(pack.units),
    )


def save_unit(request: HttpRequest, form: Any) -> None:
    """Keep the unit, and make the units below it where that was asked for."""
    values = dict(form.cleaned_data)
    with_units = values.pop("with_units", False)
    unit = change_unit(unit=_unit(request), changes=values)
    if with_units:
        plant_units(examples=_pack().units, root=unit, language=translation.get_language() or "en")


def make_languages_form(request: HttpRequest, data: Any) -> BaseForm:
    """Make the form that asks for working languages, with the country's own chosen at first."""
    pack, unit = _pack(), _unit(request)
    at_first = [code for code in pack.working_languages if code in {*pack.interface_languages, "en"}]
    return LanguagesForm(
        data,
        initial={"languages": unit.languages or at_first},
        first=[*unit.languages, *pack.working_languages],
    )


def save_languages(request: HttpRequest, form: Any) -> None:
    """Keep the unit's working languages."""
    change_unit(unit=_unit(request), changes={"languages": form.cleaned_data["languages"]})


def register_own_steps() -> None:
    """Register the steps of this room; those of higher rooms follow from 40 on."""
    register_wizard_step(
        name="country", order=10, title=_("Country"), form=make_country_form, save=save_country
    )
    register_wizard_step(name="unit", order=20, title=_("Unit"), form=make_unit_form, save=save_unit)
    register_wizard_step(
        name="languages", order=30, title=_("Languages"), form=make_languages_form, save=save_languages
    )


def _unit(request: HttpRequest) -> Any:
    unit = request.unit  # type: ignore[attr-defined]
    if unit is None:
        raise ValidationError(_("You are not a member of any unit."))
    return unit


def _pack() -> CountryPack:
    installation = current_installation()
    if installation is None:
        raise ValidationError(_("Choose the country first."))
    return find_pack(installation.country)
