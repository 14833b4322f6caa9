"""Forms that describe a unit: what it is, where it sits, and the lines of its letterhead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legation.desk.shell.names import country_choices, language_choices, zone_choices

Choices = Iterable[tuple[Any, Any]]


class UnitForm(forms.Form):
    """All fields of a unit; its letterhead's lines begin with "letterhead_"."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_foreign = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"))
    parent: Any = forms.ModelChoiceField(label=_("Belongs to"), queryset=None, required=False)
    subject = forms.ChoiceField(
        label=_("Speaks for"),
        help_text=_("What “us” means here: the country, or one of its places or institutions."),
    )
    country = forms.ChoiceField(
        label=_("Host country"),
        required=False,
        help_text=_("For a mission: where it is. Its press ranks higher."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    languages = forms.MultipleChoiceField(
        label=_("Working languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_centre = forms.BooleanField(
        label=_("Sees all units"),
        required=False,
        help_text=_("Members read the working papers of every unit."),
    )
    letterhead_superior = forms.CharField(label=_("Superior authority"), max_length=200, required=False)
    letterhead_issuer = forms.CharField(label=_("Issuing authority"), max_length=200, required=False)
    letterhead_symbol = forms.CharField(label=_("Symbol in document numbers"), max_length=40, required=False)
    letterhead_place = forms.CharField(label=_("Place of issue"), max_length=100, required=False)
    letterhead_signer_title = forms.CharField(
        label=_("Title of the person who signs"), max_length=150, required=False
    )

    def __init__(
        self,
        *args: Any,
        kinds: Choices,
        parents: Any,
        subjects: Choices,
        first_languages: Iterable[str] = (),
        may_be_top: bool = True,
        may_be_centre: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, kind=kinds, subject=subjects, country=country_choices(), time_zone=zone_choices())
        _choose(self, languages=language_choices(first_languages))  # in the order in which they are wanted
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
        self.fields["parent"].required = not may_be_top
        if not may_be_centre:
            del self.fields["is_centre"]

    def values(self) -> dict[str, Any]:
        """Return the cleaned fields as create_unit and change_unit take them."""
        plain = {
            name: value for name, value in self.cleaned_data.items() if not name.startswith("letterhead_")
        }
        lines = {
            name.removeprefix("letterhead_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("letterhead_")
        }
        return {**plain, "letterhead": lines}

    @property
    def unit_fields(self) -> list[forms.BoundField]:
        """The fields that say what the unit is."""
        return [field for field in self.visible_fields() if not field.name.startswith("letterhead_")]

    @property
    def letterhead_fields(self) -> list[forms.BoundField]:
        """The fields of the letterhead."""
        return [field for field in self.visible_fields() if field.name.startswith("letterhead_")]


def _choose(form: forms.Form, **choices: Choices) -> None:
    for name, offered in choices.items():
        form.fields[name].choices = list(offered)  # type: ignore[attr-defined]
