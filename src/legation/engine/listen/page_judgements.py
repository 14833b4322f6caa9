"""Judge a page as a whole: what kind it is, what bars its text, its posts, its next page and its lead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo

from lxml.html import HtmlElement

from legation.engine.listen.live_posts import find_live_posts, find_opening, join_posts
from legation.engine.listen.page_access import find_page_wall
from legation.engine.listen.page_heads import PageHead
from legation.engine.listen.page_kinds import find_page_kind
from legation.engine.listen.page_series import find_next_address
from legation.engine.records.articles import LivePost, PageAccess, PageKind
from legation.engine.text.folding import fold_text

_CUT = re.compile(r"\s*(?:…|\.\.\.)\s*$")
_MAX_LEAD_CHARACTERS = 1000
_MIN_LEAD_CHARACTERS = 40  # a shorter first line is a name, a place or a kicker
# Of the runs of six letters in its description, 98 of 100 articles of WCXB dev have a fifth in their text; of
# those in another article's description four of five have fewer.
_SHINGLE = 6
_MIN_SHARE = 0.2
_FIRST_IDEOGRAPH = "\u2e80"
_COMPARED_CHARACTERS = 6000
_UNSEEN = frozenset(("script", "style", "noscript", "template", "head", "title"))
_FEW_CHARACTERS = 1500  # of a text that may be a robot check's


@dataclass(frozen=True, slots=True)
class PageJudgement:
    """What a page is, and the text that is the article's own."""

    kind: PageKind
    access: PageAccess
    body: str
    posts: tuple[LivePost, ...]
    next_address: str

    @property
    def is_barred(self) -> bool:
        """Whether the text is only what stands before a wall."""
        return self.access in {PageAccess.PAYWALL, PageAccess.LOGIN, PageAccess.CONSENT}


def judge_page(tree: HtmlElement, head: PageHead, body: str, *, address: str, zone: tzinfo) -> PageJudgement:
    """Judge a page whose text was found.

    body: as extract_body found it. address: absolute or "". zone: of posts whose times name none. A wall's
    words are taken out of the text; the text of a live blog becomes that of its posts, under what opens it.
    """
    posts = find_live_posts(tree, head, address=address, zone=zone)
    if posts:
        body = join_posts(posts, opening=find_opening(body, posts, title=head.heading))
    visible = _read_visible(tree) if len(body) < _FEW_CHARACTERS else ""
    wall = find_page_wall(tree, head, body, visible=visible)
    if wall.access is PageAccess.CONSENT:
        return PageJudgement(PageKind.OTHER, wall.access, "", (), "")
    kind = find_page_kind(tree, head, wall.body, posts, address=address)
    follows = kind is PageKind.ARTICLE and address and wall.body
    next_address = find_next_address(tree, address=address) if follows else ""
    return PageJudgement(kind, wall.access, wall.body, posts, next_address)


def choose_lead(head: PageHead, body: str) -> str:
    """Choose the lead: the page's description where it is about this text, else the first real paragraph.

    A description that every page of a site carries shares no words with the text. One that only repeats the
    start of the first paragraph gives way to the whole of it, so that nobody reads half a sentence twice.
    """
    paragraphs = body.split("\n\n")
    first = next((line for line in paragraphs[:4] if len(line) >= _MIN_LEAD_CHARACTERS), paragraphs[0])
    description = head.description
    if not description or not body:
        return (description or first)[:_MAX_LEAD_CHARACTERS]
    start = fold_text(_CUT.sub("", description))
    if fold_text(first).startswith(start) and len(first) <= _MAX_LEAD_CHARACTERS:
        return first
    if description in {head.site_name, head.publisher} or not _is_about(description, body):
        return first[:_MAX_LEAD_CHARACTERS]
    return description[:_MAX_LEAD_CHARACTERS]


def _is_about(description: str, body: str) -> bool:
    """Tell whether a description shares enough of its letters' sequences with the text."""
    own = _cut_shingles(description)
    folded = fold_text(body[:_COMPARED_CHARACTERS])
    return not own or sum(shingle in folded for shingle in own) >= _MIN_SHARE * len(own)


def _cut_shingles(text: str) -> set[str]:
    """Return the runs of six letters in a text; of two where its script writes a word in one or two."""
    folded = fold_text(text)
    size = 2 if any(mark >= _FIRST_IDEOGRAPH for mark in folded[:200]) else _SHINGLE
    return {folded[place : place + size] for place in range(len(folded) - size + 1)}


def _read_visible(tree: HtmlElement) -> str:
    """Return the words that a page shows, as far as needed to see that they are few."""
    words: list[str] = []
    size = 0
    for element in tree.iter():
        is_shown = isinstance(element.tag, str) and element.tag not in _UNSEEN
        text = element.text or "" if is_shown else ""
        piece = " ".join(f"{text} {element.tail or ''}".split())
        if piece:
            words.append(piece)
            size += len(piece)
            if size > 2 * _FEW_CHARACTERS:
                break
    return " ".join(words)
