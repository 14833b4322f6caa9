"""Switch many sources on or off at once, and back again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from legation.desk.listen.services.sources import switch_sources
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired

_MAX_KEYS = 2_000  # all that one page shows, many times over
_SESSION_KEY = "listen.switched"


class SwitchSourcesView(AbilityRequired, View):
    """Switches the ticked sources; what this changed can be undone from the next page."""

    ability = Ability.MANAGE_SOURCES
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take keys and "on" or "off"."""
        is_enabled = request.POST.get("to") == "on"
        changed = switch_sources(keys=request.POST.getlist("keys")[:_MAX_KEYS], is_enabled=is_enabled)
        is_undoing = bool(request.POST.get("undo"))
        if changed and not is_undoing:
            request.session[_SESSION_KEY] = {"sources": changed, "is_enabled": is_enabled}
        _tell(request, len(changed), is_enabled=is_enabled, is_undoing=is_undoing)
        back = request.POST.get("back", "")
        return redirect(reverse("listen:sources") + (back if back.startswith("?") else ""))


def take_switched(request: Any) -> dict[str, Any] | None:
    """Return what was switched last, once, for the offer to undo it."""
    switched: dict[str, Any] | None = request.session.pop(_SESSION_KEY, None)
    return {**switched, "count": len(switched["sources"])} if switched else None


def _tell(request: HttpRequest, count: int, *, is_enabled: bool, is_undoing: bool) -> None:
    if is_undoing:
        messages.success(request, _("Undone."))
    elif not count:
        messages.info(request, _("Nothing changed: tick the sources first."))
    elif is_enabled:
        words = ngettext("The desk listens to %(count)d more source.",
                         "The desk listens to %(count)d more sources.", count)  # fmt: skip
        messages.success(request, words % {"count": count})
    else:
        words = ngettext("The desk no longer listens to %(count)d source.",
                         "The desk no longer listens to %(count)d sources.", count)  # fmt: skip
        messages.success(request, words % {"count": count})
