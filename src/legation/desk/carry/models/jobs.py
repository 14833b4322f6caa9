"""Jobs: work done later, whose truth is this table and not the queue."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from legation.desk.people.models import Unit


class JobStatus(models.TextChoices):
    """Where a job stands; every job ends in exactly one of the last three."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Job(models.Model):
    """One piece of work, safe to repeat until it is recorded as ended."""

    kind = models.CharField(_("kind"), max_length=80)  # registered by a room, such as "listen.fetch_sources"
    key = models.CharField(max_length=200, blank=True)  # while open, no second job may have the same key
    title = models.CharField(pgettext_lazy("job", "title"), max_length=300, blank=True)  # for a person
    arguments = models.JSONField(default=dict, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=JobStatus, default=JobStatus.WAITING)
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    next_run_at = models.DateTimeField(_("next run"))
    lease_until = models.DateTimeField(
        null=True, blank=True
    )  # while running; past it another worker may take over
    lease_owner = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failures = models.PositiveIntegerField(default=0)  # attempts that failed by the work's own fault
    losses = models.PositiveIntegerField(default=0)  # attempts in a row whose worker died without progress
    max_attempts = models.PositiveIntegerField(default=5)  # so many failures end the job
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    progress_note = models.CharField(max_length=300, blank=True)
    state = models.JSONField(default=dict, blank=True)  # the handler's own bookmark, so that a rerun resumes
    is_cancel_requested = models.BooleanField(default=False)
    outcome = models.JSONField(default=dict, blank=True)  # counted outcomes: {"kept": 12, "discarded": 3}
    error = models.TextField(_("reason"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "next_run_at"]),
            models.Index(fields=["status", "-id"]),
            models.Index(fields=["kind", "status", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(status__in=["waiting", "running"]) & ~models.Q(key=""),
                name="one_open_job_per_key",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.kind


class AttemptOutcome(models.TextChoices):
    """How one try ended."""

    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    RETRIED = "retried", _("to be tried again")
    CANCELLED = "cancelled", _("cancelled")
    LOST = "lost", _("worker died")
    RELEASED = "released", _("worker stopped")
    SENT = "sent", _("sent")
    REFUSED = "refused", _("refused")
    DEFERRED = "deferred", _("deferred")


class Attempt(models.Model):
    """One try at a job or a delivery."""

    job = models.ForeignKey(Job, models.CASCADE, null=True, blank=True, related_name="tries")
    delivery = models.ForeignKey(
        "carry.Delivery", models.CASCADE, null=True, blank=True, related_name="tries"
    )
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, choices=AttemptOutcome)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


class JobTally(models.Model):
    """What the ended jobs of one kind and day came to, kept when their rows are purged."""

    day = models.DateField()
    kind = models.CharField(max_length=80)
    status = models.CharField(max_length=12, choices=JobStatus)
    jobs = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(default=dict, blank=True)  # the sum of the jobs' counted outcomes

    class Meta:
        ordering = ["-day", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["day", "kind", "status"], name="one_tally_per_day_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.jobs}"
