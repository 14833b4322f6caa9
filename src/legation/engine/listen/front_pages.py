"""Reading the page that a person named as a source: its publisher, its feeds, and its list of articles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from legation.engine.listen.discoveries import SiteFacts, read_site
from legation.engine.listen.feed_links import FeedLink, find_feed_links
from legation.engine.listen.list_pages import ListProposal, propose_list
from legation.engine.listen.page_links import UnreadableList
from legation.engine.text.encodings import decode_bytes

_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MAX_BYTES: Final = 5_000_000  # home pages of the largest portals stay below two megabytes


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What a page offers to whoever wants to follow its site."""

    facts: SiteFacts
    feeds: tuple[FeedLink, ...]  # the announced ones first
    proposal: ListProposal | None  # where its links look like a list of articles


def read_front_page(body: bytes, *, content_type: str, address: str) -> FrontPage:
    """Read a page's publisher, feeds and list of articles. Never fails on what stands in it.

    content_type: the header's own text. address: the page's own, after redirects.
    """
    declared = _CHARSET.search(content_type)
    html, _, _ = decode_bytes(body[:_MAX_BYTES], declared[1] if declared else "")
    try:
        proposal = propose_list(html, address=address, content_type=content_type)
    except UnreadableList:
        proposal = None
    return FrontPage(read_site(html, address=address), tuple(find_feed_links(html, address)), proposal)
