"""A message on its way to a person, and what the server said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class MailAttachment:
    """A file that travels with a message."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One message to one recipient."""

    message_id: str  # with angle brackets; the same on every attempt
    sender: str  # "Publisher's name <address>"
    recipient: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[MailAttachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


class MailStatus(StrEnum):
    """How one attempt to send ended."""

    SENT = "sent"
    REFUSED = "refused"  # permanently (5xx, malformed address)
    DEFERRED = "deferred"  # try later (4xx, no connection)


@dataclass(frozen=True, slots=True)
class MailResult:
    """The server's answer to one attempt."""

    status: MailStatus
    answer: str  # the server's words, or ours where there was no server
