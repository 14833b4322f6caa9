"""Describe each block of a page in numbers that hold in every language."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

from legation.engine.listen.page_blocks import PageBlock, PageNode, PageTree
from legation.engine.listen.page_marks import BIT, MARKS

Matrix = NDArray[np.float32]

_ENDS = re.compile(r"[.!?…。！？؟۔।॥։፧።។၊။༎]")
_PAUSES = re.compile(r"[,;:،؛、，；：·၊]")
_ENDING = re.compile(r"[.!?…。！？؟۔।॥։።។။:：][\"'”’»)\]」』）]*$")
_DIGITS = re.compile(r"\d")
_LONG_WEIGHT = 80  # of a block that is read as running text; a line of a column has some 60 letters
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CLASSES_OF_TAGS = {
    "p": 0, "li": 1, "h1": 2, "h2": 3, "h3": 4, "h4": 4, "h5": 4, "h6": 4, "td": 5, "th": 5, "dd": 6, "dt": 6,
    "blockquote": 7, "pre": 8, "figcaption": 9, "div": 10, "section": 11, "article": 11, "main": 11,
}  # fmt: skip
_SAMPLE_CHARACTERS = 2000  # of a block in which punctuation is counted
_MAX_LINE_CHARACTERS = 300  # a longer block is no title
# The text that JSON-LD states is searched for each of the first blocks: 300 MB at most are looked through.
_MAX_STATED_CHARACTERS = 100_000
_MAX_SOUGHT = 3000
_MIN_CARDS = 3
_TAG_CLASSES = 12
_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_ANCESTORS = 5  # how many elements above a block are described by their own numbers


@dataclass(frozen=True, slots=True)
class PageStatement:
    """What the page's head says about its article, as far as it tells blocks apart."""

    title: str = ""
    body: str = ""  # articleBody of JSON-LD
    is_article: bool = False  # declared as an article


def describe_blocks(page: PageTree, statement: PageStatement) -> Matrix:
    """Describe every block: float32 (blocks, features), in the blocks' order.

    All numbers are lengths, shares and marks of templates; none depends on a language's words.
    """
    blocks, nodes = page.blocks, page.nodes
    own = _describe_text(blocks, statement)
    place = _describe_places(page)
    tags = np.zeros((len(blocks), _TAG_CLASSES), np.float32)
    for index, block in enumerate(blocks):
        found = _CLASSES_OF_TAGS.get(nodes[block.node].tag)
        if found is not None:
            tags[index, found] = 1
    marks = _describe_marks(page)
    heights = _describe_ancestors(page)
    templates = _describe_templates(page)
    whole = _describe_page(page, own, statement)
    return np.hstack([own, _shift(own[:, [0, 1, 2, 5]], tags), tags, place, marks, heights, templates, whole])


def _describe_text(blocks: list[PageBlock], statement: PageStatement) -> Matrix:
    """Describe the blocks' own text: length, links, punctuation, digits, likeness to title and statement."""
    counts = Counter(block.text for block in blocks)
    title = " ".join(statement.title.lower().split())
    title_words = _split_words(title)
    stated = "".join(statement.body[:_MAX_STATED_CHARACTERS].split())
    rows = []
    for place, block in enumerate(blocks):
        text, weight = block.text, block.weight
        sample = text[:_SAMPLE_CHARACTERS]
        seen = weight * len(sample) / len(text)
        rows.append(
            (
                log1p(weight),
                block.linked / weight,
                len(_ENDS.findall(sample)) * 100 / (seen + 20),
                len(_PAUSES.findall(sample)) * 100 / (seen + 20),
                block.bold / weight,
                1.0 if _ENDING.search(text[-6:]) else 0.0,
                len(_DIGITS.findall(sample)) / seen,
                block.links,
                min(counts[text], 5),
                _liken_to_title(text, title, title_words),
                _is_stated(text, stated) if place < _MAX_SOUGHT else -1.0,
            )
        )
    return np.asarray(rows, np.float32)


def _liken_to_title(text: str, title: str, title_words: set[str]) -> float:
    """Return how many words a line shares with the title, as a share of both; 1 where it is the title."""
    if len(text) >= _MAX_LINE_CHARACTERS or not title_words:
        return 0.0
    line = text.lower()
    if line == title or (len(line) > 10 and line in title):
        return 1.0
    words = _split_words(line)
    return len(words & title_words) / len(words | title_words)


def _split_words(line: str) -> set[str]:
    """Split a line into its words, or into its letters where it is written without spaces."""
    words = set(line.split())
    return words if len(words) * 12 > len(line) else set(line)


