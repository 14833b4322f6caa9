"""Gives every request its person's language, unit and time zone."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from legation.desk.people.services.abilities import active_unit


class PersonMiddleware:
    """Sets request.unit, the interface language and the time zone for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as its person sees the desk."""
        user = request.user
        unit = active_unit(user) if user.is_authenticated else None
        request.unit = unit  # type: ignore[attr-defined]
        if user.is_authenticated and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        if unit is None:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(unit.time_zone)):
            return self.get_response(request)
