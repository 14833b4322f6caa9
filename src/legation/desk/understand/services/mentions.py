"""Store where an article names a subject, with the sentence that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from legation.desk.understand.models import ArticleMention
from legation.engine.records.stories import Mention
from legation.engine.understand.relevance import subject_weights


def replace_mentions(*, mentions: Mapping[int, Sequence[Mention]]) -> None:
    """Store the mentions of articles in place of what stood there: one row per article and subject.

    mentions: by article. The row of a country or province that is named only through a place below it shows
    the strongest sentence about that place.
    """
    ArticleMention.objects.filter(article_id__in=list(mentions)).delete()
    ArticleMention.objects.bulk_create(
        row for article_id, found in mentions.items() for row in _strongest_rows(article_id, found)
    )


def _strongest_rows(article_id: int, found: Sequence[Mention]) -> list[ArticleMention]:
    rows = []
    for subject, weight in subject_weights(found).items():
        below = [one for one in found if one.subject == subject or one.subject.startswith(f"{subject}/")]
        best = max(below, key=lambda one: (one.weight, one.subject == subject))
        rows.append(
            ArticleMention(
                article_id=article_id,
                subject=subject,
                name=best.name[:200],
                kind=best.kind,
                field=best.field,
                sentence=best.sentence,
                weight=weight,
            )
        )
    return rows
