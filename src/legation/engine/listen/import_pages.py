"""Read a saved page as an article of an import."""

from __future__ import annotations

from datetime import datetime

from legation.engine.listen.import_items import RefusedItem, to_utc
from legation.engine.listen.page_addresses import canonical_address
from legation.engine.listen.pages import UnreadablePage, read_page
from legation.engine.records.articles import PageKind
from legation.engine.records.imports import ImportedRecord
from legation.engine.text.languages import UnknownLanguage, language_code

_MIN_CHARACTERS = 60  # as for a feed's item


def read_saved_page(
    html: bytes,
    *,
    number: int,
    address: str = "",
    content_type: str = "",
    captured_at: datetime | None = None,
) -> ImportedRecord | RefusedItem:
    """Read one page's bytes as an article.

    number: of the page in its file. address: where it was found, "" where unknown: then the page's own word
    is taken. captured_at: aware; dates beyond it are not believed. Raises UnreadablePage.
    """
    page = read_page(html, address=address, content_type=content_type)
    if page.kind in (PageKind.LISTING, PageKind.OTHER):
        return RefusedItem("listing_page", f"Page {number} lists articles and is none itself.")
    if not page.title or len(page.body) < _MIN_CHARACTERS:
        return RefusedItem("too_short", f"Page {number} has {len(page.body)} characters of text.")
    published_at = to_utc(page.published_at)
    if published_at and captured_at and published_at > captured_at:
        published_at = captured_at
    found = (
        canonical_address(address or page.canonical_address, page.canonical_address)
        if (address or page.canonical_address)
        else ""
    )
    return ImportedRecord(
        record_id=found[:200] or str(number),
        line_number=number,
        title=page.title[:1000],
        lead=page.lead,
        body=page.body,
        language=_language(page.language),
        published_at=published_at,
        modified_at=to_utc(page.modified_at),
        address=found,
        outlet=page.site_name[:200],
        country="",
        byline=page.byline[:300],
        is_named_for_good=False,
        has_own_id=False,
        is_teaser=page.is_teaser,
    )


def _language(code: str) -> str:
    """Return "" always where a page's own word is no language: many templates say "en" of any page."""
    try:
        found = language_code(code)
    except UnknownLanguage:
        return ""
    return "" if found in {"und", "en"} else found


__all__ = ["UnreadablePage", "read_saved_page"]
