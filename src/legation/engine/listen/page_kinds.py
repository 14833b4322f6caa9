"""Tell an article's page from a listing, a live blog and a page that holds no text of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from legation.engine.listen.page_heads import PageHead
from legation.engine.records.articles import LivePost, PageKind

# The points below were chosen on half of WCXB dev (by host) and stand in both halves: at 3 points 55 % of its
# listings are named, shops and tables among the rest, and 6 of 775 articles are (docs/decisions/0005).
_LISTING_POINTS: Final = 3
_FRONT_PATHS: Final = frozenset(("", "/", "/index.html", "/index.php", "/index.htm", "/home"))
_SECTION: Final = re.compile(
    r"/(?:categor(?:y|ies|ia|ie)|tags?|topics?|sections?|search|archives?|browse|collections?|list(?:s"
    r"|ings?)?"
    r"|page/\d+|rubri\w+|temas?|themen|chuyen-muc|label|directory|catalogs?)(?:/|$|\?)"
    r"|[?&](?:q|s|query|search|keyword)="
    r"|/(?:news|blog|latest|newest|trending|recent|in-the-news|issues|all-latest-news)(?:\.\w+)?/?$",
    re.IGNORECASE,
)
_SLUG: Final = re.compile(r"[^/]*(?:-[^/]*){3}/?$|\d{5}[^/]*/?$")
_LISTING_KINDS: Final = frozenset(("CollectionPage", "SearchResultsPage"))
_MEDIA_KINDS: Final = frozenset(("VideoObject", "AudioObject", "PodcastEpisode", "ImageGallery"))
_PARAGRAPH_CHARACTERS: Final = 80  # shorter ones are labels and captions
_TEASER_CHARACTERS: Final = 25  # of a link that may be another article's title
_MAX_ELEMENTS: Final = 3000  # of a kind; a front page has some five hundred links
_OUTSIDE: Final = frozenset(("nav", "footer", "aside", "header"))
_MIN_POSTS: Final = 3
_MAX_ERROR_CHARACTERS: Final = 700  # an error page offers a search field, a few links, an apology

# What a title or heading says on a page that answers 200 and is gone.
_NOT_FOUND: Final = re.compile(
    r"\b404\b|(?:page|article|story|content|url|file|document) (?:(?:was|is|could|can) ?not|cannot be"
    r"|can't be) "
    r"(?:be )?(?:found|located|available)"
    r"|(?:page|article|content) (?:not found|unavailable|no longer (?:exists|available))|page doesn.t exist"
    r"|(?:page|article) (?:introuvable|non trouvée?)|n.existe (?:pas|plus)"
    r"|seite (?:wurde )?nicht gefunden|seite existiert nicht|página no (?:encontrada|existe)"
    r"|no encontrad[oa]"
    r"|página não (?:encontrada|existe)|não encontrad[oa]|pagina non trovata|pagina niet gevonden"
    r"|sidan (?:kunde inte hittas|finns inte)|siden (?:blev|ble) ikke funnet|sivua ei löy"
    r"|nie znaleziono|stránka nenalezena|nem található|pagin[aă] nu (?:a fost|există)"
    r"|страница не (?:найдена|существует)|сторінку не знайдено|sayfa bulunamadı|η σελίδα δεν"
    r"|không tìm thấy|không tồn tại|halaman tidak (?:ditemukan|dijumpai)|hindi nahanap"
    r"|页面不存在|找不到(?:页面|頁面|该)|頁面不存在|ページが見つかりません|페이지를 찾을 수 없"
    r"|ไม่พบหน้า|ບໍ່ພົບໜ້າ|រកមិនឃើញ"
    r"|الصفحة غير موجودة|لم يتم العثور|صفحه (?:یافت نشد|مورد نظر)|הדף לא נמצא|पृष्ठ नहीं मिला"
    r"|পাতাটি পাওয়া যায়নি",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageShape:
    """How much of a page is prose, and how much leads elsewhere."""

    prose: int  # characters of the paragraphs under the one parent that holds most
    teasers: int  # links to different addresses with a text as long as a title
    headings: int  # headings that lead to different addresses
    cards: int  # article elements


def find_page_kind(
    tree: HtmlElement, head: PageHead, body: str, posts: Sequence[LivePost], *, address: str
) -> PageKind:
    """Name what a page is, from its statements, its address and its structure.

    body: the text found in it. posts: as find_live_posts found them. address: absolute or "". A page that
    describes one article in JSON-LD is believed without a look at its structure, unless it is the front page.
    """
    if len(posts) >= _MIN_POSTS:
        return PageKind.LIVE_BLOG
    if len(body) < _MAX_ERROR_CHARACTERS and _is_error(head):
        return PageKind.OTHER
    path, is_front = _read_address(address)
    if head.is_article and not is_front:
        return PageKind.ARTICLE
    if _count_points(head, measure_shape(tree), path, is_front=is_front) >= _LISTING_POINTS:
        return PageKind.LISTING
    is_media = bool(head.kinds & _MEDIA_KINDS) or head.metas.get("og:type", "").startswith("video")
    return PageKind.OTHER if is_media and len(body) < _PARAGRAPH_CHARACTERS else PageKind.ARTICLE


def measure_shape(tree: HtmlElement) -> PageShape:
    """Measure a page's prose and teasers; time is linear in its paragraphs, links and headings."""
    runs: Counter[HtmlElement] = Counter()
    for number, paragraph in enumerate(tree.iter("p")):
        parent = paragraph.getparent()
        if number >= _MAX_ELEMENTS or parent is None:
            break
        size = _measure(paragraph)
        if size >= _PARAGRAPH_CHARACTERS and sum(_measure(link) for link in paragraph.iter("a")) < size / 2:
            runs[parent] += size
    return PageShape(
        prose=max(runs.values(), default=0),
        teasers=_count_teasers(tree),
        headings=_count_headings(tree),
        cards=sum(1 for _ in tree.iter("article")),
    )


