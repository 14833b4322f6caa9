"""Picks the sentences that tell a story, word for word, from all of its languages."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from legation.engine.records.articles import ArticleText
from legation.engine.records.stories import KeySentence
from legation.engine.text.folding import fold_tokens
from legation.engine.text.sentences import split_sentences
from legation.engine.understand.boilerplates import is_boilerplate

LOOKED_AT_SENTENCES = 12  # of an article's beginning: news tells the essential first, and long texts cost
MIN_TOKENS = 6  # a shorter sentence cannot say who did what; Han bigrams reach this at seven characters
POSITION_LOSS = (
    0.12  # taken off per sentence of distance from the beginning, so that the lead wins over an equal
)
MAX_POSITION_LOSS = 0.6  # a very central sentence far down may still win
TITLE_FACTOR = 0.5  # a title stands in only where an article has no usable sentence
ALIKE_COSINE = 0.5  # sentences of one language above this say the same; a judgement on VietnameseMDS and ECB+
MAX_ARTICLES = 60  # newest last; beyond that more articles don't move the centre but cost time

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One usable sentence with what it is chosen by."""

    sentence: KeySentence
    weights: Weights


def choose_key_sentences(
    articles: Sequence[ArticleText],
    *,
    limit: int = 3,
    per_article_limit: int = 1,
    max_characters: int = 400,
) -> list[KeySentence]:
    """Choose the sentences nearest to what the story's articles have in common, languages in turn.

    articles: of one story, oldest first; of a copy group only the first one is read.
    limit: of all sentences. per_article_limit: of one article. max_characters: a longer sentence is passed
    over, never cut. Returns best first within each turn of the languages, the largest language first; fewer
    than the limit, or none, where the texts hold no usable sentence. Equal input gives equal output.
    Source: centroid score with position, after Radev et al., Centroid-based summarization, 2004.
    """
    by_language: dict[str, list[ArticleText]] = defaultdict(list)
    for article in _fold_copies(articles):
        by_language[article.language].append(article)
    queues = [
        _rank_sentences(own[-MAX_ARTICLES:], max_characters)
        for _language, own in sorted(by_language.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    return _take_in_turn(queues, limit, per_article_limit)


def _fold_copies(articles: Sequence[ArticleText]) -> Iterable[ArticleText]:
    seen: set[str] = set()
    for article in articles:
        if article.copy_group and article.copy_group in seen:
            continue
        seen.add(article.copy_group)
        yield article


def _rank_sentences(articles: Sequence[ArticleText], max_characters: int) -> list[_Candidate]:
    """Return the usable sentences of one language's articles, best first."""
    found = [row for article in articles for row in _list_sentences(article, max_characters)]
    counted = [(article, text, factor, Counter(fold_tokens(text))) for article, text, factor in found]
    spread = Counter(term for *_rest, counts in counted for term in counts)
    weighed = [_weigh(counts, spread, len(counted)) for *_rest, counts in counted]
    centre: Weights = defaultdict(float)
    for (*_rest, factor, _counts), weights in zip(counted, weighed, strict=True):
        for term, value in weights.items():
            if spread[term] > 1 or len(counted) == 1:  # what one sentence says is no common centre
                centre[term] += factor * value
    norm = math.sqrt(sum(value * value for value in centre.values())) or 1.0
    candidates = []
    for (article, text, factor, _counts), weights in zip(counted, weighed, strict=True):
        centrality = sum(value * centre.get(term, 0.0) for term, value in weights.items()) / norm
        sentence = KeySentence(article.article_id, text, article.language, round(factor * centrality, 6))
        candidates.append(_Candidate(sentence, weights))
    return sorted(candidates, key=lambda candidate: -candidate.sentence.score)


def _list_sentences(article: ArticleText, max_characters: int) -> list[tuple[ArticleText, str, float]]:
    """Return an article's usable sentences with a factor that falls with their place."""
    has_lead_apart = bool(article.lead) and not article.body.startswith(article.lead)
    text = f"{article.lead}\n{article.body}" if has_lead_apart else article.body
    rows = []
    for place, sentence in enumerate(split_sentences(text, article.language)[:LOOKED_AT_SENTENCES]):
        is_readable = len(sentence) <= max_characters and len(fold_tokens(sentence)) >= MIN_TOKENS
        if is_readable and not is_boilerplate(sentence):
            rows.append((article, sentence, 1 - min(POSITION_LOSS * place, MAX_POSITION_LOSS)))
    if not rows and article.title and len(article.title) <= max_characters:
        rows.append((article, article.title, TITLE_FACTOR))
    return rows


def _weigh(counts: Counter[str], spread: Counter[str], total: int) -> Weights:
    """Weigh words so that those of every sentence (articles, particles) count little, by unit length."""
    weights = {term: count * math.log(1 + total / spread[term]) for term, count in counts.items()}
    norm = math.sqrt(sum(value * value for value in weights.values())) or 1.0
    return {term: value / norm for term, value in weights.items()}


def _take_in_turn(queues: list[list[_Candidate]], limit: int, per_article_limit: int) -> list[KeySentence]:
    taken: list[_Candidate] = []
    per_article: Counter[str] = Counter()
    while len(taken) < limit and any(queues):
        for queue in queues:
            while queue and len(taken) < limit:
                candidate = queue.pop(0)
                article_id = candidate.sentence.article_id
                if per_article[article_id] < per_article_limit and not _is_said(candidate, taken):
                    taken.append(candidate)
                    per_article[article_id] += 1
                    break
    return [candidate.sentence for candidate in taken]


def _is_said(candidate: _Candidate, taken: Sequence[_Candidate]) -> bool:
    for other in taken:
        if other.sentence.language == candidate.sentence.language:
            shared = sum(value * other.weights.get(term, 0.0) for term, value in candidate.weights.items())
            if shared > ALIKE_COSINE:
                return True
    return False
