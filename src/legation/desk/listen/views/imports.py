"""Upload files of records and watch them being read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from legation.desk.listen.forms import ImportForm
from legation.desk.listen.models import ImportRun
from legation.desk.listen.services.importing import upload_import
from legation.desk.listen.views.choices import heard_languages
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired

_SHOWN_RUNS = 30


class ImportListView(AbilityRequired, FormView):
    """Takes a file, and lists what was imported before."""

    ability = Ability.CURATE
    template_name = "listen/imports.html"
    form_class = ImportForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer languages."""
        return {**super().get_form_kwargs(), "languages": heard_languages(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the latest imports."""
        return {**super().get_context_data(**kwargs), "runs": list(ImportRun.objects.all()[:_SHOWN_RUNS])}

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """Keep the file and enqueue its reading."""
        run = upload_import(
            upload=form.cleaned_data["file"],
            source_name=form.cleaned_data["source_name"],
            language=form.cleaned_data["language"],
            by=self.request.user,
            unit=self.request.unit,
            at=timezone.now(),
        )
        messages.success(self.request, _("The file is kept and will be read now."))
        return redirect("listen:import", pk=run.pk)


class ImportView(AbilityRequired, TemplateView):
    """Shows one import: how far it is, and the account of every line."""

    ability = Ability.CURATE

    def get_template_names(self) -> list[str]:
        """Show only the account to a page that asks for news of it."""
        return ["listen/import_account.html" if self.request.htmx else "listen/import.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the account."""
        run = get_object_or_404(ImportRun.objects.select_related("job"), pk=self.kwargs["pk"])
        counts = []
        for key, count in sorted(run.counts.items(), key=lambda pair: -pair[1]):
            kind, _colon, reason = key.partition(":")
            counts.append({"kind": kind, "reason": reason, "items": count})
        percent = 100 * run.byte_offset // run.size_bytes if run.size_bytes else 100
        is_open = run.finished_at is None and not (run.job and run.job.status in {"failed", "cancelled"})
        return {
            **super().get_context_data(**kwargs),
            "run": run,
            "counts": counts,
            "percent": percent,
            "is_open": is_open,
        }
