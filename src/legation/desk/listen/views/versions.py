"""The versions of one article, and the copies of its text in other outlets."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from legation.desk.listen.models import Article
from legation.desk.listen.services.groups import find_origin, list_members, member_of
from legation.desk.listen.services.versions import (
    compare_readings,
    list_versions,
    read_version,
    to_version_text,
)
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired


class VersionsView(AbilityRequired, TemplateView):
    """Shows an article's versions, and what changed between two of them."""

    ability = Ability.READ
    template_name = "listen/versions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Compare the versions that the address names; the last two by default."""
        article = get_object_or_404(Article.objects.select_related("source"), pk=self.kwargs["pk"])
        first = self._read_number("first", max(article.version - 1, 1))
        second = self._read_number("second", article.version)
        texts = [read_version(article=article, number=number) for number in (first, second)]
        comparison = None
        if texts[0] and texts[1] and first != second:
            comparison = compare_readings(first=texts[0], second=texts[1])
        versions = list_versions(article=article)
        return super().get_context_data(
            article=article, versions=versions, first=first, second=second, comparison=comparison, **kwargs
        )

    def _read_number(self, name: str, default: int) -> int:
        wanted = self.request.GET.get(name, "")
        return int(wanted) if wanted.isdecimal() and len(wanted) < 9 else default


class CopiesView(AbilityRequired, TemplateView):
    """Shows the copies of an article's text in order of appearance, and what each changed."""

    ability = Ability.READ
    template_name = "listen/copies.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read one page of the group; compare the origin with the member that the address names."""
        article = get_object_or_404(Article.objects.select_related("copy_group"), pk=self.kwargs["pk"])
        origin = find_origin(article=article)
        page = list_members(article=article, cursor=self.request.GET.get("from", ""))
        wanted = self.request.GET.get("with", "")
        member = member_of(article=article, key=wanted)
        comparison = None
        if member is not None:
            comparison = compare_readings(first=to_version_text(origin), second=to_version_text(member))
        return super().get_context_data(
            article=article,
            origin=origin,
            page=page,
            rows=page.items,
            size=article.copy_group.size if article.copy_group else 1,
            compared=member,
            comparison=comparison,
            **kwargs,
        )
