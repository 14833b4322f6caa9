"""The wizard's own steps: country, unit, languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legation.desk.shell.names import country_choices, language_choices, zone_choices

Choices = Iterable[tuple[Any, Any]]


class CountryForm(forms.Form):
    """Which country this desk speaks for."""

    country = forms.ChoiceField(label=_("Country"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, countries: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = list(countries)  # type: ignore[attr-defined]


class FirstUnitForm(forms.Form):
    """The unit whose desk this is."""

    name = forms.CharField(label=_("Name of your unit"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))
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
    with_units = forms.BooleanField(
        label=_("Also make the units of the example tree"),
        required=False,
        help_text=_("Ministries, provinces and missions of the country, to be changed or left out later."),
    )

    def __init__(
        self, *args: Any, kinds: Choices, subjects: Choices, example_count: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("kind", kinds),
            ("subject", subjects),
            ("country", country_choices()),
            ("time_zone", zone_choices()),
        ):
            self.fields[name].choices = list(choices)  # type: ignore[attr-defined]
        if example_count < 2:
            del self.fields["with_units"]


class LanguagesForm(forms.Form):
    """The languages that the unit works in."""

    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The desk listens to these first and shows which of them are missing."),
    )

    def __init__(self, *args: Any, first: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = language_choices(first)  # type: ignore[attr-defined]
