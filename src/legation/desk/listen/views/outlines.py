"""Lists of other feed readers in and out: what becomes of each line is shown before anything is added."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView, View

from legation.desk.listen.forms import OutlineDefaultsForm, OutlinesForm
from legation.desk.listen.models import Source
from legation.desk.listen.services.outline_files import MAX_BYTES, forget_list, keep_list, read_list
from legation.desk.listen.services.outlines import (
    OutlineAccount,
    OutlineDefaults,
    export_outlines,
    import_outlines,
    plan_outlines,
)
from legation.desk.listen.views.choices import all_countries, heard_languages
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.engine.listen.opml import OutlineList, UnreadableOpml, read_opml
from legation.engine.records.sources import SourceKind

_SHOWN_LINES = 300  # of each outcome; the page must stay below 50 KB on the wire
_MAX_ADDED = 1_000  # a second for each hundred; the command has no such limit


class UploadOutlinesView(AbilityRequired, FormView):
    """Takes a list and leads to its preview."""

    ability = Ability.MANAGE_SOURCES
    template_name = "listen/upload_outlines.html"
    form_class = OutlinesForm

    def form_valid(self, form: OutlinesForm) -> HttpResponse:
        """Keep the list where it can be read."""
        upload = form.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            form.add_error("file", _("The file is larger than 10 MB."))
            return self.form_invalid(form)
        content = upload.read()
        try:
            read_opml(content)
        except UnreadableOpml:
            form.add_error("file", _("This is no OPML that can be read."))
            return self.form_invalid(form)
        return redirect("listen:outlines", digest=keep_list(content=content))


class OutlinesView(AbilityRequired, FormView):
    """Shows what would become of each line of a list, and adds what is confirmed."""

    ability = Ability.MANAGE_SOURCES
    template_name = "listen/outlines.html"
    form_class = OutlineDefaultsForm

    @cached_property
    def outlines(self) -> OutlineList:
        """The list; 404 once it was imported or where there never was one."""
        try:
            return read_opml(read_list(digest=self.kwargs["digest"]))
        except (FileNotFoundError, UnreadableOpml) as error:
            raise Http404 from error

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer every country and the languages that are heard."""
        self.outlines  # noqa: B018 - 404 before anything else
        return {
            **super().get_form_kwargs(),
            "countries": all_countries(),
            "languages": heard_languages(self.request),
        }

    def get_initial(self) -> dict[str, Any]:
        """Begin with the commonest."""
        return {"kind": SourceKind.PRESS, "is_enabled": True}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the account, line by line."""
        account = plan_outlines(outlines=self.outlines, defaults=OutlineDefaults())
        return {
            **super().get_context_data(**kwargs),
            "title": self.outlines.title,
            "rows": _count_rows(account),
            "groups": _group_fates(account),
            "added_count": account.counts.get("added", 0),
            "max_added": _MAX_ADDED,
            "is_too_long": account.counts.get("added", 0) > _MAX_ADDED,
        }

    def form_valid(self, form: OutlineDefaultsForm) -> HttpResponse:
        """Add the sources and say what came of it."""
        fields = form.cleaned_data
        defaults = OutlineDefaults(
            kind=SourceKind(fields["kind"] or SourceKind.PRESS),
            country=fields["country"],
            language=fields["language"],
        )
        planned = plan_outlines(outlines=self.outlines, defaults=defaults)
        if planned.counts.get("added", 0) > _MAX_ADDED:
            return self.form_invalid(form)
        account = import_outlines(outlines=self.outlines, defaults=defaults, is_enabled=fields["is_enabled"])
        count = sum(bool(fate.key) for fate in account.fates)
        forget_list(digest=self.kwargs["digest"])
        messages.success(
            self.request,
            ngettext("%(count)d source added.", "%(count)d sources added.", count) % {"count": count},
        )
        return redirect("listen:sources")


class ExportOutlinesView(AbilityRequired, View):
    """Hands out all feeds as OPML."""

    ability = Ability.READ

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the list."""
        sources = Source.objects.exclude(feeds=[]).order_by("key").defer("icon", "feed_states")
        content = export_outlines(sources=sources, title=_("Sources"), at=timezone.now())
        response = HttpResponse(content, content_type="text/x-opml; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="sources.opml"'
        return response


def _count_rows(account: OutlineAccount) -> list[dict[str, Any]]:
    return [{"outcome": outcome, "count": count} for outcome, count in sorted(account.counts.items())]


def _group_fates(account: OutlineAccount) -> list[dict[str, Any]]:
    """Group the lines by outcome, those that need a person's look first; headings are only counted."""
    groups = []
    for outcome in ("refused", "unreadable", "added", "known"):
        fates = [fate for fate in account.fates if fate.outcome == outcome]
        if fates:
            groups.append({"outcome": outcome, "fates": fates[:_SHOWN_LINES], "count": len(fates),
                           "more": max(len(fates) - _SHOWN_LINES, 0)})  # fmt: skip
    return groups
