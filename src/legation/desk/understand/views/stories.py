"""The list of stories and the page of one."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import TemplateView

from legation.desk.listen.models import Article, Source
from legation.desk.people.models import Unit
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key
from legation.desk.understand.forms.stories import StoryFilterForm
from legation.desk.understand.models import ArticleMention, Story, StorySubject
from legation.desk.understand.services.stories import MAX_CANDIDATES, stories_for
from legation.desk.understand.views.growth_charts import draw_growth

PAGE_SIZE = 25
MEMBERS_SHOWN = 100  # newest articles on a story's page; the others follow page by page


class StoryListView(AbilityRequired, TemplateView):
    """Stories, important or newest first, with filters in the address."""

    ability = Ability.READ
    template_name = "understand/stories.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read one page of stories."""
        unit: Unit = self.request.unit
        given = {"about": "us", "hours": "72", "order": "rank"} | self.request.GET.dict()
        form = StoryFilterForm(given, languages=_heard_languages(), countries=_heard_countries())
        chosen = form.cleaned_data if form.is_valid() else {"about": "us", "hours": "72", "order": "rank"}
        is_ranked = chosen["order"] != "new" and chosen["about"] != "all" and bool(chosen["hours"])
        page = self._rank(unit, chosen) if is_ranked else self._newest(unit, chosen)
        return super().get_context_data(
            form=form, page=page, unit=unit, is_ranked=is_ranked, candidates=MAX_CANDIDATES, **kwargs
        )

    def _rank(self, unit: Unit, chosen: dict[str, Any]) -> Any:
        now = timezone.now()
        since = now - timedelta(hours=int(chosen["hours"]))
        placed = stories_for(unit=unit, since=since, until=now, limit=MAX_CANDIDATES)
        kept = [one for one in placed if _is_wanted(one.story, chosen)]
        page: Any = Paginator(kept, PAGE_SIZE).get_page(self.request.GET.get("page"))
        page.object_list = [{"story": one.story, "why": one.why} for one in page.object_list]
        return page

    def _newest(self, unit: Unit, chosen: dict[str, Any]) -> Any:
        cursor = self.request.GET.get("from", "")
        since = timezone.now() - timedelta(hours=int(chosen["hours"])) if chosen.get("hours") else None
        wanted = {
            "article_count__gt": 0,
            "last_at__gte": since,
            "title__icontains": chosen.get("q"),
            "languages__has_key": chosen.get("language"),
            "countries__has_key": chosen.get("country"),
            "source_count__gte": chosen.get("sources"),
        }
        filters = {name: value for name, value in wanted.items() if value not in (None, "")}
        if chosen.get("about") == "all":
            stories = Story.objects.standing().defer("key_sentences").filter(**filters)
            page = page_by_key(stories, cursor=cursor, size=PAGE_SIZE, order=("-last_at", "-id"))
            page.items[:] = [{"story": story, "why": ""} for story in page.items]
            return page
        # Along the index of the subject, by the last article that names it.
        rows = StorySubject.objects.filter(subject=unit.subject, story__merged_into__isnull=True)
        if since:
            rows = rows.filter(last_at__gte=filters.pop("last_at__gte"))
        rows = rows.filter(**{f"story__{name}": value for name, value in filters.items()})
        rows = rows.select_related("story").defer("story__key_sentences")
        page = page_by_key(rows, cursor=cursor, size=PAGE_SIZE, order=("-last_at", "-story_id"))
        page.items[:] = [{"story": row.story, "why": ""} for row in page.items]
        return page


class StoryView(AbilityRequired, TemplateView):
    """One story: who tells it, in which languages, how it grew, and the hand's tools."""

    ability = Ability.READ
    template_name = "understand/story.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the story, or lead to the one that it was merged into."""
        self.story = get_object_or_404(Story.objects.select_related("merged_into"), pk=kwargs["pk"])
        if self.story.merged_into_id:
            return redirect("understand:story", pk=self.story.merged_into_id)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the story's articles, the sentences that name us, and its edits."""
        story, unit = self.story, self.request.unit
        articles = Article.objects.filter(membership__story=story).select_related("source", "membership")
        page = page_by_key(
            articles.defer("body", "lead"),
            cursor=self.request.GET.get("from", ""),
            size=MEMBERS_SHOWN,
            order=("-sort_at", "-id"),
        )
        return super().get_context_data(
            story=story,
            page=page,
            groups=_group_by_language(page.items),
            mentions=_mentions_of(story, unit),
            sentences=_cite(story),
            growth=draw_growth(story, timezone.now()),
            edits=story.edits.select_related("by", "other")[:10],
            can_edit=has_ability(self.request.user, Ability.CURATE),
            **kwargs,
        )


def _heard_languages() -> list[str]:
    lists = Source.objects.values_list("languages", flat=True).distinct()
    return sorted({language for languages in lists for language in languages})


def _heard_countries() -> list[str]:
    return list(
        Source.objects.exclude(country="").order_by("country").values_list("country", flat=True).distinct()
    )


def _is_wanted(story: Story, chosen: dict[str, Any]) -> bool:
    words = (chosen.get("q") or "").casefold()
    return (
        (not words or words in str(story).casefold())
        and (not chosen.get("language") or chosen["language"] in story.languages)
        and (not chosen.get("country") or chosen["country"] in story.countries)
        and story.source_count >= (chosen.get("sources") or 0)
    )


def _group_by_language(articles: list[Article]) -> list[tuple[str, list[Article]]]:
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        groups[article.language].append(article)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _mentions_of(story: Story, unit: Unit) -> list[ArticleMention]:
    mentions = ArticleMention.objects.filter(article__membership__story=story, subject=unit.subject)
    return list(mentions.select_related("article__source").order_by("-weight", "article_id")[:5])


def _cite(story: Story) -> list[dict[str, Any]]:
    articles = Article.objects.select_related("source").in_bulk(
        [int(sentence["article"]) for sentence in story.key_sentences]
    )
    return [
        {**sentence, "article": articles[int(sentence["article"])]}
        for sentence in story.key_sentences
        if int(sentence["article"]) in articles
    ]
