"""The first-start wizard: one page per registered step, each kept as soon as it is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.installations import finish_set_up, may_set_up
from legation.desk.people.services.permissions import AbilityRequired, DeskRequest
from legation.desk.people.services.wizard import WizardStep, wizard_steps


class WizardView(AbilityRequired, View):
    """Shows and keeps one step; after the last one the desk is set up."""

    ability = Ability.MANAGE_PEOPLE

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let only administrators at the top in."""
        if not may_set_up(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: DeskRequest, name: str = "") -> HttpResponse:
        """Show a step; without a name, lead to the first one."""
        if not name:
            return redirect("people:set_up_step", name=wizard_steps()[0].name)
        step = self._find_step(name)
        try:
            return self._show(request, step, step.form(request, None))
        except ValidationError as problem:  # an earlier step is missing
            messages.warning(request, " ".join(problem.messages))
            return redirect("people:set_up_step", name=wizard_steps()[0].name)

    def post(self, request: DeskRequest, name: str = "") -> HttpResponse:
        """Keep a step and go to the next one, or to the finished desk."""
        step = self._find_step(name)
        try:
            form: Any = step.form(request, request.POST)
        except ValidationError as problem:  # an earlier step is missing
            messages.warning(request, " ".join(problem.messages))
            return redirect("people:set_up_step", name=wizard_steps()[0].name)
        if form.is_valid():
            try:
                step.save(request, form)
            except ValidationError as problem:
                form.add_error(None, problem.messages)
            else:
                return self._go_on(request, step)
        return self._show(request, step, form)

    def _go_on(self, request: DeskRequest, step: WizardStep) -> HttpResponse:
        steps = wizard_steps()
        following = steps[steps.index(step) + 1 :]
        if following:
            return redirect("people:set_up_step", name=following[0].name)
        finish_set_up(at=timezone.now())
        messages.success(request, _("The desk is set up."))
        return redirect("wagtailadmin_home")

    def _show(self, request: DeskRequest, step: WizardStep, form: Any) -> HttpResponse:
        steps = wizard_steps()
        place = steps.index(step)
        context = {
            "step": step,
            "steps": steps,
            "form": form,
            "before": steps[place - 1] if place else None,
            "is_last": place == len(steps) - 1,
        }
        return render(request, step.template, context)

    def _find_step(self, name: str) -> WizardStep:
        found = next((step for step in wizard_steps() if step.name == name), None)
        if found is None:
            raise Http404
        return found
