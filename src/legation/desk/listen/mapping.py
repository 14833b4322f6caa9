"""Turn the room's rows into the engine's records."""

from __future__ import annotations

from legation.desk.listen.models import Article
from legation.engine.records.articles import ArticleText


def to_article_text(article: Article) -> ArticleText:
    """Build the record that the engine reads.

    Reads article.source: select it together with the article where there are many.
    """
    return ArticleText(
        article_id=str(article.pk),
        title=article.title,
        lead=article.lead,
        body=article.body,
        language=article.language,
        published_at=article.sort_at,
        source_key=article.source.key,
        source_country=article.country,
        copy_group=str(article.copy_group_id) if article.copy_group_id else "",
    )
