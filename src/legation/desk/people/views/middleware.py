"""Gives every request its person's language, unit and time zone, and guards the desk's door."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.defaults import permission_denied
from wagtail.users.models import UserProfile

from legation.desk.people.services.abilities import active_unit

DESK = "/desk/"
# Wagtail's own addresses that the desk's pages use. All others (page tree, images, users, groups, reports…)
# are closed to everybody until a room needs one: they know nothing of units and abilities.
OPEN_WAGTAIL = {
    "wagtailadmin_home",
    "wagtailadmin_account",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_dismissibles",
    "wagtailadmin_logout",
    "wagtailadmin_login",
}
NOTHING_THERE = ".*/$"  # Wagtail's last pattern, which answers with its page for unknown addresses
OPEN_TO_OUTSIDERS = {
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_logout",
    "wagtailadmin_login",
}


class PersonMiddleware:
    """Sets request.unit, the interface language and the time zone for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as its person sees the desk."""
        user = request.user
        if not user.is_authenticated:
            request.unit = None  # type: ignore[attr-defined]
            return self.get_response(request)
        unit = active_unit(user)
        request.unit = unit  # type: ignore[attr-defined]
        language = user.language if user.language in dict(settings.LANGUAGES) else translation.get_language()
        zone = unit.time_zone if unit else settings.TIME_ZONE
        _tell_wagtail(user, language or settings.LANGUAGE_CODE, zone)
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language or "")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Close Wagtail's own pages, and tell a person without a unit why the desk stays shut."""
        if not request.path.startswith(DESK) or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        name = match.url_name if match else None
        if request.unit is None and name not in OPEN_TO_OUTSIDERS:  # type: ignore[attr-defined]
            return render(request, "people/no_unit.html", status=403)
        if match and match.route.endswith(NOTHING_THERE):
            return None
        if name not in OPEN_WAGTAIL and not _is_ours(match):
            return permission_denied(request, PermissionDenied())  # without a traceback in the log
        return None


def _is_ours(match: Any) -> bool:
    """Tell whether an address is a room's: its namespace is the room's name, or begins with it and "_"."""
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("legation.desk.")}
    return bool(match and match.namespaces and match.namespaces[0].split("_")[0] in rooms)


def _tell_wagtail(user: Any, language: str, zone: str) -> None:
    """Have Wagtail's admin, which keeps its own profile of each user, speak and count time as the desk does.

    The profile is only changed in memory: User.language and Unit.time_zone are the truth.
    """
    profile = getattr(user, "wagtail_userprofile", None) or UserProfile(user=user)
    profile.preferred_language, profile.current_time_zone = language, zone
    user.wagtail_userprofile = profile
