"""A delivery is made once, kept byte by byte, sent in the publisher's name and tried until it is decided."""

from __future__ import annotations

import email
import email.policy
import hashlib
import socket
from contextlib import closing
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from tests.desk.factories import UnitFactory

from legation.desk.carry.models import Attempt, AttemptOutcome, Channel, Delivery, DeliveryStatus
from legation.desk.carry.services import deliveries, sendings
from legation.desk.carry.services.deliveries import (
    cancel_delivery,
    default_channel,
    queue_delivery,
    register_deliverable,
    retry_delivery,
)
from legation.desk.carry.services.registry import GiveUp, RetryLater
from legation.desk.carry.services.sendings import read_content, send_delivery
from legation.desk.carry.services.sweeps import send_due_deliveries
from legation.engine.records.mails import MailResult, MailStatus, OutgoingMail
from legation.gateways.mail import SmtpSender, TlsMode

pytestmark = pytest.mark.django_db


class ScriptedServer:
    """A transport that answers as told and keeps what it was handed."""

    def __init__(self, *statuses):
        self.statuses, self.handed = list(statuses), []

    def send_content(self, *, sender, recipient, content):
        self.handed.append((sender, recipient, content))
        status = self.statuses.pop(0) if self.statuses else MailStatus.SENT
        return MailResult(status, f"the server says {status}")


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def made(monkeypatch):
    """Register a deliverable and return the list of deliveries it was made for."""
    monkeypatch.setattr(deliveries, "_makers", {})
    calls = []

    def make(delivery):
        calls.append(delivery.pk)
        return OutgoingMail(
            message_id="<of-the-maker@example.org>",
            sender="Somebody Else <else@example.org>",
            recipient="elsewhere@example.org",
            subject="Điểm báo\n22/11",
            text=f"Made {len(calls)} times.",
            headers={"X-Publisher": "Nobody"},
        )

    register_deliverable("tests.note", make)
    return calls


def queue(clock, recipient="editor@example.org", about="tests.note:1:v1", unit=None):
    return queue_delivery(
        about=about,
        recipient=recipient,
        recipient_name="Editor",
        subject="Press review",
        unit=unit or UnitFactory(name='Đại sứ quán "A"'),
        at=clock(),
        clock=clock,
    )


def test_the_same_thing_to_the_same_recipient_is_queued_once(clock, made):
    first = queue(clock)
    assert queue(clock) == first
    assert queue(clock, recipient=" editor@example.org ") == first
    assert queue(clock, recipient="other@example.org") != first
    assert queue(clock, about="tests.note:1:v2") != first
    assert Channel.objects.count() == 1


def test_what_is_sent_names_its_publisher_whatever_the_maker_says(clock, made, settings):
    delivery, server = queue(clock), ScriptedServer()
    assert send_delivery(delivery_id=delivery.pk, transport=server, clock=clock) == AttemptOutcome.SENT
    [(sender, recipient, content)] = server.handed
    message = email.message_from_bytes(content, policy=email.policy.default)
    [author] = message["From"].addresses
    assert (author.display_name, author.addr_spec) == ('Đại sứ quán "A"', sender)
    assert message["Organization"] == message["X-Publisher"] == 'Đại sứ quán "A"'
    assert message["Message-ID"] == delivery.message_id
    assert (recipient, message["To"].addresses[0].addr_spec) == ("editor@example.org", "editor@example.org")
    assert message["Subject"] == "Điểm báo 22/11"


def test_what_was_sent_is_kept_byte_by_byte_with_its_hash(clock, made):
    delivery, server = queue(clock), ScriptedServer()
    send_delivery(delivery_id=delivery.pk, transport=server, clock=clock)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.sent_at) == (DeliveryStatus.SENT, clock())
    assert delivery.content_sha256 == hashlib.sha256(server.handed[0][2]).hexdigest()
    assert read_content(delivery) == server.handed[0][2]


def test_a_deferred_delivery_is_sent_again_with_the_same_bytes(clock, made):
    delivery, server = queue(clock), ScriptedServer(MailStatus.DEFERRED, MailStatus.DEFERRED)
    waits = []
    for _ in range(2):
        assert (
            send_delivery(delivery_id=delivery.pk, transport=server, clock=clock) == AttemptOutcome.DEFERRED
        )
        assert send_delivery(delivery_id=delivery.pk, transport=server, clock=clock) is None
        delivery.refresh_from_db()
        assert delivery.status == DeliveryStatus.QUEUED
        waits.append(delivery.next_run_at - clock())
        clock.moment = delivery.next_run_at
    assert timedelta(seconds=24) <= waits[0] <= timedelta(seconds=36) < waits[1]
    send_delivery(delivery_id=delivery.pk, transport=server, clock=clock)
    assert len({content for _, _, content in server.handed}) == 1
    assert made == [delivery.pk]
    assert list(Attempt.objects.values_list("outcome", flat=True)) == ["deferred", "deferred", "sent"]


