"""Learn anew the weights by which blocks of a page are judged, from pages whose article is known.

Run as `.venv/bin/python -m bench.extraction_training --data ../shared/data/extraction --out F.json` after
`pip install catboost`, which only this needs. Pages of one half of all hosts are learned from; the other half
stays for measuring. How it came to this is told in docs/decisions/0005-extraction.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from bench.contracts import hash_files, narrate
from bench.extraction import load_truth
from legation.engine.listen.page_blocks import PageBlock, PageNode, PageTree, cut_blocks, sum_up, weigh_text
from legation.engine.listen.page_bodies import state_page
from legation.engine.listen.page_features import PageStatement, describe_blocks
from legation.engine.listen.page_marks import BIT
from legation.engine.listen.pages import UnreadablePage, parse_page

_WORD = re.compile(r"\w+")
_GRAM = 4  # words in a row that two texts share by more than chance
_CONTEXT = 3  # words around a short block that must stand in the truth with it
_TREES, _LEVELS, _RATE = 240, 5, 0.1
_SHORT_BLOCKS = (2, 3, 4, 5, 7, 10)  # paragraphs that are left of a shortened article
_SHORT_WEIGHT = 0.7  # of such a page beside one as it is
_FIRST_THAI, _THAI_LETTERS = 0x0E01, 46
_FIRST_IDEOGRAPH, _IDEOGRAPHS = 0x4E00, 20_000
_WIDE_MARKS = str.maketrans(".,?!:;", "。，？！：；")
_ARABIC_MARKS = str.maketrans(",?;", "،؟؛")


@dataclasses.dataclass(frozen=True, slots=True)
class _Lesson:
    """The blocks of one page, described, and how much of each belongs to the article."""

    described: np.ndarray[Any, Any]
    shares: list[float]
    weights: list[float]


def main() -> None:
    """Learn from the half of the pages that is for learning, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    truth = [record for record in load_truth(arguments.data) if is_for_learning(record.get("url") or "")]
    lessons: list[_Lesson] = []
    with narrate(f"describing {len(truth)} pages"):
        for number, record in enumerate(truth):
            html = gzip.decompress((arguments.data / "html" / f"{record['id']}.html.gz").read_bytes())
            lessons += _make_lessons(html, record.get("main_content") or "", number)
    with narrate("learning"):
        document = _learn(lessons)
    document["learned"] = {
        "from": "WCXB dev (CC BY 4.0), the half that bench/extraction_training.py names",
        "pages": len(truth),
        "truth_sha256": hash_files([arguments.data / "truth.jsonl"]),
    }
    rows = (f"{json.dumps(key)}: {_write_value(value)}" for key, value in document.items())
    arguments.out.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


