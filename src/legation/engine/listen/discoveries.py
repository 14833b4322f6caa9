"""Reading off a page who publishes it: name, language, country, kind, icons, and whether that is a person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from babel import Locale
from lxml import html as lxml_html
from lxml.html import HtmlElement

from legation.engine.listen.cleaning import drop_crowds
from legation.engine.listen.page_heads import read_head
from legation.engine.records.articles import FeedItem
from legation.engine.records.sources import SourceKind
from legation.engine.text.languages import UnknownLanguage, language_code, name_language

_MAX_HTML_CHARS: Final = 2_000_000  # of a home page the first megabytes say who it is
_MAX_ICONS: Final = 3  # each is one request to somebody's server
_MAX_NAME_CHARS: Final = 200  # the desk's column
_SEPARATOR: Final = re.compile(r"\s+[|–—·•»:-]\s+")
# Sold to everybody as abbreviations of something else, so that they name no country any more (ICANN's ccTLDs
# that Google Search treats as generic; me and la keep their countries here, whose press uses them).
_GENERIC_LABELS: Final = frozenset(
    ("ac", "ad", "ai", "as", "bz", "cc", "cd", "co", "dj", "eu", "fm", "gg", "im", "io", "je", "ms", "nu")
    + ("sc", "sh", "sr", "su", "tk", "to", "tv", "vc", "ws")
)
# Below these a registry serves its own country, whatever its label is sold as.
_NATIONAL_SECOND_LEVELS: Final = frozenset(("com", "edu", "gob", "gov", "mil", "net", "org"))
# Of regions, and codes that Unicode keeps for tests and for "unknown".
_NO_COUNTRIES: Final = frozenset(("CQ", "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
_COUNTRY_OF_LABEL: Final = {"uk": "GB"}
# What a registry hands out to one kind of institution only.
_KIND_OF_LABEL: Final = {
    "gov": SourceKind.GOVERNMENT,
    "gouv": SourceKind.GOVERNMENT,
    "gob": SourceKind.GOVERNMENT,
    "gub": SourceKind.GOVERNMENT,
    "go": SourceKind.GOVERNMENT,
    "mil": SourceKind.GOVERNMENT,
    "edu": SourceKind.ACADEMIA,
    "ac": SourceKind.ACADEMIA,
    "int": SourceKind.INTERNATIONAL_ORGANISATION,
}
# schema.org's types of publishers.
_KIND_OF_TYPE: Final = {
    "NewsMediaOrganization": SourceKind.PRESS,
    "Newspaper": SourceKind.PRESS,
    "BroadcastService": SourceKind.BROADCASTER,
    "TelevisionStation": SourceKind.BROADCASTER,
    "TelevisionChannel": SourceKind.BROADCASTER,
    "RadioStation": SourceKind.BROADCASTER,
    "RadioChannel": SourceKind.BROADCASTER,
    "GovernmentOrganization": SourceKind.GOVERNMENT,
    "CollegeOrUniversity": SourceKind.ACADEMIA,
    "ResearchOrganization": SourceKind.ACADEMIA,
}
_DECLARED_TYPE: Final = re.compile(r"\"@type\"\s{0,9}:\s{0,9}\[?\s{0,9}\"([A-Za-z]{4,40})\"")
# Services that hold accounts of persons, as they name themselves under addresses of the persons' own.
_PERSONAL_GENERATORS: Final = ("blogger", "medium", "substack", "tumblr", "livejournal", "typepad")
_PERSONAL_HOSTS: Final = re.compile(r"//(?:substackcdn\.com|assets\.tumblr\.com|www\.blogger\.com/static)")


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What a page says of its publisher; everything is "" or empty where it says nothing."""

    name: str = ""
    language: str = ""  # BCP 47, as the page declares it
    country: str = ""  # ISO 3166-1 alpha-2, from the address alone
    kind: SourceKind | None = None  # only where page or registry declare it
    icons: tuple[str, ...] = ()  # absolute addresses, the best first
    is_personal: bool = False  # somebody's account or blog, or on a service for these


def read_site(html: str, *, address: str) -> SiteFacts:
    """Read what a home page, or any other page, declares about its publisher. Never fails.

    address: the page's own, absolute. Nothing is guessed but the country, from the address's last label.
    """
    country = guess_country(address)
    tree = _parse(html)
    icon = urljoin(address, "/favicon.ico")
    if tree is None:
        return SiteFacts(country=country, kind=_kind_of_host(address), icons=(icon,))
    head = read_head(tree)
    return SiteFacts(
        name=_tidy_name(head.site_name) or _name_from_title(head.document_title, address),
        language=tidy_language(head.language),
        country=country,
        kind=_kind_of_host(address) or _kind_of_types(_DECLARED_TYPE.findall(html[:_MAX_HTML_CHARS])),
        icons=tuple(dict.fromkeys([*_list_icons(tree, address), icon]))[:_MAX_ICONS],
        is_personal=_is_personal(head.metas, html),
    )


