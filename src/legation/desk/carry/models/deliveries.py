"""Deliveries: what was sent to whom, over which channel, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from legation.desk.people.models import Unit


class ChannelKind(models.TextChoices):
    """By what means something leaves."""

    MAIL = "mail", _("mail")


class Channel(models.Model):
    """One way out, in the publisher's own name."""

    kind = models.CharField(_("kind"), max_length=20, choices=ChannelKind)
    name = models.CharField(_("name"), max_length=100, unique=True)
    sender = models.CharField(_("sender"), max_length=200, blank=True)  # the publisher's name and address
    is_enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name


class DeliveryStatus(models.TextChoices):
    """Where a delivery stands; it ends in one of the last three."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Delivery(models.Model):
    """One thing to one recipient, once."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="deliveries", verbose_name=_("channel"))
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    about = models.CharField(max_length=100)  # what it carries, such as "understand.brief:12:v4"
    recipient = models.CharField(_("recipient"), max_length=254)
    recipient_name = models.CharField(_("name"), max_length=200, blank=True)
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=300)
    message_id = models.CharField(max_length=200, unique=True)  # the same on every attempt
    content = models.FileField(
        upload_to="deliveries/%Y/%m/", blank=True
    )  # the exact bytes handed to the server
    content_sha256 = models.CharField(max_length=64, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=DeliveryStatus, default=DeliveryStatus.QUEUED
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failures = models.PositiveIntegerField(default=0)  # attempts that the server or the maker refused
    max_attempts = models.PositiveIntegerField(default=8)  # so many failures end the delivery
    next_run_at = models.DateTimeField(_("next run"))
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    answer = models.TextField(_("answer"), blank=True)  # the server's last words
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "next_run_at"]),
            models.Index(fields=["status", "-id"]),
            models.Index(fields=["about"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["about", "recipient"], name="one_delivery_per_recipient")
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"
