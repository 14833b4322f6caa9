"""Find an article's text in its page, and tell a whole article from a teaser."""

from __future__ import annotations

import re

import trafilatura
from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text

from legation.engine.listen.page_heads import PageHead
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
# By so much must the reading in favour of recall be longer; 1.1 to 1.5 differ by 0.001 (docs/decisions/0005).
_CLEARLY_MORE = 1.2
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
_ELLIPSIS_MAX_CHARACTERS = 800  # a longer text may well end in an ellipsis of its author's


def extract_body(
    tree: HtmlElement, html: str, head: PageHead, *, min_characters: int, is_thorough: bool
) -> str:
    """Extract the article's text: paragraphs separated by one blank line, "" where there is none.

    Three readings compete: by the page's structure, the same in favour of recall where it finds clearly
    more, and what the page states in JSON-LD where that is longer still; a simpler extractor helps where all
    find less than min_characters. is_thorough: compare several methods by structure, at half of the speed.
    """
    recall = _extract_by_structure(tree, is_fast=True, favours_recall=True)
    body = _extract_by_structure(tree, is_fast=False, favours_recall=False) if is_thorough else recall
    if len(recall) > _CLEARLY_MORE * len(body):
        body = recall
    if len(body) < min_characters and html:
        plain = extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False)
        body = max(body, recall, _tidy(plain or ""), key=len)
    return head.body if len(head.body) > len(body) else body


def extract_body_quickly(html: str, head: PageHead) -> str:
    """Extract the text of a huge page in time linear in its length, less exactly."""
    plain = extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False)
    return head.body if len(head.body) > 1000 else _tidy(plain or "")


def is_teaser(body: str, head: PageHead, *, min_characters: int) -> bool:
    """Tell whether a text is only the beginning of an article, or an invitation to pay for it."""
    if len(body) < min_characters:
        return True
    return ends_like_teaser(body) or (head.is_paid and len(body) < 4 * min_characters)


def ends_like_teaser(body: str) -> bool:
    """Tell whether a text ends in an invitation to subscribe or read on, or, being short, in an ellipsis."""
    if _INVITATION.search(body[-_INVITATION_CHARACTERS:]):
        return True
    return len(body) < _ELLIPSIS_MAX_CHARACTERS and bool(_ELLIPSIS.search(body))


def _extract_by_structure(tree: HtmlElement, *, is_fast: bool, favours_recall: bool) -> str:
    """Let trafilatura find the text; readers' comments are not part of it."""
    try:
        text = trafilatura.extract(tree, fast=is_fast, favor_recall=favours_recall, include_comments=False)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return ""  # on some broken trees; the simpler extractor takes over
    return _tidy(text or "")


def _tidy(text: str) -> str:
    """Put one blank line between paragraphs and one space between words."""
    lines = (" ".join(line.split()) for line in normalise_text(text).split("\n"))
    return "\n\n".join(line for line in lines if line)
