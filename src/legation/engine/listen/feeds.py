"""The one entrance for a feed's bytes: RSS, RDF, Atom, JSON Feed and sitemaps, however broken or hostile."""

from __future__ import annotations

import re
import zlib
from typing import Final

from legation.engine.listen.feed_documents import UnreadableFeed, decode_document, parse_document
from legation.engine.listen.feed_items import FeedOptions
from legation.engine.listen.feed_problems import ProblemLog
from legation.engine.listen.json_feeds import read_json_feed
from legation.engine.listen.sitemaps import is_address_list, read_address_list, read_sitemap
from legation.engine.listen.xml_feeds import read_xml_feed
from legation.engine.records.articles import Feed

__all__ = ["FeedOptions", "UnreadableFeed", "parse_feed"]

_GZIP: Final = b"\x1f\x8b"
_BOMS_AND_SPACES: Final = b"\xef\xbb\xbf \t\r\n"
_HEAD_BYTES: Final = 4_096
_SITEMAP_ROOT: Final = re.compile(r"<(?:[\w.-]{1,20}:)?(urlset|sitemapindex)\b")
_SITEMAP_MARK: Final = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:urlset|sitemapindex)\b")


def parse_feed(body: bytes, *, content_type: str, address: str, options: FeedOptions | None = None) -> Feed:
    """Read a feed's bytes into plain titles, clean HTML, absolute addresses and aware dates.

    content_type: the HTTP header's own text, whose charset is the last to be believed. address: where the
    feed was fetched from, for its relative links. Bytes packed with gzip are unpacked up to the bound. What
    was mended stands in `problems`; what was left out is counted in `dropped`. Raises UnreadableFeed where
    the bytes are no feed, sitemap or list of addresses.
    """
    options = options or FeedOptions()
    log = ProblemLog()
    if body.startswith(_GZIP):
        body = _unpack(body, options, log)
    head = body[:_HEAD_BYTES].lstrip(_BOMS_AND_SPACES)
    is_sitemap = _SITEMAP_MARK.search(head) is not None or is_address_list(head)
    max_bytes = options.max_sitemap_bytes if is_sitemap else options.max_bytes
    if head.startswith((b"{", b"[")):
        return read_json_feed(body, address=address, options=options, log=log)
    if is_address_list(head):
        return read_address_list(body[:max_bytes], address=address, options=options, log=log)
    text = decode_document(body, content_type=content_type, max_bytes=max_bytes, log=log)
    root_name = _SITEMAP_ROOT.match(text)
    if root_name:
        return read_sitemap(
            text, address=address, options=options, log=log, is_index=root_name[1] == "sitemapindex"
        )
    root = parse_document(text, address=address, log=log)
    return read_xml_feed(root, address=address, options=options, log=log)


def _unpack(body: bytes, options: FeedOptions, log: ProblemLog) -> bytes:
    """Unpack gzip as far as the bound allows; a bomb costs no more than the largest sitemap."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(body, options.max_sitemap_bytes)
    except zlib.error as error:
        raise UnreadableFeed(f"The packed feed cannot be unpacked: {error}.") from error
    if not unpacker.eof:
        is_bomb = bool(unpacker.unconsumed_tail)
        size = f"{options.max_sitemap_bytes:,} bytes"
        bombed = f"Only the first {size} of the packed feed were read."
        log.note(bombed if is_bomb else "The packed feed breaks off.")
    return text
