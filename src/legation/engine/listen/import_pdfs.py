"""Read the text of a PDF document, as ministries and agencies send their statements."""

from __future__ import annotations

import logging
import re
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from legation.engine.listen.import_items import RefusedItem, to_utc
from legation.engine.records.imports import ImportedRecord
from legation.engine.text.encodings import normalise_text

MAX_PDF_BYTES = 64_000_000
_MAX_PAGES = 300  # a report; a longer one is a book
_MAX_CHARACTERS = 2_000_000
_MAX_TITLE_CHARACTERS = 300
_HYPHEN = re.compile(r"(\w)[-\u00ad]\n(\w)")
_SENTENCE_END = re.compile(r"[.!?:;…。！？։។။॥”\")]\s*$")
_PAGE_NUMBER = re.compile(r"^\W*\d{1,4}\W*(?:/\W*\d{1,4})?\W*$")

# Of one hostile document the library complains in thousands of lines; what matters is raised.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class UnreadablePdf(ValueError):
    """Bytes that are no PDF to be read; the message says what is wrong."""


def read_pdf(document: bytes, *, file_name: str = "") -> ImportedRecord | RefusedItem:
    """Read a PDF's text, title and date.

    file_name: without folder, for documents without a title. Lines are joined to paragraphs, page numbers
    left out. A scanned document without text is refused. The date is the document's own, in UTC. May take
    long over a hostile file: call it where it can be killed. Raises UnreadablePdf.
    """
    if len(document) > MAX_PDF_BYTES:
        raise UnreadablePdf(f"The PDF has {len(document):,} bytes; the limit is {MAX_PDF_BYTES:,}.")
    try:
        reader = PdfReader(BytesIO(document), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadablePdf("The PDF asks for a password. Save it without one.")
        pages = [page.extract_text() or "" for page in reader.pages[:_MAX_PAGES]]
        facts = reader.metadata
        title, created = (str(facts.title or ""), facts.creation_date) if facts else ("", None)
        identifier = _read_identifier(reader)
    except UnreadablePdf:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError,
            NotImplementedError, ArithmeticError, AssertionError) as error:  # fmt: skip
        # All of these come out of the library for files that are broken on purpose.
        raise UnreadablePdf(f"The PDF cannot be read: {type(error).__name__}: {error}.") from error
    body = _join_lines(pages)[:_MAX_CHARACTERS]
    if not body:
        return RefusedItem(
            "no_text", "The PDF holds pictures of pages and no text. Have its text recognised first."
        )
    first = body.partition("\n\n")[0]
    title = " ".join(normalise_text(title).split())
    if not title or title.lower().endswith((".doc", ".docx", ".pdf", ".indd")):
        title = first if len(first) <= _MAX_TITLE_CHARACTERS else file_name.rpartition(".")[0] or first
    return ImportedRecord(
        record_id=identifier or "1",
        line_number=1,
        title=title[:_MAX_TITLE_CHARACTERS],
        lead="",
        body=body,
        language="",
        published_at=to_utc(created),
        address="",
        outlet="",
        country="",
        is_named_for_good=bool(identifier),
        has_own_id=bool(identifier),
    )


def _read_identifier(reader: PdfReader) -> str:
    """Return the document's permanent identifier (ISO 32000, 14.4), "" where it has none."""
    entry = reader.trailer.get("/ID")
    try:
        first = entry[0] if entry else b""
        raw = bytes(first.original_bytes) if hasattr(first, "original_bytes") else bytes(first)
    except (TypeError, ValueError, IndexError, KeyError):
        return ""
    return f"pdf:{raw.hex()[:64]}" if raw.strip(b"\0") else ""


def _join_lines(pages: list[str]) -> str:
    """Make paragraphs of the lines that a page broke: one ends where a line ends a sentence early."""
    paragraphs: list[list[str]] = [[]]
    lines = [line for page in pages for line in _HYPHEN.sub(r"\1\2", normalise_text(page)).split("\n")]
    usual = sorted(len(line) for line in lines if line.strip())
    full = 0.8 * usual[int(0.9 * (len(usual) - 1))] if usual else 0  # of a full line's length
    for line in lines:
        words = " ".join(line.split())
        if _PAGE_NUMBER.match(words):
            continue
        if not words:
            paragraphs.append([])
            continue
        paragraphs[-1].append(words)
        if _SENTENCE_END.search(words) and len(words) < full:
            paragraphs.append([])
    return "\n\n".join(" ".join(lines) for lines in paragraphs if lines)
