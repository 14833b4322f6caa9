"""Cut a live blog into its dated posts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any, Final

from lxml.html import HtmlElement

from legation.engine.listen.cleaning import html_to_text
from legation.engine.listen.page_dates import parse_page_date
from legation.engine.listen.page_heads import PageHead
from legation.engine.records.articles import LivePost

_MAX_POSTS: Final = 500  # a day of elections has some three hundred
_MIN_POSTS: Final = 3
_SAMPLE: Final = 5  # blocks that stand for their family
_MAX_LINKED: Final = 2.0  # sum of their shares of links
_MIN_CHARACTERS: Final = 30  # of a post
_MAX_POST_CHARACTERS: Final = 20_000
_MAX_TITLE_CHARACTERS: Final = 300
# In the page's title, address or markup; else repeated blocks with times are readers' comments.
_LIVE: Final = re.compile(
    r"live[- _]?(?:blog|updates?|ticker|coverage|feed|text|post|event)|\blive\s*[:|–-]|^live\b"
    r"|as it happened|/live/"
    r"|minute by minute|trực tiếp|en direct|direct\s*[:|–-]|liveticker|en vivo|en directo"
    r"|minuto a minuto|ao vivo"
    r"|in diretta|diretta|onlayn|онлайн|прямая трансляция|canlı|live-?blog|直播|实时更新|實時"
    r"|タイムライン|速報中|실시간"
    r"|بث مباشر|لحظة بلحظة|مباشر|langsung|laporan langsung|สด\b|ติดตามสด|זמן אמת",
    re.IGNORECASE,
)
_MAX_OPENING: Final = 5  # paragraphs before the first post
_NOT_POSTS: Final = re.compile(r"comment|reply|disqus|related|teaser|card-list|sidebar", re.IGNORECASE)
_SKIPPED: Final = frozenset(
    ("script", "style", "template", "noscript", "time", "button", "svg", "figure", "form")
)
_TITLES: Final = frozenset(("h2", "h3", "h4", "h5"))
_BLOCKS: Final = frozenset(("p", "li", "blockquote", "div", "section", "ul", "ol", "header", "br", "article"))
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def find_live_posts(tree: HtmlElement, head: PageHead, *, address: str, zone: tzinfo) -> tuple[LivePost, ...]:
    """Find the posts of a live blog, newest first: as stated in JSON-LD, else as blocks that have a time.

    zone: of times that name none. () for a page that does not call itself live, and where there are fewer
    than three posts.
    """
    stated = [post for update in head.updates if (post := _read_update(update, zone))]
    if len(stated) < _MIN_POSTS and sum(1 for _ in islice(tree.iter("time"), _MIN_POSTS)) < _MIN_POSTS:
        return ()
    is_live = "LiveBlogPosting" in head.kinds or _LIVE.search(
        f"{head.heading}\n{head.og_title}\n{head.document_title}\n{address}"
    )
    if not (stated or is_live or _has_live_markup(tree)):
        return ()
    shown = _find_blocks(tree, zone)
    # What is stated often lacks the words, or all but the latest posts.
    posts = stated if _count_words(stated) >= _count_words(shown) else shown
    if len(posts) < _MIN_POSTS:
        return ()
    ordered = sorted(dict.fromkeys(posts), key=lambda post: post.published_at or _NEVER, reverse=True)
    return tuple(ordered[:_MAX_POSTS])


def join_posts(posts: Sequence[LivePost], *, opening: str = "") -> str:
    """Write the posts as one text, newest first, after the paragraphs that open the page."""
    lines = [line for line in opening.split("\n\n") if line]
    for post in posts:
        lines += [line for line in (post.title, *post.text.split("\n\n")) if line]
    return "\n\n".join(lines)


def find_opening(body: str, posts: Sequence[LivePost], *, title: str = "") -> str:
    """Return the paragraphs of a page's text that stand before any of its posts, without title and labels."""
    told = {line for post in posts for line in (post.title, *post.text.split("\n\n"))}
    lines: list[str] = []
    for line in body.split("\n\n"):
        if line in told or any(line in text for text in told if len(line) > _MIN_CHARACTERS):
            break
        if len(line) >= _MIN_CHARACTERS and line != title:
            lines.append(line)
    # Nothing of the posts in the text: it is another reading of the whole page, and its start cannot be told.
    return "\n\n".join(lines) if len(lines) <= _MAX_OPENING else lines[0] if lines else ""


