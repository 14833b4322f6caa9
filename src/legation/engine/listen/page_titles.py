"""Choose an article's title and free it from the outlet's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from legation.engine.listen.page_heads import PageHead
from legation.engine.text.folding import fold_text

# Between a title and an outlet's name; a hyphen or colon inside a title has no space on one of its sides.
_SEPARATOR: Final = re.compile(
    r"\s+[|\-–—―‒•·∙●»«›‹:/~¦‖→←⋆★]{1,3}\s+|\s*(?:[|｜丨¦‖]|::)\s*|(?<=[^\x00-\x7f])\s*[_＿]\s*|\s*_\s*(?=[^\x00-\x7f])"
)
# Without spaces, as Chinese and Japanese pages join them; only a whole outlet's name goes then.
_TIGHT: Final = re.compile(r"(?<=[\u2e80-\uffef])[-–—－·・](?=\S)|(?<=\S)[-–—－·・](?=[\u2e80-\uffef])")
_BRACKETED: Final = re.compile(
    r"^\s*[【\[（(「]([^】\]）)」]{2,30})[】\]）)」]\s*|\s*[【\[（(「]([^】\]）)」]{2,30})[】\]）)」]\s*$"
)
_CUT: Final = re.compile(r"\s*(?:…|\.\.\.)$")
_NOT_WORD: Final = re.compile(r"\W+")
_WORD: Final = re.compile(r"\w+")
_MIN_HEADING_CHARACTERS: Final = 15  # a shorter heading may be a section's
_MAX_EXTRA_WORDS: Final = 3  # beside an outlet's name: "VnExpress International", "BBC News Mundo"
_SHARE: Final = 0.5  # of an outlet's name that a shorter form of it has: "Times" of "Example Times"
_EMPTY_LABELS: Final = frozenset(
    ("www", "com", "org", "net", "co", "gov", "edu", "news", "en", "m", "amp", "mobile")
)


def choose_title(head: PageHead, *, address: str = "") -> str:
    """Choose the title: as stated to machines, else the heading, else the document's title, without the
    outlet.

    A statement with which no other agrees gives way to one on which two agree; one that was cut to a length
    gives way to the whole one. Returns "" where the page has none.
    """
    names = name_outlets(head)
    stripped = [
        strip_outlet(candidate, site_name=names, address=address, heading=head.heading)
        for candidate in (head.headline, head.og_title, head.heading, head.document_title)
    ]
    titles = [title for title in stripped if title]
    if not titles:
        return ""
    folded = [_squeeze(title) for title in titles]
    chosen = next((place for place, one in enumerate(folded) if folded.count(one) > 1), 0)
    return _complete(titles[chosen], titles)


def name_outlets(head: PageHead) -> tuple[str, ...]:
    """Return the names under which a page knows its outlet."""
    named = (
        head.site_name,
        head.publisher,
        head.metas.get("application-name", ""),
        head.metas.get("dc.publisher", ""),
    )
    handle = head.metas.get("twitter:site", "").lstrip("@")
    return tuple(dict.fromkeys(name for name in (*named, handle) if name))


def strip_outlet(title: str, *, site_name: str | Sequence[str], address: str = "", heading: str = "") -> str:
    """Remove the outlet's name that many sites put before or after the title.

    A piece at either end goes if it is one of the site's names, or the name in its address; nothing else
    goes. heading: where the title only adds to the page's own heading, the heading wins. "" where nothing but
    the outlet is named.
    """
    names = [site_name] if isinstance(site_name, str) else list(site_name)
    names = [name for name in names if name]
    if len(heading) > _MIN_HEADING_CHARACTERS and title != heading and _adds_to(title, heading):
        return heading
    if any(_squeeze(title) == _squeeze(name) for name in names) or _is_host(title, _squeeze(title), address):
        return ""
    title = _strip_pieces(title, _SEPARATOR, names, address, is_exact=False)
    title = _strip_pieces(title, _TIGHT, names, address, is_exact=True)
    if (found := _BRACKETED.search(title)) and _is_outlet(
        found[1] or found[2], names, address, is_exact=True
    ):
        title = title[: found.start()] + title[found.end() :]
    return title.strip()


def _strip_pieces(
    title: str, separator: re.Pattern[str], names: Sequence[str], address: str, *, is_exact: bool
) -> str:
    """Remove the outlet's names at both ends; what stands between is never touched."""
    pieces = [(match.start(), match.end()) for match in separator.finditer(title)]
    while pieces and _is_outlet(title[pieces[-1][1] :], names, address, is_exact=is_exact):
        title = title[: pieces.pop()[0]]
    if pieces and _is_outlet(title[: pieces[0][0]], names, address, is_exact=is_exact):
        title = title[pieces[0][1] :]
    return title


