"""Puts the publisher's name on whatever leaves: there is no way out without it."""

from __future__ import annotations

from dataclasses import replace
from email.utils import parseaddr, quote

from django.conf import settings

from legation.desk.carry.models import Delivery
from legation.engine.records.mails import OutgoingMail


def sender_address(delivery: Delivery) -> str:
    """Return the bare address that a delivery is sent from."""
    configured = delivery.channel.sender or settings.ENVIRONMENT.mail_from
    return parseaddr(configured)[1] or configured


def publisher_of(delivery: Delivery) -> str:
    """Return the name of the unit that speaks; without a unit, the name in the sender's setting."""
    if delivery.unit is not None:
        return _one_line(delivery.unit.name)
    configured = delivery.channel.sender or settings.ENVIRONMENT.mail_from
    return _one_line(parseaddr(configured)[0]) or sender_address(delivery)


def in_its_own_name(mail: OutgoingMail, delivery: Delivery) -> OutgoingMail:
    """Set what no maker decides: Message-ID, sender, recipient, and the publisher for people and machines."""
    publisher = publisher_of(delivery)
    return replace(
        mail,
        message_id=delivery.message_id,
        sender=f'"{quote(publisher)}" <{sender_address(delivery)}>',
        recipient=delivery.recipient,
        subject=_one_line(mail.subject) or delivery.subject,
        headers={**mail.headers, "Organization": publisher, "X-Publisher": publisher},
    )


def _one_line(text: str) -> str:
    """Join the lines: a line break in a header would let a title write headers of its own."""
    return " ".join(text.split())
