"""Briefs: the daily press review as a document with every version kept, and who signed it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models import Article
from legation.desk.people.models import Unit
from legation.desk.understand.querysets import BriefQuerySet


class BriefStatus(models.TextChoices):
    """Where a brief stands between first draft and reader."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for signature")
    RETURNED = "returned", _("returned with remark")
    APPROVED = "approved", _("signed off")
    UNSIGNED = "unsigned", _("sent, not signed off")
    WITHDRAWN = "withdrawn", _("withdrawn")


class BriefEvent(models.TextChoices):
    """What happened to a brief when a version of it was kept."""

    PREPARED = "prepared", _("prepared")
    SUBMITTED = "submitted", _("submitted for signature")
    TAKEN_BACK = "taken_back", _("taken back")
    RETURNED = "returned", _("returned with remark")
    APPROVED = "approved", _("signed off")
    UNSIGNED = "unsigned", _("sent, not signed off")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REOPENED = "reopened", _("reopened")


class BriefSchedule(models.Model):
    """When a unit's brief is prepared, must be signed and goes out."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="brief_schedule", verbose_name=_("unit"))
    is_enabled = models.BooleanField(_("prepare a brief by itself"), default=True)
    weekdays = models.JSONField(_("weekdays"), default=list)  # 0 is Monday
    prepare_at = models.TimeField(_("prepared at"))  # in the unit's time zone
    deadline_at = models.TimeField(_("sign-off deadline"))  # in the unit's time zone
    language = models.CharField(_("language"), max_length=10)
    recipients = models.JSONField(_("official addresses"), default=list, blank=True)  # [{"name", "email"}]
    sections = models.JSONField(
        _("sections"), default=list, blank=True
    )  # titles; empty takes the standard ones

    class Meta:
        verbose_name = _("brief schedule")
        verbose_name_plural = _("brief schedules")

    def __str__(self) -> str:
        return str(self.unit)


class Brief(models.Model):
    """One unit's press review of one period."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="briefs", verbose_name=_("unit"))
    day = models.DateField(_("day"))  # in the unit's time zone
    title = models.CharField(_("title"), max_length=300)
    number = models.PositiveIntegerField(default=0)  # within the unit and year; stands in the letterhead
    language = models.CharField(_("language"), max_length=10)
    since = models.DateTimeField()
    until = models.DateTimeField()
    status = models.CharField(_("status"), max_length=12, choices=BriefStatus, default=BriefStatus.DRAFT)
    document = models.JSONField(default=dict)  # engine BriefDocument
    revision = models.PositiveIntegerField(default=1)
    deadline = models.DateTimeField(_("sign-off deadline"), null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)  # of the last return or withdrawal
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)  # when it went out not signed off; once at most
    shared_with = models.ManyToManyField(
        Unit, related_name="shared_briefs", blank=True, verbose_name=_("shared with")
    )

    objects: ClassVar[Any] = BriefQuerySet.as_manager()

    class Meta:
        verbose_name = _("brief")
        verbose_name_plural = _("briefs")
        ordering = ["-day", "-id"]
        indexes = [models.Index(fields=["unit", "-day"]), models.Index(fields=["status", "deadline"])]
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="one_brief_per_unit_and_day")]

    def __str__(self) -> str:
        return self.title


class BriefCitation(models.Model):
    """That a brief quotes an article, in which version, and who has seen that the article changed since."""

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="citations")
    article = models.ForeignKey(Article, models.CASCADE, related_name="citations")
    article_version = models.PositiveIntegerField()  # the one quoted; of several the earliest
    text_sha256 = models.CharField(max_length=64, blank=True)  # of that version; "" where it was not noted
    cited_at = models.DateTimeField()
    seen_version = models.PositiveIntegerField(default=0)  # up to which a person has seen the changes
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brief", "article"], name="one_citation_per_brief_and_article")
        ]

    def __str__(self) -> str:
        return f"{self.brief_id} {self.article_id} v{self.article_version}"


class BriefEdit(models.Model):
    """One operation by one person; repeating it changes nothing."""

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="edits")
    operation_id = models.CharField(max_length=64)
    operation = models.JSONField()
    outcome = models.CharField(max_length=12)  # applied, conflict or refused
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["brief", "operation_id"], name="one_edit_per_operation")
        ]

    def __str__(self) -> str:
        return self.operation_id


class BriefVersion(models.Model):
    """The brief as it stood at one event; never changed afterwards."""

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    event = models.CharField(max_length=20, choices=BriefEvent)
    status = models.CharField(max_length=12, choices=BriefStatus)
    document = models.JSONField()
    document_sha256 = models.CharField(max_length=64)
    remark = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["brief", "number"]
        constraints = [
            models.UniqueConstraint(fields=["brief", "number"], name="one_version_per_brief_and_number")
        ]

    def __str__(self) -> str:
        return f"{self.brief_id} v{self.number}"


class BriefPresence(models.Model):
    """Who has a brief open for editing, so that others see it."""

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brief", "user"], name="one_presence_per_brief_and_user")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at}"
