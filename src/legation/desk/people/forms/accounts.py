"""Forms by which people make and describe their own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model, password_validation
from django.utils.translation import gettext_lazy as _


class WelcomeForm(forms.Form):
    """Name, address and password of a new account; the address is fixed where the invitation names one."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a few words that nobody would guess serve well."),
    )

    def __init__(self, *args: Any, invited_email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if invited_email:
            self.fields["email"].initial, self.fields["email"].disabled = invited_email, True

    def clean(self) -> dict[str, Any]:
        """Judge the password beside name and address, which it must not resemble."""
        cleaned = super().clean() or {}
        if cleaned.get("password"):
            person = get_user_model()(email=cleaned.get("email", ""), first_name=cleaned.get("name", ""))
            try:
                password_validation.validate_password(cleaned["password"], person)
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return cleaned


class ProfileForm(forms.Form):
    """A person's own name, interface language and look."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    language = forms.ChoiceField(label=_("Language of the desk"))
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=[("system", _("As on this device")), ("light", _("Light")), ("dark", _("Dark"))],
    )

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
