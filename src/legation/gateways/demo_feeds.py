"""Write the demo world's feeds in every dialect that its outlets speak."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from legation.gateways.demo_worlds import DemoArticle, DemoOutlet, DemoVersion

_TEASER_CHARACTERS = 90  # about the first half of a first sentence


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One article as its feed tells it; times are the outlet's own, wrong where its clock is."""

    article: DemoArticle
    version: DemoVersion
    address: str
    published_at: datetime
    modified_at: datetime


def write_feed(outlet: DemoOutlet, lines: list[FeedLine], *, base_address: str) -> bytes:
    """Write the outlet's feed in its dialect and charset; lines: newest first."""
    if outlet.dialect == "json-feed-1.1":
        return _write_json(outlet, lines, base_address)
    write = {"atom-1.0": _write_atom, "rdf-1.0": _write_rdf, "news-sitemap": _write_sitemap}
    text = write.get(outlet.dialect, _write_rss)(outlet, lines, base_address)
    declaration = f'<?xml version="1.0" encoding="{outlet.charset}"?>\n'
    return (declaration + text).encode(outlet.charset, "xmlcharrefreplace")


def _summarise(outlet: DemoOutlet, line: FeedLine) -> str:
    if line.article.is_listing:
        return ""
    lead = line.version.paragraphs[0]
    is_cut = line.article.is_teaser or outlet.gives_teasers
    return f"{lead[:_TEASER_CHARACTERS].rsplit(' ', 1)[0]}…" if is_cut else lead


def _write_rss(outlet: DemoOutlet, lines: list[FeedLine], base_address: str) -> str:
    items = "".join(
        f"<item><title>{escape(line.version.title)}</title><link>{escape(line.address)}</link>"
        f'<guid isPermaLink="false">{outlet.key}:{line.article.key}</guid>'
        f"<pubDate>{format_datetime(line.published_at)}</pubDate>"
        f"<atom:updated>{line.modified_at.isoformat()}</atom:updated>"
        f"<description>{escape('<p>' + escape(_summarise(outlet, line)) + '</p>')}</description></item>\n"
        for line in lines
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>{escape(outlet.name)}</title><link>{base_address}/</link>"
        f"<description>{escape(outlet.name)}</description><language>{outlet.language}</language><ttl>5</ttl>\n"
        f"{items}</channel></rss>\n"
    )


def _write_atom(outlet: DemoOutlet, lines: list[FeedLine], base_address: str) -> str:
    """Write Atom with the whole text, as agencies do for their subscribers."""
    items = "".join(
        f"<entry><id>tag:{outlet.key}.invalid,2026:{line.article.key}</id>"
        f"<title>{escape(line.version.title)}</title>"
        f'<link rel="alternate" href="{escape(line.address)}"/>'
        f"<published>{line.published_at.isoformat()}</published><updated>{line.modified_at.isoformat()}</updated>"
        f"<summary>{escape(_summarise(outlet, line))}</summary>"
        f'<content type="html">{escape("".join(f"<p>{escape(p)}</p>" for p in line.version.paragraphs))}'
        "</content></entry>\n"
        for line in lines
    )
    updated = max((line.modified_at.isoformat() for line in lines), default="1970-01-01T00:00:00+00:00")
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.name)}</title><id>tag:{outlet.key}.invalid,2026:feed</id>"
        f'<link rel="self" href="{base_address}{outlet.feed_path}"/><link href="{base_address}/"/>'
        f"<updated>{updated}</updated><author><name>{escape(outlet.name)}</name></author>\n{items}</feed>\n"
    )


def _write_rdf(outlet: DemoOutlet, lines: list[FeedLine], base_address: str) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{escape(line.address)}"/>' for line in lines)
    items = "".join(
        f'<item rdf:about="{escape(line.address)}"><title>{escape(line.version.title)}</title>'
        f"<link>{escape(line.address)}</link><description>{escape(_summarise(outlet, line))}</description>"
        f"<dc:date>{line.published_at.isoformat()}</dc:date>"
        f"<dcterms:modified>{line.modified_at.isoformat()}</dcterms:modified></item>\n"
        for line in lines
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f'<channel rdf:about="{base_address}{outlet.feed_path}"><title>{escape(outlet.name)}</title>'
        f"<link>{base_address}/</link><description>{escape(outlet.name)}</description>"
        f"<dc:language>{outlet.language}</dc:language><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n"
        f"{items}</rdf:RDF>\n"
    )


def _write_json(outlet: DemoOutlet, lines: list[FeedLine], base_address: str) -> bytes:
    """Write JSON Feed 1.1."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base_address}/",
        "feed_url": f"{base_address}{outlet.feed_path}",
        "language": outlet.language,
        "items": [
            {
                "id": f"{outlet.key}:{line.article.key}",
                "url": line.address,
                "title": line.version.title,
                "summary": _summarise(outlet, line),
                "content_html": f"<p>{escape(_summarise(outlet, line), quote=False)}</p>",
                "date_published": line.published_at.isoformat(),
                "date_modified": line.modified_at.isoformat(),
            }
            for line in lines
        ],
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8")


def _write_sitemap(outlet: DemoOutlet, lines: list[FeedLine], base_address: str) -> str:
    """Write a news sitemap: addresses, titles and times, no text."""
    entries = "".join(
        f"<url><loc>{escape(line.address)}</loc><lastmod>{line.modified_at.isoformat()}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{outlet.language}</news:language></news:publication>"
        f"<news:publication_date>{line.published_at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(line.version.title)}</news:title></news:news></url>\n"
        for line in lines
    )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{entries}</urlset>\n'
    )
