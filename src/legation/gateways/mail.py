"""Handing messages to a mail server by SMTP, with the same Message-ID on every attempt."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError, NonASCIILocalPartDefect
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from typing import Final

from legation.engine.ports import Clock
from legation.engine.records.mails import MailResult, MailStatus, OutgoingMail

# The left and right part of RFC 5322's msg-id, without its obsolete forms.
_MESSAGE_ID: Final = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,200}>")
_HEADER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}")
_CONTENT_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")
# What a caller may not set, because the message itself does.
_OWN_HEADERS: Final = frozenset(
    {"from", "to", "cc", "bcc", "subject", "message-id", "date", "mime-version", "content-type", "sender"}
    | {"content-transfer-encoding", "return-path", "received"}
)
# RFC 4954: the server wants a login or another one, which the operator can mend.
_LOGIN_ANSWERS: Final = frozenset({530, 534, 535, 538})
_MAX_ANSWER_CHARS: Final = 500  # a server's answer is shown on one line of the delivery


class TlsMode(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"  # a server on the same machine
    STARTTLS = "starttls"  # port 587
    TLS = "tls"  # port 465


class UnusableMail(ValueError):
    """The message cannot be sent as it is, now or later; the message says why."""


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Sends one message per connection; implements the engine's MailSender port."""

    host: str
    port: int
    clock: Clock  # dates the messages
    user: str = ""  # no login where empty
    password: str = ""
    tls: TlsMode = TlsMode.STARTTLS
    timeout_seconds: float = 30.0  # for each answer of the server
    tls_context: ssl.SSLContext | None = None  # the system's certificates where None

    def send(self, mail: OutgoingMail) -> MailResult:
        """Send one message; every failure is a MailResult, never an exception.

        A connection cut after the text was handed over is DEFERRED: the message may arrive twice, under one
        Message-ID, but never not at all.
        """
        try:
            message = build_message(mail, clock=self.clock)
        except UnusableMail as error:
            return MailResult(MailStatus.REFUSED, str(error))
        return self.send_content(sender=mail.sender, recipient=mail.recipient, content=write_message(message))

    def send_content(self, *, sender: str, recipient: str, content: bytes) -> MailResult:
        """Send a message that write_message wrote, byte by byte; every failure is a MailResult."""
        try:
            server = self._connect()
        except smtplib.SMTPResponseException as error:
            # The operator's fault or the server's, not the message's: once that is mended, it can go.
            answer = _read_answer(error.smtp_code, error.smtp_error)
            is_login = isinstance(error, smtplib.SMTPAuthenticationError)
            fault = "refused our login" if is_login else "does not want to talk to us"
            return MailResult(MailStatus.DEFERRED, f"The mail server {fault}: {answer}")
        except ssl.SSLError as error:
            return MailResult(MailStatus.DEFERRED, f"The TLS connection to the mail server failed: {error}")
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return MailResult(MailStatus.DEFERRED, f"The mail server cannot be reached: {_name_error(error)}")
        try:
            return _hand_over(server, sender, recipient, content)
        except smtplib.SMTPRecipientsRefused as error:
            return _judge_answer(*next(iter(error.recipients.values())))
        except smtplib.SMTPResponseException as error:
            return _judge_answer(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return MailResult(MailStatus.DEFERRED, f"The mail server broke off: {_name_error(error)}")
        finally:
            _say_goodbye(server)

    def _connect(self) -> smtplib.SMTP:
        """Open a session, protected and logged in as the settings ask."""
        context = self.tls_context or ssl.create_default_context()
        server: smtplib.SMTP
        if self.tls is TlsMode.TLS:
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_seconds, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
        try:
            if self.tls is TlsMode.STARTTLS:
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def build_message(mail: OutgoingMail, *, clock: Clock) -> EmailMessage:
    """Build the message as it will stand on the wire: plain text, HTML beside it, attachments.

    Raises UnusableMail for malformed addresses, identifiers or headers, line breaks in them above all.
    """
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise UnusableMail(f"The Message-ID is malformed: {mail.message_id[:80]!r}.")
    for name, value in [("From", mail.sender), ("To", mail.recipient), ("Subject", mail.subject)]:
        _check_line(name, value)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = mail.sender
        message["To"] = mail.recipient
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(clock())
        message["Message-ID"] = mail.message_id
        _add_headers(message, mail.headers)
        _read_address(message["From"], "sender")
        _read_address(message["To"], "recipient")
        _add_content(message, mail)
    except (MessageError, ValueError, TypeError, LookupError) as error:
        if isinstance(error, UnusableMail):
            raise
        raise UnusableMail(f"The message cannot be built: {error}.") from error
    return message


def write_message(message: EmailMessage) -> bytes:
    """Write a built message as it goes over the wire, in UTF-8 headers where an address needs them."""
    is_ascii = all(_read_address(message[name], name).addr_spec.isascii() for name in ("From", "To"))
    return message.as_bytes(policy=SMTP.clone(utf8=not is_ascii))


def _hand_over(server: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> MailResult:
    sender, recipient = parseaddr(sender)[1], parseaddr(recipient)[1]
    is_ascii = recipient.isascii() and sender.isascii()
    if not is_ascii and not server.has_extn("smtputf8"):
        return MailResult(MailStatus.REFUSED, "The mail server takes no addresses outside ASCII.")
    server.sendmail(sender, [recipient], content, mail_options=[] if is_ascii else ["SMTPUTF8"])
    return MailResult(MailStatus.SENT, "The mail server accepted the message.")


def _add_headers(message: EmailMessage, headers: dict[str, str]) -> None:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
            raise UnusableMail(f"The header {name[:80]!r} may not be set.")
        _check_line(name, value)
        message[name] = value


def _add_content(message: EmailMessage, mail: OutgoingMail) -> None:
    # Base64 or quoted-printable, never 8 bit: some gateways on the way still mangle it.
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="quoted-printable")
    for attachment in mail.attachments:
        kind = attachment.content_type.partition(";")[0].strip().lower()
        if not _CONTENT_TYPE.fullmatch(kind):
            raise UnusableMail(f"The type of an attachment is malformed: {kind[:80]!r}.")
        _check_line("the file name", attachment.file_name)
        maintype, _, subtype = kind.partition("/")
        message.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=attachment.file_name
        )