def test_a_delivery_deferred_too_often_fails_and_is_requeued_by_hand(clock, made):
    delivery = queue(clock)
    Delivery.objects.update(failures=7)
    server = ScriptedServer(MailStatus.DEFERRED)
    send_delivery(delivery_id=delivery.pk, transport=server, clock=clock)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.answer) == (DeliveryStatus.FAILED, "the server says deferred")
    assert retry_delivery(delivery=delivery, clock=clock)
    assert send_delivery(delivery_id=delivery.pk, transport=server, clock=clock) == AttemptOutcome.SENT
    assert not retry_delivery(delivery=delivery, clock=clock)


def test_a_refused_delivery_fails_at_once(clock, made):
    delivery = queue(clock)
    send_delivery(delivery_id=delivery.pk, transport=ScriptedServer(MailStatus.REFUSED), clock=clock)
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.FAILED


def test_a_cancelled_delivery_is_not_sent(clock, made):
    delivery, server = queue(clock), ScriptedServer()
    assert cancel_delivery(delivery=delivery)
    assert send_delivery(delivery_id=delivery.pk, transport=server, clock=clock) is None
    assert server.handed == []


def test_a_channel_that_is_switched_off_sends_nothing(clock, made):
    delivery, server = queue(clock), ScriptedServer()
    Channel.objects.update(is_enabled=False)
    assert send_delivery(delivery_id=delivery.pk, transport=server, clock=clock) is None
    assert server.handed == []


@pytest.mark.parametrize(
    ("problem", "status", "failures"),
    [
        (GiveUp("The brief was withdrawn."), DeliveryStatus.FAILED, 1),
        (RetryLater("The PDF is being made.", retry_after_seconds=5), DeliveryStatus.QUEUED, 0),
        (KeyError("title"), DeliveryStatus.QUEUED, 1),
        (OSError(28, "No space left on device"), DeliveryStatus.QUEUED, 0),
    ],
    ids=["given up", "later", "mistake", "full disk"],
)
def test_a_message_that_cannot_be_made_says_why(clock, monkeypatch, problem, status, failures):
    def make(delivery):
        raise problem

    monkeypatch.setattr(deliveries, "_makers", {"tests.note": make})
    delivery = queue(clock)
    send_delivery(delivery_id=delivery.pk, transport=ScriptedServer(), clock=clock)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.failures) == (status, failures)
    assert str(problem) in delivery.answer


def test_nobody_can_make_an_unregistered_thing(clock, made):
    delivery = queue(clock, about="tests.unheard_of:1")
    send_delivery(delivery_id=delivery.pk, transport=ScriptedServer(), clock=clock)
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.FAILED
    assert "can make this message" in delivery.answer


def test_a_malformed_recipient_fails_without_a_word_to_the_server(clock, made):
    delivery, server = queue(clock, recipient="not an address"), ScriptedServer()
    send_delivery(delivery_id=delivery.pk, transport=server, clock=clock)
    delivery.refresh_from_db()
    assert (delivery.status, server.handed) == (DeliveryStatus.FAILED, [])


def test_a_damaged_file_is_made_again_before_it_was_ever_sent(clock, made, tmp_path):
    delivery, server = queue(clock), ScriptedServer(MailStatus.DEFERRED)
    send_delivery(delivery_id=delivery.pk, transport=server, clock=clock)
    delivery.refresh_from_db()
    (tmp_path / delivery.content.name).write_bytes(b"From: half")
    clock.moment = delivery.next_run_at
    send_delivery(delivery_id=delivery.pk, transport=server, clock=clock)
    assert len(made) == 2
    assert b"Made 2 times." in server.handed[1][2]


def test_a_dead_mail_server_defers_and_a_living_one_receives_the_kept_bytes(clock, made, monkeypatch):
    received = []

    class Mailbox:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
            received.append(envelope.content)
            return "250 kept"

    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    transport = SmtpSender("127.0.0.1", port, clock, tls=TlsMode.NONE, timeout_seconds=5)
    delivery = queue(clock)
    assert send_delivery(delivery_id=delivery.pk, transport=transport, clock=clock) == AttemptOutcome.DEFERRED
    delivery.refresh_from_db()
    assert "cannot be reached" in delivery.answer
    clock.moment = delivery.next_run_at
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        assert send_delivery(delivery_id=delivery.pk, transport=transport, clock=clock) == AttemptOutcome.SENT
    finally:
        controller.stop()
    delivery.refresh_from_db()
    assert received == [read_content(delivery)]


def test_the_settings_name_the_mail_server(settings):
    transport = sendings.settings_transport()
    assert (transport.host, transport.port) == (
        settings.ENVIRONMENT.smtp_host,
        settings.ENVIRONMENT.smtp_port,
    )
    assert default_channel().kind == "mail"


def test_what_is_due_is_sent_beside_the_queue_and_the_rest_waits(clock, made):
    due, later, off = queue(clock), queue(clock, "later@example.org"), queue(clock, "off@example.org")
    Delivery.objects.filter(pk=later.pk).update(next_run_at=clock() + timedelta(hours=1))
    Delivery.objects.filter(pk=off.pk).update(status=DeliveryStatus.CANCELLED)
    server = ScriptedServer()
    assert send_due_deliveries(transport=server, clock=clock) == 1
    assert [recipient for _, recipient, _ in server.handed] == [due.recipient]
    assert send_due_deliveries(transport=server, clock=clock) == 0
