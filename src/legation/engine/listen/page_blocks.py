"""Cut a page into blocks of text, each with the elements that it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from legation.engine.listen.page_marks import BIT, mark_element

# Elements inside a line of text; every other element begins and ends a block.
_INLINE = frozenset(
    (
        "a", "abbr", "acronym", "amp-img", "b", "bdi", "bdo", "big", "cite", "code", "data", "del",
        "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rb",
        "ruby", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "tt",
        "u", "var", "wbr",
    )
)  # fmt: skip
# Elements whose text no reader sees as text. Not <button>, which often holds the headings of answers.
_UNREAD = frozenset(
    (
        "audio", "canvas", "datalist", "embed", "head", "iframe", "input", "link", "map", "math", "meta",
        "noscript", "object", "rp", "rt", "script", "select", "style", "svg", "template", "textarea", "title",
        "video",
    )
)  # fmt: skip
# Of these the ones in which the parser puts the rest of the page where they are left open.
_MAY_SWALLOW = frozenset(("audio", "canvas", "map", "math", "object", "select", "svg", "video"))
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uac00-\ud7a3]")
_WIDE_WEIGHT = 3  # an ideograph says what about three letters say (docs/decisions/0005)
# Far beyond any article: the largest page of WCXB dev has 17,000 elements. What follows is not read; so many
# blocks take some 150 MB for a moment while they are judged.
_MAX_ELEMENTS = 60_000
_MAX_NAME_CHARACTERS = 200


@dataclass(slots=True)
class PageNode:
    """One block-level element."""

    parent: int  # index of the enclosing node, its own for the root
    depth: int
    tag: str
    marks: int  # its own, as bits of page_marks
    name: str  # class and id, as written
    weight: int = 0  # of all text inside, however deep
    linked: int = 0  # of the text inside links
    prose: int = 0  # of the text in long unlinked blocks
    blocks: int = 0  # how many stand inside


@dataclass(slots=True)
class PageBlock:
    """One run of text between two block-level boundaries."""

    node: int  # index of the innermost node around it
    text: str  # one line, single spaces
    weight: int  # characters, ideographs counted threefold
    linked: int  # weight of what stands in links
    links: int
    bold: int  # weight of what is set bold


@dataclass(slots=True)
class PageTree:
    """A page's blocks in the order of reading, and the elements around them."""

    nodes: list[PageNode] = field(default_factory=list)
    blocks: list[PageBlock] = field(default_factory=list)
    elements: int = 0  # how many there are, of all kinds
    depth: int = 0  # how deeply they are nested at most


def weigh_text(text: str) -> int:
    """Return a text's length in letters, where an ideograph or syllable sign counts for three."""
    if text.isascii():
        return len(text)
    return len(text) + (_WIDE_WEIGHT - 1) * len(_WIDE.findall(text))


def cut_blocks(tree: HtmlElement) -> PageTree:
    """Cut a parsed page into its blocks of text, in one walk over its elements.

    The time is linear in the number of elements; elements beyond 60,000 are not read.
    """
    cutter = _BlockCutter()
    cutter.walk(tree)
    page = PageTree(cutter.nodes, cutter.blocks, cutter.elements, cutter.depth)
    sum_up(page)
    return page


