"""What a person does to a story by hand: split, merge, move, rename, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.understand.forms.stories import StoryEditForm
from legation.desk.understand.models import Story, StoryEdit, StoryMember
from legation.desk.understand.services.story_edits import (
    EditRefused,
    merge_stories,
    move_articles,
    rename_story,
    split_story,
    undo_edit,
)

CANDIDATES = 12  # stories offered for a merge


class StoryEditView(AbilityRequired, View):
    """Carry out one edit of a story."""

    ability = Ability.CURATE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Edit, say what was done, and lead to the story where the person's work goes on."""
        story = get_object_or_404(Story, pk=pk)
        article_ids = list(StoryMember.objects.filter(story=story).values_list("article_id", flat=True))
        form = StoryEditForm(request.POST, article_ids=article_ids)
        if not form.is_valid():
            messages.error(
                request, " ".join(str(error) for errors in form.errors.values() for error in errors)
            )
            return redirect("understand:story", pk=pk)
        try:
            target = self._carry_out(story, form.cleaned_data)
        except EditRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("understand:story", pk=pk)
        messages.success(request, _("Done. The machine will not change it; you can undo it below."))
        return redirect("understand:story", pk=target)

    def _carry_out(self, story: Story, given: dict[str, Any]) -> int:
        common: dict[str, Any] = {"by": self.request.user, "at": timezone.now()}
        match given["kind"]:
            case "split":
                return int(split_story(story=story, article_ids=given["articles"], **common).pk)
            case "rename":
                rename_story(story=story, title=given["title"], **common)
            case "merge":
                merge_stories(story=story, other=_find_other(given["other"]), **common)
            case "move":
                other = _find_other(given["other"])
                move_articles(story=story, target=other, article_ids=given["articles"], **common)
        return int(story.pk)


class StoryUndoView(AbilityRequired, View):
    """Undo one edit."""

    ability = Ability.CURATE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo the edit and say so."""
        edit = get_object_or_404(StoryEdit, pk=pk)
        try:
            undo_edit(edit=edit, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("Undone."))
        except EditRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("understand:story", pk=edit.story_id)


class StoryCandidatesView(AbilityRequired, View):
    """Stories that might be the same as this one, by words of their titles, for the merge and move fields."""

    ability = Ability.CURATE

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Return standing stories with the words in their title, newest first: id, title, articles."""
        words = request.GET.get("q", "").strip()[:100]
        found = Story.objects.standing().filter(article_count__gt=0).exclude(pk=pk)
        if words.isdigit():
            found = found.filter(pk=int(words))
        else:
            for word in words.split()[:5]:
                found = found.filter(title__icontains=word)
        # The newest ten thousand are searched: a merge is about what goes on now.
        newest = (
            Story.objects.standing().order_by("-last_at").values_list("last_at", flat=True)[10_000:10_001]
        )
        if newest and not words.isdigit():
            found = found.filter(last_at__gte=newest[0])
        rows = [
            {"id": story.pk, "title": str(story), "articles": story.article_count}
            for story in found.order_by("-last_at")[:CANDIDATES]
        ]
        return JsonResponse({"stories": rows})


def _find_other(pk: int) -> Story:
    other = Story.objects.filter(pk=pk).first()
    if other is None:
        raise EditRefused(_("There is no story with the number %(number)d.") % {"number": pk})
    return other
