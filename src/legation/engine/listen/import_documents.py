"""Read a whole document of an import; made to be called in a process that may be killed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from legation.engine.listen.import_items import RefusedItem, is_ninjs, list_items, read_ninjs
from legation.engine.listen.import_mails import MailDocument, UnreadableMail, read_mail
from legation.engine.listen.import_newsml import UnreadableNewsml, read_newsml
from legation.engine.listen.import_pages import read_saved_page
from legation.engine.listen.import_pdfs import UnreadablePdf, read_pdf
from legation.engine.listen.import_units import make_unit, refuse_unit
from legation.engine.listen.import_warcs import UnreadableCoding, decode_payload
from legation.engine.listen.imports import UnusableRecord, read_record
from legation.engine.listen.pages import UnreadablePage
from legation.engine.records.articles import OutcomeKind
from legation.engine.records.imports import ImportedRecord, ImportFormat, ImportUnit

_MAX_DEPTH = 3  # of mails attached to mails
_COVER_CHARACTERS = 600  # "Please find attached" and a signature
_UNREADABLE = (UnreadableMail, UnreadableNewsml, UnreadablePdf, UnreadablePage, UnreadableCoding)
# What an attachment's first bytes say; everything else is named by its type and passed over.
_XML_TYPES = (
    "application/xml",
    "text/xml",
    "application/vnd.iptc.g2.newsitem+xml",
    "application/octet-stream",
)


def read_document(
    content: bytes, kind: ImportFormat, file_name: str, now: datetime
) -> tuple[ImportUnit, ...]:
    """Read all units of one document: a mail with what is attached, a message of many items, a page, a PDF.

    kind: any but JSON Lines and WARC, which are read piece by piece. file_name: without folder. now: aware.
    Units are numbered from 1; an unreadable document is one quarantined unit with its bytes.
    """
    return tuple(_number(_read(content, kind, file_name, now, depth=0)))


def read_page_part(
    payload: bytes,
    address: str,
    content_type: str,
    captured_at: datetime,
    codings: tuple[str, str] = ("", ""),
) -> tuple[ImportUnit, ...]:
    """Read one page or PDF of a web archive as read_document does.

    captured_at: aware, dates end there. codings: of transfer and content, as decode_payload undoes them.
    """
    try:
        body = decode_payload(payload, codings)
        if content_type.startswith("application/pdf"):
            item = read_pdf(body, file_name=address.rpartition("/")[2])
        else:
            item = read_saved_page(
                body, number=1, address=address, content_type=content_type, captured_at=captured_at
            )
    except _UNREADABLE as error:
        detail = f"{address}: {error}"
        quarantined = OutcomeKind.QUARANTINED
        return (refuse_unit(1, "unreadable_page", detail, outcome=quarantined, content=payload),)
    return (make_unit(1, item),)


def _read(
    content: bytes, kind: ImportFormat, file_name: str, now: datetime, *, depth: int
) -> Iterator[ImportUnit]:
    """Read a document's units, numbered anyhow."""
    try:
        if kind is ImportFormat.MAIL:
            yield from _read_mail(content, now, depth)
        elif kind is ImportFormat.NEWSML:
            for item in list(read_newsml(content, now=now)):
                yield make_unit(1, item, content=content)
        elif kind is ImportFormat.NINJS:
            yield from _read_json(content, now)
        elif kind is ImportFormat.PDF:
            yield make_unit(1, read_pdf(content, file_name=file_name))
        else:
            yield make_unit(1, read_saved_page(content, number=1, captured_at=now))
    except _UNREADABLE as error:
        yield _refuse_document(kind, str(error), content)


def _read_json(content: bytes, now: datetime) -> Iterator[ImportUnit]:
    """Read a JSON document: an item, a list or a collection of items, of ninjs or of our own form."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        yield _refuse_document(ImportFormat.NINJS, f"The document is not JSON in UTF-8: {error}.", content)
        return
    items = list(list_items(document))
    if not items:
        yield _refuse_document(ImportFormat.NINJS, "The document holds no item.", content)
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            detail = f"Item {number} of the document is no object of JSON."
            yield refuse_unit(
                number, "not_an_object", detail, outcome=OutcomeKind.QUARANTINED, content=content
            )
            continue
        if is_ninjs(item):
            yield make_unit(number, read_ninjs(item, number, now=now), content=content)
            continue
        try:
            yield make_unit(number, read_record(item, number))
        except UnusableRecord as error:
            yield refuse_unit(number, "unusable_record", str(error))


def _read_mail(content: bytes, now: datetime, depth: int) -> Iterator[ImportUnit]:
    """Read a message's own text, then each attached document; a text that only carries one is no article."""
    mail = read_mail(content, 1)
    attached = [unit for document in mail.documents for unit in _read_attachment(document, now, depth)]
    has_articles = any(unit.record for unit in attached)
    own = mail.own
    if isinstance(own, ImportedRecord) and has_articles and len(own.body) < _COVER_CHARACTERS:
        own = RefusedItem("cover_note", "The message only brings the documents attached to it.")
    yield make_unit(1, own)
    yield from attached


def _read_attachment(document: MailDocument, now: datetime, depth: int) -> Iterator[ImportUnit]:
    """Read one attached document, or say that it is of no kind that holds an article."""
    name, kind = document.file_name.lower(), document.content_type.lower()
    head = document.content.lstrip()[:1000]
    if head.startswith(b"%PDF-"):
        found: ImportFormat | None = ImportFormat.PDF
    elif kind in _XML_TYPES and b"http://iptc.org/std/nar/" in document.content[:20_000]:
        found = ImportFormat.NEWSML
    elif kind == "application/json" or name.endswith(".json"):
        found = ImportFormat.NINJS
    elif kind == "text/html":
        found = ImportFormat.HTML
    elif kind == "message/rfc822" and depth < _MAX_DEPTH:
        found = ImportFormat.MAIL
    else:
        found = None
    if found is None:
        label = document.file_name or kind
        yield refuse_unit(1, "not_text", f"The attachment {label!r} is {kind}, which holds no article.")
        return
    yield from _read(document.content, found, document.file_name, now, depth=depth + 1)


def _refuse_document(kind: ImportFormat, detail: str, content: bytes) -> ImportUnit:
    outcome = OutcomeKind.QUARANTINED
    return refuse_unit(1, f"unreadable_{kind}", detail, outcome=outcome, content=content)


def _number(units: Iterator[ImportUnit]) -> Iterator[ImportUnit]:
    for number, unit in enumerate(units, start=1):
        yield ImportUnit(
            number, 0, unit.record, outcome=unit.outcome, reason=unit.reason, detail=unit.detail,
            content=unit.content,
        )  # fmt: skip