def _adds_to(title: str, heading: str) -> bool:
    """Tell whether a title is the heading with something set off before or behind it."""
    own = _squeeze(heading)
    sides = ((title[: match.start()], title[match.end() :]) for match in _SEPARATOR.finditer(title))
    return any(own in (_squeeze(before), _squeeze(after)) for before, after in sides)


def _is_outlet(piece: str, names: Sequence[str], address: str, *, is_exact: bool) -> bool:
    """Tell whether a piece of a title names the outlet."""
    name = _squeeze(piece)
    if not name:
        return True
    words = _WORD.findall(fold_text(piece))
    for other in names:
        own = _squeeze(other)
        if name == own or name == own.removeprefix("the") or name.removeprefix("the") == own:
            return True
        if is_exact or not own:
            continue
        is_part = own.startswith(name) or own.endswith(name)
        if is_part and len(name) > 3 and len(name) >= _SHARE * len(own):
            return True
        if _leads(words, _WORD.findall(fold_text(other))) or _is_short_form(piece, other):
            return True
    return _is_host(piece, name, address)


def _leads(words: list[str], own: list[str]) -> bool:
    """Tell whether a piece is the outlet's whole name with a few words before or behind it."""
    if not own or not 0 < len(words) - len(own) <= _MAX_EXTRA_WORDS or len("".join(own)) <= 3:
        return False
    return words[: len(own)] == own or words[-len(own) :] == own


def _is_short_form(piece: str, name: str) -> bool:
    """Tell whether a piece is made of the first letters of the outlet's name: "NYT"."""
    letters = piece.strip()
    if not (2 <= len(letters) <= 6 and letters.isupper()):
        return False
    words = name.split()
    initials = {
        "".join(word[0] for word in words).upper(),
        "".join(word[0] for word in words if word[:1].isupper()),
    }
    initials |= {one.removeprefix("T") for one in initials}
    return len(words) > 1 and letters in initials


def _is_host(piece: str, name: str, address: str) -> bool:
    """Tell whether a piece is the site's address or the name in it."""
    host = address.partition("://")[2].partition("/")[0].partition(":")[0].lower().removeprefix("www.")
    if not host:
        return False
    if name == _squeeze(host) or (
        "." in piece and " " not in piece.strip() and piece.strip().lower() in host
    ):
        return True
    bare = name.removeprefix("the").removesuffix("com").removesuffix("net")
    labels = [label for label in host.split(".")[:-1] if label not in _EMPTY_LABELS]
    return any(
        len(label) > 2 and _squeeze(label) in {name, name.removeprefix("the"), bare} for label in labels
    )


def _complete(title: str, titles: Sequence[str]) -> str:
    """Return the whole form of a title that was cut to a length."""
    if not _CUT.search(title):
        return title
    start = _squeeze(_CUT.sub("", title))
    longer = [one for one in titles if len(one) > len(title) and _squeeze(one).startswith(start)]
    return next((one for one in longer if not _CUT.search(one)), title)


def _squeeze(text: str) -> str:
    """Fold a name and take everything out but letters and digits."""
    return _NOT_WORD.sub("", fold_text(text))
