"""Choose an article's title and free it from the outlet's name."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from legation.engine.listen.page_heads import PageHead
from legation.engine.text.folding import fold_text

_SEPARATOR = re.compile(r"\s+[|\-–—•·»«:/]{1,2}\s+|\s*[|｜_]\s*|\s+::\s+")
_NOT_WORD = re.compile(r"\W+")


def choose_title(head: PageHead, *, address: str = "") -> str:
    """Choose the title: as stated to machines, else the heading, else the document's title, without the
    outlet.

    Returns "" where the page has none.
    """
    for candidate in (head.headline, head.og_title, head.heading, head.document_title):
        title = strip_outlet(candidate, site_name=head.site_name, address=address, heading=head.heading)
        if title:
            return title
    return ""


def strip_outlet(title: str, *, site_name: str, address: str = "", heading: str = "") -> str:
    """Remove the outlet's name that many sites put before or after the title.

    A piece at either end goes if it is the site's name or the name in its address. heading: where the title
    only adds to the page's own heading, the heading wins. "" where nothing but the outlet is named.
    """
    folded_heading = fold_text(heading)
    if len(folded_heading) > 15 and fold_text(title).startswith(folded_heading) and title != heading:
        return heading
    if site_name and _squeeze(title) == _squeeze(site_name):
        return ""
    pieces = [(match.start(), match.end()) for match in _SEPARATOR.finditer(title)]
    while pieces and _is_outlet(title[pieces[-1][1] :], site_name, address):
        title = title[: pieces.pop()[0]]
    if pieces and _is_outlet(title[: pieces[0][0]], site_name, address):
        title = title[pieces[0][1] :]
    return title.strip()


def _is_outlet(piece: str, site_name: str, address: str) -> bool:
    """Tell whether a piece of a title names the outlet."""
    name = _squeeze(piece)
    if not name:
        return True
    site = _squeeze(site_name)
    if site and (
        name == site or (len(name) > 3 and name in site) or (len(site) > 3 and name.startswith(site))
    ):
        return True
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    labels = host.split(".")[:-1]
    return name == _squeeze(host) or any(
        len(label) > 2 and name.removeprefix("the") == _squeeze(label) for label in labels
    )


def _squeeze(text: str) -> str:
    """Fold a name and take everything out but letters and digits."""
    return _NOT_WORD.sub("", fold_text(text))