def _is_stated(text: str, stated: str) -> float:
    """Tell whether a block stands in the text of JSON-LD: 1 yes, 0 no, -1 where none is stated."""
    if len(stated) < 200:
        return -1.0
    return float("".join(text.split())[:120] in stated)


def _shift(numbers: Matrix, tags: Matrix) -> Matrix:
    """Describe the neighbours before and after each block; -1 beyond the page's ends."""
    source = np.hstack([numbers, tags[:, [0, 1, 2]], tags[:, [3]] + tags[:, [4]]])
    count, width = source.shape
    padded = np.full((count + 6, width), -1, np.float32)
    padded[3 : 3 + count] = source
    return np.hstack([padded[3 + offset : 3 + offset + count] for offset in _NEIGHBOURS])


def _describe_places(page: PageTree) -> Matrix:
    """Describe where blocks stand: in the page, after its heading, and from the densest element."""
    blocks, nodes = page.blocks, page.nodes
    weights = np.asarray([block.weight for block in blocks], np.float32)
    before = np.cumsum(weights) - weights
    total = max(float(weights.sum()), 1.0)
    h1 = next((index for index, block in enumerate(blocks) if _is_under(nodes, block.node, "h1")), -1)
    after = np.arange(len(blocks)) - h1 if h1 >= 0 else np.full(len(blocks), -99)
    best = _find_densest(nodes)
    ranks, downs = _measure_distances(nodes, best)
    depths = [nodes[block.node].depth for block in blocks]
    headings = np.asarray([nodes[block.node].tag in _HEADINGS for block in blocks])
    positions = np.arange(len(blocks))
    heading = np.maximum.accumulate(np.where(headings, positions, -50))
    return np.column_stack(
        [
            before / total,
            np.log1p(before),
            np.log1p(total - before - weights),
            np.sign(after) * np.log1p(np.abs(after)),
            (before - before[h1]) / total if h1 >= 0 else np.full(len(blocks), -9.0),
            [ranks[block.node] for block in blocks],
            [downs[block.node] for block in blocks],
            depths,
            np.log1p(positions - heading),
        ]
    ).astype(np.float32)


def _is_under(nodes: list[PageNode], index: int, tag: str) -> bool:
    """Tell whether a node or one of its next two ancestors has a tag."""
    for _ in range(3):
        if nodes[index].tag == tag:
            return True
        index = nodes[index].parent
    return False


def _find_densest(nodes: list[PageNode]) -> int:
    """Find the element that holds the most running text of its own and of its children.

    As in the readability method of Arc90 (2009), an element gets the whole of its own paragraphs' weight
    and half of its grandchildren's, less what stands in links.
    """
    scores = [0.0] * len(nodes)
    for index in range(len(nodes) - 1, 0, -1):
        node = nodes[index]
        if node.prose and node.blocks <= 3:
            parent = nodes[index].parent
            scores[parent] += node.prose
            scores[nodes[parent].parent] += node.prose / 2
    for index, node in enumerate(nodes):
        scores[index] *= 1 - node.linked / max(node.weight, 1)
    return max(range(len(nodes)), key=scores.__getitem__)


def _measure_distances(nodes: list[PageNode], best: int) -> tuple[list[int], list[int]]:
    """Return for every node how far up from the best one the two meet, and how far down it is from there."""
    rank = {best: 0}
    index = best
    while nodes[index].parent != index:
        index = nodes[index].parent
        rank[index] = len(rank)
    ranks, downs = [0] * len(nodes), [0] * len(nodes)
    for index, node in enumerate(nodes):
        if index in rank:
            ranks[index] = rank[index]
        else:
            ranks[index], downs[index] = ranks[node.parent], downs[node.parent] + 1
    return ranks, downs


def _describe_marks(page: PageTree) -> Matrix:
    """Describe the marks of a block's own element and the next two, and of all around it.

    A mark on an element that holds most of the page says nothing about its part of it.
    """
    nodes = page.nodes
    total = max(nodes[0].weight, 1)
    around, near = [0] * len(nodes), [0] * len(nodes)
    for index, node in enumerate(nodes):
        parent = node.parent
        own = node.marks
        near[index] = own | nodes[parent].marks | nodes[nodes[parent].parent].marks
        inherited = around[parent] if node.tag != "main" else 0  # a header left open may hold all of it
        around[index] = inherited | (own if node.weight * 10 < total * 7 else own & _HARMLESS)
    numbers = np.asarray([(near[block.node], around[block.node]) for block in page.blocks], np.int64).reshape(
        -1, 2, 1
    )
    bits = (numbers >> np.arange(len(MARKS))) & 1
    return bits.reshape(len(page.blocks), -1).astype(np.float32)


