"""Switch the interface language or the unit, from any page."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import View

from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired, DeskRequest, OpenToEverybody
from legation.desk.people.services.preferences import choose_language, choose_unit

LANGUAGE_COOKIE_SECONDS = 60 * 60 * 24 * 365  # a browser keeps its language for a year


class LanguageView(OpenToEverybody, View):
    """Keeps the language: in a cookie for the sign-in page, and for whoever is signed in with the account."""

    http_method_names = ["post"]

    def post(self, request: DeskRequest) -> HttpResponse:
        """Take language and next; go back to where the switch was."""
        response = redirect(_safe_next(request))
        language = request.POST.get("language", "")
        if language in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=LANGUAGE_COOKIE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
            if request.user.is_authenticated:
                choose_language(user=request.user, language=language)
        return response


class UnitChoiceView(AbilityRequired, View):
    """Makes another of the person's units the active one."""

    ability = Ability.READ
    http_method_names = ["post"]

    def post(self, request: DeskRequest) -> HttpResponse:
        """Take unit and next; go back, seeing that unit's desk."""
        chosen = request.POST.get("unit", "")
        if not (chosen.isdecimal() and choose_unit(user=request.user, unit_id=int(chosen[:18]))):
            messages.error(request, _("You are not a member of that unit."))
        return redirect(_safe_next(request))


def _safe_next(request: DeskRequest) -> str:
    """Return where to go back to, never outside this desk."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return settings.LOGIN_REDIRECT_URL
