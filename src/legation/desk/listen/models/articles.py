"""Articles, their versions, the groups of copies, and captured evidence."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models.sources import Source
from legation.desk.listen.querysets import ArticleQuerySet
from legation.desk.people.models import Unit


class CopyGroup(models.Model):
    """The same text in several places: one origin and its reprints."""

    created_at = models.DateTimeField(auto_now_add=True)
    size = models.PositiveIntegerField(default=0)  # articles in the group

    def __str__(self) -> str:
        return str(self.pk)


class Article(models.Model):
    """One article of one publication, in its latest version."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="articles", verbose_name=_("source"))
    address = models.URLField(_("address"), max_length=2000, blank=True)
    identity = models.CharField(max_length=64, unique=True)  # SHA-256 of the source and its guid or address
    title = models.CharField(_("title"), max_length=1000)
    title_folded = models.CharField(
        max_length=1000, blank=True, default=""
    )  # as fold_text makes it, for searching
    lead = models.TextField(_("lead"), blank=True)
    body = models.TextField(_("text"), blank=True)
    byline = models.CharField(
        max_length=300, blank=True
    )  # shown beside a citation only; never indexed or filtered
    language = models.CharField(_("language"), max_length=10, default="und")
    language_method = models.CharField(max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)  # of the source, kept for fast lists
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    collected_at = models.DateTimeField(_("collected"))
    sort_at = models.DateTimeField(
        db_index=True
    )  # published_at where known and not in the future, else collected_at
    text_sha256 = models.CharField(max_length=64)
    is_teaser = models.BooleanField(default=False)
    is_ours = models.BooleanField(default=False)  # from one of our own outlets
    access = models.CharField(max_length=12, blank=True)  # engine PageAccess; "" where nothing bars the text
    posts = models.JSONField(default=list, blank=True)  # of a live blog: {"at", "title", "text"}
    passages = models.JSONField(
        default=list, blank=True
    )  # quotations in another language: {"start", "end", "language", "method"}, code points of body
    version = models.PositiveIntegerField(default=1)  # number of the text that stands here
    changed_at = models.DateTimeField(null=True, blank=True)  # when the latest change was seen
    page_state = models.JSONField(default=dict, blank=True)  # {"etag", "last_modified"} of its page
    next_check_at = models.DateTimeField(null=True, blank=True)  # when its page is read again
    copy_kind = models.CharField(max_length=12, blank=True)  # engine CopyKind, to the group's origin
    copy_similarity = models.FloatField(null=True, blank=True)  # to the origin, in [0, 1]
    copy_group = models.ForeignKey(
        CopyGroup, models.SET_NULL, null=True, blank=True, related_name="articles", db_index=False
    )
    is_origin = models.BooleanField(default=True)  # False for reprints: folded in counts
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="+"
    )  # where typed in by hand
    medium = models.CharField(_("medium"), max_length=20, default="web")  # web, print, radio, television
    place = models.CharField(
        _("page or programme"), max_length=200, blank=True
    )  # of print, radio, television
    is_handed_on = models.BooleanField(default=False)  # False until the rooms above have read this version

    objects: ClassVar[Any] = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-sort_at", "-id"]
        indexes = [
            models.Index(fields=["-sort_at", "-id"]),
            models.Index(fields=["language", "-sort_at"]),
            models.Index(fields=["language", "country", "-sort_at"], name="article_language_country"),
            # What a period's honest line counts, without reading the articles.
            models.Index(fields=["sort_at", "copy_group"], name="article_copies_by_time"),
            # Most articles have no copy; with them in it, "has no copy" would be looked for here.
            models.Index(
                fields=["copy_group"], name="article_copies", condition=models.Q(copy_group__isnull=False)
            ),
            models.Index(fields=["source", "-sort_at"]),
            models.Index(fields=["country", "-sort_at"]),
            models.Index(fields=["is_ours", "-sort_at"], name="ours_by_time"),
            models.Index(fields=["text_sha256"]),
            models.Index(fields=["address"], name="article_address"),
            models.Index(fields=["id"], name="not_handed_on", condition=models.Q(is_handed_on=False)),
            models.Index(
                fields=["source", "next_check_at"],
                name="articles_to_check",
                condition=models.Q(next_check_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What an article said before it was changed."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=1000)
    lead = models.TextField(blank=True)
    body = models.TextField(blank=True)
    text_sha256 = models.CharField(max_length=64)
    seen_at = models.DateTimeField()  # when the text that replaced it was first seen
    noticed = models.CharField(
        max_length=12, blank=True
    )  # how it was noticed: feed, page, address, file, hand
    change = models.JSONField(
        default=dict, blank=True
    )  # to the next version: {"added", "removed"} shares, {"headline", "completed"} true or false

    class Meta:
        ordering = ["article", "number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.article_id} v{self.number}"


class CopyBand(models.Model):
    """One band of an article's near-copy signature, so that candidates are found by an indexed query."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    band = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return str(self.band)