def is_for_learning(address: str) -> bool:
    """Tell whether a page's host belongs to the half that is learned from."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    domain = ".".join(host.split(".")[-2:])
    return hashlib.md5(domain.encode()).digest()[0] < 128


def label_blocks(blocks: list[PageBlock], truth: str) -> list[float]:
    """Return by block which share of it stands in the true text.

    A block of five words or more is compared by its runs of four; a shorter one must stand in the truth
    together with its neighbours' words, because "Share" stands somewhere in every text.
    """
    true = _WORD.findall(truth.lower())
    whole = f" {' '.join(true)} "
    grams = {tuple(true[start : start + _GRAM]) for start in range(len(true) - _GRAM + 1)}
    words = [_WORD.findall(block.text.lower()) for block in blocks]
    shares: list[float] = []
    for place, own in enumerate(words):
        if not own:
            shares.append(shares[-1] if shares else 0.0)
        elif len(own) > _GRAM:
            runs = [tuple(own[start : start + _GRAM]) in grams for start in range(len(own) - _GRAM + 1)]
            shares.append(sum(runs) / len(runs))
        else:
            before = [word for line in words[max(0, place - _CONTEXT) : place] for word in line][-_CONTEXT:]
            after = [word for line in words[place + 1 : place + 1 + _CONTEXT] for word in line][:_CONTEXT]
            runs_there = [
                f" {' '.join(run)} " in whole for run in (before + own, own + after) if len(run) > len(own)
            ]
            shares.append(float(any(runs_there)))
    return shares


def _make_lessons(html: bytes, truth: str, number: int) -> list[_Lesson]:
    """Make a page into lessons: as it is, as if written in another script, and with a short article.

    The pages known are mostly long ones in English. An agency's report of four paragraphs has more text of
    other articles around it than of its own, and must be found all the same.
    """
    try:
        _, tree, head = parse_page(html)
    except UnreadablePage:
        return []
    page, statement = cut_blocks(tree), state_page(head)
    if not page.blocks:
        return []
    shares = label_blocks(page.blocks, truth)
    convert = _SCRIPTS[number % len(_SCRIPTS)]
    other = dataclasses.replace(
        statement, title=convert(statement.title), body="" if number % 2 else convert(statement.body)
    )
    keep = _SHORT_BLOCKS[number % len(_SHORT_BLOCKS)]
    short, short_shares = _shorten(page, shares, keep, is_bare=number % 5 < 2)
    bare = dataclasses.replace(other if number % 2 else statement, body="")
    return [
        _describe_lesson(page, page, statement, shares, 1.0),
        _describe_lesson(page, _rewrite(page, convert), other, shares, 0.5),
        _describe_lesson(
            short, _rewrite(short, convert if number % 2 else str), bare, short_shares, _SHORT_WEIGHT
        ),
    ]


def _describe_lesson(
    page: PageTree, seen: PageTree, statement: PageStatement, shares: list[float], weight: float
) -> _Lesson:
    """Describe a page as seen; page: the same blocks in their own words, which are what counts."""
    counts = [len(_WORD.findall(block.text)) for block in page.blocks]
    total = (
        sum(count * share for count, share in zip(counts, shares, strict=True)) + 60
    )  # evens out tiny pages
    weights = [weight * (count / total + 0.0015) for count in counts]
    return _Lesson(describe_blocks(seen, statement), shares, weights)


def _shorten(
    page: PageTree, shares: list[float], keep: int, *, is_bare: bool
) -> tuple[PageTree, list[float]]:
    """Leave out what an article has beyond its first blocks of running text.

    is_bare: take away the names and most of the kinds of elements too, as on pages of generated style sheets
    and of tables for layout.
    """
    kept, long_ones = [], 0
    for place, block in enumerate(page.blocks):
        is_own = shares[place] > 0.5
        if not is_own or long_ones < keep:
            kept.append(place)
        long_ones += is_own and block.weight >= 80
    nodes = [PageNode(node.parent, node.depth, node.tag, node.marks, node.name) for node in page.nodes]
    if is_bare:
        for node in nodes:
            node.name = hashlib.md5(node.name.encode()).hexdigest()[:6]  # as of generated style sheets
            node.marks &= BIT["list"] | BIT["header"] | BIT["footer"] | BIT["nav"] | BIT["control"]
            node.tag = "td" if node.tag == "div" and keep % 2 else node.tag
            node.tag = node.tag if node.tag not in {"p", "article", "main", "section"} else "div"
    shortened = PageTree(nodes, [page.blocks[place] for place in kept], page.elements, page.depth)
    sum_up(shortened)
    return shortened, [shares[place] for place in kept]


def _learn(lessons: list[_Lesson]) -> dict[str, Any]:
    """Fit the trees to the lessons; returns what page_scores reads."""
    from catboost import CatBoost, Pool  # type: ignore[import-not-found, unused-ignore]

    model = CatBoost(
        {
            "loss_function": "CrossEntropy", "iterations": _TREES, "depth": _LEVELS, "learning_rate": _RATE,
            "l2_leaf_reg": 5, "border_count": 64, "rsm": 0.4, "bootstrap_type": "Bernoulli", "subsample": 0.8,
            "thread_count": 1, "random_seed": 1, "verbose": False, "allow_writing_files": False,
        }
    )  # fmt: skip
    described = np.vstack([lesson.described for lesson in lessons])
    weights = np.concatenate([lesson.weights for lesson in lessons])
    model.fit(
        Pool(
            described, np.concatenate([lesson.shares for lesson in lessons]), weight=weights / weights.mean()
        )
    )
    scratch = Path("extraction-model.json")
    model.save_model(str(scratch), format="json")
    learned = json.loads(scratch.read_text())
    scratch.unlink()
    trees = [tree for tree in learned["oblivious_trees"] if len(tree["splits"]) == _LEVELS]
    scale, (bias,) = learned["scale_and_bias"]
    stumps = [tree for tree in learned["oblivious_trees"] if len(tree["splits"]) != _LEVELS]
    assert scale == 1
    assert not stumps
    return {
        "format": 1,
        "width": int(described.shape[1]),
        "bias": bias,
        "features": [[split["float_feature_index"] for split in tree["splits"]] for tree in trees],
        "borders": [[float(f"{split['border']:.7g}") for split in tree["splits"]] for tree in trees],
        "leaves": [[round(leaf, 4) for leaf in tree["leaf_values"]] for tree in trees],
    }


def _write_value(value: Any) -> str:
    """Write one value as JSON, a tree to a line, so that versions can be compared."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in value) + "\n]"
    return json.dumps(value)