def _count_points(head: PageHead, shape: PageShape, path: str, *, is_front: bool) -> int:
    """Add up what speaks for a listing and take off what speaks for an article."""
    is_dated = bool(head.published or head.metas.get("article:published_time"))
    points = 3 if is_front else 0
    points += 2 if _SECTION.search(path) else 0
    points += 2 if head.kinds & _LISTING_KINDS else 1 if "ItemList" in head.kinds else 0
    points += 2 if shape.headings >= 8 else 1 if shape.headings >= 4 else 0
    points += 2 if shape.teasers >= 20 else 1 if shape.teasers >= 10 else 0
    points += 1 if shape.cards >= 8 else 0
    points += 1 if head.metas.get("og:type", "").lower() == "website" else 0
    points -= 4 if shape.prose >= 2500 else 2 if shape.prose >= 900 else 1 if shape.prose >= 500 else 0
    points -= 4 if head.is_article else 0
    points += 1 if shape.prose < 250 and not is_dated and not head.is_article else 0
    points -= 2 if is_dated else 0
    return points - (2 if _SLUG.search(path.partition("?")[0]) else 0)


def _read_address(address: str) -> tuple[str, bool]:
    """Return an address from its path on, and whether it is a site's front page."""
    host, slash, rest = address.partition("://")[2].partition("/")
    path = f"{slash}{rest}".partition("#")[0]
    return path, bool(host) and path.partition("?")[0].lower() in _FRONT_PATHS and "?p" not in path


def _count_teasers(tree: HtmlElement) -> int:
    """Count links to different addresses that may be titles, outside menus and paragraphs."""
    seen: set[str] = set()
    for number, link in enumerate(tree.iter("a")):
        if number >= _MAX_ELEMENTS:
            break
        target = link.get("href", "")
        if target in seen or _measure(link) < _TEASER_CHARACTERS:
            continue
        if not any(above.tag in _OUTSIDE or above.tag == "p" for above in link.iterancestors()):
            seen.add(target)
    return len(seen)


def _count_headings(tree: HtmlElement) -> int:
    """Count headings that are links to different addresses."""
    seen: set[str] = set()
    for number, heading in enumerate(tree.iter("h2", "h3", "h4", "h5")):
        if number >= _MAX_ELEMENTS:
            break
        parent = heading.getparent()
        link = parent if parent is not None and parent.tag == "a" else heading.find(".//a")
        if link is not None and _measure(heading) >= _TEASER_CHARACTERS // 2:
            seen.add(link.get("href", ""))
    return len(seen)


def _is_error(head: PageHead) -> bool:
    """Tell whether the title or the heading says that there is nothing here."""
    return any(_NOT_FOUND.search(title) for title in (head.document_title, head.heading, head.og_title))


def _measure(element: HtmlElement) -> int:
    """Return the length of an element's text, white space taken together."""
    return len(" ".join(element.text_content().split()))
