"""Split, merge, move and rename stories by hand; every edit can be undone, and no machine overrides it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from legation.desk.people.models import User
from legation.desk.understand.models import Story, StoryBar, StoryEdit, StoryMember
from legation.desk.understand.services.story_counts import recount_stories


class EditRefused(Exception):
    """The edit makes no sense any more; the message is for the person."""


def split_story(*, story: Story, article_ids: Collection[int], by: User, at: datetime) -> Story:
    """Part some articles of a story into a new one; the machine never joins the two again.

    Raises EditRefused when nothing or everything would be parted.
    """
    with transaction.atomic():
        story = _lock(story)
        chosen = _members_of(story, article_ids)
        if len(chosen) == story.article_count:
            raise EditRefused(_("A part must stay: choose some of the articles, not all of them."))
        part = Story.objects.create(
            title=story.title,
            first_at=story.first_at,
            last_at=story.last_at,
            changed_at=at,
            is_hand_edited=True,
        )
        edit = _record("split", story, part, chosen, by, at)
        _place(chosen, part, at)
        first, second = sorted((story, part), key=lambda one: one.pk)
        StoryBar.objects.create(first=first, second=second, edit=edit)
        _pin_rest(story)
        _settle(story, part, at=at)
    part.refresh_from_db()
    return part


def merge_stories(*, story: Story, other: Story, by: User, at: datetime) -> None:
    """Put all articles of another story into this one; the other's page leads here from now on.

    Raises EditRefused when the two are one already.
    """
    with transaction.atomic():
        story, other = _lock(story), _lock(other)
        if story.pk == other.pk or other.merged_into_id or story.merged_into_id:
            raise EditRefused(_("These two stories are one already."))
        chosen = list(StoryMember.objects.select_for_update().filter(story=other))
        _record("merge", story, other, chosen, by, at, bars=_lift_bars(story, other))
        _place(chosen, story, at)
        Story.objects.filter(pk=other.pk).update(merged_into=story)
        _pin_rest(story)
        _settle(story, other, at=at)


def move_articles(
    *, story: Story, target: Story, article_ids: Collection[int], by: User, at: datetime
) -> None:
    """Move some articles of a story into another standing one.

    Raises EditRefused when the target is the same story or was merged away.
    """
    with transaction.atomic():
        story, target = _lock(story), _lock(target)
        if story.pk == target.pk or target.merged_into_id:
            raise EditRefused(_("Choose another story as the target."))
        chosen = _members_of(story, article_ids)
        if len(chosen) == story.article_count:
            raise EditRefused(_("All articles would leave: merge the stories instead."))
        _record("move", story, target, chosen, by, at)
        _place(chosen, target, at)
        _settle(story, target, at=at)


def rename_story(*, story: Story, title: str, by: User, at: datetime) -> None:
    """Give a story a title of a person's own; an empty one brings the machine's back."""
    with transaction.atomic():
        story = _lock(story)
        StoryEdit.objects.create(
            kind="rename", story=story, before={"hand_title": story.hand_title}, by=by, at=at
        )
        story.hand_title, story.is_hand_edited, story.changed_at = title.strip()[:1000], True, at
        story.revision += 1
        story.save(update_fields=["hand_title", "is_hand_edited", "changed_at", "revision"])


def undo_edit(*, edit: StoryEdit, by: User, at: datetime) -> None:
    """Bring back what stood before an edit.

    Raises EditRefused when it was undone already, or when a later edit of the same stories must go first.
    """
    with transaction.atomic():
        edit = StoryEdit.objects.select_for_update().get(pk=edit.pk)
        if edit.undone_at:
            raise EditRefused(_("This edit was undone already."))
        if _has_later_edit(edit):
            raise EditRefused(_("A later edit rests on this one: undo that first."))
        stories = [_lock(story) for story in (edit.story, edit.other) if story is not None]
        if edit.kind == "rename":
            Story.objects.filter(pk=edit.story_id).update(hand_title=edit.before["hand_title"])
        else:
            _undo_places(edit)
        edit.undone_at, edit.undone_by = at, by
        edit.save(update_fields=["undone_at", "undone_by"])
        _settle(*stories, at=at)


def _lock(story: Story) -> Story:
    locked: Story = Story.objects.select_for_update().get(pk=story.pk)
    return locked


def _members_of(story: Story, article_ids: Collection[int]) -> list[StoryMember]:
    chosen = list(StoryMember.objects.select_for_update().filter(story=story, article_id__in=article_ids))
    if not chosen:
        raise EditRefused(_("Choose at least one article of this story."))
    return chosen


def _record(
    kind: str, story: Story, other: Story, chosen: list[StoryMember], by: User, at: datetime, **more: Any
) -> StoryEdit:
    before = {"places": [[one.article_id, one.story_id, one.is_pinned] for one in chosen], **more}
    return StoryEdit.objects.create(kind=kind, story=story, other=other, before=before, by=by, at=at)


def _place(members: list[StoryMember], story: Story, at: datetime) -> None:
    StoryMember.objects.filter(pk__in=[one.pk for one in members]).update(
        story=story, is_pinned=True, model="", reason="", similarity=1.0, added_at=at
    )


def _pin_rest(story: Story) -> None:
    StoryMember.objects.filter(story=story).update(is_pinned=True)


def _lift_bars(story: Story, other: Story) -> list[int]:
    """Take away the bar between two stories that a person joins again; returns the edit that had set it."""
    first, second = sorted((story.pk, other.pk))
    bars = StoryBar.objects.filter(first_id=first, second_id=second)
    edits = list(bars.values_list("edit_id", flat=True))
    bars.delete()
    return edits


def _has_later_edit(edit: StoryEdit) -> bool:
    touched = [pk for pk in (edit.story_id, edit.other_id) if pk]
    later = StoryEdit.objects.filter(pk__gt=edit.pk, undone_at__isnull=True).exclude(kind="rename")
    if edit.kind == "rename":
        return StoryEdit.objects.filter(
            pk__gt=edit.pk, undone_at__isnull=True, kind="rename", story_id=edit.story_id
        ).exists()
    return later.filter(story_id__in=touched).exists() or later.filter(other_id__in=touched).exists()


def _undo_places(edit: StoryEdit) -> None:
    for article_id, story_id, was_pinned in edit.before["places"]:
        StoryMember.objects.filter(article_id=article_id).update(story_id=story_id, is_pinned=was_pinned)
    StoryBar.objects.filter(edit=edit).delete()
    if edit.kind == "split":  # the part is empty again; its page leads back
        Story.objects.filter(pk=edit.other_id or 0).update(merged_into=edit.story_id)
    if edit.kind == "merge":
        Story.objects.filter(pk=edit.other_id or 0).update(merged_into=None)
        first, second = sorted((edit.story_id, edit.other_id or 0))
        for set_by in edit.before.get("bars", []):
            StoryBar.objects.get_or_create(first_id=first, second_id=second, defaults={"edit_id": set_by})


def _settle(*stories: Story, at: datetime) -> None:
    """Count the touched stories anew; one left without articles points at where they went."""
    ids = [story.pk for story in stories]
    Story.objects.filter(pk__in=ids).update(is_hand_edited=True)
    recount_stories(story_ids=ids, at=at)
