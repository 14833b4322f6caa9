"""Decide what an article is about: the countries, places and institutions that its own sentences name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from legation.engine.records.articles import ArticleText
from legation.engine.records.stories import Mention
from legation.engine.text.sentences import split_sentences
from legation.engine.understand.lexicons import Lexicon, NameMatch, find_names

# What one mention is worth by where it stands. An article named after the country is about it (1); a passing
# mention deep in the text is a quarter of that, so that four of them weigh as much as one in the lead. Set by
# judgement on the demo world, where every article about the country must reach 0.5 and no other may.
_FIELD_WEIGHTS = {"title": 1.0, "lead": 0.6, "body": 0.25}
_MAX_BODY_SENTENCES = (
    6  # more sentences of the body add nothing: a long article is not more about the country
)
# A homonym beside its country's own name is nearly always the right place.
_CONFIRMED_PLACE_WEIGHT = 0.7
_SURE_WEIGHT = 0.5  # names lighter than this count only beside a surer name of the same country


def find_mentions(article: ArticleText, lexicon: Lexicon) -> list[Mention]:
    """Find where an article names a subject of the lexicon, in reading order.

    One mention per subject and sentence, the surest one. A sentence that the body repeats from the title or
    the lead counts once. An ambiguous name (weight below 0.5) counts only if the article names its country
    surely elsewhere, or is published in that country.
    """
    found = list(_find_in_fields(article, lexicon))
    named = {_find_root(match.name.subject) for _, _, match in found if match.name.weight >= _SURE_WEIGHT}
    sure = named | {article.source_country.lower()}
    mentions: dict[tuple[str, str, str], Mention] = {}
    for field, sentence, match in found:
        name = match.name
        if name.weight < _SURE_WEIGHT and _find_root(name.subject) not in sure:
            continue
        mention = Mention(
            subject=name.subject,
            name=sentence[match.start : match.end],
            kind=name.kind,
            sentence=sentence,
            field=field,
            weight=round(_FIELD_WEIGHTS[field] * _weigh_name(match, named), 4),
        )
        key = (name.subject, field, sentence)
        if key not in mentions or mentions[key].weight < mention.weight:
            mentions[key] = mention
    return list(mentions.values())


def subject_weights(mentions: Iterable[Mention]) -> dict[str, float]:
    """Weigh how much an article is about each subject: 1 where the title names the country.

    A place or institution also counts for everything above it: "aa/port" for "aa". Each sentence counts
    once per subject by its strongest mention; sentences add up like independent evidence, 1 - (1 - a)(1 -
    b)…. Returns weights in (0, 1] by subject.
    """
    strongest: dict[str, dict[tuple[str, str], float]] = {}
    for mention in mentions:
        for subject in _list_lineage(mention.subject):
            sentences = strongest.setdefault(subject, {})
            key = (mention.field, mention.sentence)
            sentences[key] = max(sentences.get(key, 0.0), mention.weight)
    return {subject: _combine(sentences) for subject, sentences in strongest.items()}


def _find_in_fields(article: ArticleText, lexicon: Lexicon) -> Iterator[tuple[str, str, NameMatch]]:
    """Yield field, sentence and match for every name, reading each distinct sentence once."""
    seen: set[str] = set()
    for field, text in (("title", article.title), ("lead", article.lead), ("body", article.body)):
        sentences = [text] if field == "title" and text.strip() else split_sentences(text, article.language)
        for sentence in sentences:
            if sentence in seen:
                continue
            seen.add(sentence)
            for match in find_names(sentence, article.language, lexicon):
                yield field, sentence, match


def _weigh_name(match: NameMatch, named: set[str]) -> float:
    """Return a name's weight; a place of an ambiguous name gains where the article names its country."""
    name = match.name
    if name.kind == "place" and name.weight < _SURE_WEIGHT and _find_root(name.subject) in named:
        return _CONFIRMED_PLACE_WEIGHT
    return min(name.weight, 1.0)


def _find_root(subject: str) -> str:
    return subject.partition("/")[0]


def _list_lineage(subject: str) -> list[str]:
    """Return the subject and everything above it."""
    parts = subject.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _combine(sentences: dict[tuple[str, str], float]) -> float:
    remaining = 1.0
    body = sorted((weight for (field, _), weight in sentences.items() if field == "body"), reverse=True)
    others = [weight for (field, _), weight in sentences.items() if field != "body"]
    for weight in others + body[:_MAX_BODY_SENTENCES]:
        remaining *= 1.0 - weight
    return round(1.0 - remaining, 4)
