"""Read what an element's tag, class and id say about its part of the page."""

from __future__ import annotations

import re

# Marks, one bit each. The order is part of the weights' format (page_weights.json): append, never reorder.
MARKS = (
    "article", "main", "nav", "header", "footer", "aside", "list", "table", "form", "figure", "control",
    "content", "comment", "related", "share", "menu", "sidebar", "promo", "credit", "topic", "caption",
    "notice", "hidden", "listing", "headline", "foot", "summary", "quote",
)  # fmt: skip
BIT = {name: 1 << place for place, name in enumerate(MARKS)}

_OF_TAG = {
    "article": "article", "main": "main", "nav": "nav", "header": "header", "footer": "footer",
    "aside": "aside", "ul": "list", "ol": "list", "menu": "list", "table": "table", "form": "form",
    "figure": "figure", "picture": "figure", "button": "control", "label": "control", "select": "control",
    "fieldset": "control", "dialog": "notice", "figcaption": "caption", "caption": "caption",
    "blockquote": "quote",
}  # fmt: skip
_BIT_OF_TAG = {tag: BIT[mark] for tag, mark in _OF_TAG.items()}
_BIT_OF_ROLE = {
    "main": BIT["main"], "article": BIT["article"], "navigation": BIT["nav"], "banner": BIT["header"],
    "contentinfo": BIT["footer"], "complementary": BIT["aside"], "dialog": BIT["notice"],
    "search": BIT["form"],
}  # fmt: skip

# Words in the names that templates give to their elements; they are English nearly everywhere, and what
# the commonest publishing systems use in other languages is added. Collected from their default themes.
_WORDS = {
    "content": "content|entry|article|story|post|text|body|prose|rich|wysiwyg|texte|texto|inhalt|artikel"
    "|noticia|nota|contenido|contenu|contents|detail|news",
    "comment": "comment|disqus|discuss|reply|replies|respond|coral|livefyre|kommentar|comentario|review",
    "related": "relate|recommend|readmore|read-more|more-|-more|also|trending|popular|most|latest|recent|next"
    "|prev|similar|suggest|further|carousel|slider|recirc|outbrain|taboola|lien-quan|relacionad|teaser",
    "share": "share|sharing|social|facebook|twitter|follow|addthis|whatsapp|telegram",
    "menu": "nav|menu|breadcrumb|toolbar|crumb|topbar|skip|pagination|pager|paging|toc|jump",
    "sidebar": "sidebar|side-|-side|rail|aside|widget|secondary|complementary|column-right|right-col",
    "promo": "promo|advert|sponsor|banner|newsletter|subscri|signup|sign-up|cta|donat|affiliate|partner"
    "|paywall|register|offer|commercial|adslot|googlead|abonn",
    "credit": "author|byline|meta|date|time|publish|dateline|info|credit|bio|contributor|copyright|source",
    "topic": "tag|categor|topic|keyword|label|taxonomy|section-name|kicker|eyebrow|badge",
    "caption": "caption|figure|image|photo|gallery|picture|media|video|player|legend",
    "notice": "cookie|consent|gdpr|modal|popup|overlay|dialog|alert|toast|notice|login|disclaimer",
    "hidden": "hidden|sr-only|visually|screen-reader|screenreader|print-only|noprint|offscreen|d-none|hide",
    "listing": "card|grid|archive|listing|feed|tile|teasers|loop|collection|results|items|products|index"
    "|list",
    "headline": "title|headline|heading|titre|titulo|titel",
    "foot": "footer|foot|bottom|colophon|legal|endnote|footnote|reference",
    "summary": "summary|lead|lede|intro|standfirst|dek|deck|subtitle|excerpt|chapo|sapo|abstract|key-point"
    "|takeaway",
    "quote": "quote|pull|highlight",
}
_BIT_OF_WORD = {word: BIT[mark] for mark, words in _WORDS.items() for word in words.split("|")}


def _compile_words() -> re.Pattern[str]:
    """Compile all words to one expression: longest first, and by first letter, which is much faster."""
    branches = []
    for first in sorted({word[0] for word in _BIT_OF_WORD}):
        rest = sorted((word[1:] for word in _BIT_OF_WORD if word[0] == first), key=len, reverse=True)
        branches.append(f"{first}(?:{'|'.join(rest)})")
    return re.compile("|".join(branches))


_NAMED = _compile_words()
_MAX_NAME_CHARACTERS = 200


def mark_element(tag: str, name: str, role: str) -> int:
    """Return the marks of an element as bits.

    name: its class and id, any case. role: its ARIA role, "" for none.
    """
    bits = _BIT_OF_TAG.get(tag, 0)
    if role:
        bits |= _BIT_OF_ROLE.get(role, 0)
    if name:
        for word in _NAMED.findall(name[:_MAX_NAME_CHARACTERS].lower()):
            bits |= _BIT_OF_WORD[word]
    return bits
