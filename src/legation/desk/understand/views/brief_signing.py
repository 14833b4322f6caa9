"""What people do with a whole brief: submit, return, sign off, withdraw, reopen, share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from legation.desk.people.models import Unit
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.understand.forms.briefs import BriefActForm, BriefShareForm
from legation.desk.understand.models import Brief
from legation.desk.understand.services import brief_signatures
from legation.desk.understand.services.brief_access import BriefRefused
from legation.desk.understand.services.briefs import share_brief

Act = tuple[Ability, Callable[..., Any], tuple[str, ...], Any]
ACTS: dict[str, Act] = {
    "submit": (
        Ability.EDIT_BRIEFS,
        brief_signatures.submit_brief,
        ("revision",),
        gettext_lazy("Submitted. A second person can sign it off now."),
    ),
    "take_back": (
        Ability.EDIT_BRIEFS,
        brief_signatures.take_back_brief,
        (),
        gettext_lazy("Taken back into editing."),
    ),
    "return": (
        Ability.SIGN_OFF,
        brief_signatures.return_brief,
        ("remark",),
        gettext_lazy("Returned to its editors."),
    ),
    "approve": (
        Ability.SIGN_OFF,
        brief_signatures.approve_brief,
        ("revision",),
        gettext_lazy("Signed off. It is on its way to its readers."),
    ),
    "withdraw": (
        Ability.SIGN_OFF,
        brief_signatures.withdraw_brief,
        ("remark",),
        gettext_lazy("Withdrawn. Everybody who got it is told."),
    ),
    "reopen": (
        Ability.EDIT_BRIEFS,
        brief_signatures.reopen_brief,
        (),
        gettext_lazy("Open for editing again."),
    ),
}


class BriefActView(AbilityRequired, View):
    """Takes one step with a brief."""

    ability = Ability.SIGN_OFF
    http_method_names = ["post"]
    kwargs: dict[str, Any]
    request: HttpRequest

    def get_unit(self) -> Unit | None:
        """The brief's unit; each act has its own ability there."""
        self.brief = get_object_or_404(Brief.objects.select_related("unit"), pk=self.kwargs["pk"])
        return self.brief.unit

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the act's ability before it is checked, and before any record is looked for."""
        known = ACTS.get(request.POST.get("act", ""))
        if known:
            self.ability = known[0]
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the step, or say why not."""
        form = BriefActForm(request.POST)
        if not form.is_valid() or form.cleaned_data["act"] not in ACTS:
            raise Http404
        _ability, act, fields, done = ACTS[form.cleaned_data["act"]]
        given = {name: form.cleaned_data[name] for name in fields}
        if given.get("revision", 0) is None:
            given["revision"] = -1  # a form without the revision that was read signs nothing
        try:
            act(brief=self.brief, by=request.user, at=timezone.now(), **given)
        except BriefRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(done))
        opens_editor = form.cleaned_data["act"] in {"take_back", "reopen"}
        return redirect("understand:brief_edit" if opens_editor else "understand:brief", pk)


class BriefShareView(AbilityRequired, View):
    """Shares a brief with other units."""

    ability = Ability.EDIT_BRIEFS
    http_method_names = ["post"]
    kwargs: dict[str, Any]

    def get_unit(self) -> Unit | None:
        """The brief's unit."""
        self.brief = get_object_or_404(Brief.objects.select_related("unit"), pk=self.kwargs["pk"])
        return self.brief.unit

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Share with exactly the units that were ticked."""
        others = Unit.objects.exclude(pk=self.brief.unit_id)
        form = BriefShareForm(request.POST, units=[(unit.pk, unit.name) for unit in others])
        if form.is_valid():
            share_brief(
                brief=self.brief,
                units=others.filter(pk__in=form.cleaned_data["units"]),
                by=request.user,  # type: ignore[arg-type]
            )
            messages.success(request, _("The units that may read this brief are saved."))
        else:
            messages.error(request, _("Choose units from the list."))
        return redirect("understand:brief", pk)
