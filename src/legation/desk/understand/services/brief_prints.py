"""Print a page of HTML as a tagged PDF that loads nothing from anywhere."""

from __future__ import annotations

from typing import Any

from weasyprint import HTML
from weasyprint.urls import URLFetcher


class _NoFetcher(URLFetcher):
    """Refuses every address: a brief's PDF is made of what stands in its page."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        raise ValueError(f"a brief loads nothing: {url[:100]}")


def print_html(html: str) -> bytes:
    """Print HTML as PDF/UA-1, with its headings as bookmarks."""
    content: bytes = HTML(string=html, url_fetcher=_NoFetcher()).write_pdf(pdf_variant="pdf/ua-1")
    return content
