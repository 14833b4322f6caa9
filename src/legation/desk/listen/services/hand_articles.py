"""Articles typed in by hand, from print, radio and television, with a scan as evidence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO

from auditlog.models import LogEntry
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models import Article, Capture, CaptureKind, Source
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.capture_chains import keep_file
from legation.desk.listen.services.outcomes import OutcomeLedger
from legation.desk.listen.services.sources import named_source
from legation.desk.people.models import Unit, User
from legation.engine.records.articles import FeedItem, LanguageGuess, OutcomeKind, PageText, ReadItem

MAX_SCAN_BYTES = 25 * 1024 * 1024  # some ten scanned pages, or half an hour of speech
# What a file is, by its first bytes; the name and type that an uploader declares prove nothing.
_MAGIC = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"ID3", "audio/mpeg", "mp3"),
    (b"\xff\xfb", "audio/mpeg", "mp3"),
    (b"\xff\xf3", "audio/mpeg", "mp3"),
    (b"\xff\xf2", "audio/mpeg", "mp3"),
)
SCAN_REFUSALS = {
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than 25 MB."),
    "wrong_type": _("The file is not a PDF, JPEG, PNG or MP3."),
}


class ScanRefused(Exception):
    """An uploaded file cannot be kept as evidence; reason is a key of SCAN_REFUSALS."""

    def __init__(self, reason: str) -> None:
        super().__init__(str(SCAN_REFUSALS[reason]))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class HandArticle:
    """What a person types in."""

    medium: str  # print, radio or television
    outlet: str
    title: str
    body: str
    language: str  # BCP 47
    published_at: datetime
    place: str = ""  # page or programme
    country: str = ""  # ISO 3166-1 alpha-2 of the outlet


def add_hand_article(
    *,
    typed: HandArticle,
    scan: IO[bytes] | None,
    scan_name: str = "",
    by: User,
    unit: Unit | None,
    at: datetime,
) -> Article:
    """Store a typed article with its scan, and note who added it.

    The same article sent twice is stored once. Raises ScanRefused before anything is written.
    """
    content = scan.read(MAX_SCAN_BYTES + 1) if scan else b""
    kind = check_scan(content) if scan else None
    with transaction.atomic():
        source = _source_of(typed)
        kept = keep_article(source=source, read=_to_read(typed), at=at, noticed="hand")
        article = kept.article
        article.medium, article.place, article.unit = typed.medium, typed.place[:200], unit
        article.country, article.added_by = typed.country or source.country, by
        article.save(update_fields=["medium", "place", "unit", "country", "added_by"])
        if kind:
            keep_capture(article=article, content=content, kind=kind, file_name=scan_name, by=by, at=at)
        if kept.outcome is not OutcomeKind.KNOWN:
            OutcomeLedger(source=source, at=at).write(kept.outcome)
            changes = {"title": ["", article.title[:200]], "outlet": ["", source.name]}
            action = LogEntry.Action.CREATE if kept.outcome is OutcomeKind.KEPT else LogEntry.Action.UPDATE
            LogEntry.objects.log_create(
                article, action=action, actor=by, changes=changes, serialized_data=None
            )
    return article


def check_scan(content: bytes) -> tuple[str, str]:
    """Return content type and file ending of a scan, told by its bytes; raises ScanRefused."""
    if not content:
        raise ScanRefused("empty")
    if len(content) > MAX_SCAN_BYTES:
        raise ScanRefused("too_large")
    for magic, content_type, ending in _MAGIC:
        if content.startswith(magic):
            return content_type, ending
    raise ScanRefused("wrong_type")


def keep_capture(
    *, article: Article, content: bytes, kind: tuple[str, str], file_name: str, by: User, at: datetime
) -> Capture:
    """Keep a file as evidence beside an article, under its hash; the same file again is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    known = Capture.objects.filter(article=article, sha256=digest).first()
    if known:
        return known
    return keep_file(
        content=BytesIO(content),
        ending=kind[1],
        article=article,
        kind=CaptureKind.SCAN,
        file_name=file_name.replace("\\", "/").rpartition("/")[2][:255] or f"scan.{kind[1]}",
        content_type=kind[0],
        captured_at=at,
        captured_by=by,
        article_version=article.version,
    )


def _source_of(typed: HandArticle) -> Source:
    known = Source.objects.filter(name__iexact=typed.outlet.strip()).order_by("id").first()
    if known:
        return known
    return named_source(
        name=typed.outlet.strip(), prefix="hand", languages=[typed.language], country=typed.country
    )


def _to_read(typed: HandArticle) -> ReadItem:
    guid = f"hand:{typed.medium}:{typed.published_at.isoformat()}:{typed.title.strip()}"
    return ReadItem(
        outcome=OutcomeKind.KEPT,
        item=FeedItem(guid=guid, address="", title=typed.title.strip(), published_at=typed.published_at),
        page=PageText(title=typed.title.strip(), lead="", body=typed.body.strip(), has_time=True),
        language=LanguageGuess(typed.language, 1.0, "person"),
    )
