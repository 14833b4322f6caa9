"""The list of articles, and one article with its versions, copies and evidence."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView

from legation.desk.listen.forms import ArticleFilterForm
from legation.desk.listen.models import Article, Source
from legation.desk.listen.services.listings import (
    choose_lead,
    count_search_days,
    narrow_articles,
)
from legation.desk.listen.services.posts import cut_opening, list_posts
from legation.desk.listen.services.versions import list_versions
from legation.desk.listen.views.captures import describe_evidence
from legation.desk.listen.views.choices import heard_countries, heard_languages
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key

PAGE_SIZE = 40
_SHOWN_COPIES = 8  # of one text; the page of its copies has them all
_SHOWN_VERSIONS = 5


class ArticleListView(AbilityRequired, TemplateView):
    """Lists the articles, newest first, by the key of the page's edge."""

    ability = Ability.READ
    template_name = "listen/articles.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form, the page and the source that the list is narrowed to."""
        asked = self.request.GET
        languages = heard_languages(self.request, chosen=asked.get("language", "")[:10])
        form = ArticleFilterForm(asked, languages=languages, countries=heard_countries())
        filters = form.cleaned_data if form.is_valid() else {}
        now = timezone.now()
        articles = narrow_articles(filters=filters, at=now)
        page = page_by_key(articles, cursor=asked.get("from", ""), size=PAGE_SIZE, order=("-sort_at", "-pk"))
        source = Source.objects.filter(key=filters["source"]).first() if filters.get("source") else None
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "page": page,
            "source": source,
            "search_days": count_search_days(filters=filters, at=now) if filters.get("q") else 0,
            "may_curate": has_ability(self.request.user, Ability.CURATE),
        }


class ArticleView(AbilityRequired, TemplateView):
    """Shows one article as it was published, and what is known about it."""

    ability = Ability.READ
    template_name = "listen/article.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the article, its paragraphs, versions, copies and captures."""
        rows = Article.objects.select_related("source", "copy_group", "unit", "added_by")
        article = get_object_or_404(rows, pk=self.kwargs["pk"])
        copies: list[Article] = []
        if article.copy_group_id:
            others = Article.objects.filter(copy_group=article.copy_group_id).select_related("source")
            copies = list(
                others.defer("body", "lead", "posts").order_by("-is_origin", "sort_at", "pk")[:_SHOWN_COPIES]
            )
        posts = list_posts(article=article)
        return {
            **super().get_context_data(**kwargs),
            "article": article,
            "lead": choose_lead(article),
            "paragraphs": cut_opening(article=article, posts=posts),
            "posts": posts,
            "versions": list_versions(article=article)[:_SHOWN_VERSIONS],
            "copies": copies,
            **describe_evidence(self.request, article),
        }
