"""Read what a page says about itself to machines: JSON-LD, OpenGraph, meta elements, title."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from legation.engine.listen.cleaning import html_to_text
from legation.engine.text.encodings import normalise_text

# A news page carries one to five blocks of a few kilobytes; more is noise or an attack.
_MAX_BLOCKS = 20
_MAX_BLOCK_CHARACTERS = 1_000_000
_MAX_DEPTH = 8
_MAX_NODES = 2000
_MAX_TITLE_CHARACTERS = 500
_MAX_LINE_CHARACTERS = 2000

_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report|Posting)$")
_CDATA = re.compile(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*$")


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page states about its article; every text is "" where it states nothing."""

    headline: str = ""  # JSON-LD
    og_title: str = ""
    document_title: str = ""
    heading: str = ""  # the first h1
    description: str = ""
    byline: str = ""
    body: str = ""  # articleBody of JSON-LD, plain
    published: str = ""  # as written
    modified: str = ""
    site_name: str = ""
    publisher: str = ""  # JSON-LD
    language: str = ""  # as declared
    canonical: str = ""  # as written, may be relative
    is_paid: bool = False  # declared as not accessible for free
    kinds: frozenset[str] = frozenset()  # every type that JSON-LD names for the page or a part of it
    is_article: bool = False  # JSON-LD describes an article
    updates: tuple[dict[str, Any], ...] = ()  # liveBlogUpdate of JSON-LD, as written
    metas: dict[str, str] = field(default_factory=dict)  # by lower-case name


def read_head(tree: HtmlElement) -> PageHead:
    """Read a page's statements about itself, JSON-LD before OpenGraph before other metas. Never fails."""
    metas = _read_metas(tree)
    canonical = _first(tree, "//link[@rel='canonical']/@href") or metas.get("og:url", "")
    heading = _read_heading(tree)
    og_title = _plain(metas.get("og:title") or metas.get("twitter:title"), _MAX_TITLE_CHARACTERS)
    nodes = list(_walk_blocks(tree))
    article, page, publisher = _find_article(nodes, canonical, (og_title, heading))
    updates = article.get("liveBlogUpdate")
    return PageHead(
        headline=_plain(article.get("headline"), _MAX_TITLE_CHARACTERS),
        og_title=og_title,
        document_title=_plain(_first(tree, "//head/title/text() | //title/text()"), _MAX_TITLE_CHARACTERS),
        heading=heading,
        description=_plain(
            metas.get("og:description") or article.get("description") or metas.get("description"),
            _MAX_LINE_CHARACTERS,
        ),
        byline=_read_byline(article, metas),
        body=html_to_text(_text(article.get("articleBody"))) if article.get("articleBody") else "",
        published=_text(article.get("datePublished") or page.get("datePublished")),
        modified=_text(article.get("dateModified") or page.get("dateModified")),
        site_name=_plain(metas.get("og:site_name") or publisher, 200),
        publisher=_plain(publisher, 200),
        language=_text(_first(tree, "/html/@lang") or article.get("inLanguage") or metas.get("og:locale"))[
            :35
        ].strip(),
        canonical=canonical,
        is_paid=any(str(node.get("isAccessibleForFree", "")).lower() == "false" for node in (article, page)),
        kinds=frozenset(name for node in nodes for name in _kinds_of(node)),
        is_article=bool(article),
        updates=tuple(one for one in updates[:_MAX_NODES] if isinstance(one, dict))
        if isinstance(updates, list)
        else (),
        metas=metas,
    )


def _read_metas(tree: HtmlElement) -> dict[str, str]:
    """Return the first content of every named meta element, by lower-case name."""
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and len(metas) < _MAX_NODES:
            metas.setdefault(name.strip().lower(), content.strip()[:_MAX_LINE_CHARACTERS])
    return metas


