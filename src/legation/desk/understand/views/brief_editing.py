"""The editor's page of a brief, and what its scripts ask for."""

from __future__ import annotations

import json
import zoneinfo
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from legation.desk.people.models import Unit
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.understand.models import Brief
from legation.desk.understand.services.brief_access import EDITABLE, BriefRefused, actions_for
from legation.desk.understand.services.brief_edits import (
    MalformedEdit,
    edit_brief,
    read_operations,
    touch_presence,
)
from legation.desk.understand.services.brief_pages import say_honestly
from legation.desk.understand.services.brief_pickers import (
    describe_items,
    list_changes,
    suggest_sentences,
    suggest_stories,
)
from legation.desk.understand.services.briefs import clone_structure, previous_document
from legation.desk.understand.views.brief_words import editor_words
from legation.engine.records.briefs import BriefDocument, BriefItem, BriefSection, Quotation
from legation.engine.understand.brief_documents import MalformedDocument, from_json, to_json

MAX_REQUEST_BYTES = 2_000_000  # five hundred operations of a whole note each stay below


class EditorRequired(AbilityRequired):
    """A view of one brief for those who edit its unit's briefs."""

    ability = Ability.EDIT_BRIEFS
    kwargs: dict[str, Any]

    def get_unit(self) -> Unit | None:
        """The brief's unit."""
        self.brief = get_object_or_404(Brief.objects.select_related("unit__parent"), pk=self.kwargs["pk"])
        return self.brief.unit


class BriefEditorView(EditorRequired, TemplateView):
    """The page on which a brief is finished before the coffee is cold."""

    template_name = "understand/brief_editor.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open the editor; a brief that is not being edited is shown to be read."""
        if self.brief.status not in EDITABLE:
            return redirect("understand:brief", self.brief.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Lay out the document with everything the scripts need."""
        brief = self.brief
        document = from_json(brief.document)
        blank_quotation = Quotation("", "", "", "", "", "", "")
        blank = BriefItem("", "", "", True, (blank_quotation,))
        facts = describe_items(document)
        previous = previous_document(brief)
        return super().get_context_data(
            brief=brief,
            sections=_rows(document, facts),
            document=document,
            blank_section={"section": BriefSection("", ""), "items": []},
            blank_row={"item": blank, "facts": ""},
            blank_quotation=blank_quotation,
            changes=list_changes(brief=brief),
            previous=previous[0] if previous else None,
            honest=say_honestly(document.honest, zone=zoneinfo.ZoneInfo(brief.unit.time_zone)),
            acts=actions_for(self.request.user, brief),
            start={
                "document": _public(document),
                "facts": facts,
                "urls": {
                    "edits": reverse("understand:brief_edits", args=[brief.pk]),
                    "stories": reverse("understand:brief_stories", args=[brief.pk]),
                    "sentences": reverse("understand:brief_sentences", args=[brief.pk]),
                    "address": reverse("understand:brief_address", args=[brief.pk]),
                    "read": reverse("understand:brief", args=[brief.pk]),
                },
                "brief": brief.pk,
                "user": self.request.user.pk,
                "words": editor_words(),
            },
            **kwargs,
        )


class BriefEditsView(EditorRequired, View):
    """Takes in operations, and tells an open editor what others did."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Return revision and co-editors; the document too where it is newer than the editor's."""
        known = request.GET.get("known", "")
        document = from_json(self.brief.document)
        is_newer = not known.isdecimal() or int(known) != document.revision
        return JsonResponse(self._answer(request, document, is_newer))

    def post(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Apply operations: {"known": revision, "operations": [...]}; 400 malformed, 409 not being edited."""
        if len(request.body) > MAX_REQUEST_BYTES:
            return JsonResponse({"reason": _("Too much at once.")}, status=413)
        try:
            data = json.loads(request.body)
            if not isinstance(data, dict):
                raise MalformedEdit("the request must be an object")
            operations = read_operations(data.get("operations"))
            outcome = edit_brief(
                brief=self.brief,
                operations=operations,
                by=request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )
        except (ValueError, RecursionError, MalformedEdit, MalformedDocument) as problem:
            return JsonResponse({"reason": str(problem)[:200]}, status=400)
        except BriefRefused as refusal:
            return JsonResponse({"reason": str(refusal)}, status=409)
        is_foreign = data.get("known") != outcome.revision_before
        needs_document = is_foreign or any(operation.kind != "set_field" for operation in operations)
        answer = self._answer(request, outcome.document, needs_document)
        answer["is_foreign"] = is_foreign
        answer["results"] = [
            {
                "operation_id": result.operation_id,
                "outcome": result.outcome,
                "revision": result.revision,
                "theirs": result.theirs,
                "reason": result.reason,
            }
            for result in outcome.results
        ]
        return JsonResponse(answer)

    def _answer(self, request: HttpRequest, document: BriefDocument, with_document: bool) -> dict[str, Any]:
        editors = touch_presence(brief=self.brief, user=request.user, at=timezone.now())  # type: ignore[arg-type]
        answer: dict[str, Any] = {
            "revision": document.revision,
            "editors": editors,
            "is_editable": self.brief.status in EDITABLE,
        }
        if with_document:
            answer["document"], answer["facts"] = _public(document), describe_items(document)
        return answer


class BriefStoriesView(EditorRequired, View):
    """Stories that could be added."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Return them best first."""
        return JsonResponse({"stories": suggest_stories(brief=self.brief, at=timezone.now())})


class BriefSentencesView(EditorRequired, View):
    """Sentences that an item could quote."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Return those of the item that the address names."""
        item = request.GET.get("item", "")
        return JsonResponse({"sentences": suggest_sentences(brief=self.brief, item_key=item)})


class BriefCloneView(EditorRequired, View):
    """Takes over the sections of the last brief."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Lay the brief out like the one before it."""
        try:
            clone_structure(brief=self.brief, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except BriefRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The brief has the sections of the last one now."))
        return redirect("understand:brief_edit", pk)


def _rows(document: BriefDocument, facts: dict[str, str]) -> list[dict[str, Any]]:
    """Return sections and items as the template shows them."""
    return [
        {
            "section": section,
            "items": [{"item": item, "facts": facts.get(item.key, "")} for item in section.items],
        }
        for section in document.sections
    ]


def _public(document: BriefDocument) -> dict[str, Any]:
    """Return a document for the browser: without what was removed."""
    data = to_json(document)
    del data["removed"]
    return data
