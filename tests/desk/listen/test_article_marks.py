"""An article's page says what bars its text, and shows a live blog as its posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.desk.listen.conftest import make_read

from legation.desk.listen.models import Article, Source
from legation.desk.listen.services.articles import keep_article
from legation.engine.records.articles import LivePost, PageAccess

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
POSTS = (
    LivePost(
        datetime(2026, 11, 20, 11, 5, tzinfo=UTC), "Talks end", "The ministers shook hands.\n\nThey left."
    ),
    LivePost(datetime(2026, 11, 20, 9, 5, tzinfo=UTC), "", "وصل الوزيران إلى الميناء."),
    LivePost(None, "Before", "Doors are closed."),
)


def keep(source: Source, **fields: Any) -> Article:
    """Keep one article whose page has these fields."""
    read = make_read("walled")
    assert read.page is not None
    changed = replace(read, page=replace(read.page, **fields))
    return keep_article(source=source, read=changed, at=timezone.now()).article


@pytest.mark.parametrize(
    ("access", "mark", "notice"),
    [
        (PageAccess.PAYWALL, "behind a paywall", "Behind a paywall."),
        (PageAccess.LOGIN, "behind a login", "Behind a login."),
        (PageAccess.CONSENT, "behind a consent check", "Behind a consent check."),
    ],
)
def test_what_bars_the_text_is_said_on_the_page_and_in_the_list(
    signed_in: Any, make_source: MakeSource, access: PageAccess, mark: str, notice: str
) -> None:
    article = keep(make_source(), access=access, is_teaser=True)
    page = signed_in("reader").get(reverse("listen:article", args=[article.pk])).content.decode()
    listed = signed_in("reader").get(reverse("listen:articles")).content.decode()
    assert notice in page
    assert mark in listed


def test_a_free_article_has_no_such_mark(signed_in: Any, make_source: MakeSource) -> None:
    article = keep(make_source())
    page = signed_in("reader").get(reverse("listen:article", args=[article.pk])).content.decode()
    listed = signed_in("reader").get(reverse("listen:articles")).content.decode()
    assert "listen-access" not in page
    assert "behind a" not in listed


def test_a_live_blog_is_shown_as_its_posts_after_what_opens_it(
    signed_in: Any, make_source: MakeSource
) -> None:
    body = (
        "Talks go on.\n\nTalks end\n\nThe ministers shook hands.\n\nThey left.\n\nوصل الوزيران إلى الميناء."
    )
    article = keep(make_source(), body=f"{body}\n\nBefore\n\nDoors are closed.", posts=POSTS)
    page = signed_in("reader").get(reverse("listen:article", args=[article.pk])).content.decode()
    assert "3 posts, the newest first" in page
    assert page.count("The ministers shook hands.") == 1
    assert page.index("Talks go on.") < page.index("Talks end") < page.index("وصل الوزيران")
    assert 'datetime="2026-11-20T' in page


def test_the_posts_of_an_article_are_kept_with_their_times(make_source: MakeSource) -> None:
    article = Article.objects.get(pk=keep(make_source(), posts=POSTS).pk)
    assert [post["at"] for post in article.posts] == [
        "2026-11-20T11:05:00+00:00",
        "2026-11-20T09:05:00+00:00",
        "",
    ]
