"""Add a source by its address alone: the desk looks, a person confirms."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from legation.desk.carry.models import Job
from legation.desk.carry.services.jobs import cancel_job
from legation.desk.listen.forms import KINDS, AddressForm, DiscoveryForm, offer
from legation.desk.listen.services.discoveries import (
    DISCOVER_JOB,
    Discovery,
    check_discovery,
    request_discovery,
)
from legation.desk.listen.services.found_feeds import is_taken
from legation.desk.listen.services.sources import REFUSALS, SourceRefused, add_source
from legation.desk.listen.templatetags.listen_tags import reason_name
from legation.desk.listen.views.choices import all_countries
from legation.desk.listen.views.source_edits import add_refusal, read_form
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.engine.records.sources import ListPage

_SHOWN_APART = ("feeds", "with_list", "pattern")  # fields that the template shows with what was found


class DiscoverSourceView(AbilityRequired, FormView):
    """Takes an address and has it looked at."""

    ability = Ability.MANAGE_SOURCES
    template_name = "listen/discover_source.html"
    form_class = AddressForm

    def get_initial(self) -> dict[str, Any]:
        """Begin with an address that another page hands over."""
        return {"address": self.request.GET.get("address", "")[:2_000]}

    def form_valid(self, form: AddressForm) -> HttpResponse:
        """Enqueue the discovery, or say why the address is refused."""
        try:
            job = request_discovery(
                address=form.cleaned_data["address"],
                by=self.request.user,
                unit=self.request.unit,
                at=timezone.now(),
            )
        except SourceRefused as refusal:
            form.add_error("address", REFUSALS[refusal.reason])
            return self.form_invalid(form)
        return redirect("listen:discovery", pk=job.pk)


class DiscoveryView(AbilityRequired, FormView):
    """Shows how far a discovery has come, then what it found, and keeps what a person confirms."""

    ability = Ability.MANAGE_SOURCES
    form_class = DiscoveryForm

    @cached_property
    def discovery(self) -> Discovery:
        """What the job has found so far."""
        try:
            return check_discovery(job_id=self.kwargs["pk"])
        except Job.DoesNotExist as error:
            raise Http404 from error

    @property
    def found(self) -> dict[str, Any]:
        """What was found, {} while there is nothing to confirm."""
        has_found = self.discovery.found and not self.discovery.problem
        return self.discovery.found or {} if has_found else {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page; to a page that only asks for news, its news, or that it should load itself anew."""
        response = super().get(request, *args, **kwargs)
        if self.request.htmx and self.discovery.is_over:
            response = HttpResponse(status=204)
            response["HX-Refresh"] = "true"
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what was confirmed; nothing can be confirmed before it is found."""
        if not self.found:
            return redirect("listen:discovery", pk=self.kwargs["pk"])
        return super().post(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        """Show only the progress to a page that asks for news of it."""
        return ["listen/discovery_progress.html" if self.request.htmx else "listen/discovery.html"]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer what was found and is not known."""
        return {
            **super().get_form_kwargs(),
            "countries": all_countries(),
            "addresses": [feed["address"] for feed in self.found.get("feeds", []) if not is_taken(feed)],
            "has_list": bool(self.found.get("list_page")),
        }

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was found; the best feed is ticked."""
        found = self.found
        new = [feed for feed in found.get("feeds", []) if not feed["twin"]]
        page = found.get("list_page") or {}
        return {
            "name": found.get("name", ""),
            "home": found.get("home", ""),
            "kind": found.get("kind", ""),
            "country": found.get("country", ""),
            "languages": ", ".join(found.get("languages", [])),
            "feeds": [feed["address"] for feed in new[:1]],
            "with_list": bool(page),
            "pattern": page.get("pattern", ""),
        }

    def get_form(self, form_class: type[DiscoveryForm] | None = None) -> DiscoveryForm:
        """Ask for the kind that nobody declares instead of choosing one."""
        form: DiscoveryForm = super().get_form(form_class)
        if not self.found.get("kind"):
            offer(form, "kind", KINDS, empty=_("choose"))
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the discovery, its feeds with what they bring, and what is asked of the person."""
        context = super().get_context_data(**kwargs)
        form, found = context["form"], self.found
        ticked = form["feeds"].value() or []
        feeds = [
            {**feed, "is_taken": is_taken(feed), "is_ticked": feed["address"] in ticked}
            for feed in found.get("feeds", [])
        ]
        for feed in feeds:
            feed["newest"] = _read_moment(feed["newest"])
            feed["items"] = [{**item, "date": _read_moment(item["date"])} for item in feed["items"]]
        job = get_object_or_404(Job, pk=self.kwargs["pk"])
        shown = [field for field in form.visible_fields() if field.name not in _SHOWN_APART]
        return {**context, "discovery": self.discovery, "found": found, "feeds": feeds, "job": job,
                "facts": shown, "missing": _name_missing(found.get("missing", [])),
                "problem_words": reason_name(self.discovery.problem)}  # fmt: skip

    def form_valid(self, form: DiscoveryForm) -> HttpResponse:
        """Keep the source with its icon, or say why it is refused."""
        record = read_form(form)
        page = self.found.get("list_page")
        if page and form.cleaned_data.get("with_list"):
            pages = (ListPage(page["address"], form.cleaned_data["pattern"]),)
            record = read_form(form, list_pages=pages)
        try:
            source = add_source(record=record, icon=base64.b64decode(self.found.get("icon", "")))
        except SourceRefused as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The source is kept."))
        return redirect("listen:source", key=source.key)


class CancelDiscoveryView(AbilityRequired, View):
    """Calls a discovery off."""

    ability = Ability.MANAGE_SOURCES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel the job and go back to the address."""
        job = get_object_or_404(Job, pk=pk, kind=DISCOVER_JOB)
        cancel_job(job=job, by=request.user)  # type: ignore[arg-type]
        return redirect("listen:discover_source")


def _read_moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _name_missing(missing: list[str]) -> list[str]:
    """Say in words what could not be found."""
    names = {
        "name": _("a name"),
        "languages": _("a language"),
        "country": _("the country"),
        "kind": _("the kind of publisher"),
        "icon": _("an icon"),
        "feeds": _("a feed"),
    }
    return [names[what] for what in missing if what in names]
