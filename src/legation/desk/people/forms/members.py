"""Forms by which administrators invite people and give roles, and search the lists of people and deeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

Choices = Iterable[tuple[Any, Any]]
EVERYTHING = [("", _("all"))]


class MembershipForm(forms.Form):
    """One role in one unit."""

    unit: Any = forms.ModelChoiceField(label=_("Unit"), queryset=None)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, units: Any, roles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["role"].choices = list(roles)  # type: ignore[attr-defined]


class InvitationForm(MembershipForm):
    """Whom to invite, for what, and for how long the link works."""

    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Fixes the address of the account. Without it, whoever holds the link names their own."),
    )
    valid_hours = forms.TypedChoiceField(
        label=_("The link works for"),
        coerce=int,
        initial=72,
        choices=[(24, _("one day")), (72, _("three days")), (168, _("one week"))],
    )

    field_order = ["email", "unit", "role", "valid_hours"]


class UserFilterForm(forms.Form):
    """Narrows the list of people."""

    search = forms.CharField(label=_("Name or address"), max_length=100, required=False)
    unit: Any = forms.ModelChoiceField(label=_("Unit"), queryset=None, required=False, empty_label=_("all"))
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(
        label=_("Account"),
        required=False,
        choices=[*EVERYTHING, ("open", _("open")), ("closed", _("closed"))],
    )

    def __init__(self, *args: Any, units: Any, roles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["role"].choices = [*EVERYTHING, *roles]  # type: ignore[attr-defined]


class AuditFilterForm(forms.Form):
    """Narrows the audit log."""

    person: Any = forms.ModelChoiceField(
        label=_("Person"), queryset=None, required=False, empty_label=_("all")
    )
    record = forms.TypedChoiceField(label=_("Record"), coerce=int, empty_value=None, required=False)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, people: Any, records: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["record"].choices = [*EVERYTHING, *records]  # type: ignore[attr-defined]
