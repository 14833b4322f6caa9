"""Imports: files of records, read once, with a bookmark and an account of every line."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.carry.models import Job
from legation.desk.people.models import Unit


class ImportRun(models.Model):
    """One reading of one file; byte_offset, line_number and counts are saved with each batch of articles."""

    file_name = models.CharField(_("file"), max_length=255)  # as its owner calls it
    path = models.CharField(max_length=1000)  # where the file lies
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    source_name = models.CharField(_("source"), max_length=200, blank=True)  # for records that name none
    language = models.CharField(_("language"), max_length=10, blank=True)  # for records that name none
    byte_offset = models.PositiveBigIntegerField(default=0)  # where the next line begins
    line_number = models.PositiveBigIntegerField(default=0)  # lines read so far
    counts = models.JSONField(
        default=dict, blank=True
    )  # "kind" or "kind:reason" to lines; they add up to line_number
    problem = models.TextField(_("problem"), blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
