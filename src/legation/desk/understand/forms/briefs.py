"""Forms of briefs: filters, schedule, sharing and signing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WEEKDAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]
MAX_RECIPIENTS = 200  # official addresses; a longer list is a newsletter, which another room sends
MAX_SECTIONS = 20


class BriefFilterForm(forms.Form):
    """What the list of briefs shows; everything stands in the address."""

    q = forms.CharField(label=gettext_lazy("Words in the title"), required=False, max_length=100)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, statuses: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("all")), *statuses]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("all")), *units]  # type: ignore[attr-defined]


class BriefHoursForm(forms.Form):
    """When a brief is prepared and must be signed, and in which language."""

    prepare_at = forms.TimeField(
        label=gettext_lazy("Prepared at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    deadline_at = forms.TimeField(
        label=gettext_lazy("Sign-off deadline"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy(
            "If nobody has signed by then, it goes to the unit's own users, not signed off."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the brief"))


class BriefScheduleForm(BriefHoursForm):
    """When a unit's brief is prepared, must be signed, and to whom it goes."""

    field_order = ("is_enabled", "weekdays", "prepare_at", "deadline_at", "language")
    is_enabled = forms.BooleanField(label=gettext_lazy("Prepare a brief by itself"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    recipients = forms.CharField(
        label=gettext_lazy("Official addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line: Name <address>. They get signed briefs only."),
    )
    sections = forms.CharField(
        label=gettext_lazy("Sections"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One title a line. Leave empty for the standard ones."),
    )

    def __init__(self, *args: Any, languages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]

    def clean_recipients(self) -> list[tuple[str, str]]:
        """Read the lines into names and addresses."""
        found: list[tuple[str, str]] = []
        for line in self.cleaned_data["recipients"].splitlines():
            if not line.strip():
                continue
            name, bracket, rest = line.rpartition("<")
            address = (rest.partition(">")[0] if bracket else rest).strip()
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(_("“%(line)s” has no valid address.") % {"line": line.strip()[:100]})
            found.append((name.strip().strip('"'), address))
        if len(found) > MAX_RECIPIENTS:
            raise ValidationError(_("At most %(count)d addresses.") % {"count": MAX_RECIPIENTS})
        return found

    def clean_sections(self) -> list[str]:
        """Read the lines into titles."""
        titles = [line.strip()[:300] for line in self.cleaned_data["sections"].splitlines() if line.strip()]
        if len(titles) > MAX_SECTIONS:
            raise ValidationError(_("At most %(count)d sections.") % {"count": MAX_SECTIONS})
        return titles


class FirstScheduleForm(BriefHoursForm):
    """The wizard's question: when the first brief is wanted each day."""

    field_order = ("is_enabled",)
    is_enabled = forms.BooleanField(
        label=gettext_lazy("Prepare a brief by itself on working days"), required=False, initial=True
    )

    def __init__(self, *args: Any, languages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]


class BriefActForm(forms.Form):
    """One step of a brief on its way to the readers."""

    act = forms.CharField(max_length=20)
    revision = forms.IntegerField(min_value=0, required=False)
    remark = forms.CharField(max_length=2000, required=False)


class BriefShareForm(forms.Form):
    """Which other units may read a brief."""

    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Units"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = units  # type: ignore[attr-defined]
