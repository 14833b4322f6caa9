"""Stories: articles of all languages about one event, and the hand that corrected them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models import Article
from legation.desk.understand.querysets import StoryQuerySet


class Story(models.Model):
    """One event as the world's media tell it; its counts are kept true with its members."""

    title = models.CharField(
        _("title"), max_length=1000
    )  # of the article nearest its centre, in the original
    title_language = models.CharField(max_length=10, blank=True)
    title_article = models.ForeignKey(Article, models.SET_NULL, null=True, blank=True, related_name="+")
    hand_title = models.CharField(_("title given by a person"), max_length=1000, blank=True)
    first_at = models.DateTimeField(_("first article"))
    last_at = models.DateTimeField(_("last article"))
    article_count = models.PositiveIntegerField(_("articles"), default=0)
    folded_count = models.PositiveIntegerField(_("after folding"), default=0)
    source_count = models.PositiveIntegerField(_("independent sources"), default=0)
    languages = models.JSONField(_("languages"), default=dict)  # language to article count
    countries = models.JSONField(_("countries"), default=dict)  # source country to article count
    hours = models.JSONField(default=dict)  # "2026-11-22T07" to folded articles, for growth; the last 14 days
    key_sentences = models.JSONField(default=list)  # [{"article", "text", "language"}]
    is_hand_edited = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="absorbed", db_index=False
    )
    revision = models.PositiveIntegerField(
        default=1
    )  # counts changes, so that a worker notices a hand's edit
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(db_index=True)

    objects: ClassVar[Any] = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-last_at", "-id"]
        indexes = [
            models.Index(fields=["-last_at", "-id"]),
            models.Index(fields=["-source_count", "-id"]),
            # Nearly all stories stand; with them in it, SQLite would look here for them and sort them all.
            models.Index(
                fields=["merged_into"], name="story_merged", condition=models.Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.hand_title or self.title


class StoryMember(models.Model):
    """An article's place in a story; an article is in one story only."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="membership")
    story = models.ForeignKey(Story, models.CASCADE, related_name="members")
    similarity = models.FloatField(default=0)
    reason = models.CharField(max_length=300, blank=True)  # the machine's clause; "" where a person decided
    model = models.CharField(max_length=80, blank=True)  # which machine decided; "" where a person did
    is_pinned = models.BooleanField(default=False)  # placed by a person: never moved by the machine
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["story", "-article"])]

    def __str__(self) -> str:
        return f"{self.article_id} → {self.story_id}"


class StorySubject(models.Model):
    """How much a story is about one subject; what lists and briefs of a unit read."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="subjects")
    subject = models.CharField(max_length=80)
    article_count = models.PositiveIntegerField(default=0)
    weight = models.FloatField(default=0)  # strongest mention, in (0, 1]
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "-last_at", "-story"])]
        constraints = [
            models.UniqueConstraint(fields=["story", "subject"], name="one_row_per_story_and_subject")
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.story_id}"


class StoryBar(models.Model):
    """Two stories that a person parted: the machine never joins their articles again."""

    first = models.ForeignKey(Story, models.CASCADE, related_name="+")
    second = models.ForeignKey(Story, models.CASCADE, related_name="+")
    edit = models.ForeignKey("understand.StoryEdit", models.CASCADE, related_name="bars")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="one_bar_per_pair")]

    def __str__(self) -> str:
        return f"{self.first_id} | {self.second_id}"


class StoryEdit(models.Model):
    """One split, merge, move or rename by a person, with all that undoing it needs."""

    kind = models.CharField(max_length=10)  # split, merge, move or rename
    story = models.ForeignKey(Story, models.CASCADE, related_name="edits")
    other = models.ForeignKey(Story, models.SET_NULL, null=True, blank=True, related_name="+")
    before = models.JSONField(default=dict)  # what stood before
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.story_id}"


class Look(models.Model):
    """When a person last looked at the desk's home, so that it can say what rose since."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()
    before = models.DateTimeField(null=True, blank=True)  # the look before that, which "since" counts from

    def __str__(self) -> str:
        return f"{self.user_id} {self.at}"
