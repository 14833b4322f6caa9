"""What stories show on other rooms' pages: the home page's risen stories, an article's place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from legation.desk.listen.models import Article
from legation.desk.understand.models import ArticleMention, StoryMember
from legation.desk.understand.services.looks import note_look
from legation.desk.understand.services.stories import risen_since

RISEN_SHOWN = 8  # what a person reads in a minute
FIRST_LOOK = timedelta(days=3)  # whoever comes for the first time sees a long weekend


def render_risen_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show what rose since the person last looked, with the reason of each place."""
    unit = getattr(request, "unit", None)
    if unit is None:
        return ""
    now = timezone.now()
    since = note_look(user=request.user, at=now) or now - FIRST_LOOK
    since = max(since, now - timedelta(days=7))
    risen = risen_since(unit=unit, since=since, now=now, limit=RISEN_SHOWN)
    return render_to_string(
        "understand/panels/risen.html", {"risen": risen, "since": since, "unit": unit}, request
    )


def render_article_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show the story that an article stands in, and the sentences in which it names us."""
    article: Article | None = context.get("article")
    if article is None:
        return ""
    member = StoryMember.objects.select_related("story").filter(article=article).first()
    mentions = ArticleMention.objects.filter(article=article).order_by("-weight")[:5]
    return render_to_string(
        "understand/panels/article.html", {"member": member, "mentions": mentions}, request
    )