_HARMLESS = BIT["article"] | BIT["main"] | BIT["content"]


def _describe_ancestors(page: PageTree) -> Matrix:
    """Describe the elements around each block, innermost first: length, links, running text, blocks."""
    nodes = page.nodes
    table = np.asarray([(node.weight, node.linked, node.prose, node.blocks) for node in nodes], np.float32)
    total = max(float(table[0, 0]), 1.0)
    prose = max(float(table[0, 2]), 1.0)
    described = np.column_stack(
        [
            np.log1p(table[:, 0]),
            table[:, 1] / np.maximum(table[:, 0], 1),
            table[:, 2] / np.maximum(table[:, 0], 1),
            np.log1p(table[:, 3]),
            table[:, 2] / prose,
            table[:, 0] / total,
        ]
    )
    parents = np.asarray([node.parent for node in nodes])
    index = np.asarray([block.node for block in page.blocks])
    columns = []
    for _ in range(_ANCESTORS):
        columns.append(described[index])
        index = parents[index]
    return np.hstack(columns).astype(np.float32)


def _describe_templates(page: PageTree) -> Matrix:
    """Describe all blocks that stand in the same kind of place: share, mean length, links, number.

    And in how many different elements they stand: an article's paragraphs share one, those of cards that
    lead elsewhere have one each. Last, how much of the heading above a block is a link.
    """
    nodes = page.nodes
    keys: dict[tuple[str, str, str, str], int] = {}
    places, headings = [], []
    heading = -1.0
    for block in page.blocks:
        node = nodes[block.node]
        parent = nodes[node.parent]
        key = (node.tag, node.name, parent.tag, parent.name)
        places.append(keys.setdefault(key, len(keys)))
        if node.tag in _HEADINGS:
            heading = block.linked / block.weight
        headings.append(heading)
    index = np.asarray(places)
    weights = np.asarray([block.weight for block in page.blocks], np.float64)
    linked = np.asarray([block.linked for block in page.blocks], np.float64)
    weight, link = np.bincount(index, weights), np.bincount(index, linked)
    count = np.bincount(index)
    columns = [weight / max(weights.sum(), 1), np.log1p(weight / count), link / weight, np.log1p(count)]
    above = np.asarray([nodes[block.node].parent for block in page.blocks])
    parents = np.asarray([node.parent for node in nodes])
    for _ in range(3):
        pairs = np.unique(index * len(nodes) + above) // len(nodes)
        different = np.bincount(pairs, minlength=len(count))
        columns += [different / count, np.log1p(different)]
        above = parents[above]
    return np.column_stack([*(column[index] for column in columns), headings]).astype(np.float32)


def find_cards(page: PageTree) -> NDArray[np.bool_]:
    """Find the blocks of cards: of three or more like elements side by side, each under a linked heading.

    Returns by block whether it stands in such a card, which leads to another article.
    """
    nodes = page.nodes
    cards = Counter[tuple[int, str, str]]()
    kinds: dict[int, tuple[int, str, str]] = {}
    for block in page.blocks:
        node = nodes[block.node]
        card = node.parent
        if node.tag in _HEADINGS and block.linked * 5 > block.weight * 4 and card not in kinds:
            kinds[card] = (nodes[card].parent, nodes[card].tag, nodes[card].name)
            cards[kinds[card]] += 1
    inside = [
        any(
            around in kinds and cards[kinds[around]] >= _MIN_CARDS
            for around in (nodes[block.node].parent, nodes[nodes[block.node].parent].parent)
        )
        for block in page.blocks
    ]
    return np.asarray(inside, np.bool_)


def _describe_page(page: PageTree, own: Matrix, statement: PageStatement) -> Matrix:
    """Describe the page as a whole, the same for all its blocks."""
    root = page.nodes[0]
    row = [
        np.log1p(root.weight),
        root.linked / max(root.weight, 1),
        root.prose / max(root.weight, 1),
        np.log1p(len(page.blocks)),
        float(statement.is_article),
        np.log1p(len(statement.body)),
        float(any(node.tag == "article" for node in page.nodes)),
        float(own[:, 9].max(initial=0.0)),
    ]
    return np.tile(np.asarray(row, np.float32), (len(page.blocks), 1))
