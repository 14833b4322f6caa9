"""The plain methods that the benchmarks compare with; on purpose without a line of the product."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from legation.engine.records.articles import ArticleText

WORD = re.compile(r"\w+")
JOIN_COSINE = 0.25  # best single setting of this baseline over OG2021, VietnameseMDS and ECB+ (decision 0002)
WINDOW_HOURS = 72.0  # as the product's
Weights = dict[str, float]


def weigh_words(texts: Sequence[str]) -> list[Weights]:
    """Return TF-IDF weights of unit length, the rarity taken over the texts up to each one."""
    seen: Counter[str] = Counter()
    weighed = []
    for number, text in enumerate(texts, start=1):
        counts = Counter(WORD.findall(text.lower()))
        seen.update(counts.keys())
        weights = {word: (1 + math.log(n)) * math.log(1 + number / seen[word]) for word, n in counts.items()}
        norm = math.sqrt(sum(value * value for value in weights.values())) or 1.0
        weighed.append({word: value / norm for word, value in weights.items()})
    return weighed


def multiply(first: Weights, second: Weights) -> float:
    """Return the sum over shared words of the products of their weights."""
    if len(second) < len(first):
        first, second = second, first
    return sum(value * second[word] for word, value in first.items() if word in second)


def group_by_words(articles: Sequence[ArticleText]) -> list[str]:
    """Group online: join the story of the nearest mean within the window, or open one."""
    texts = [" ".join((article.title, article.lead, article.body)) for article in articles]
    sums: list[Weights] = []
    squares: list[float] = []
    last_hours: list[float] = []
    stories: list[str] = []
    postings: dict[str, set[int]] = {}
    for article, weights in zip(articles, weigh_words(texts), strict=True):
        hours = article.published_at.timestamp() / 3600 if article.published_at else 0.0
        near: dict[int, float] = defaultdict(float)
        for word, value in weights.items():
            for story in postings.get(word, ()):
                near[story] += value * sums[story][word]
        open_stories = [story for story in near if hours - last_hours[story] <= WINDOW_HOURS]
        best = max(open_stories, key=lambda story: near[story] / math.sqrt(squares[story]), default=-1)
        if best < 0 or near[best] / math.sqrt(squares[best]) < JOIN_COSINE:
            best = len(sums)
            sums.append({})
            squares.append(0.0)
            last_hours.append(hours)
        for word, value in weights.items():
            before = sums[best].get(word, 0.0)
            sums[best][word] = before + value
            squares[best] += (before + value) ** 2 - before**2
            postings.setdefault(word, set()).add(best)
        last_hours[best] = hours
        stories.append(str(best))
    return stories
