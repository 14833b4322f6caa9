"""Find an article's text in its page, and tell a whole article from a teaser."""

from __future__ import annotations

import re

import numpy as np
import trafilatura
from lxml.html import HtmlElement

from legation.engine.listen.page_blocks import PageTree, cut_blocks, weigh_text
from legation.engine.listen.page_features import PageStatement, describe_blocks, find_cards
from legation.engine.listen.page_heads import PageHead
from legation.engine.listen.page_scores import choose_blocks, load_block_model, score_blocks
from legation.engine.text.encodings import normalise_text

# In the last lines of a teaser: an invitation to subscribe, register or read on elsewhere.
_INVITATION = re.compile(
    r"(?:subscri(?:be|ption)\b.{0,60}(?:read|continue|access|unlock|full)|(?:to|and) continue reading"
    r"|(?:log|sign) in to (?:read|continue)|this (?:article|content|story) is (?:for|only|reserved)"
    r"|abonnez[- ]vous|réservée? (?:à nos|aux) abonn|lire la suite|nur für abonnenten"
    r"|jetzt (?:weiterlesen|abonnieren)"
    r"|suscr[ií]b(?:e|ete|ase)\b.{0,40}(?:leer|seguir|acceder)|seguir leyendo"
    r"|assine\b.{0,40}(?:ler|acesso|continuar)|abbonati per|continua a leggere"
    r"|оформите подписку|читать далее|подпишитесь, чтобы"
    r"|đăng ký.{0,30}(?:để đọc|đọc tiếp)|dành cho (?:độc giả|thành viên)|xem tiếp\s*$|đọc tiếp\s*$"
    r"|订阅后|付费阅读|阅读全文|登录后|続きを読む|有料会員|اشترك (?:ل|الآن)|اقرأ المزيد)",
    re.IGNORECASE,
)
_INVITATION_CHARACTERS = 300
# Where the model expects less of its own choice, a second reader is asked: about one page in twenty-five of
# WCXB dev (docs/decisions/0005).
_DOUBTFUL = 0.7
# The second reader copies the tree several times, and some of its steps are not linear; the largest page of
# WCXB dev has 17,000 elements, and no page of people's making is nested a hundred deep.
_SECOND_MAX_ELEMENTS = 20_000
_SECOND_MAX_DEPTH = 100
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
_ELLIPSIS_MAX_CHARACTERS = 800  # a longer text may well end in an ellipsis of its author's


def extract_body(tree: HtmlElement, head: PageHead, *, min_characters: int, asks_second: bool) -> str:
    """Extract the article's text: paragraphs separated by one blank line, "" where there is none.

    A learned model chooses among the page's blocks of text. Where it doubts its choice, or finds less than
    min_characters, and asks_second allows it, trafilatura's fast method reads the page too, and what the
    page states in JSON-LD is taken where that is longer.
    """
    page = cut_blocks(tree)
    body, confidence = choose_body(page, state_page(head))
    is_doubtful = confidence < _DOUBTFUL or weigh_text(body) < min_characters
    is_sane = page.elements <= _SECOND_MAX_ELEMENTS and page.depth <= _SECOND_MAX_DEPTH
    if asks_second and is_doubtful and is_sane:
        body = _extract_by_structure(tree) or body
    return head.body if weigh_text(head.body) > weigh_text(body) else body


def choose_body(page: PageTree, statement: PageStatement) -> tuple[str, float]:
    """Choose the blocks that are the article, and join them; with the F1 that the model expects of it."""
    if not page.blocks:
        return "", 0.0
    chances = score_blocks(describe_blocks(page, statement), load_block_model())
    if statement.is_article:
        chances = np.where(find_cards(page), 0, chances).astype(np.float32)
    choice = choose_blocks(chances, [block.weight for block in page.blocks])
    return _join_blocks(page, np.flatnonzero(choice.is_taken).tolist()), choice.confidence


def state_page(head: PageHead) -> PageStatement:
    """Return what of a page's head helps to tell its article from the rest."""
    return PageStatement(
        title=head.og_title or head.headline or head.heading or head.document_title,
        body=head.body,
        is_article=head.is_article or head.metas.get("og:type", "").lower() == "article",
    )


def is_teaser(body: str, head: PageHead, *, min_characters: int) -> bool:
    """Tell whether a text is only the beginning of an article, or an invitation to pay for it."""
    letters = weigh_text(body)
    if letters < min_characters:
        return True
    return ends_like_teaser(body) or (head.is_paid and letters < 4 * min_characters)


def ends_like_teaser(body: str) -> bool:
    """Tell whether a text ends in an invitation to subscribe or read on, or, being short, in an ellipsis."""
    if _INVITATION.search(body[-_INVITATION_CHARACTERS:]):
        return True
    return weigh_text(body) < _ELLIPSIS_MAX_CHARACTERS and bool(_ELLIPSIS.search(body))


def _join_blocks(page: PageTree, taken: list[int]) -> str:
    """Join blocks to paragraphs; the cells of a table's row stand in one line."""
    paragraphs: list[str] = []
    row = -1
    for index in taken:
        block = page.blocks[index]
        node = page.nodes[block.node]
        if node.tag in ("td", "th") and node.parent == row:
            paragraphs[-1] += " | " + block.text
        else:
            paragraphs.append(block.text)
        row = node.parent if node.tag in ("td", "th") else -1
    return _tidy("\n".join(paragraphs))


def _extract_by_structure(tree: HtmlElement) -> str:
    """Let trafilatura find the text; readers' comments are not part of it."""
    try:
        text = trafilatura.extract(tree, fast=True, favor_recall=True, include_comments=False)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return ""  # on some broken trees
    return _tidy(text or "")


def _tidy(text: str) -> str:
    """Put one blank line between paragraphs and one space between words."""
    lines = (" ".join(line.split()) for line in normalise_text(text).split("\n"))
    return "\n\n".join(line for line in lines if line)
