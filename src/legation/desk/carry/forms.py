"""Filters of the lists of jobs and deliveries; they stand in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")  # the only form that a date field of a browser reads


class JobFilterForm(forms.Form):
    """Which jobs to list."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    since = forms.DateField(label=_("Created from"), required=False, widget=_Day)
    until = forms.DateField(label=_("Created until"), required=False, widget=_Day)

    def __init__(
        self, *args: Any, kinds: list[tuple[str, Any]], units: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("All")), *units]  # type: ignore[attr-defined]
        if len(units) < 2:
            del self.fields["unit"]


class DeliveryFilterForm(forms.Form):
    """Which deliveries to list."""

    q = forms.CharField(label=_("Recipient or subject"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False)
    since = forms.DateField(label=_("Created from"), required=False, widget=_Day)
    until = forms.DateField(label=_("Created until"), required=False, widget=_Day)

    def __init__(self, *args: Any, statuses: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("All")), *statuses]  # type: ignore[attr-defined]
