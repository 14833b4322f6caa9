"""Write the demo world's pages and feeds, in the manner of ordinary news sites."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime
from html import escape

from legation.gateways.demo_worlds import DemoArticle, DemoOutlet, DemoVersion

_TEASER_CHARACTERS = 90  # about the first half of a first sentence


def write_page(
    outlet: DemoOutlet, article: DemoArticle, version: DemoVersion, *, address: str, published_at: datetime,
    modified_at: datetime,
) -> bytes:  # fmt: skip
    """Write an article's page as the outlet's bytes; an article's wrong charset stands in the page, too."""
    charset = article.wrong_charset or outlet.header_charset
    structured = json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": version.title,
            "datePublished": published_at.isoformat(),
            "dateModified": modified_at.isoformat(),
            "inLanguage": outlet.language,
            "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name},
        },
        ensure_ascii=True,  # so that the title survives a wrong charset, as it often does in the wild
    ).replace("<", "\\u003c")
    direction = ' dir="rtl"' if outlet.language == "ar" else ""
    menu = "".join(f'<li><a href="/">{escape(section)}</a></li>' for section in outlet.sections)
    text = "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in version.paragraphs)
    page = f"""<!doctype html>
<html lang="{outlet.language}"{direction}>
<head>
<meta charset="{charset}">
<title>{escape(version.title)} | {escape(outlet.name)}</title>
<link rel="canonical" href="{escape(address)}">
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(version.title)}">
<meta property="og:site_name" content="{escape(outlet.name)}">
<meta name="description" content="{escape(version.paragraphs[0])}">
<meta property="article:published_time" content="{published_at.isoformat()}">
<meta property="article:modified_time" content="{modified_at.isoformat()}">
<script type="application/ld+json">{structured}</script>
</head>
<body>
<header><a href="/">{escape(outlet.name)}</a><nav><ul>{menu}</ul></nav></header>
<main><article>
<h1>{escape(version.title)}</h1>
<p class="dateline"><time datetime="{published_at.isoformat()}">{published_at:%Y-%m-%d %H:%M}</time></p>
<div class="article-body">
{text}
</div>
</article></main>
<footer><p>© {escape(outlet.name)}</p></footer>
</body>
</html>
"""
    return page.encode(outlet.charset, "xmlcharrefreplace")


def write_home(outlet: DemoOutlet, entries: list[tuple[DemoVersion, str]]) -> bytes:
    """Write the outlet's front page: current titles with their addresses, newest first."""
    links = "".join(
        f'<li><a href="{escape(link)}">{escape(version.title)}</a></li>' for version, link in entries
    )
    direction = ' dir="rtl"' if outlet.language == "ar" else ""
    page = (
        f'<!doctype html>\n<html lang="{outlet.language}"{direction}><head>'
        f'<meta charset="{outlet.header_charset}">'
        f"<title>{escape(outlet.name)}</title>"
        f'<link rel="alternate" type="application/rss+xml" href="{outlet.feed_path}"></head>'
        f"<body><h1>{escape(outlet.name)}</h1><ul>{links}</ul></body></html>\n"
    )
    return page.encode(outlet.charset, "xmlcharrefreplace")


def write_feed(
    outlet: DemoOutlet,
    entries: list[tuple[DemoArticle, DemoVersion, str, datetime, datetime]],
    *,
    base_address: str,
) -> bytes:
    """Write the outlet's feed in its dialect and charset.

    entries: article, version, address, first and last publication, newest first.
    """
    if outlet.dialect == "atom-1.0":
        text = _write_atom(outlet, entries, base_address)
    elif outlet.dialect == "rdf-1.0":
        text = _write_rdf(outlet, entries, base_address)
    else:
        text = _write_rss(outlet, entries, base_address)
    declaration = f'<?xml version="1.0" encoding="{outlet.charset}"?>\n'
    return (declaration + text).encode(outlet.charset, "xmlcharrefreplace")


def _summarise(article: DemoArticle, version: DemoVersion) -> str:
    lead = version.paragraphs[0]
    return f"{lead[:_TEASER_CHARACTERS].rsplit(' ', 1)[0]}…" if article.is_teaser else lead


def _write_rss(
    outlet: DemoOutlet,
    entries: list[tuple[DemoArticle, DemoVersion, str, datetime, datetime]],
    base_address: str,
) -> str:
    items = "".join(
        f"<item><title>{escape(version.title)}</title><link>{escape(address)}</link>"
        f'<guid isPermaLink="false">{outlet.key}:{article.key}</guid>'
        f"<pubDate>{format_datetime(published_at)}</pubDate>"
        f"<atom:updated>{modified_at.isoformat()}</atom:updated>"
        f"<description>{escape('<p>' + escape(_summarise(article, version)) + '</p>')}</description></item>\n"
        for article, version, address, published_at, modified_at in entries
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>{escape(outlet.name)}</title><link>{base_address}/</link>"
        f"<description>{escape(outlet.name)}</description><language>{outlet.language}</language><ttl>5</ttl>\n"
        f"{items}</channel></rss>\n"
    )


def _write_atom(
    outlet: DemoOutlet,
    entries: list[tuple[DemoArticle, DemoVersion, str, datetime, datetime]],
    base_address: str,
) -> str:
    """Write Atom with the whole text, as agencies do for their subscribers."""
    items = "".join(
        f"<entry><id>tag:{outlet.key}.invalid,2026:{article.key}</id><title>{escape(version.title)}</title>"
        f'<link rel="alternate" href="{escape(address)}"/><published>{published_at.isoformat()}</published>'
        f"<updated>{modified_at.isoformat()}</updated>"
        f"<summary>{escape(_summarise(article, version))}</summary>"
        f'<content type="html">{escape("".join(f"<p>{escape(p)}</p>" for p in version.paragraphs))}</content>'
        "</entry>\n"
        for article, version, address, published_at, modified_at in entries
    )
    updated = max(
        (modified_at.isoformat() for *_, modified_at in entries), default="1970-01-01T00:00:00+00:00"
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.name)}</title><id>tag:{outlet.key}.invalid,2026:feed</id>"
        f'<link rel="self" href="{base_address}{outlet.feed_path}"/><link href="{base_address}/"/>'
        f"<updated>{updated}</updated><author><name>{escape(outlet.name)}</name></author>\n{items}</feed>\n"
    )


def _write_rdf(
    outlet: DemoOutlet,
    entries: list[tuple[DemoArticle, DemoVersion, str, datetime, datetime]],
    base_address: str,
) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{escape(address)}"/>' for _, _, address, _, _ in entries)
    items = "".join(
        f'<item rdf:about="{escape(address)}"><title>{escape(version.title)}</title>'
        f"<link>{escape(address)}</link><description>{escape(_summarise(article, version))}</description>"
        f"<dc:date>{published_at.isoformat()}</dc:date>"
        f"<dcterms:modified>{modified_at.isoformat()}</dcterms:modified></item>\n"
        for article, version, address, published_at, modified_at in entries
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f'<channel rdf:about="{base_address}{outlet.feed_path}"><title>{escape(outlet.name)}</title>'
        f"<link>{base_address}/</link><description>{escape(outlet.name)}</description>"
        f"<dc:language>{outlet.language}</dc:language><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n"
        f"{items}</rdf:RDF>\n"
    )
