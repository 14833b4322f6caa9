"""Recognise copies: the same text elsewhere, whole, reworked or shortened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from legation.engine.listen.fingerprints import Fingerprint, Hashes
from legation.engine.records.articles import CopyKind
from legation.engine.text.folding import fold_text, fold_tokens


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """How alike two texts must be to count as copies; every number was measured in docs/decisions/0010."""

    min_similarity: float = 0.55  # Jaccard of shingles, from which a text is the same, lightly edited
    min_containment: float = 0.5  # of the shorter text's own words in the longer, quotations left out
    min_opening: float = 0.3  # of its first words: follow-ups share their background, not their news
    min_shared: int = 24  # shingles that a reworked text shares outside quotations: some two sentences
    reprint_similarity: float = 0.8  # from which nothing was reworked; a cut end and a credit line leave it
    excerpt_share: float = 0.75  # of the member's shingles that stand in the origin
    excerpt_length: float = 0.65  # of the origin's length, at most
    min_candidate_keys: int = 2  # that two long texts must have in common to be compared at all


DEFAULT_OPTIONS = CopyOptions()


@dataclass(frozen=True, slots=True)
class CopyMatch:
    """How much two texts share."""

    similarity: float  # Jaccard of shingles, in [0, 1]
    first_share: float  # of the first text's shingles that stand in the second
    second_share: float
    reported_share: float  # of the shorter text's shingles outside quotations that stand in the other
    reported_shared: int  # how many those are
    opening_share: float  # of the shorter text's opening that stands in the other
    is_copy: bool


@dataclass(frozen=True, slots=True)
class CopyText:
    """A text of a group as a reader sees it."""

    title: str
    body: str  # paragraphs with a blank line or a line break between


@dataclass(frozen=True, slots=True)
class CopyChange:
    """What a member of a group made of the origin's text."""

    added: float  # share of the member's words that do not stand in the origin, in [0, 1]
    removed: float  # share of the origin's words that do not stand in the member
    is_headline_changed: bool
    dropped_paragraphs: int
    added_paragraphs: int


def match_texts(
    first: Fingerprint, second: Fingerprint, *, options: CopyOptions = DEFAULT_OPTIONS
) -> CopyMatch:
    """Compare two texts exactly, and decide whether one is a copy of the other.

    Short texts match when they are equal once folded. Others match when they share most of their shingles,
    or when the shorter one shares enough outside its quotations, its opening included: two reports of one
    event quote the same statement, and two of one affair tell the same background, without being copies.
    """
    if first.is_short or second.is_short:
        is_equal = len(first) == len(second) == 1 and bool(first.shingles[0] == second.shingles[0])
        share = float(is_equal)
        return CopyMatch(share, share, share, share, int(share), share, is_equal)
    shared = _count_shared(first.shingles, second.shingles)
    similarity = shared / (len(first) + len(second) - shared)
    smaller, larger = sorted((first, second), key=lambda one: one.reported.size)
    reported = _count_shared(smaller.reported, larger.reported) if shared else 0
    reported_share = reported / max(smaller.reported.size, 1)
    opening = _count_shared(smaller.opening, larger.reported) if reported else 0
    opening_share = opening / max(smaller.opening.size, 1)
    is_reworked = (
        reported >= options.min_shared
        and reported_share >= options.min_containment
        and opening_share >= options.min_opening
    )
    return CopyMatch(
        similarity=similarity,
        first_share=shared / len(first),
        second_share=shared / len(second),
        reported_share=reported_share,
        reported_shared=reported,
        opening_share=opening_share,
        is_copy=similarity >= options.min_similarity or is_reworked,
    )


def choose_candidates(
    keys: Sequence[int],
    holders: Iterable[tuple[int, int]],
    *,
    limit: int,
    options: CopyOptions = DEFAULT_OPTIONS,
) -> list[int]:
    """Choose the texts worth comparing, those with most keys in common first, then in order of identifiers.

    keys: of the text. holders: (identifier, key) of every text that holds one of them.
    """
    shared = Counter(identifier for identifier, _key in holders)
    least = options.min_candidate_keys if len(keys) > 1 else 1
    worth = [identifier for identifier, count in shared.items() if count >= least]
    return sorted(worth, key=lambda identifier: (-shared[identifier], identifier))[:limit]


def name_kind(
    origin: Fingerprint, member: Fingerprint, *, options: CopyOptions = DEFAULT_OPTIONS
) -> tuple[CopyKind, float]:
    """Name what a member of a group is to its origin, with the Jaccard similarity of the two, in [0, 1]."""
    match = match_texts(origin, member, options=options)
    if match.similarity >= options.reprint_similarity:
        return CopyKind.REPRINT, match.similarity
    is_shorter = len(member) <= options.excerpt_length * len(origin)
    if is_shorter and match.second_share >= options.excerpt_share:
        return CopyKind.EXCERPT, match.similarity
    return CopyKind.EDITED, match.similarity


def describe_change(origin: CopyText, member: CopyText) -> CopyChange:
    """Say what a member of a group changed against its origin."""
    old, new = Counter(fold_tokens(origin.body)), Counter(fold_tokens(member.body))
    added, removed = (new - old).total(), (old - new).total()
    return CopyChange(
        added=added / max(new.total(), 1),
        removed=removed / max(old.total(), 1),
        is_headline_changed=fold_text(origin.title) != fold_text(member.title),
        dropped_paragraphs=_count_missing(origin.body, member.body),
        added_paragraphs=_count_missing(member.body, origin.body),
    )


def _count_missing(text: str, other: str) -> int:
    """Count the paragraphs of a text of which less than a third of the words' pairs stand in the other."""
    words = fold_tokens(other)
    known = set(zip(words, words[1:], strict=False))
    missing = 0
    for paragraph in filter(None, (part.strip() for part in text.splitlines())):
        own = fold_tokens(paragraph)
        pairs = list(zip(own, own[1:], strict=False))
        missing += bool(pairs) and sum(pair in known for pair in pairs) * 3 < len(pairs)
    return missing


def _count_shared(first: Hashes, second: Hashes) -> int:
    return int(np.intersect1d(first, second, assume_unique=True).size)
