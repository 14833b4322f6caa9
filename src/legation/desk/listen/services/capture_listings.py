"""What the list of evidence copies shows, the chain as a file for a notary, and what a page said that day."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from legation.desk.listen.models import Capture, CaptureKind
from legation.desk.listen.services.capture_chains import facts_of
from legation.engine.listen.capture_chains import write_facts
from legation.engine.listen.pages import PageOptions, UnreadablePage, read_page
from legation.engine.records.captures import ArchivedPage
from legation.engine.text.folding import fold_text
from legation.gateways.archive import UnreadableArchive, read_archived_page

_HASH_BEGINNING = re.compile(r"[0-9a-f]{6,64}")
_SHOWN_BYTES = 1_000_000  # somebody waits: the worst page of this size costs a core some four seconds
_SHOWN_CHARACTERS = 60_000  # twenty pages of print
_CHAIN_COLUMNS = (
    "number", "kind", "sha256", "size_bytes", "identity", "address", "captured_at", "record_id",
    "payload_sha256", "chain_sha256",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page said when its copy was taken, or why that cannot be told."""

    page: ArchivedPage | None
    title: str
    paragraphs: list[str]
    problem: str = ""  # one English sentence
    is_cut: bool = False  # whether the page said more than is shown


def narrow_captures(*, filters: dict[str, Any]) -> QuerySet[Capture]:
    """Narrow the copies down by the fields of CaptureFilterForm; newest first, without articles' texts."""
    rows = Capture.objects.select_related("article", "article__source").order_by("-pk")
    rows = rows.defer("article__body", "article__lead", "article__byline", "article__source__feed_states")
    if filters.get("kind"):
        rows = rows.filter(kind=filters["kind"])
    match filters.get("state"):
        case "held":
            rows = rows.filter(is_held=True)
        case "cited":
            rows = rows.exclude(reasons=[])
        case "uncited":
            rows = rows.filter(reasons=[])
        case "removed":
            rows = rows.filter(removed_at__isnull=False)
    if filters.get("article"):
        rows = rows.filter(article_id=filters["article"])
    zone = timezone.get_current_timezone()
    if filters.get("since"):
        rows = rows.filter(captured_at__gte=datetime.combine(filters["since"], time.min, zone))
    if filters.get("until"):
        rows = rows.filter(
            captured_at__lt=datetime.combine(filters["until"], time.min, zone) + timedelta(days=1)
        )
    return _search(rows, (filters.get("q") or "").strip())


def _search(rows: QuerySet[Capture], words: str) -> QuerySet[Capture]:
    """Look for a number of the chain, the beginning of a hash, else words of a title or address."""
    if not words:
        return rows
    if words.isascii() and words.isdigit() and len(words) < 12:
        return rows.filter(number=int(words))
    if _HASH_BEGINNING.fullmatch(words.lower()):
        return rows.filter(sha256__startswith=words.lower())
    if "://" in words:
        return rows.filter(address__startswith=words)
    return rows.filter(article__title__icontains=words)


def write_chain(*, form: str) -> Iterator[str]:
    """Write every link of the chain for a notary, as text in pieces.

    form: "csv", or "json" for one JSON object on each line. Anybody can count the chain anew from either:
    docs/evidence.md says how.
    """
    rows = Capture.objects.exclude(number=None).order_by("number").select_related("article")
    if form == "csv":
        yield _write_row([*_CHAIN_COLUMNS, "removed_at"])
    for capture in rows.iterator():
        facts = json.loads(write_facts(facts_of(capture)))
        removed = capture.removed_at.astimezone(UTC).isoformat() if capture.removed_at else ""
        row = {**facts, "chain_sha256": capture.chain_sha256, "removed_at": removed}
        if form == "csv":
            yield _write_row([row[name] for name in (*_CHAIN_COLUMNS, "removed_at")])
        else:
            yield json.dumps(row, ensure_ascii=False) + "\n"


def read_words(*, capture: Capture) -> PageWords:
    """Read out of an archive what the page said; safe text, without any of its markup."""
    if capture.removed_at or capture.kind != CaptureKind.ARCHIVE:
        return PageWords(None, "", [], "The file is not there any more.")
    try:
        with capture.file.open("rb") as stream:
            page = read_archived_page(stream, record_id=capture.record_id, max_bytes=_SHOWN_BYTES)
    except (OSError, UnreadableArchive) as error:
        return PageWords(None, "", [], str(error))
    try:
        options = PageOptions(is_thorough=False)
        read = read_page(page.body, address=page.address, content_type=page.content_type, options=options)
    except UnreadablePage as error:
        return PageWords(page, "", [], str(error))
    shown = read.body[:_SHOWN_CHARACTERS]
    paragraphs = [part for part in shown.split("\n\n") if part.strip()]
    if paragraphs and fold_text(paragraphs[0]) == fold_text(read.title):  # it stands above as the title
        paragraphs = paragraphs[1:]
    return PageWords(page, read.title, paragraphs, is_cut=len(shown) < len(read.body))


def _write_row(values: list[Any]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow([_disarm(value) for value in values])
    return target.getvalue()


def _disarm(value: Any) -> Any:
    """Keep a foreign text from being a formula where somebody opens the file as a sheet."""
    is_formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if is_formula else value