def _find_article(
    nodes: list[dict[str, Any]], canonical: str, titles: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return the JSON-LD of the article and of its page, {} where absent, and the publisher's name.

    Of several articles the page's own is the one with its address or its title, else the one that says most.
    """
    best: dict[str, Any] = {}
    best_rank = (False, 0)
    page: dict[str, Any] = {}
    publisher = ""
    for node in nodes:
        names = _kinds_of(node)
        if any(_ARTICLE_TYPE.search(name) for name in names):
            rank = (_is_about(node, canonical, titles), len(node))
            if rank > best_rank:
                best, best_rank = node, rank
        elif "WebPage" in names:
            page = page or node
        elif not publisher and "NewsMediaOrganization" in names:
            publisher = _text(node.get("name"))
    return best, page, _name_of(best.get("publisher")) or publisher


def _kinds_of(node: dict[str, Any]) -> list[str]:
    """Return the types of a JSON-LD object."""
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return [kind for kind in listed if isinstance(kind, str)]


def _is_about(node: dict[str, Any], canonical: str, titles: tuple[str, ...]) -> bool:
    """Tell whether an article of JSON-LD has the page's own address or title."""
    main = node.get("mainEntityOfPage")
    main = main.get("@id") if isinstance(main, dict) else main
    addresses = [_text(node.get("url")), _text(main), _text(node.get("@id"))]
    own = canonical.partition("#")[0].rstrip("/")
    if own and any(address.partition("#")[0].rstrip("/") == own for address in addresses if address):
        return True
    headline = _plain(node.get("headline"), _MAX_TITLE_CHARACTERS).lower()
    return len(headline) > 10 and any(headline in title.lower() for title in titles)


def _walk_blocks(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield every object of every JSON-LD block, within bounds."""
    scripts = tree.xpath("//script[contains(@type, 'ld+json')]")
    for script in scripts[:_MAX_BLOCKS] if isinstance(scripts, list) else []:
        text = _CDATA.sub("", script.text or "")[:_MAX_BLOCK_CHARACTERS]
        try:
            document = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _walk_nodes(document)


def _walk_nodes(document: object) -> Iterator[dict[str, Any]]:
    """Yield the objects of one JSON document, outer before inner; what is only mentioned is left out."""
    waiting: list[tuple[object, int]] = [(document, 0)]
    seen = 0
    while waiting and seen < _MAX_NODES:
        node, depth = waiting.pop(0)
        seen += 1
        if isinstance(node, dict):
            yield node
            inner = [node.get("@graph"), node.get("mainEntity"), node.get("mainEntityOfPage")]
        elif isinstance(node, list):
            inner = list(node)
        else:
            continue
        if depth < _MAX_DEPTH:
            waiting.extend((child, depth + 1) for child in inner)


def _read_byline(article: dict[str, Any], metas: dict[str, str]) -> str:
    """Return the authors' names as the page gives them, to cite only."""
    byline = _name_of(article.get("author")) or metas.get("author") or metas.get("article:author", "")
    byline = _plain(byline, 200)
    return "" if byline.startswith(("http:", "https:", "@")) else byline


def _name_of(value: object) -> str:
    """Return the name or names in a JSON-LD person or organisation, in any of the forms in use."""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(name for item in value[:10] if (name := _name_of(item))))
    if isinstance(value, dict):
        return _name_of(value.get("name"))
    return _text(value).strip()


def _read_heading(tree: HtmlElement) -> str:
    """Return the text of the first h1 that has any."""
    found = tree.xpath("//h1")
    for heading in found[:5] if isinstance(found, list) else []:
        if text := _plain(heading.text_content(), _MAX_TITLE_CHARACTERS):
            return text
    return ""


def _first(tree: HtmlElement, path: str) -> str:
    """Return the first text or attribute at a path, "" where there is none."""
    found = tree.xpath(path)
    return str(found[0]).strip() if isinstance(found, list) and found else ""


def _text(value: object) -> str:
    """Return a JSON value if it is a text, the first of a list of them, else ""."""
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else ""


def _plain(value: object, max_characters: int) -> str:
    """Return one line of plain text: references resolved, tags removed, spaces single, length bounded."""
    text = _text(value)[: max_characters * 4]
    if "<" in text or "&" in text:
        text = html_to_text(text)
    return " ".join(normalise_text(text).split())[:max_characters].strip()