def _check_line(name: str, value: str) -> None:
    """Refuse whatever could end a header and begin another."""
    if any(char in "\r\n\0\v\f\x1c\x1d\x1e\x85\u2028\u2029" for char in value):
        raise UnusableMail(f"{name} contains a line break.")


def _read_address(header: object, role: str) -> Address:
    """Take the one address out of a header."""
    addresses = header.addresses if isinstance(header, AddressHeader) else ()
    defects = [d for d in getattr(header, "defects", ()) if not isinstance(d, NonASCIILocalPartDefect)]
    is_whole = len(addresses) == 1 and addresses[0].username and addresses[0].domain and not defects
    if not is_whole or any(char.isspace() for char in addresses[0].addr_spec):
        raise UnusableMail(f"The {role}'s address is malformed: {str(header)[:80]!r}.")
    address: Address = addresses[0]
    return address


def _judge_answer(code: int, words: bytes | str) -> MailResult:
    is_final = 500 <= code < 600 and code not in _LOGIN_ANSWERS
    status = MailStatus.REFUSED if is_final else MailStatus.DEFERRED
    return MailResult(status, _read_answer(code, words))


def _read_answer(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:_MAX_ANSWER_CHARS]


def _name_error(error: Exception) -> str:
    return str(error) or type(error).__name__


def _say_goodbye(server: smtplib.SMTP) -> None:
    """End the session; the message's fate is already decided, so a server that hangs up changes nothing."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()
