"""Feed entries: the room's inbox, and its memory of what it has read already."""

from __future__ import annotations

from django.db import models

from legation.desk.listen.models.sources import Source


class FeedEntry(models.Model):
    """One entry of a feed: waiting to be read, or remembered so that its page is not fetched again."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="entries")
    identity = models.CharField(max_length=64, unique=True)  # the same as the article's
    fingerprint = models.CharField(
        max_length=64
    )  # SHA-256 of what the feed says, so that a change is noticed
    is_waiting = models.BooleanField(default=True)
    record = models.JSONField(default=dict, blank=True)  # the entry itself while it waits, {} afterwards
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)  # None once it was read
    seen_at = models.DateTimeField()  # when a feed last held it, to the day

    class Meta:
        indexes = [
            models.Index(
                fields=["source", "next_try_at"], name="waiting_entries", condition=models.Q(is_waiting=True)
            ),
            models.Index(fields=["seen_at"]),
        ]

    def __str__(self) -> str:
        return self.identity[:12]
