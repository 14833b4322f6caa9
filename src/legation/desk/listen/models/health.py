"""The health of listening: what came in hour by hour, what is usual, and alarms about what is not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models.sources import Source


class SourceHour(models.Model):
    """What one source brought in one hour of UTC; the past from which its habits are learned."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="hours")
    hour = models.DateTimeField()  # its beginning
    visits = models.PositiveIntegerField(default=0)
    good_visits = models.PositiveIntegerField(default=0)
    articles = models.PositiveIntegerField(default=0)  # kept
    changes = models.PositiveIntegerField(default=0)  # new versions
    teasers = models.PositiveIntegerField(default=0)  # of the articles
    failures = models.PositiveIntegerField(default=0)  # items discarded or quarantined
    other_language = models.PositiveIntegerField(default=0)  # articles in none of the source's languages
    characters = models.PositiveBigIntegerField(default=0)  # of the articles' texts

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "hour"], name="one_row_per_source_and_hour")]
        indexes = [models.Index(fields=["hour"], name="source_hours_by_hour")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.hour:%Y-%m-%dT%H}"


class VolumeHour(models.Model):
    """What the whole desk, one language or one country brought in one hour of UTC, whichever the sources."""

    about = models.CharField(max_length=20)  # "desk", "language:<code>" or "country:<code>"
    hour = models.DateTimeField()  # its beginning
    articles = models.PositiveIntegerField(default=0)  # kept
    good_visits = models.PositiveIntegerField(default=0)  # of "desk" only: whether anybody listened

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "hour"], name="one_volume_per_hour")]
        indexes = [models.Index(fields=["hour"], name="volume_hours_by_hour")]

    def __str__(self) -> str:
        return f"{self.about} {self.hour:%Y-%m-%dT%H}"


class Habit(models.Model):
    """What is usual for a source, a language or a country, learned from its own past once a day."""

    about = models.CharField(max_length=100, unique=True)  # as SourceAlarm.about
    source = models.OneToOneField(Source, models.CASCADE, null=True, blank=True, related_name="habit")
    learned_at = models.DateTimeField(db_index=True)
    days = models.PositiveIntegerField(default=0)  # of listening that it rests on
    per_week = models.FloatField(default=0.0)
    profile = models.BinaryField(default=b"")  # 168 float32: articles expected by hour, Monday 0:00 UTC first
    facts = models.JSONField(default=dict, blank=True)  # the other fields of engine Habit

    def __str__(self) -> str:
        return self.about


class SourceAlarm(models.Model):
    """Something about a source, a language or a country that is not as usual."""

    kind = models.CharField(max_length=30)  # engine AlarmKind
    about = models.CharField(max_length=100)  # "source:<key>", "language:<code>" or "country:<code>"
    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="alarms")
    language = models.CharField(max_length=10, blank=True)  # BCP 47, of an alarm about a language
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2, of an alarm about a country
    since = models.DateTimeField()  # when it began, as far as the counts tell
    raised_at = models.DateTimeField()
    checked_at = models.DateTimeField()  # when it was last found to hold
    cleared_at = models.DateTimeField(null=True, blank=True)  # None while it holds
    is_pending = models.BooleanField(default=False)  # found once: raised when the next check finds it, too
    evidence = models.JSONField(default=dict, blank=True)  # observed, expected and the like
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)  # what the person who saw it did

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about"],
                condition=models.Q(cleared_at__isnull=True),
                name="one_open_alarm_of_a_kind",
            )
        ]
        indexes = [
            models.Index(
                fields=["-raised_at"], name="open_alarms", condition=models.Q(cleared_at__isnull=True)
            ),
            models.Index(fields=["kind", "-raised_at"], name="alarms_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.raised_at:%Y-%m-%d}"
