"""Sources: publications and institutions that the desk listens to; never a private person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.querysets import SourceQuerySet


class SourceKind(models.TextChoices):
    """What a source is; personal accounts and blogs have no kind and are refused."""

    PRESS = "press", _("press")
    AGENCY = "agency", _("news agency")
    BROADCASTER = "broadcaster", _("broadcaster")
    GOVERNMENT = "government", _("government")
    INTERNATIONAL = "international_organisation", _("international organisation")
    ACADEMIA = "academia", _("academia")
    THINK_TANK = "think_tank", _("think tank")


class Source(models.Model):
    """One publication, with its feed and how its listening goes."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=30, choices=SourceKind, default=SourceKind.PRESS)
    country = models.CharField(_("country"), max_length=2, blank=True)  # ISO 3166-1 alpha-2, upper case
    languages = models.JSONField(_("languages"), default=list, blank=True)  # BCP 47, the main one first
    home = models.URLField(_("home page"), max_length=500, blank=True)
    feeds = models.JSONField(_("feeds"), default=list, blank=True)  # absolute addresses: feeds and sitemaps
    list_pages = models.JSONField(
        _("list pages"), default=list, blank=True
    )  # for sites without feeds: {"address", "pattern"}; see engine.listen.list_pages
    icon = models.BinaryField(blank=True, default=b"", editable=False)  # PNG, 32 × 32; b"" where none
    is_ours = models.BooleanField(_("our own outlet"), default=False)
    ownership = models.JSONField(
        _("ownership"), default=dict, blank=True
    )  # {"type", "origin"}: shown, never ranked
    is_verified = models.BooleanField(_("verified"), default=False)  # a first good fetch was seen
    is_enabled = models.BooleanField(_("listening"), default=True)
    expected_per_day = models.FloatField(_("expected articles a day"), null=True, blank=True)
    quotation_limit_characters = models.PositiveIntegerField(
        _("longest quotation"),
        default=300,
        help_text=_("Characters that a brief may quote from one article."),
    )
    feed_states = models.JSONField(default=dict, blank=True)  # feed address to {"etag", "last_modified"}
    interval_seconds = models.PositiveIntegerField(default=900)
    next_fetch_at = models.DateTimeField(_("next fetch"), null=True, blank=True, db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(
        max_length=40, blank=True
    )  # the job that visits it, which may take it up again
    last_fetch_at = models.DateTimeField(_("last fetch"), null=True, blank=True)
    last_success_at = models.DateTimeField(_("last good fetch"), null=True, blank=True)
    last_article_at = models.DateTimeField(_("last article"), null=True, blank=True)
    last_problem = models.TextField(
        _("problem"), blank=True
    )  # one sentence for a person; "" while all is well
    failures = models.PositiveIntegerField(default=0)  # in a row
    last_fault = models.CharField(max_length=30, blank=True)  # FetchResult.fault of the last visit
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
