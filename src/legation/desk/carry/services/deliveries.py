"""Queues what leaves the desk, once per recipient, in the publisher's own name."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from legation.desk.carry.models import Channel, ChannelKind, Delivery, DeliveryStatus
from legation.desk.carry.services.audits import log_act
from legation.desk.carry.services.hints import send_hint
from legation.desk.people.models import Unit, User
from legation.engine.ports import Clock
from legation.engine.records.mails import OutgoingMail

Maker = Callable[[Delivery], OutgoingMail]

_makers: dict[str, Maker] = {}


class UnknownDeliverable(Exception):
    """No room has registered how to make what a delivery carries; the message names its prefix."""


def register_deliverable(prefix: str, make: Maker) -> None:
    """Register how the thing that a delivery is about becomes a message.

    prefix: the first part of Delivery.about, such as "understand.brief" of "understand.brief:12:v4".
    make: called once per delivery, when it is first sent. Message-ID, sender, recipient and the headers that
    name the publisher are set afterwards, whatever it put there. May raise GiveUp or RetryLater.
    """
    _makers[prefix] = make


def maker_of(about: str) -> Maker:
    """Return the registered maker. Raises UnknownDeliverable."""
    prefix = about.split(":", 1)[0]
    if prefix not in _makers:
        raise UnknownDeliverable(prefix)
    return _makers[prefix]


def queue_delivery(
    *,
    channel_kind: str = ChannelKind.MAIL,
    about: str,
    recipient: str,
    recipient_name: str = "",
    subject: str,
    unit: Unit,
    at: datetime,
    clock: Clock = timezone.now,
) -> Delivery:
    """Queue one thing to one recipient; the same thing to the same recipient is queued only once.

    about: "<registered prefix>:<what>", at most 100 characters.
    at: not before this moment.
    """
    recipient = recipient.strip()
    try:
        with transaction.atomic():
            delivery, is_new = Delivery.objects.get_or_create(
                about=about,
                recipient=recipient,
                defaults={
                    "channel": default_channel(channel_kind),
                    "unit": unit,
                    "recipient_name": " ".join(recipient_name.split())[:200],
                    "subject": " ".join(subject.split())[:300],
                    "message_id": new_message_id(),
                    "next_run_at": at,
                },
            )
    except IntegrityError:  # the channel or the delivery was made by somebody else this moment
        delivery, is_new = Delivery.objects.get(about=about, recipient=recipient), False
    if is_new and at <= clock():
        send_hint("delivery", delivery.pk)
    return delivery


def cancel_delivery(*, delivery: Delivery, by: User | None = None) -> bool:
    """Call off a delivery that has not been handed to the server; returns whether it was still queued."""
    changed = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.QUEUED).update(
        status=DeliveryStatus.CANCELLED
    )
    delivery.refresh_from_db()
    if changed:
        log_act(record=delivery, by=by, act="cancel")
    return bool(changed)


def retry_delivery(*, delivery: Delivery, by: User | None = None, clock: Clock = timezone.now) -> bool:
    """Queue a failed, cancelled or backing-off delivery again under its old Message-ID; a sent one never."""
    retriable = (DeliveryStatus.FAILED, DeliveryStatus.CANCELLED, DeliveryStatus.QUEUED)
    changed = Delivery.objects.filter(pk=delivery.pk, status__in=retriable).update(
        status=DeliveryStatus.QUEUED, next_run_at=clock(), failures=0
    )
    delivery.refresh_from_db()
    if changed:
        log_act(record=delivery, by=by, act="retry")
        send_hint("delivery", delivery.pk)
    return bool(changed)


def default_channel(kind: str = ChannelKind.MAIL) -> Channel:
    """Return the first channel of a kind, made on first use."""
    channel = Channel.objects.filter(kind=kind).order_by("-is_enabled", "id").first()
    return channel or Channel.objects.get_or_create(name=str(kind), defaults={"kind": kind})[0]


def new_message_id() -> str:
    """Make a Message-ID in the sender's domain; a delivery keeps it for all its attempts."""
    address = parseaddr(settings.ENVIRONMENT.mail_from)[1]
    domain = address.rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"
