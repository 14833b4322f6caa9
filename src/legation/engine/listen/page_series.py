"""Find the next page of an article that is cut into several, and join what was read of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from legation.engine.records.articles import PageText
from legation.engine.text.folding import fold_text

MAX_FURTHER_PAGES: Final = 8  # beyond the first; longer series are books

_PAGE_PARTS: Final = (
    re.compile(
        r"(?P<before>[?&;])(?P<name>page|p|pg|paged|pagina|seite|trang|pageno|page_no|pn)=(?P<n>\d{1,2})(?P<after>$|&)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<before>/)(?P<name>page|p|seite|pagina|trang|strona|str)[-/]?(?P<n>\d{1,2})"
        r"(?P<after>/?$|/?\?|\.html?)",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<before>/)(?P<name>)(?P<n>\d{1,2})(?P<after>/?$|/?\?)"),
    re.compile(
        r"(?P<before>[-_,])(?P<name>(?:page|p|seite|trang)?)[-_]?(?P<n>\d{1,2})"
        r"(?P<after>\.\w{3,5}(?:$|\?)|$)",
        re.IGNORECASE,
    ),
)
_NEXT: Final = re.compile(
    r"^(?:next(?: page)?|page suivante|suivante?|nächste(?: seite)?|weiter|siguiente(?: página)?"
    r"|página siguiente"
    r"|próxima(?: página)?|seguinte|pagina successiva|successiva|volgende(?: pagina)?|nästa(?: sida)?"
    r"|neste(?: side)?"
    r"|næste(?: side)?|seuraava(?: sivu)?|następna(?: strona)?|další(?: strana)?|následující"
    r"|következő(?: oldal)?"
    r"|pagina următoare|следующая(?: страница)?|далее|вперёд|наступна|sonraki(?: sayfa)?|επόμενη"
    r"|trang (?:sau|tiếp|kế)"
    r"|tiếp(?: theo)?|sau|halaman (?:berikut\w*|seterusnya)|selanjutnya|berikutnya|seterusnya|susunod"
    r"|หน้าถัดไป|ถัดไป"
    r"|下一页|下一頁|下页|次へ|次のページ|다음(?: 페이지)?|الصفحة التالية|التالي|صفحه بعد|بعدی|הבא"
    r"|הדף הבא|अगला(?: पृष्ठ)?)"
    r"\s*[>›»→]*$|^[>›»→]{1,2}$",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"^(?:(?:page|seite|página|pagina|sida|side|sivu|strona|strana|oldal|страница|сторінка|sayfa|σελίδα"
    r"|trang|halaman"
    r"|หน้า|第|صفحة|صفحه|עמוד|पृष्ठ)\s*)?(\d{1,2})\s*(?:页|頁|ページ|페이지)?$",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile(
    r"^(?:(?:view|read|show) (?:as |on )?(?:all|(?:a |one )?single page|(?:the )?(?:whole|full"
    r"|entire) (?:article|story))"
    r"|single[- ]page(?: view)?|all pages|(?:full|whole) article on one page"
    r"|print(?:er[- ]friendly)?(?: version)?"
    r"|(?:lire|afficher|voir) (?:tout )?(?:l.article )?(?:en entier|sur une (?:seule )?page"
    r"|toutes les pages)|version imprimable"
    r"|auf einer seite(?: lesen)?|artikel auf einer seite|druckversion|alles auf einer seite"
    r"|ver (?:todo|en una (?:sola )?página)"
    r"|versión para imprimir|ver tudo|versão para impressão|versione stampabile|tutto in una pagina"
    r"|op één pagina"
    r"|на одной странице|версия для печати|показать целиком|xem (?:toàn bộ|tất cả|toàn bài)|bản in"
    r"|tek sayfada"
    r"|versi cetak|tampilkan semua|lihat semua|baca semua|阅读全文|閱讀全文|查看全文|单页阅读|全ページ"
    r"|全文表示|전체보기|عرض الكل|نسخة للطباعة)$",
    re.IGNORECASE,
)
# Where numbers lead elsewhere than through the article.
_ELSEWHERE: Final = re.compile(
    r"comment|disqus|reply|related|archive|sidebar|widget|teaser|thumb|most-?read|popular", re.IGNORECASE
)
_MAX_LINKS: Final = 3000
_MAX_TEXT_CHARACTERS: Final = 40
_MAX_JOINED_CHARACTERS: Final = 600_000


@dataclass(frozen=True, slots=True)
class _Place:
    """An address taken apart: what all pages of its article share, and which of them it is."""

    base: str
    number: int  # 1 where the address names none
    is_named: bool  # the address says that the number is a page's


@dataclass(frozen=True, slots=True)
class _Link:
    """A link that may lead through the article."""

    element: HtmlElement
    address: str  # absolute, without fragment
    text: str
    is_next: bool  # rel=next
    is_previous: bool

    def names(self, number: int) -> bool:
        """Tell whether the link says that it leads to the page with this number, or to the neighbour."""
        numbered = _NUMBERED.match(self.text)
        if numbered:
            return int(numbered[1]) == number
        if number == 1:
            return self.is_previous
        return self.is_next or bool(_NEXT.match(self.text))


def find_next_address(tree: HtmlElement, *, address: str) -> str:
    """Find the address of the same article's next page, or of all of it on one page; "" where there is none.

    A link is believed only if its address differs from the page's own by the page's number alone, which is
    one more. The next article, a listing's next page and further comments fail that. address: the page's own,
    absolute.
    """
    links = [link for link in _read_links(tree, address) if not _is_elsewhere(link.element)]
    for own in _place_self(address, links):
        for link in links:
            place = _take_apart(link.address, own.base)
            if place is None or place.number != own.number + 1 or not link.names(place.number):
                continue
            # A link to the whole means something only where the article is cut.
            whole = _find_whole(links, own) if own.number == 1 else ""
            return whole or link.address
    return ""


def join_pages(pages: Sequence[PageText]) -> PageText:
    """Join the pages of one article in their order: title, dates and byline of the first, the text of all.

    A page under another title ends the series. Paragraphs that every page repeats are not doubled, so a page
    that holds the whole may follow its own beginning. next_address is the last page's.
    """
    first = pages[0]
    bodies = [first.body]
    posts = list(first.posts)
    last = first
    for page in pages[1:]:
        if not is_same_article(first, page):
            last = replace(page, next_address="")
            break
        last = page
        bodies.append(page.body)
        posts.extend(post for post in page.posts if post not in posts)
    body = "\n\n".join(_join_lines(bodies))[:_MAX_JOINED_CHARACTERS]
    is_longer = len(bodies) > 1 and len(body) > len(first.body)
    return replace(
        first,
        body=body,
        posts=tuple(posts),
        next_address=last.next_address,
        is_teaser=first.is_teaser and not is_longer,
    )


def is_same_article(first: PageText, page: PageText) -> bool:
    """Tell whether a page that was linked as the next one continues the first."""
    one, other = (fold_text(text.title)[:80] for text in (first, page))
    return bool(page.body) and (not other or not one or one in other or other in one)


def _join_lines(bodies: Iterable[str]) -> list[str]:
    """Return the paragraphs of all bodies in order, each page's repetitions of an earlier one left out."""
    lines: list[str] = []
    seen: set[str] = set()
    for body in bodies:
        page_lines = body.split("\n\n")
        lines.extend(line for line in page_lines if line and line not in seen)
        seen.update(page_lines)
    return lines


