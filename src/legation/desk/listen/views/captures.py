"""The pages of evidence: the list, one copy with what the page said, holds, downloads and the chain."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from legation.desk.listen.forms import CaptureFilterForm, HoldForm
from legation.desk.listen.models import Article, Capture, CaptureKind
from legation.desk.listen.services.capture_listings import narrow_captures, read_words, write_chain
from legation.desk.listen.services.capture_retention import HoldRefused, hold_capture, release_capture
from legation.desk.listen.services.captures import NoWebPage, evidence_of, has_page, request_capture
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key

PAGE_SIZE = 40
_SHOWN_COPIES = 30  # beside an article


class CaptureView(AbilityRequired, View):
    """Hands out one piece of evidence as a download; it is foreign, so the browser never opens it here."""

    ability = Ability.READ

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        """Send the file's bytes as they were kept."""
        capture = get_object_or_404(Capture, pk=pk)
        if capture.removed_at:
            raise Http404(_("The file is not there any more."))
        try:
            return send_foreign_file(capture.file, name=capture.file_name, content_type=capture.content_type)
        except FileNotFoundError as error:
            raise Http404(_("The file is missing. Run bin/legation verify.")) from error


class CaptureListView(AbilityRequired, TemplateView):
    """Lists the evidence copies, the newest first."""

    ability = Ability.READ
    template_name = "listen/captures.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form and the page."""
        asked = self.request.GET
        form = CaptureFilterForm(asked)
        filters = form.cleaned_data if form.is_valid() else {}
        page = page_by_key(narrow_captures(filters=filters), cursor=asked.get("from", ""), size=PAGE_SIZE)
        may_export = has_ability(self.request.user, ExportCapturesView.ability)
        return {**super().get_context_data(**kwargs), "form": form, "page": page, "may_export": may_export}


class CapturePageView(AbilityRequired, TemplateView):
    """Shows one copy: its facts, what the page said, and whether it is held."""

    ability = Ability.READ
    template_name = "listen/capture.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the copy, what was taken with it, and the page's words."""
        rows = Capture.objects.select_related("article", "article__source", "captured_by", "held_by")
        capture = get_object_or_404(rows, pk=self.kwargs["pk"])
        siblings = Capture.objects.none()
        if capture.record_id:
            siblings = Capture.objects.filter(article=capture.article_id, record_id=capture.record_id)
        is_readable = capture.kind == CaptureKind.ARCHIVE and not capture.removed_at
        return {
            **super().get_context_data(**kwargs),
            "capture": capture,
            "siblings": siblings.exclude(pk=capture.pk).order_by("number"),
            "words": read_words(capture=capture) if is_readable else None,
            "may_hold": has_ability(self.request.user, Ability.SIGN_OFF),
            "form": HoldForm(),
        }


class HoldCaptureView(AbilityRequired, View):
    """Puts a copy under legal hold, or releases it, with a reason."""

    ability = Ability.SIGN_OFF

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change the hold and go back to the copy."""
        capture = get_object_or_404(Capture, pk=pk)
        reason, person = request.POST.get("reason", ""), self.request.user
        try:
            if request.POST.get("act") == "release":
                release_capture(capture=capture, by=person, reason=reason)
                messages.success(request, _("The hold is ended."))
            else:
                hold_capture(capture=capture, by=person, at=timezone.now(), reason=reason)
                messages.success(request, _("The copy is held."))
        except HoldRefused as refusal:
            is_gone = str(refusal) == "removed"
            messages.error(
                request,
                _("The file is not there any more.")
                if is_gone
                else _("Write a reason, so that others know why."),
            )
        return redirect("listen:capture_page", pk=capture.pk)


class KeepCaptureView(AbilityRequired, View):
    """Has a copy of an article's page taken now."""

    ability = Ability.EDIT_BRIEFS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the copy and go back to the article."""
        article = get_object_or_404(Article, pk=pk)
        try:
            request_capture(article=article, at=timezone.now(), unit=self.request.unit, by=self.request.user)
        except NoWebPage:
            messages.error(request, _("This article has no web page of which a copy could be taken."))
        else:
            messages.success(request, _("The page is being kept; this takes up to two minutes."))
        return redirect("listen:article", pk=article.pk)


class ArticleEvidenceView(AbilityRequired, View):
    """The card of an article's evidence alone, which the article's page asks for again while a job runs."""

    ability = Ability.READ

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the card."""
        article = get_object_or_404(Article.objects.defer("body", "lead"), pk=pk)
        return render(request, "listen/capture_card.html", describe_evidence(request, article))


class ExportCapturesView(AbilityRequired, View):
    """Hands out the whole chain as CSV or JSON lines, for a notary or for a second place to keep it."""

    ability = Ability.EDIT_BRIEFS

    def get(self, request: HttpRequest, form: str) -> StreamingHttpResponse:
        """Send the chain."""
        kinds = {"csv": "text/csv; charset=utf-8", "json": "application/x-ndjson"}
        if form not in kinds:
            raise Http404
        response = StreamingHttpResponse(write_chain(form=form), content_type=kinds[form])
        ending = "csv" if form == "csv" else "jsonl"
        response["Content-Disposition"] = f'attachment; filename="evidence-{timezone.now():%Y%m%d}.{ending}"'
        return response


def describe_evidence(request: Any, article: Article) -> dict[str, Any]:
    """Return what the card of an article's evidence shows."""
    return {
        "article": article,
        "captures": list(article.captures.order_by("-captured_at", "number")[:_SHOWN_COPIES]),
        "evidence": evidence_of(articles=[article])[article.pk],
        "may_capture": has_page(article) and has_ability(request.user, Ability.EDIT_BRIEFS),
    }


def send_foreign_file(file: Any, *, name: str, content_type: str) -> FileResponse:
    """Send a file that came from outside as an attachment that no browser runs or guesses at."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
