"""Read new articles: what they name, what they mean, and which story they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from legation.desk.listen.mapping import to_article_text
from legation.desk.listen.models import Article, ArticleVersion
from legation.desk.listen.services.captures import renew_citations
from legation.desk.listen.services.revisits import watch_articles
from legation.desk.understand.mapping import bytes_to_vector, vector_to_bytes
from legation.desk.understand.models import ArticleVector, Story, StoryMember
from legation.desk.understand.services.mentions import replace_mentions
from legation.desk.understand.services.readers import Reader, installed_lexicon
from legation.desk.understand.services.story_counts import recount_stories
from legation.engine.flow import embed_articles
from legation.engine.ports import Clock, Vectors
from legation.engine.records.stories import StoryAssignment
from legation.engine.understand.relevance import find_mentions

BATCH = 64  # articles per transaction: about two seconds of embedding, and a lock of under half a second


def count_waiting() -> int:
    """Count the articles that nobody has read yet."""
    return Article.objects.filter(is_handed_on=False).count()


def has_waiting() -> bool:
    """Tell whether an article waits, by the index alone."""
    return Article.objects.filter(is_handed_on=False).exists()


def read_new_articles(*, reader: Reader, clock: Clock = timezone.now, batch: int = BATCH) -> int:
    """Read the next articles in the order they were kept and put them into stories, in one transaction.

    Returns how many were read, 0 where none waits. Reading, embedding and looking for names come before the
    transaction, so that the lock is short. A killed process leaves nothing half done: an article is marked as
    handed on together with its place in a story.
    """
    with reader.lock:
        articles = list(
            Article.objects.filter(is_handed_on=False).select_related("source").order_by("id")[:batch]
        )
        if not articles:
            return 0
        try:
            return _read_batch(articles, reader, clock())
        except BaseException:
            reader.drop()  # the index may know what the tables refused
            raise


def _read_batch(articles: Sequence[Article], reader: Reader, now: datetime) -> int:
    texts = [to_article_text(article) for article in articles]
    lexicon = installed_lexicon()
    mentions = {
        article.pk: find_mentions(text, lexicon) for article, text in zip(articles, texts, strict=True)
    }
    vectors = embed_articles(texts, reader.embedder, _known_vectors(articles, reader))
    index = reader.open([article.sort_at for article in articles])
    with transaction.atomic():
        replace_mentions(mentions=mentions)
        _store_vectors(articles, vectors, reader.embedder.model)
        standing = dict(
            StoryMember.objects.filter(article__in=articles).values_list("article_id", "story_id")
        )
        # A changed article stays where it stands; the others go in order of time.
        places = sorted(
            (place for place, article in enumerate(articles) if article.pk not in standing),
            key=lambda place: (articles[place].sort_at, articles[place].pk),
        )
        assignments = index.assign(
            [texts[place] for place in places], vectors[places], new_id=lambda: str(_open_story(now))
        )
        _store_members(assignments, reader.embedder.model, now)
        touched = {*standing.values(), *(int(one.story_id) for one in assignments)}
        recount_stories(story_ids=touched, at=now)
        renew_citations(articles=articles, at=now)
        # What names a subject stands in somebody's stories: its pages are read again in their first days.
        watch_articles(articles=[pk for pk, found in mentions.items() if found], at=now)
        _hand_on(articles)
    reader.note_assigned(max(article.pk for article in articles))
    return len(articles)


def _known_vectors(articles: Sequence[Article], reader: Reader) -> dict[str, Vectors]:
    """Return the stored vectors of unchanged texts; a changed article is embedded again."""
    wanted = [article.pk for article in articles]
    changed = set(ArticleVersion.objects.filter(article__in=wanted).values_list("article_id", flat=True))
    unread = [key for key in wanted if key not in changed]
    rows = ArticleVector.objects.filter(article_id__in=unread, model=reader.embedder.model)
    return {str(row.article_id): bytes_to_vector(row.values) for row in rows}


def _store_vectors(articles: Sequence[Article], vectors: Vectors, model: str) -> None:
    ArticleVector.objects.bulk_create(
        (
            ArticleVector(article=article, model=model, values=vector_to_bytes(vector))
            for article, vector in zip(articles, vectors, strict=True)
        ),
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["model", "values"],
    )


def _open_story(now: datetime) -> int:
    """Make an empty story; its counts follow in the same transaction."""
    return int(Story.objects.create(title="", first_at=now, last_at=now, changed_at=now).pk)


def _store_members(assignments: Sequence[StoryAssignment], model: str, now: datetime) -> None:
    """Store new places; an article that stands somewhere already stays there, wherever a person put it."""
    StoryMember.objects.bulk_create(
        (
            StoryMember(
                article_id=int(one.article_id),
                story_id=int(one.story_id),
                similarity=one.similarity,
                reason=one.reason[:300],
                model=model,
                added_at=now,
            )
            for one in assignments
        ),
        ignore_conflicts=True,
    )


def _hand_on(articles: Sequence[Article]) -> None:
    """Mark as read what was read: an article that a fetch changed meanwhile waits for another reading."""
    read = {(article.pk, article.text_sha256) for article in articles}
    standing = Article.objects.filter(pk__in=[pk for pk, _ in read]).values_list("pk", "text_sha256")
    Article.objects.filter(pk__in=[pk for pk, text in standing if (pk, text) in read]).update(
        is_handed_on=True
    )