def guess_country(address: str) -> str:
    """Name the country of an address's last label: ISO 3166-1 alpha-2, "" where it stands for none."""
    try:
        second, label = (f".{urlsplit(address).hostname or ''}".lower().split("."))[-2:]
    except ValueError:
        return ""
    if label in _COUNTRY_OF_LABEL:
        return _COUNTRY_OF_LABEL[label]
    is_sold_to_all = label in _GENERIC_LABELS and second not in _NATIONAL_SECOND_LEVELS
    if len(label) != 2 or is_sold_to_all:
        return ""
    code = label.upper()
    return code if code in Locale("en").territories and code not in _NO_COUNTRIES else ""


def tidy_language(tag: str) -> str:
    """Bring a declared language into the short form used inside; "" for what no standard knows."""
    try:
        code = language_code(tag)
    except UnknownLanguage:
        return ""
    return "" if code == "und" else code


def detect_language(items: Iterable[FeedItem], *, prior: str = "") -> str:
    """Name the language that most titles of a feed are written in; "" where none can be told.

    prior: what page or feed declare; it decides between look-alikes.
    """
    votes: Counter[str] = Counter()
    for item in items:
        guess = name_language(item.title, prior=prior)
        if item.title and guess.language != "und":
            votes[guess.language] += 1
    return votes.most_common(1)[0][0] if votes else ""


def choose_name(*names: str) -> str:
    """Return the first name that says something, shortened to the column; "" where none does."""
    return next((tidy for name in names if (tidy := _tidy_name(name))), "")


def _parse(html: str) -> HtmlElement | None:
    text = drop_crowds(html[:_MAX_HTML_CHARS].replace("\x00", ""))
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        tree = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except Exception:  # noqa: BLE001 - lxml raises many kinds on bytes that are no page
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _kind_of_types(types: Iterable[str]) -> SourceKind | None:
    found = {_KIND_OF_TYPE[kind] for kind in types if kind in _KIND_OF_TYPE}
    # A station that also calls itself a news organisation is a station; other contradictions are asked about.
    if found == {SourceKind.PRESS, SourceKind.BROADCASTER}:
        return SourceKind.BROADCASTER
    return found.pop() if len(found) == 1 else None


def _kind_of_host(address: str) -> SourceKind | None:
    try:
        labels = (urlsplit(address).hostname or "").lower().split(".")
    except ValueError:
        return None
    last, second = labels[-1], labels[-2] if len(labels) > 2 else ""
    if len(last) > 2:
        return _KIND_OF_LABEL.get(last) if last in ("gov", "mil", "edu", "int") else None
    return _KIND_OF_LABEL.get(second)


def _list_icons(tree: HtmlElement, address: str) -> list[str]:
    """List the icons that a page links, those nearest above 32 pixels first."""
    base = next((node.get("href") or "" for node in tree.iter("base")), "")
    found: list[tuple[int, str]] = []
    for link in tree.iter("link"):
        names: Sequence[str] = (link.get("rel") or "").lower().split()
        if not {"icon", "apple-touch-icon", "apple-touch-icon-precomposed"} & set(names):
            continue
        try:
            target = urljoin(urljoin(address, base), (link.get("href") or "").strip())
            is_usable = urlsplit(target).scheme in ("http", "https")
        except ValueError:
            continue
        if not is_usable or urlsplit(target).path.lower().endswith(".svg"):
            continue
        found.append((_weigh_size(link.get("sizes") or "", is_touch="icon" not in names), target))
    return [target for _, target in sorted(found, key=lambda one: one[0])]


def _weigh_size(sizes: str, *, is_touch: bool) -> int:
    sides = [int(side) for side in re.findall(r"(\d{1,4})x\d{1,4}", sizes.lower()[:200])]
    side = min((side for side in sides if side >= 32), default=max(sides, default=180 if is_touch else 64))
    return side if side >= 32 else 1_000 - side


def _is_personal(metas: dict[str, str], html: str) -> bool:
    generator = metas.get("generator", "").lower()
    if metas.get("og:type", "").lower() == "profile" or generator.startswith(_PERSONAL_GENERATORS):
        return True
    application = metas.get("al:ios:app_name", "").lower()
    return application in _PERSONAL_GENERATORS or bool(_PERSONAL_HOSTS.search(html[:_MAX_HTML_CHARS]))


def _tidy_name(name: str) -> str:
    return " ".join(name.split())[:_MAX_NAME_CHARS]


def _name_from_title(title: str, address: str) -> str:
    """Take the publisher's name out of a title: the part that the host's name contains, else the first."""
    parts = [part for part in _SEPARATOR.split(_tidy_name(title)) if part]
    host = (urlsplit(address).hostname or "").lower().replace("-", "")
    for part in parts:
        letters = "".join(char for char in part.lower() if char.isalnum())
        if len(letters) > 2 and letters in host.replace(".", ""):
            return part
    return parts[0] if parts else ""
