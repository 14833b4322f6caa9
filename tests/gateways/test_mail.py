"""Sending mail to a real SMTP server on the loopback, and to servers that refuse, hesitate or die."""

from __future__ import annotations

import contextlib
import email
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from legation.engine.records.mails import MailAttachment, MailStatus, OutgoingMail
from legation.gateways.mail import SmtpSender, TlsMode

NOW = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
MAIL = OutgoingMail(
    message_id="<brief-7.3@desk.example>",
    sender="Cơ quan đại diện <press@desk.example>",
    recipient="ambassador@desk.example",
    subject="Điểm báo sáng 1/3",
    text="Bản điểm báo hôm nay.\n.\nDòng cuối.",
    html="<p>Bản điểm báo <b>hôm nay</b>.</p>",
    attachments=(MailAttachment("điểm báo.pdf", "application/pdf", b"%PDF-1.7 \x00\xff"),),
    headers={"List-Id": "<press.desk.example>"},
)


@dataclass
class Mailbox:
    """What the server received, and how it answers."""

    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    received: list[Any] = field(default_factory=list)

    async def handle_RCPT(self, _s: Any, _c: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        answer = self.rcpt_answers.pop(0) if self.rcpt_answers else "250 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _s: Any, _c: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.data_answers.pop(0) if self.data_answers else "250 OK"
        if answer.startswith("2"):
            self.received.append(envelope)
        return answer

    def open(self, number: int = 0) -> EmailMessage:
        message = email.message_from_bytes(self.received[number].content, policy=default)
        assert isinstance(message, EmailMessage)
        return message


@contextmanager
def run_server(mailbox: Mailbox, **settings: Any) -> Iterator[SmtpSender]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **settings)
    with warnings.catch_warnings():
        # aiosmtpd warns, in its thread and at every connection, that login without TLS is unsafe; on the
        # loopback of a test that is meant so.
        warnings.filterwarnings(
            "ignore", message="Requiring AUTH while not requiring TLS", category=UserWarning
        )
        controller.start()
        try:
            yield SmtpSender("127.0.0.1", port, lambda: NOW, tls=TlsMode.NONE, timeout_seconds=5.0)
        finally:
            controller.stop()


