"""Keep a file as evidence: under its hash, with its link in the one chain, and check that chain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.db import transaction

from legation.desk.listen.models import Capture, CaptureChain, CaptureKind
from legation.engine.listen.capture_chains import ChainLink, find_breaks, make_link
from legation.engine.records.captures import CaptureFacts

_CHAIN = 1  # the chain's only row


def keep_file(*, content: IO[bytes], ending: str, **facts: Any) -> Capture:
    """Store a file as evidence and link it to the chain; arguments as of store_file."""
    capture = store_file(content=content, ending=ending, **facts)
    link_captures(captures=[capture])
    return capture


def store_file(*, content: IO[bytes], ending: str, **facts: Any) -> Capture:
    """Store a file under its hash and return its record, not yet saved; call link_captures soon.

    ending: of the stored file's name, such as "warc.gz". facts: the fields of Capture.
    The place may be far away: call it outside of any transaction.
    """
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    capture = Capture(sha256=digest, size_bytes=content.seek(0, 2), **facts)
    content.seek(0)
    capture.file.save(f"{digest}.{ending}", File(content), save=False)
    return capture


def link_captures(*, captures: Sequence[Capture]) -> None:
    """Save stored copies, each with the next link of the chain; all or none."""
    with transaction.atomic():
        for capture in captures:
            is_cited = bool(capture.reasons)
            capture.keep_until = choose_end(kind=capture.kind, at=capture.captured_at, is_cited=is_cited)
            _add_link(capture)


def drop_files(*, captures: Sequence[Capture]) -> None:
    """Remove the files of copies that could not be linked."""
    for capture in captures:
        capture.file.storage.delete(capture.file.name or "")


def choose_end(*, kind: str, at: datetime, is_cited: bool) -> datetime | None:
    """Return until when a new copy is kept; None where it is kept for good.

    A scan is for good: it was handed in by a person and cannot be fetched again.
    """
    environment = settings.ENVIRONMENT
    days = environment.evidence_picture_days if kind == CaptureKind.SCREENSHOT else environment.evidence_days
    if is_cited or not days or kind == CaptureKind.SCAN:
        return None
    return at + timedelta(days=days)


def facts_of(capture: Capture) -> CaptureFacts:
    """Return what the chain vouches for of a copy that has its number."""
    return CaptureFacts(
        number=capture.number or 0,
        kind=capture.kind,
        sha256=capture.sha256,
        size_bytes=capture.size_bytes,
        identity=capture.article.identity,
        address=capture.address,
        captured_at=capture.captured_at,
        record_id=capture.record_id,
        payload_sha256=capture.payload_sha256,
    )


def check_chain() -> Iterator[str]:
    """Say in English what is wrong with the chain, link by link, nothing where it is whole."""
    last: list[ChainLink] = []

    def read_links() -> Iterator[ChainLink]:
        rows = Capture.objects.exclude(number=None).order_by("number").select_related("article")
        for capture in rows.only(*_LINK_FIELDS).iterator():
            last[:] = [ChainLink(facts_of(capture), capture.chain_sha256)]
            yield last[0]

    yield from find_breaks(read_links())
    for pk in Capture.objects.filter(number=None).values_list("pk", flat=True).iterator():
        yield f"capture {pk} stands outside the chain"
    head = CaptureChain.objects.filter(pk=_CHAIN).first()
    number, digest = (last[0].facts.number, last[0].chain_sha256) if last else (0, "")
    if head is None or (head.number, head.chain_sha256) != (number, digest):
        known = head.number if head else 0
        yield f"the chain ends at link {number}, but its newest link is known to be {known}"


_LINK_FIELDS = (
    "number", "kind", "sha256", "size_bytes", "article__identity", "address", "captured_at", "record_id",
    "payload_sha256", "chain_sha256",
)  # fmt: skip


def _add_link(capture: Capture) -> None:
    """Give a copy the next number and its link, one at a time, so that no number is lost or used twice."""
    # On SQLite the transaction itself holds the only lock that there is.
    CaptureChain.objects.get_or_create(pk=_CHAIN)
    head = CaptureChain.objects.select_for_update().get(pk=_CHAIN)
    capture.number = head.number + 1
    capture.chain_sha256 = make_link(head.chain_sha256, facts_of(capture))
    capture.save()
    head.number, head.chain_sha256 = capture.number, capture.chain_sha256
    head.save()
