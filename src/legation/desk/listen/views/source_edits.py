"""Add, change, switch and fetch sources."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView, View

from legation.desk.listen.forms import ShippedSourcesForm, SourceForm
from legation.desk.listen.models import Source
from legation.desk.listen.services.listening import fetch_now
from legation.desk.listen.services.sources import (
    REFUSALS,
    SourceRefused,
    add_source,
    adopt_moved_feed,
    change_source,
    import_sources,
    read_pages,
    switch_source,
)
from legation.desk.listen.views.choices import all_countries
from legation.desk.listen.views.shipped import shipped_choices
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.engine.records.sources import ListPage, SourceKind, SourceRecord
from legation.gateways.yaml_files import UnusablePack

_REFUSED_FIELD = {
    "name": "name", "kind": "kind", "language": "languages", "country": "country", "pattern": "list_pages",
}  # fmt: skip


class AddSourceView(AbilityRequired, FormView):
    """Adds one source."""

    ability = Ability.MANAGE_SOURCES
    template_name = "listen/source_form.html"
    form_class = SourceForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer every country."""
        return {**super().get_form_kwargs(), "countries": all_countries()}

    def form_valid(self, form: SourceForm) -> HttpResponse:
        """Store the source, or say why it is refused."""
        try:
            source = self.store(read_form(form))
        except SourceRefused as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The source is kept."))
        return redirect("listen:source", key=source.key)

    def store(self, record: SourceRecord) -> Source:
        """Store a new source."""
        return add_source(record=record)


class EditSourceView(AddSourceView):
    """Changes one source."""

    def get_source(self) -> Source:
        """Return the source of the address."""
        return get_object_or_404(Source, key=self.kwargs["key"])

    def get_initial(self) -> dict[str, Any]:
        """Begin with what is kept."""
        source = self.get_source()
        pages = [f"{page.address} {page.pattern}" for page in read_pages(source.list_pages)]
        return {
            **{
                name: getattr(source, name)
                for name in ("name", "home", "kind", "country", "is_ours", "expected_per_day")
            },
            "feeds": "\n".join(source.feeds),
            "list_pages": "\n".join(pages),
            "languages": ", ".join(source.languages),
            "ownership_type": source.ownership.get("type", ""),
            "ownership_origin": source.ownership.get("origin", ""),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the source."""
        return {**super().get_context_data(**kwargs), "source": self.get_source()}

    def store(self, record: SourceRecord) -> Source:
        """Store the changes."""
        return change_source(source=self.get_source(), record=record)


class ShippedSourcesView(AbilityRequired, FormView):
    """Adds sources of the shipped list."""

    ability = Ability.MANAGE_SOURCES
    template_name = "listen/shipped_sources.html"
    form_class = ShippedSourcesForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the shipped sources that are not known yet."""
        return {**super().get_form_kwargs(), "choices": shipped_choices(is_new_only=True)}

    def form_valid(self, form: ShippedSourcesForm) -> HttpResponse:
        """Add what was ticked."""
        add_shipped(self.request, form.cleaned_data["keys"])
        return redirect("listen:sources")


class _SourceAct(AbilityRequired, View):
    """One act on one source; goes back to its page."""

    ability = Ability.MANAGE_SOURCES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Do it."""
        source = get_object_or_404(Source, key=key)
        self.act(request, source)
        return redirect("listen:source", key=key)

    def act(self, request: HttpRequest, source: Source) -> None:
        """Do what the address says."""
        raise NotImplementedError


class SwitchSourceView(_SourceAct):
    """Switches the listening on or off."""

    def act(self, request: HttpRequest, source: Source) -> None:
        """Take "on" or "off"."""
        is_enabled = request.POST.get("to") == "on"
        switch_source(source=source, is_enabled=is_enabled)
        messages.success(
            request, _("The desk listens to it.") if is_enabled else _("The desk no longer listens to it.")
        )


class FetchSourceView(_SourceAct):
    """Fetches a source now."""

    def act(self, request: HttpRequest, source: Source) -> None:
        """Make it due and enqueue a round."""
        fetch_now(source=source, by=request.user, unit=request.unit, at=timezone.now())  # type: ignore[arg-type,attr-defined]
        messages.success(request, _("The visit is on its way."))


class MoveFeedView(_SourceAct):
    """Takes over the address to which a feed has moved."""

    def act(self, request: HttpRequest, source: Source) -> None:
        """Take the old address."""
        try:
            adopt_moved_feed(source=source, feed=request.POST.get("feed", ""))
            messages.success(request, _("The new address is kept."))
        except SourceRefused as refusal:
            messages.error(request, REFUSALS[refusal.reason])


def read_form(form: SourceForm, *, list_pages: tuple[ListPage, ...] = ()) -> SourceRecord:
    """Make a record of a source from a valid form; its key is made from country and name.

    list_pages: those that the form does not hold itself.
    """
    fields = form.cleaned_data
    feeds = fields["feeds"].split() if isinstance(fields["feeds"], str) else fields["feeds"]
    typed = tuple(ListPage(address, pattern) for address, pattern in fields.get("list_pages", ()))
    return SourceRecord(
        key="",
        name=fields["name"],
        kind=SourceKind(fields["kind"]),
        country=fields["country"],
        languages=tuple(part.strip() for part in fields["languages"].split(",") if part.strip()),
        home=fields["home"],
        feeds=tuple(dict.fromkeys(feeds)),
        is_ours=fields["is_ours"],
        ownership_type=fields["ownership_type"],
        ownership_origin=fields["ownership_origin"],
        expected_per_day=fields["expected_per_day"] or 0.0,
        list_pages=typed or list_pages,
    )


def add_refusal(form: SourceForm, refusal: SourceRefused) -> None:
    """Show why a source is refused, at the field that it is about."""
    about = f" ({refusal.about})" if refusal.about else ""
    name = _REFUSED_FIELD.get(refusal.reason, "feeds")
    name = "pattern" if name == "list_pages" and name not in form.fields else name
    form.add_error(name if name in form.fields else None, f"{REFUSALS[refusal.reason]}{about}")


def add_shipped(request: HttpRequest, keys: list[str]) -> None:
    """Add sources of the shipped list and tell the person what came of it."""
    try:
        read = import_sources(paths=[settings.ENVIRONMENT.sources_dir], keys=keys)
    except UnusablePack as problem:
        messages.error(request, str(problem))
        return
    count = len(read.added)
    messages.success(
        request, ngettext("%(count)d source added.", "%(count)d sources added.", count) % {"count": count}
    )
    for sentence in read.refused.values():
        messages.warning(request, sentence)