def _read_update(update: dict[str, Any], zone: tzinfo) -> LivePost | None:
    """Read one liveBlogUpdate of JSON-LD."""
    words = update.get("articleBody") or update.get("text") or ""
    text = html_to_text(words)[:_MAX_POST_CHARACTERS] if isinstance(words, str) else ""
    headline = update.get("headline") or update.get("name") or ""
    title = " ".join(html_to_text(headline).split()) if isinstance(headline, str) else ""
    stated = update.get("datePublished") or update.get("dateModified") or ""
    moment, _ = parse_page_date(stated, zone=zone) if isinstance(stated, str) else (None, False)
    if not (text or title):
        return None
    return LivePost(moment, title[:_MAX_TITLE_CHARACTERS], text)


def _has_live_markup(tree: HtmlElement) -> bool:
    """Tell whether an element of the page is called a live blog."""
    found = tree.xpath(
        "boolean(//*[contains(@class, 'liveblog') or contains(@class, 'live-blog')"
        " or contains(@class, 'LiveBlog') or contains(@itemtype, 'LiveBlogPosting')])"
    )
    return bool(found)


def _find_blocks(tree: HtmlElement, zone: tzinfo) -> list[LivePost]:
    """Read the largest family of like elements that each hold a time, in the page's order."""
    families: dict[tuple[HtmlElement, str], list[HtmlElement]] = {}
    for number, time in enumerate(tree.iter("time")):
        if number >= 2 * _MAX_POSTS:
            break
        block = time.getparent()
        for _ in range(5):
            if block is None or block.tag in {"body", "main"} or block.getparent() is None:
                break
            family = families.setdefault((block.getparent(), str(block.tag)), [])
            if block not in family[-1:]:
                family.append(block)
            block = block.getparent()
    best: list[LivePost] = []
    for (parent, _tag), blocks in families.items():
        named = " ".join((parent.get("class", ""), parent.get("id", ""), blocks[0].get("class", "")))
        if len(blocks) < _MIN_POSTS or _NOT_POSTS.search(named):
            continue
        if sum(_count_linked(block) for block in blocks[:_SAMPLE]) > _MAX_LINKED:
            continue
        posts = [post for block in blocks[:_MAX_POSTS] if (post := _read_block(block, zone))]
        if len(posts) >= _MIN_POSTS and _count_words(posts) > _count_words(best):
            best = posts
    return best


def _count_linked(block: HtmlElement) -> float:
    """Return the share of a block's text that is links: a teaser is little else, a post names its sources."""
    linked = sum(len(link.text_content()) for link in block.iter("a"))
    return linked / max(len(block.text_content().strip()), 1)


def _read_block(block: HtmlElement, zone: tzinfo) -> LivePost | None:
    """Read one block as a post: its time, its heading, the rest."""
    time = next(block.iter("time"), None)
    if time is None:
        return None
    stated = time.get("datetime", "") or time.text_content()
    moment, _ = parse_page_date(stated, zone=zone)
    heading = next((element for element in block.iter(*_TITLES)), None)
    title = " ".join(heading.text_content().split())[:_MAX_TITLE_CHARACTERS] if heading is not None else ""
    text = _read_paragraphs(block, heading)
    if moment is None or len(text) + len(title) < _MIN_CHARACTERS:
        return None
    return LivePost(moment, title, text)


def _read_paragraphs(block: HtmlElement, heading: HtmlElement | None) -> str:
    """Return a block's text without its time and heading, a blank line between paragraphs."""
    pieces: list[str] = []
    waiting: list[tuple[HtmlElement, bool]] = [(block, False)]
    while waiting:
        node, is_end = waiting.pop()
        if is_end:
            pieces.append("\n" if node.tag in _BLOCKS else "")
            pieces.append(_flatten(node.tail) if node is not block else "")
            continue
        if node is heading or not isinstance(node.tag, str) or node.tag in _SKIPPED:
            pieces.append(_flatten(node.tail))
            continue
        pieces.append("\n" if node.tag in _BLOCKS else "")
        pieces.append(_flatten(node.text))
        waiting.append((node, True))
        waiting.extend((child, False) for child in reversed(node))
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n\n".join(line for line in lines if line)[:_MAX_POST_CHARACTERS]


def _flatten(text: str | None) -> str:
    """A line feed of the source is a space; only elements begin paragraphs."""
    return (text or "").replace("\n", " ")


def _count_words(posts: Sequence[LivePost]) -> int:
    return sum(len(post.text) + len(post.title) for post in posts)
