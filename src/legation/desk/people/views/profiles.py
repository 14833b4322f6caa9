"""A person's own page: name, language, look, password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.users.models import UserProfile

from legation.desk.people.forms.accounts import ProfileForm
from legation.desk.people.services.abilities import Ability, memberships_of
from legation.desk.people.services.permissions import AbilityRequired, DeskRequest


class ProfileView(AbilityRequired, View):
    """Shows and keeps what a person may say about themself."""

    ability = Ability.READ

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the form."""
        profile = UserProfile.objects.filter(user=request.user).first()
        initial = {
            "first_name": request.user.first_name,
            "last_name": request.user.last_name,
            "language": translation.get_language(),
            "theme": profile.theme if profile else "system",
        }
        return self._show(
            request, ProfileForm(initial=initial, languages=settings.WAGTAILADMIN_PERMITTED_LANGUAGES)
        )

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep name, language and look."""
        form = ProfileForm(request.POST, languages=settings.WAGTAILADMIN_PERMITTED_LANGUAGES)
        if not form.is_valid():
            return self._show(request, form)
        user: Any = request.user
        for name in ("first_name", "last_name", "language"):
            setattr(user, name, form.cleaned_data[name])
        user.save(update_fields=["first_name", "last_name", "language"])
        UserProfile.objects.update_or_create(user=user, defaults={"theme": form.cleaned_data["theme"]})
        with translation.override(user.language):
            messages.success(request, _("The change is kept."))
        return redirect("people:profile")

    def _show(self, request: DeskRequest, form: ProfileForm) -> HttpResponse:
        context = {
            "form": form,
            "memberships": memberships_of(request.user),
            "offers_multi_factor": bool(settings.MFA_SUPPORTED_TYPES),
        }
        return render(request, "people/profile.html", context)
