"""Sites without feeds: propose which links of a list page lead to articles, and read it like a feed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from legation.engine.listen.link_patterns import LinkPattern, compile_pattern
from legation.engine.listen.link_shapes import shape_address, widen_shape
from legation.engine.listen.page_links import PageLink, find_page_links, read_list_tree, weigh_headline
from legation.engine.records.articles import Feed, FeedItem
from legation.engine.records.sources import ListPage

LIST_DIALECT: Final = "list page"

# Two links of one shape are chance.
_MIN_LINKS: Final = 3
# Of the text that a headline has; menus of sections reach a tenth.
_MIN_LIKENESS: Final = 0.3
# One section's links are enough where they are nearly all.
_NARROW_SHARE: Final = 0.85
_SHOWN_LINKS: Final = 10
_MAX_ITEMS: Final = 300  # the longest archive pages of the data measured on list some 200


@dataclass(frozen=True, slots=True)
class ListedLink:
    """One link that a proposed pattern takes for an article."""

    address: str  # absolute
    title: str  # plain text


@dataclass(frozen=True, slots=True)
class ListProposal:
    """A pattern for a list page, for a person to confirm."""

    pattern: str  # see engine.listen.link_patterns
    links: tuple[ListedLink, ...]  # the first ten that it matches, in the page's order
    match_count: int  # different addresses that it matches


def propose_list(html: bytes | str, *, address: str, content_type: str = "") -> ListProposal | None:
    """Propose the pattern of the links that lead from a page to articles.

    html: the whole page. address: where it was found, absolute. Links are gathered by the shape of their
    address and weighed by how much their texts read like headlines and by where they stand. Returns None
    where no three links look like articles. Raises UnreadableList where the body is no page.
    """
    links = find_page_links(read_list_tree(html, content_type), address=address)
    groups: dict[str, list[PageLink]] = {}
    for link in links:
        shape = shape_address(link.address, has_headline=weigh_headline(link.title) > _MIN_LIKENESS)
        for one in {shape, widen_shape(shape)} if shape else ():
            groups.setdefault(one, []).append(link)
    weighed = {shape: _weigh_group(group) for shape, group in groups.items() if len(group) >= _MIN_LINKS}
    if not weighed:
        return None
    best = max(weighed, key=lambda shape: (weighed[shape], -shape.count("*")))
    narrow = [
        shape
        for shape in weighed
        if widen_shape(shape) == best != shape and weighed[shape] >= weighed[best] * _NARROW_SHARE
    ]
    best = max(narrow, key=weighed.__getitem__, default=best)
    if weighed[best] / len(groups[best]) < _MIN_LIKENESS**2:
        return None
    matched = _match_links(links, compile_pattern(best, address=address))
    shown = tuple(ListedLink(link.address, link.title) for link, _ in matched[:_SHOWN_LINKS])
    return ListProposal(best, shown, len(matched)) if len(matched) >= _MIN_LINKS else None


def read_list_page(
    html: bytes | str,
    *,
    page: ListPage,
    address: str,
    content_type: str = "",
    zone: tzinfo = UTC,
    now: datetime | None = None,
) -> Feed:
    """Read a list page into the items that its pattern finds, in the page's order.

    address: where the page was found, after redirects. Titles are the links' own; a date is the one in the
    address, or beside the link; has_time tells whether it is more than a day. Items beyond 300 are counted in
    `dropped`. Raises UnreadableList where the body is no page, UnusablePattern where the pattern is none.
    """
    tree = read_list_tree(html, content_type)
    pattern = compile_pattern(page.pattern, address=address)
    links = find_page_links(tree, address=address, zone=zone)
    matched = _match_links(links, pattern)
    items = tuple(_make_item(link, day, now) for link, day in matched[:_MAX_ITEMS])
    left = len(matched) - len(items)
    problems = () if matched else ("No link of the page fits the pattern; the page may have been rebuilt.",)
    return Feed(
        title=" ".join((tree.findtext(".//title") or "").split())[:300],
        address=address,
        language=(tree.get("lang") or "").strip()[:20],
        items=items,
        dialect=LIST_DIALECT,
        problems=problems,
        dropped=(("beyond_limit", left),) if left else (),
    )


def _match_links(links: Iterable[PageLink], pattern: LinkPattern) -> list[tuple[PageLink, datetime | None]]:
    found = ((link, pattern.match(link.address)) for link in links)
    return [
        (link, match.day)
        for link, match in found
        if match is not None and not (link.is_beside and weigh_headline(link.title) == 0.0)
    ]


def _make_item(link: PageLink, day: datetime | None, now: datetime | None) -> FeedItem:
    moment, has_time = (link.moment, link.has_time) if link.moment else (day, False)
    if moment and now and moment > now:
        moment = None if has_time or moment.date() > now.date() else moment
    return FeedItem(
        guid=link.address,
        address=link.address,
        title=link.title,
        published_at=moment,
        has_time=has_time or moment is None,
    )


def _weigh_group(group: Sequence[PageLink]) -> float:
    """Say how much the links of one shape are like headlines: many of them, and few others among them.

    Equal texts count once.
    """
    best: dict[str, float] = {}
    for link in group:
        weight = (
            weigh_headline(link.title) * (0.3 if link.is_beside else 1.0) * (1.2 if link.is_heading else 1.0)
        )
        best[link.title] = max(best.get(link.title, 0.0), weight)
    return sum(best.values()) ** 2 / len(group)
