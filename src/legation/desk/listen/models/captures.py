"""Captured evidence: files that show what was said, each with its hash, in one chain."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models.articles import Article
from legation.desk.listen.querysets import CaptureQuerySet


class CaptureKind(models.TextChoices):
    """What a piece of kept evidence is."""

    SCAN = "scan", _("scan or recording")
    ARCHIVE = "warc", _("web archive")
    SCREENSHOT = "screenshot", _("picture of the page")
    PRINT = "pdf", _("printed page")


def choose_storage() -> Storage:
    """Return where evidence is kept: the data folder, or the S3-compatible place of the settings."""
    return storages["evidence"]


class Capture(models.Model):
    """A file that shows what was said, with its hash and its link in the chain."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="captures")
    kind = models.CharField(max_length=20, choices=CaptureKind)
    file = models.FileField(upload_to="captures/%Y/%m/", storage=choose_storage)
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    captured_at = models.DateTimeField()
    captured_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=2000, blank=True)  # what was asked for
    record_id = models.CharField(max_length=60, blank=True)  # WARC-Record-ID of the response
    payload_sha256 = models.CharField(max_length=64, blank=True)  # of the page's bytes as they came
    article_version = models.PositiveIntegerField(default=1)  # the version that it shows
    reasons = models.JSONField(default=list, blank=True)  # what cites it, such as "understand.brief:12"
    number = models.PositiveBigIntegerField(null=True, blank=True, unique=True)  # place in the chain, from 1
    chain_sha256 = models.CharField(max_length=64, blank=True)  # over the link before and this one's facts
    keep_until = models.DateTimeField(null=True, blank=True)  # by the rule of its kind; None: for good
    is_held = models.BooleanField(default=False)  # legal hold: outlasts keep_until
    hold_reason = models.CharField(max_length=300, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    held_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # the file went by rule; hash and link stay

    objects: ClassVar[Any] = CaptureQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence copy")
        verbose_name_plural = _("evidence copies")
        ordering = ["-captured_at", "-id"]
        indexes = [
            models.Index(fields=["sha256"], name="capture_sha256"),
            models.Index(
                fields=["keep_until"], name="captures_to_remove", condition=models.Q(keep_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class CaptureChain(models.Model):
    """The newest link of the chain: one row, locked while a link is added."""

    number = models.PositiveBigIntegerField(default=0)
    chain_sha256 = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.number)
