"""Read an agency's wire that comes by mail: the message's own text, and the documents attached to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from typing import cast

from legation.engine.listen.cleaning import html_to_text
from legation.engine.listen.import_items import RefusedItem, to_utc
from legation.engine.records.imports import ImportedRecord
from legation.engine.text.encodings import decode_bytes, normalise_text
from legation.engine.text.languages import UnknownLanguage, language_code

MAX_MAIL_BYTES = 64_000_000
_MAX_PARTS = 200  # a wire's mail has three
_MAX_HEADER_CHARACTERS = 8_000  # servers refuse longer ones; titles and senders have a hundred
_MAX_DEPTH = 10  # of messages inside messages
_BODY_CHARACTERS = 2_000_000
_ANSWER = re.compile(r"^\s*(?:(?:re|fwd?|tr|aw|wg|trả lời|chuyển tiếp)\s*:\s*)+", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)  # RFC 3676, section 4.3


class _BoundedPolicy(policy.EmailPolicy):
    """Cuts headers: of 20,000 encoded words the standard library makes gigabytes."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_HEADER_CHARACTERS]


class UnreadableMail(ValueError):
    """Bytes that are no message; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class MailDocument:
    """A document attached to a message: its name, type and bytes."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReadMail:
    """One message: its own text as an article, or why it is none, and what is attached."""

    own: ImportedRecord | RefusedItem
    documents: tuple[MailDocument, ...]


def read_mail(message: bytes, number: int) -> ReadMail:
    """Read one message of RFC 5322 with MIME.

    number: of the message in its file. The text in plain is taken, else the HTML; quoted-printable, base64
    and every charset are decoded. The outlet is the sender's name or the mailing list's; no address of a
    person is kept. Times are UTC. Raises UnreadableMail.
    """
    if len(message) > MAX_MAIL_BYTES:
        raise UnreadableMail(f"The message has {len(message):,} bytes; the limit is {MAX_MAIL_BYTES:,}.")
    try:
        parsed = cast(EmailMessage, BytesParser(policy=_BoundedPolicy()).parsebytes(message))
        plain, html, documents = _sort_parts(parsed)
    except (
        MessageError,
        ValueError,
        LookupError,
        AttributeError,
        IndexError,
        TypeError,
        RecursionError,
    ) as error:
        # The standard library raises all of these for headers that are broken on purpose.
        raise UnreadableMail(f"The message cannot be read: {type(error).__name__}: {error}.") from error
    if not parsed.keys():
        raise UnreadableMail("The bytes begin with no header of a message.")
    text = _SIGNATURE.split(plain)[0] if plain else ""
    body = _to_paragraphs(text) or html_to_text(html)
    title = _ANSWER.sub("", _header(parsed, "Subject")).strip()[:1000]
    if not body:
        own: ImportedRecord | RefusedItem = RefusedItem(
            "no_text", f"Message {number} holds no text of its own."
        )
    else:
        own = _make_record(parsed, number, title or body.partition("\n\n")[0][:200], body)
    return ReadMail(own, tuple(documents))


def _make_record(parsed: EmailMessage, number: int, title: str, body: str) -> ImportedRecord:
    identifier = _header(parsed, "Message-ID").strip("<> ")
    return ImportedRecord(
        record_id=f"mid:{identifier}"[:200] if identifier else str(number),
        line_number=number,
        title=title,
        lead="",
        body=body[:_BODY_CHARACTERS],
        language=_language(_header(parsed, "Content-Language")),
        published_at=_read_date(_header(parsed, "Date")),
        address="",
        outlet=_read_outlet(parsed),
        country="",
        is_named_for_good=bool(identifier),
        has_own_id=bool(identifier),
    )


def _sort_parts(parsed: Message) -> tuple[str, str, list[MailDocument]]:
    """Return the plain text, the HTML and the attached documents of a message."""
    plain: list[str] = []
    html: list[str] = []
    documents: list[MailDocument] = []
    queue: list[tuple[Message, int]] = [(parsed, 0)]
    for _ in range(_MAX_PARTS):
        if not queue:
            break
        part, depth = queue.pop(0)
        kind = part.get_content_type()
        if part.is_multipart():
            children = [child for child in part.get_payload() if isinstance(child, Message)]
            if depth < _MAX_DEPTH:
                queue = [(child, depth + 1) for child in children] + queue
            else:
                documents.append(MailDocument("parts too deep to be read", kind, b""))
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        name = str(part.get_filename() or "")
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            documents.append(MailDocument(name[:255], kind, content))
        elif kind == "text/html":
            html.append(_decode(part, content))
        else:
            plain.append(_decode(part, content))
    if queue:
        documents.append(MailDocument(f"{len(queue)} further parts", "multipart/mixed", b""))
    return "\n".join(plain).strip(), "\n".join(html).strip(), documents


def _decode(part: Message, content: bytes) -> str:
    """Decode a part's text by its declared charset, else by what the bytes tell."""
    text, _, _ = decode_bytes(content, part.get_content_charset() or "")
    return text.replace("\r\n", "\n")


def _to_paragraphs(text: str) -> str:
    """Join the lines that a mail program broke; empty and indented lines part paragraphs."""
    paragraphs: list[list[str]] = [[]]
    for line in normalise_text(text).split("\n"):
        words = " ".join(line.split())
        if not words or (line[:1] in " \t" and paragraphs[-1]):
            paragraphs.append([])
        if words:
            paragraphs[-1].append(words)
    return "\n\n".join(" ".join(lines) for lines in paragraphs if lines)


def _header(parsed: Message, name: str) -> str:
    """Return a header in one line, "" where it is missing or broken."""
    try:
        return " ".join(normalise_text(str(parsed.get(name, ""))).split())
    except (ValueError, AttributeError, IndexError, TypeError, LookupError, MessageError, RecursionError):
        return ""


def _read_outlet(parsed: Message) -> str:
    """Return the name of the organisation that sent the message."""
    listed = _header(parsed, "List-Id").partition("<")[0].strip(' "')
    organisation = _header(parsed, "Organization")
    try:
        sender, address = parseaddr(_header(parsed, "From"))
    except (RecursionError, IndexError):  # of thousands of brackets
        sender, address = "", ""
    return (listed or organisation or sender or address.rpartition("@")[2])[:200]


def _read_date(text: str) -> datetime | None:
    try:
        return to_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _language(code: str) -> str:
    try:
        return language_code(code.partition(",")[0]).replace("und", "")
    except UnknownLanguage:
        return ""
