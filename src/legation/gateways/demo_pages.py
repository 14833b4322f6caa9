"""Write the demo world's pages, in the manner of ordinary news sites and with their oddities."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from html import escape
from typing import Any

from legation.gateways.demo_worlds import DemoArticle, DemoOutlet, DemoPost, DemoVersion

FEED_TYPES = {
    "rss-2.0": "application/rss+xml",
    "atom-1.0": "application/atom+xml",
    "rdf-1.0": "application/rdf+xml",
    "json-feed-1.1": "application/feed+json",
    "news-sitemap": "application/xml",
    "list-page": "text/html",
}
_RIGHT_TO_LEFT = {"ar"}
# What the demo world's outlets say before a text that must be paid for.
_INVITATIONS = {
    "de": "Dieser Artikel ist nur für Abonnenten. Jetzt Abo abschließen und weiterlesen.",
    "en": "This article is for subscribers only. Subscribe now to continue reading.",
    "es": "Este artículo es exclusivo para suscriptores. Suscríbase para seguir leyendo.",
    "fr": "Cet article est réservé aux abonnés. Abonnez-vous pour lire la suite.",
    "id": "Artikel ini khusus untuk pelanggan. Berlangganan untuk membaca selengkapnya.",
    "ru": "Эта статья доступна только подписчикам. Оформите подписку, чтобы читать дальше.",
}


def write_page(
    outlet: DemoOutlet, article: DemoArticle, version: DemoVersion, *, address: str, published_at: datetime,
    modified_at: datetime, base: datetime, number: int = 1,
) -> bytes:  # fmt: skip
    """Write an article's page as the outlet's bytes; an article's wrong charset stands in the page, too.

    base: when the world begins, for the times of posts. number: of the page, from 1.
    """
    charset = article.wrong_charset or outlet.header_charset
    data = _describe(outlet, article, version, published_at, modified_at, base)
    structured = json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")  # survives a wrong charset
    direction = ' dir="rtl"' if outlet.language in _RIGHT_TO_LEFT else ""
    menu = "".join(f'<li><a href="/">{escape(section)}</a></li>' for section in outlet.sections)
    following = (
        f'<link rel="next" href="{escape(address)}?page={number + 1}">' if number < article.pages else ""
    )
    page = f"""<!doctype html>
<html lang="{outlet.language}"{direction}>
<head>
<meta charset="{charset}">
<title>{escape(version.title)} | {escape(outlet.name)}</title>
<link rel="canonical" href="{escape(address)}">{following}
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
{_write_text(outlet, article, version, base, number)}
</div>{_write_pager(article, address, number)}
</article></main>
<footer><p>© {escape(outlet.name)}</p></footer>
</body>
</html>
"""
    return page.encode(outlet.charset, "xmlcharrefreplace")


def _describe(
    outlet: DemoOutlet,
    article: DemoArticle,
    version: DemoVersion,
    published_at: datetime,
    modified_at: datetime,
    base: datetime,
) -> dict[str, Any]:
    """Return the page's JSON-LD."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting" if version.posts else "NewsArticle",
        "headline": version.title,
        "datePublished": published_at.isoformat(),
        "dateModified": modified_at.isoformat(),
        "inLanguage": outlet.language,
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name},
    }
    if article.is_paywalled:
        data["isAccessibleForFree"] = False
        data["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paywall"}
    if version.posts:
        data["liveBlogUpdate"] = [
            {
                "@type": "BlogPosting", "headline": post.title, "articleBody": post.text,
                "datePublished": _find_post_time(post, base).isoformat(),
            }
            for post in version.posts
        ]  # fmt: skip
    return data


def _write_text(
    outlet: DemoOutlet, article: DemoArticle, version: DemoVersion, base: datetime, number: int
) -> str:
    """Write what stands between headline and footer on one page."""
    if version.posts:
        return "\n".join(
            f'<section class="live-post"><h2>{escape(post.title)}</h2>'
            f'<time datetime="{_find_post_time(post, base).isoformat()}">'
            f"{_find_post_time(post, base):%H:%M}</time>"
            f"<p>{escape(post.text, quote=False)}</p></section>"
            for post in version.posts
        )
    paragraphs = version.paragraphs
    if article.is_paywalled:
        wall = _INVITATIONS.get(outlet.language, _INVITATIONS["en"])
        return (
            f'<p>{escape(paragraphs[0], quote=False)}</p>\n<div class="paywall"><p>{escape(wall)}</p></div>'
        )
    if article.pages > 1:
        share = -(-len(paragraphs) // article.pages)
        paragraphs = paragraphs[(number - 1) * share : number * share]
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)


def _write_pager(article: DemoArticle, address: str, number: int) -> str:
    """Write the links between the pages of a long article."""
    if article.pages == 1:
        return ""
    links = "".join(
        f"<span>{one}</span>" if one == number else f'<a href="{escape(address)}?page={one}">{one}</a>'
        for one in range(1, article.pages + 1)
    )
    return f'\n<nav class="pagination">{links}</nav>'


def _find_post_time(post: DemoPost, base: datetime) -> datetime:
    return (base + timedelta(hours=post.hours)).replace(microsecond=0)


def write_home(outlet: DemoOutlet, entries: list[tuple[DemoVersion, str]]) -> bytes:
    """Write the outlet's front page: current titles with their addresses, newest first."""
    feed = (
        ""
        if outlet.dialect in {"list-page", "news-sitemap"}
        else f'<link rel="alternate" type="{FEED_TYPES[outlet.dialect]}" href="{outlet.feed_path}">'
    )
    menu = "".join(
        f'<li><a href="/section/{n}/">{escape(one)}</a></li>' for n, one in enumerate(outlet.sections)
    )
    links = "".join(
        f'<li><a href="{escape(link)}">{escape(version.title)}</a></li>' for version, link in entries
    )
    direction = ' dir="rtl"' if outlet.language in _RIGHT_TO_LEFT else ""
    page = (
        f'<!doctype html>\n<html lang="{outlet.language}"{direction}><head>'
        f'<meta charset="{outlet.header_charset}">'
        f"<title>{escape(outlet.name)}</title>"
        f"{feed}</head><body><h1>{escape(outlet.name)}</h1><nav><ul>{menu}</ul></nav>"
        f"<main><ul>{links}</ul></main></body></html>\n"
    )
    return page.encode(outlet.charset, "xmlcharrefreplace")
