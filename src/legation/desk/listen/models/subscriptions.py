"""Subscriptions: feeds whose hub tells the desk at once when something is new (WebSub)."""

from __future__ import annotations

from django.db import models

from legation.desk.listen.models.sources import Source


class Subscription(models.Model):
    """One feed's subscription at its hub; W3C WebSub."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="subscriptions")
    topic = models.CharField(max_length=500, unique=True)  # the feed's own name of itself
    hub = models.CharField(max_length=500)
    token = models.CharField(max_length=64, unique=True)  # stands in the callback address
    secret = models.CharField(max_length=64)  # signs what the hub sends
    state = models.CharField(max_length=12, default="wanted")  # wanted, asked, active, denied, ended
    asked_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)  # what the hub granted
    last_push_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.topic