@contextmanager
def run_raw_server(script: list[bytes | None]) -> Iterator[int]:
    """Answer each line with the next of the script; None hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            for answer in script:
                if answer is None:
                    return
                connection.sendall(answer)
                with contextlib.suppress(ConnectionError):  # the client may hang up first
                    lines.readline()

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join(5)
        listener.close()


def make_sender(port: int, **settings: Any) -> SmtpSender:
    return SmtpSender(
        "127.0.0.1", port, lambda: NOW, **{"tls": TlsMode.NONE, "timeout_seconds": 2.0, **settings}
    )


def test_a_message_arrives_whole() -> None:
    mailbox = Mailbox()
    with run_server(mailbox) as sender:
        assert sender.send(MAIL).status is MailStatus.SENT
    message = mailbox.open()
    assert message["Message-ID"] == MAIL.message_id
    assert (message["From"], message["Subject"]) == (MAIL.sender, MAIL.subject)
    assert message["Date"] == "Sun, 01 Mar 2026 07:30:00 +0000"
    assert message["List-Id"] == "<press.desk.example>"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().split() == MAIL.text.split()
    assert html.get_content().strip() == MAIL.html
    (attachment,) = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("điểm báo.pdf", b"%PDF-1.7 \x00\xff")
    assert mailbox.received[0].mail_from == "press@desk.example"
    assert mailbox.received[0].rcpt_tos == ["ambassador@desk.example"]


def test_a_repeated_attempt_keeps_the_message_id() -> None:
    mailbox = Mailbox(data_answers=["451 try again later"])
    with run_server(mailbox) as sender:
        assert [sender.send(MAIL).status for _ in range(2)] == [MailStatus.DEFERRED, MailStatus.SENT]
        sender.send(MAIL)
    assert [mailbox.open(number)["Message-ID"] for number in range(2)] == [MAIL.message_id] * 2


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("550 5.1.1 no such user", MailStatus.REFUSED),
        ("450 4.2.0 greylisted, come back in 5 minutes", MailStatus.DEFERRED),
    ],
)
def test_the_answer_about_a_recipient_decides(answer: str, status: MailStatus) -> None:
    mailbox = Mailbox(rcpt_answers=[answer])
    with run_server(mailbox) as sender:
        result = sender.send(MAIL)
    assert (result.status, result.answer) == (status, answer)
    assert mailbox.received == []


def test_a_message_refused_for_its_content_is_refused() -> None:
    with run_server(Mailbox(data_answers=["554 5.6.0 rejected"])) as sender:
        result = sender.send(MAIL)
    assert (result.status, result.answer) == (MailStatus.REFUSED, "554 5.6.0 rejected")


def test_a_message_too_large_for_the_server_is_refused() -> None:
    with run_server(Mailbox(), data_size_limit=1_000) as sender:
        result = sender.send(replace(MAIL, text="tin\n" * 1_000))
    assert result.status is MailStatus.REFUSED


def test_a_login_is_made_where_a_user_is_set_and_a_wrong_one_waits_for_the_operator() -> None:
    def check(_s: Any, _c: Any, _e: Any, _m: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=login.password == b"right", handled=False)

    mailbox = Mailbox()
    settings = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    with run_server(mailbox, **settings) as sender:
        good = replace(sender, user="desk", password="right")
        assert good.send(MAIL).status is MailStatus.SENT
        bad = replace(sender, user="desk", password="wrong").send(MAIL)
    assert bad.status is MailStatus.DEFERRED
    assert "login" in bad.answer
    assert "wrong" not in bad.answer


def test_a_server_without_tls_is_not_spoken_to_in_clear() -> None:
    mailbox = Mailbox()
    with run_server(mailbox) as sender:
        result = replace(sender, tls=TlsMode.STARTTLS).send(MAIL)
        assert result.status is MailStatus.DEFERRED
        assert replace(sender, tls=TlsMode.TLS).send(MAIL).status is MailStatus.DEFERRED
    assert mailbox.received == []


def test_a_dead_server_defers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = make_sender(port).send(MAIL)
    assert result.status is MailStatus.DEFERRED
    assert "cannot be reached" in result.answer


@pytest.mark.parametrize(
    "script",
    [
        [None],
        [b"220 hello\r\n", None],
        [b"421 too busy\r\n", None],
        [b"220 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", None],
        [b"not a mail server at all\r\n", None],
        [b"220 " + b"x" * 100_000, None],
    ],
    ids=["hangs up", "hangs up after hello", "busy", "hangs up on the text", "no SMTP", "endless line"],
)
def test_a_server_that_dies_or_babbles_defers(script: list[bytes | None]) -> None:
    with run_raw_server(script) as port:
        assert make_sender(port).send(MAIL).status is MailStatus.DEFERRED


def test_a_silent_server_defers_in_time() -> None:
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert make_sender(port, timeout_seconds=0.3).send(MAIL).status is MailStatus.DEFERRED
    assert time.monotonic() - started < 8


def test_a_server_that_hangs_up_after_accepting_has_the_message() -> None:
    script = [b"220 hi\r\n", *[b"250 ok\r\n"] * 3, b"354 go\r\n"]
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            for answer in script:
                connection.sendall(answer)
                lines.readline() if answer is not script[-1] else None
            while lines.readline() != b".\r\n":
                continue
            connection.sendall(b"250 accepted\r\n")

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        assert make_sender(listener.getsockname()[1]).send(MAIL).status is MailStatus.SENT
    finally:
        thread.join(5)
        listener.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Tin\r\nBcc: everybody@evil.example"},
        {"subject": "Tin\nX: 1"},
        {"recipient": "a@desk.example\r\nBcc: b@evil.example"},
        {"recipient": "a@desk.example, b@evil.example"},
        {"recipient": "no address"},
        {"recipient": ""},
        {"recipient": "a@"},
        {"sender": "Press\n <a@b.example>"},
        {"sender": "nobody"},
        {"message_id": "brief-7@desk.example"},
        {"message_id": "<a@b>\r\nX: 1"},
        {"headers": {"X-Note": "a\r\n\r\nbody"}},
        {"headers": {"Bcc": "b@evil.example"}},
        {"headers": {"X Note": "a"}},
        {"attachments": (MailAttachment("a\r\nX: 1.pdf", "application/pdf", b""),)},
        {"attachments": (MailAttachment("a.pdf", "application/pdf\r\nX: 1", b""),)},
    ],
)
def test_a_message_that_smuggles_or_is_malformed_is_refused_unsent(changes: dict[str, Any]) -> None:
    mailbox = Mailbox()
    with run_server(mailbox) as sender:
        result = sender.send(replace(MAIL, **changes))
    assert result.status is MailStatus.REFUSED
    assert result.answer.endswith(".")
    assert mailbox.received == []


def test_an_address_outside_ascii_goes_to_servers_that_take_it() -> None:
    mailbox = Mailbox()
    with run_server(mailbox, enable_SMTPUTF8=True) as sender:
        assert sender.send(replace(MAIL, recipient="đại.sứ@desk.example")).status is MailStatus.SENT
    with run_server(Mailbox(), enable_SMTPUTF8=False) as sender:
        assert sender.send(replace(MAIL, recipient="đại.sứ@desk.example")).status is MailStatus.REFUSED
    assert mailbox.received[0].rcpt_tos == ["đại.sứ@desk.example"]
