"""Outcomes: the one counted end of everything that came in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.carry.models import Job
from legation.desk.listen.models.sources import Source


class Outcome(models.Model):
    """How many items of one fetch or import ended in one way; discarded and quarantined ones stand singly."""

    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="outcomes")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("outcome"), max_length=20)  # engine OutcomeKind
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    address = models.CharField(_("address"), max_length=2000, blank=True)
    count = models.PositiveIntegerField(_("count"), default=1)
    content = models.FileField(upload_to="quarantine/%Y/%m/", blank=True)  # the bytes of a quarantined item

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["source", "-at"]), models.Index(fields=["kind", "-at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


class OutcomeDay(models.Model):
    """How many items of one source ended in one way on one day of UTC; written with every outcome."""

    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="outcome_days")
    day = models.DateField()
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=60, blank=True)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "day", "kind", "reason"], name="one_row_per_outcome_day"
            ),
            # A database takes two empty sources for different ones.
            models.UniqueConstraint(
                fields=["day", "kind", "reason"],
                condition=models.Q(source__isnull=True),
                name="one_row_per_outcome_day_without_source",
            ),
        ]
        # Holds all that the totals of a period need, so that they are added up without reading the rows.
        indexes = [models.Index(fields=["day", "kind", "reason", "count"], name="outcome_totals")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.count}"
