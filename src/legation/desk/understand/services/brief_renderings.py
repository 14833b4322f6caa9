"""Render a brief as a standalone page, a tagged PDF or JSON, each naming its publisher."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from legation.desk.understand.models import Brief, BriefVersion
from legation.desk.understand.services.brief_pages import BriefPage, build_page
from legation.engine.understand.brief_documents import from_json, to_json


class UnknownFormat(Exception):
    """A brief has no such form; the message names it."""


@dataclass(frozen=True, slots=True)
class BriefFile:
    """A brief as a file."""

    file_name: str
    content_type: str
    content: bytes


CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


def export_brief(*, brief: Brief, form: str, version: BriefVersion | None = None) -> BriefFile:
    """Make a file of a version, or of the text as it stands.

    form: pdf, docx, html or json. Raises UnknownFormat.
    """
    if form not in CONTENT_TYPES:
        raise UnknownFormat(form)
    page = build_page(brief=brief, version=version)
    if form == "json":
        content = render_json(page, brief, version)
    else:
        content = {"pdf": render_pdf, "docx": render_docx, "html": render_html}[form](page)
    suffix = f"-v{version.number}" if version else ""
    return BriefFile(f"{page.file_stem}{suffix}.{form}", CONTENT_TYPES[form], content)


def render_html(page: BriefPage) -> bytes:
    """Render a page that needs no other file."""
    return _render("understand/brief_document.html", page).encode()


def render_pdf(page: BriefPage) -> bytes:
    """Render a tagged PDF (PDF/UA-1) with bookmarks, contents and page numbers."""
    # Loading WeasyPrint takes half a second, which every start would pay.
    from legation.desk.understand.services.brief_prints import print_html

    return print_html(_render("understand/brief_pdf.html", page))


def render_docx(page: BriefPage) -> bytes:
    """Render a Word file with real styles, in the unit's administrative form."""
    # Loading python-docx takes a quarter of a second.
    from legation.desk.understand.services.brief_word_files import write_docx

    return write_docx(page)


def render_json(page: BriefPage, brief: Brief, version: BriefVersion | None) -> bytes:
    """Render the document for machines: UTF-8 JSON with publisher and status."""
    document = to_json(from_json(version.document if version else brief.document))
    del document["removed"]
    record = {
        "publisher": page.publisher,
        "status": str(version.status if version else brief.status),
        "mark": page.mark,
        "day": brief.day.isoformat(),
        "number": brief.number,
        "version": version.number if version else None,
        "sha256": version.document_sha256 if version else None,
        "document": document,
    }
    return json.dumps(record, ensure_ascii=False, indent=2).encode()


def _render(template: str, page: BriefPage) -> str:
    with translation.override(page.language):
        linked = {
            "@context": "https://schema.org",
            "@type": "Report",
            "name": page.title,
            "inLanguage": page.language,
            "datePublished": page.dated.isoformat(),
            "publisher": {"@type": "Organization", "name": page.publisher},
            "creativeWorkStatus": page.mark or "signed off",
        }
        # "<" cannot end the script element early, whatever a title holds.
        data = mark_safe(json.dumps(linked, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S308
        return render_to_string(template, {"page": page, "linked_data": data})