def _rewrite(page: PageTree, convert: Any) -> PageTree:
    """Copy a page with every block's text converted, all weights counted anew."""
    nodes = [PageNode(node.parent, node.depth, node.tag, node.marks, node.name) for node in page.nodes]
    blocks = []
    for block in page.blocks:
        text = convert(block.text) or block.text
        weight = weigh_text(text)
        scale = weight / block.weight
        linked, bold = (min(weight, round(part * scale)) for part in (block.linked, block.bold))
        blocks.append(PageBlock(block.node, text, weight, linked, block.links, bold))
    rewritten = PageTree(nodes, blocks, page.elements, page.depth)
    sum_up(rewritten)
    return rewritten


def _letters(word: str, first: int, count: int, length: int) -> str:
    """Return letters of another script for a word, always the same for the same word."""
    seed = zlib.crc32(word.lower().encode())
    return "".join(chr(first + seed * (place + 3) % count) for place in range(length))


def _as_chinese(text: str) -> str:
    """Write a text without spaces, an ideograph for three letters, with wide punctuation."""
    return "".join(_convert_words(text, _FIRST_IDEOGRAPH, _IDEOGRAPHS, 3)).translate(_WIDE_MARKS)


def _as_thai(text: str) -> str:
    """Write a text without spaces between words and with a space for every mark of punctuation."""
    return " ".join(
        re.sub(r"[^\w\s]+", " ", "".join(_convert_words(text, _FIRST_THAI, _THAI_LETTERS, 1))).split()
    )


def _convert_words(text: str, first: int, count: int, letters_each: int) -> Iterable[str]:
    """Yield the pieces of a text in other letters, without its spaces; figures stay."""
    for piece in re.findall(r"\w+|[^\w\s]+", text):
        if piece.isdigit() or not piece[0].isalnum():
            yield piece
        else:
            yield _letters(piece, first, count, max(1, round(len(piece) / letters_each)))


def _as_arabic(text: str) -> str:
    """Write a text with the punctuation of Arabic."""
    return text.translate(_ARABIC_MARKS)


def _as_shorter(text: str) -> str:
    """Write a text in words of two thirds of their length, as a language of short words has them."""
    return re.sub(r"\w+", lambda match: match.group()[: max(1, round(len(match.group()) * 0.7))], text)


def _as_longer(text: str) -> str:
    """Write a text with a third more letters, as German or Russian need for the same."""
    return re.sub(
        r"\w+", lambda match: match.group() + match.group()[: round(len(match.group()) * 0.3)], text
    )


_SCRIPTS = (_as_chinese, _as_thai, _as_arabic, _as_shorter, _as_longer)

if __name__ == "__main__":
    main()