class _BlockCutter:
    """Collects runs of text while the elements of a page open and close."""

    def __init__(self) -> None:
        self.nodes = [PageNode(0, 0, "html", 0, "")]
        self.blocks: list[PageBlock] = []
        self.elements = 0
        self.depth = 0
        self._pieces: list[str] = []
        self._linked: list[str] = []
        self._bold: list[str] = []
        self._links = 0
        self._link_depth = 0
        self._bold_depth = 0
        self._node = 0
        self._is_line_broken = False
        self._marks: dict[tuple[str, str, str], int] = {}

    def walk(self, tree: HtmlElement) -> None:
        """Visit every element once."""
        walker = etree.iterwalk(tree, events=("start", "end"))
        depth = 0
        skipped: HtmlElement | None = None
        for event, element in walker:
            tag = element.tag
            if event == "start":
                depth += 1
                self.elements += 1
                if self.elements > _MAX_ELEMENTS:
                    break
                if tag in _UNREAD and not _has_swallowed(element, tag):
                    walker.skip_subtree()
                    skipped = element
                elif isinstance(tag, str):
                    self.depth = max(self.depth, depth)
                    self._open(element, tag)
                    self._add(element.text)
            else:
                depth -= 1
                if element is not skipped and isinstance(tag, str):
                    self._close(tag)
                self._add(element.tail)
        self._flush()

    def _open(self, element: HtmlElement, tag: str) -> None:
        if tag == "a":
            self._link_depth += 1
            self._links += 1
        elif tag in ("b", "strong"):
            self._bold_depth += 1
        elif tag == "br":
            self._break_line()
        elif tag not in _INLINE:
            self._flush()
            name = f"{element.get('class') or ''} {element.get('id') or ''}"[:_MAX_NAME_CHARACTERS].strip()
            if tag == "body":
                name = ""  # says something about the page, not about its part
            parent = self._node
            self.nodes.append(
                PageNode(parent, self.nodes[parent].depth + 1, tag, self._mark(element, tag, name), name)
            )
            self._node = len(self.nodes) - 1

    def _close(self, tag: str) -> None:
        if tag == "a":
            self._link_depth -= 1
        elif tag in ("b", "strong"):
            self._bold_depth -= 1
        elif tag not in _INLINE and tag != "br":
            self._flush()
            self._node = self.nodes[self._node].parent

    def _mark(self, element: HtmlElement, tag: str, name: str) -> int:
        key = (tag, name, element.get("role") or "")
        found = self._marks.get(key)
        if found is None:
            found = self._marks[key] = mark_element(*key)
        if element.get("hidden") is not None or (element.get("style") and _is_hidden(element)):
            found |= BIT["hidden"]
        return found

    def _break_line(self) -> None:
        """Take one break for a space, and two for the end of a paragraph."""
        if self._is_line_broken:
            self._flush()
        elif self._pieces:
            self._pieces.append(" ")
            self._is_line_broken = True

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            if self._is_line_broken and not text.isspace():
                self._is_line_broken = False
            if self._link_depth:
                self._linked.append(text)
            if self._bold_depth:
                self._bold.append(text)

    def _flush(self) -> None:
        """End the block that is open."""
        if self._pieces:
            text = " ".join("".join(self._pieces).split())
            if text:
                linked = weigh_text(" ".join("".join(self._linked).split())) if self._linked else 0
                bold = weigh_text(" ".join("".join(self._bold).split())) if self._bold else 0
                weight = weigh_text(text)
                self.blocks.append(
                    PageBlock(self._node, text, weight, min(linked, weight), self._links, min(bold, weight))
                )
            self._pieces.clear()
            self._linked.clear()
            self._bold.clear()
        self._links = 1 if self._link_depth else 0
        self._is_line_broken = False


def _has_swallowed(element: HtmlElement, tag: str) -> bool:
    """Tell whether an element that holds no text for readers was left open before the article."""
    return tag in _MAY_SWALLOW and next(element.iter("article", "main", "h1"), None) is not None


def _is_hidden(element: HtmlElement) -> bool:
    """Tell whether an element's own style hides it."""
    return bool(_HIDING.search(element.get("style", "")[:_MAX_NAME_CHARACTERS]))


def sum_up(page: PageTree) -> None:
    """Add the blocks' weights to all elements around them; a node's parent always has a lower index."""
    nodes = page.nodes
    for block in page.blocks:
        node = nodes[block.node]
        node.weight += block.weight
        node.linked += block.linked
        node.blocks += 1
        if block.weight >= 80 and block.linked * 3 < block.weight:
            node.prose += block.weight
    for index in range(len(nodes) - 1, 0, -1):
        node, parent = nodes[index], nodes[nodes[index].parent]
        parent.weight += node.weight
        parent.linked += node.linked
        parent.prose += node.prose
        parent.blocks += node.blocks