def _read_links(tree: HtmlElement, address: str) -> Iterable[_Link]:
    """Yield the page's links that may lead on, back or to the whole, on its own host only."""
    host = (_split(address) or ("", ""))[0]
    for element in islice(tree.iter("link", "a"), _MAX_LINKS):
        target = element.get("href", "").strip()
        if not target or target.startswith(("#", "javascript:", "mailto:")):
            continue
        rel = element.get("rel", "").lower().split()
        text = "" if element.tag == "link" else _read_label(element)
        text = text if len(text) <= _MAX_TEXT_CHARACTERS else ""
        if not (
            "next" in rel or "prev" in rel or any(p.match(text) for p in (_NEXT, _NUMBERED, _WHOLE) if text)
        ):
            continue
        try:
            joined = urljoin(address, target).partition("#")[0]
        except ValueError:
            continue
        if (_split(joined) or ("", ""))[0] == host:
            yield _Link(element, joined, text, "next" in rel, "prev" in rel)


def _read_label(link: HtmlElement) -> str:
    """Return what a link says: its text, else its label for those who cannot see it."""
    if len(link) > 6:
        return ""
    return " ".join((link.text_content() or link.get("aria-label") or link.get("title") or "").split())


def _place_self(address: str, links: Sequence[_Link]) -> list[_Place]:
    """Return what number the page may have in its series, the likeliest first.

    An address that names no page is the first one's. A bare number at its end, which may as well be the
    article's or a day's, is believed only where the page links back to the address without it as its first.
    """
    parts = _split(address)
    if parts is None:
        return []
    host, path = parts
    places = list(_read_numbers(host, path))
    named = [place for place in places if place.is_named]
    firsts = {
        _normalise(*found) for link in links if link.names(1) and (found := _split(link.address)) is not None
    }
    proven = [place for place in places if not place.is_named and place.number > 1 and place.base in firsts]
    return [*named, *proven] or [_Place(_normalise(host, path), 1, is_named=True)]


def _take_apart(address: str, base: str) -> _Place | None:
    """Read an address as a page of the series with this base; None where it is none."""
    parts = _split(address)
    if parts is None:
        return None
    return next((place for place in _read_numbers(*parts) if place.base == base), None)


def _read_numbers(host: str, path: str) -> Iterable[_Place]:
    """Yield every reading of an address as a numbered page."""
    for pattern in _PAGE_PARTS:
        for found in pattern.finditer(path):
            rest = path[: found.start()] + _close_gap(found["before"], found["after"]) + path[found.end() :]
            yield _Place(_normalise(host, rest), int(found["n"]), is_named=bool(found["name"]))


def _find_whole(links: Sequence[_Link], own: _Place) -> str:
    """Return the address under which all of the article stands on one page."""
    wholes = (
        link.address for link in links if _WHOLE.match(link.text) and _is_within(link.address, own.base)
    )
    return next(wholes, "")


def _split(address: str) -> tuple[str, str] | None:
    """Return an address's host, and its path with the query; None for what is no web address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return parts.netloc, parts.path + (f"?{parts.query}" if parts.query else "")


def _close_gap(before: str, after: str) -> str:
    """Return what stays of the signs around a number that was taken out."""
    if before in "?&;":
        return before if after == "&" else ""
    return after.lstrip("/") if before == "/" else after


def _normalise(host: str, path: str) -> str:
    return f"{host}{path.rstrip('/?&')}".lower()


def _is_within(target: str, base: str) -> bool:
    """Tell whether an address is the article's own with something added."""
    parts = _split(target)
    own = _normalise(*parts) if parts else base
    stem = re.sub(r"\.\w{3,5}$", "", base.partition("?")[0])
    return own != base and own.startswith(stem)


def _is_elsewhere(element: HtmlElement) -> bool:
    """Tell whether a link stands among readers' comments or other articles."""
    if element.tag == "link":
        return False
    for depth, above in enumerate(element.iterancestors()):
        if depth >= 8:
            break
        if _ELSEWHERE.search(f"{above.get('class', '')} {above.get('id', '')}"):
            return True
    return False
