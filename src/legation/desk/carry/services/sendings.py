"""Sends one delivery: claims it, keeps the exact bytes, hands them over and records the server's answer."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from legation.desk.carry.models import AttemptOutcome, Delivery, DeliveryStatus
from legation.desk.carry.services.backoffs import is_transient, retry_delay
from legation.desk.carry.services.deliveries import UnknownDeliverable, maker_of
from legation.desk.carry.services.leases import DELIVERIES, Lease, claim, keep_lease
from legation.desk.carry.services.publishers import in_its_own_name, sender_address
from legation.desk.carry.services.registry import GiveUp, RetryLater
from legation.engine.ports import Clock
from legation.engine.records.mails import MailResult, MailStatus
from legation.gateways.mail import SmtpSender, TlsMode, UnusableMail, build_message, write_message

logger = logging.getLogger(__name__)

MAX_ANSWER = 2000  # characters of a server's answer that are kept
FIRST_DELAY_SECONDS = 30.0  # greylisting servers want about a minute: the second retry is past it


class Transport(Protocol):
    """Hands finished bytes to a mail server."""

    def send_content(self, *, sender: str, recipient: str, content: bytes) -> MailResult:
        """Hand over one message; every failure is a MailResult."""
        ...


@dataclass(frozen=True, slots=True)
class Sending:
    """How an attempt to send ended."""

    outcome: AttemptOutcome
    answer: str
    wait: timedelta | None = None  # before the next attempt; None where there is none
    is_failure: bool = True  # counts towards max_attempts


def send_delivery(
    *, delivery_id: int, transport: Transport | None = None, clock: Clock = timezone.now
) -> AttemptOutcome | None:
    """Send one delivery, if it is due and free; returns how the attempt ended, None where there was none.

    transport: the mail server's; the one of the settings by default.
    A worker killed after the server said yes and before that was recorded sends again: the same bytes with
    the same Message-ID, which readers' programs show once.
    """
    is_enabled = Delivery.objects.filter(pk=delivery_id, channel__is_enabled=True).exists()
    lease = claim(kind=DELIVERIES, pk=delivery_id, clock=clock) if is_enabled else None
    if lease is None:
        return None
    with keep_lease(lease, clock=clock):
        delivery = Delivery.objects.select_related("channel", "unit").get(pk=delivery_id)
        sending = _attempt(delivery, lease, transport or settings_transport(), clock)
        return sending.outcome if _record(delivery, lease, sending, clock()) else None


def settings_transport(clock: Clock = timezone.now) -> SmtpSender:
    """Make the sender for the mail server that the settings name."""
    wanted = settings.ENVIRONMENT
    return SmtpSender(
        host=wanted.smtp_host,
        port=wanted.smtp_port,
        user=wanted.smtp_user,
        password=wanted.smtp_password,
        tls=TlsMode(wanted.smtp_security),
        clock=clock,
    )


def read_content(delivery: Delivery) -> bytes | None:
    """Return the bytes that were or will be handed over; None before they are made, or when damaged."""
    if not delivery.content:
        return None
    try:
        with delivery.content.open("rb") as file:
            content: bytes = file.read()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == delivery.content_sha256 else None


def _attempt(delivery: Delivery, lease: Lease, transport: Transport, clock: Clock) -> Sending:
    try:
        content = read_content(delivery) or _make_content(delivery, lease, clock())
        result = transport.send_content(
            sender=sender_address(delivery), recipient=delivery.recipient, content=content
        )
    except UnknownDeliverable:
        return Sending(
            AttemptOutcome.FAILED, gettext_noop("Nothing in this installation can make this message.")
        )
    except GiveUp as problem:
        return Sending(AttemptOutcome.FAILED, str(problem))
    except RetryLater as problem:
        seconds = problem.retry_after_seconds
        wait = _delay(delivery) if seconds is None else timedelta(seconds=seconds)
        return Sending(AttemptOutcome.RETRIED, str(problem), wait, is_failure=False)
    except Exception as problem:  # noqa: BLE001  the task's edge
        return _judge(delivery, problem)
    return _weigh(delivery, result)


def _weigh(delivery: Delivery, result: MailResult) -> Sending:
    if result.status is MailStatus.SENT:
        return Sending(AttemptOutcome.SENT, result.answer)
    if result.status is MailStatus.REFUSED:
        return Sending(AttemptOutcome.REFUSED, result.answer)
    return Sending(AttemptOutcome.DEFERRED, result.answer, _delay(delivery))


def _judge(delivery: Delivery, problem: Exception) -> Sending:
    reason = f"{type(problem).__name__}: {problem}"
    if is_transient(problem):
        logger.warning("delivery %s has to wait: %s", delivery.pk, reason)
        return Sending(AttemptOutcome.RETRIED, reason, _delay(delivery), is_failure=False)
    logger.error("delivery %s (%s) failed", delivery.pk, delivery.about, exc_info=problem)
    return Sending(AttemptOutcome.FAILED, reason, _delay(delivery))


def _delay(delivery: Delivery) -> timedelta:
    return retry_delay(delivery.failures + 1, first_seconds=FIRST_DELAY_SECONDS)


def _make_content(delivery: Delivery, lease: Lease, now: datetime) -> bytes:
    """Have the message made in the publisher's name, and keep its bytes before anybody sees them."""
    mail = in_its_own_name(maker_of(delivery.about)(delivery), delivery)
    try:
        content = write_message(build_message(mail, clock=lambda: now))
    except UnusableMail as problem:
        raise GiveUp(str(problem)) from problem
    name = f"{delivery.message_id.strip('<>').partition('@')[0]}.eml"
    field = delivery.content.field
    path = field.generate_filename(delivery, name)
    delivery.content.storage.delete(path)  # what a killed worker may have left half written
    delivery.content.save(name, ContentFile(content), save=False)
    delivery.content_sha256 = hashlib.sha256(content).hexdigest()
    lease.held().update(
        content=delivery.content.name, content_sha256=delivery.content_sha256, subject=mail.subject[:300]
    )
    return content


def _record(delivery: Delivery, lease: Lease, sending: Sending, now: datetime) -> bool:
    """Write how the attempt ended; returns False where it is left to the lease to run out."""
    failures = delivery.failures + (sending.is_failure and sending.outcome != AttemptOutcome.SENT)
    is_over = sending.wait is None or failures >= delivery.max_attempts
    if sending.outcome == AttemptOutcome.SENT:
        status = DeliveryStatus.SENT
    else:
        status = DeliveryStatus.FAILED if is_over else DeliveryStatus.QUEUED
    answer = sending.answer[:MAX_ANSWER]
    try:
        with transaction.atomic():
            changed = lease.held().update(
                status=status,
                failures=failures,
                answer=answer,
                next_run_at=now + (sending.wait or timedelta(0)),
                lease_until=None,
                lease_owner="",
                sent_at=now if status == DeliveryStatus.SENT else None,
            )
            if changed:
                lease.end_attempt(outcome=sending.outcome, detail=answer, at=now)
    except DatabaseError as problem:
        logger.warning("the end of delivery %s was not recorded: %s", delivery.pk, problem)
        raise
    return bool(changed)
