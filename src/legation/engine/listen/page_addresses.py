"""Bring the address of an article into the one form under which it is known."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from legation.engine.listen.tracking_parameters import is_tracking

_VARIANT_HOST = re.compile(r"^(?:www\d?|m|mobile|amp|wap)\.")
_MAX_CHARACTERS = 2048


def canonical_address(address: str, stated: str = "", *, final_address: str = "") -> str:
    """Choose the address of an article from what its page states and where it was found.

    address: where it was found; absolute or "". stated: the page's own canonical link, relative or
    absolute; it is believed only on the same site and when it names a page. final_address: after redirects.
    Fragments and tracking parameters go. Returns "" where none of them is an http address.
    """
    found = _clean_address(final_address) or _clean_address(address)
    if not stated:
        return found
    try:
        joined = _clean_address(urljoin(found, stated.strip())) if found else _clean_address(stated)
    except ValueError:
        return found
    if not joined or not found:
        return joined or found
    is_front_page = urlsplit(joined).path in {"", "/"} and urlsplit(found).path not in {"", "/"}
    return found if is_front_page or not _is_same_site(joined, found) else joined


def _clean_address(address: str) -> str:
    """Drop fragment and tracking parameters; "" for anything but an http address of sane length."""
    address = address.strip()
    if not address or len(address) > _MAX_CHARACTERS:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return ""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if not is_tracking(pair[0], is_for_identity=False)]
    has_tracking = len(kept) != len(pairs)
    query = urlencode(kept) if has_tracking else parts.query
    bracketed = f"[{host}]" if ":" in host else host
    netloc = (
        bracketed
        if port is None or port == {"http": 80, "https": 443}[parts.scheme.lower()]
        else f"{bracketed}:{port}"
    )
    return urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", query, ""))


def _is_same_site(first: str, second: str) -> bool:
    """Tell whether two addresses belong to one site, its mobile and other sub-sites included."""
    one, other = (_VARIANT_HOST.sub("", urlsplit(address).hostname or "") for address in (first, second))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
