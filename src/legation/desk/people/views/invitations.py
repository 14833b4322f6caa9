"""The page behind a one-time link: a person makes their account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from legation.desk.people.forms.accounts import WelcomeForm
from legation.desk.people.services.invitations import InvitationSpent, accept_invitation, find_invitation
from legation.desk.people.services.permissions import OpenToEverybody

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class WelcomeView(OpenToEverybody, View):
    """Shows what the invitation is for, makes the account, signs in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a spent link with a page of its own."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except InvitationSpent:
            return render(request, "people/invitation_spent.html", status=404)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Ask for name, address and password."""
        invitation = find_invitation(token, at=timezone.now())
        form = WelcomeForm(invited_email=invitation.email)
        return render(request, "people/welcome.html", {"form": form, "invitation": invitation})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Make the account and go to the desk, or say what is wrong."""
        invitation = find_invitation(token, at=timezone.now())
        form = WelcomeForm(request.POST, invited_email=invitation.email)
        if form.is_valid():
            try:
                user = accept_invitation(
                    token=token,
                    name=form.cleaned_data["name"],
                    email=form.cleaned_data["email"],
                    password=form.cleaned_data["password"],
                    language=translation.get_language() or "en",
                    at=timezone.now(),
                )
            except IntegrityError:
                form.add_error(
                    "email", ValidationError(_("This address already has an account; sign in instead."))
                )
            else:
                login(request, user, backend=BACKEND)
                return redirect("wagtailadmin_home")
        return render(request, "people/welcome.html", {"form": form, "invitation": invitation})
