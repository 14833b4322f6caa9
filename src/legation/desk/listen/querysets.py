"""Queries that read as English, for room listen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

# A source that publishes daily and says nothing for three days has changed its feed, or is being held back;
# a long week-end alone does not reach it.
SILENT_AFTER = timedelta(days=3)
_DAILY = 1.0  # articles a day from which silence means something


class SourceQuerySet(models.QuerySet[Any]):
    """Sources."""

    def listening(self) -> SourceQuerySet:
        """Keep sources that are switched on."""
        return self.filter(is_enabled=True)

    def with_feeds(self) -> SourceQuerySet:
        """Keep sources that can be fetched; the others hold imported or typed articles."""
        return self.exclude(feeds=[], list_pages=[])

    def with_icons(self) -> SourceQuerySet:
        """Note of each source in `has_icon` whether it has one, without reading it."""
        return self.annotate(has_icon=models.Case(models.When(icon=b"", then=False), default=True))

    def free(self, at: datetime, *, owner: str = "") -> SourceQuerySet:
        """Keep sources that nobody is visiting, or whose visitor is owner."""
        is_free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
        return self.filter(is_free | Q(lease_owner=owner) if owner else is_free)

    def due(self, at: datetime) -> SourceQuerySet:
        """Keep listening sources whose next fetch has come."""
        return self.listening().filter(Q(next_fetch_at__isnull=True) | Q(next_fetch_at__lte=at))

    def alive(self, since: datetime) -> SourceQuerySet:
        """Keep sources that answered well since a moment."""
        return self.listening().with_feeds().filter(last_success_at__gte=since)

    def troubled(self) -> SourceQuerySet:
        """Keep listening sources whose last visit went wrong, in whole or in part."""
        return self.listening().with_feeds().exclude(last_problem="")

    def silent(self, at: datetime) -> SourceQuerySet:
        """Keep sources with an alarm of silence, and those that are said to publish daily and do not."""
        before = at - SILENT_AFTER
        is_quiet = Q(last_article_at__lt=before) | Q(last_article_at__isnull=True, created_at__lt=before)
        # Whose habit is not learned yet is judged by what was stated of it.
        is_said = is_quiet & Q(expected_per_day__gte=_DAILY)
        told = self._silences().values("source")
        return self.listening().with_feeds().filter(Q(pk__in=told) | is_said, last_problem="")

    def with_silence(self) -> SourceQuerySet:
        """Add is_silent: whether an alarm of silence stands."""
        return self.annotate(is_silent=models.Exists(self._silences().filter(source=models.OuterRef("pk"))))

    def _silences(self) -> models.QuerySet[Any]:
        alarms = self.model._meta.get_field("alarms").related_model._default_manager
        rows: models.QuerySet[Any] = alarms.filter(kind="silence", cleared_at__isnull=True, is_pending=False)
        return rows

    def well(self, at: datetime) -> SourceQuerySet:
        """Keep listening sources that are neither troubled nor silent."""
        return (
            self.listening().with_feeds().filter(last_problem="").exclude(pk__in=self.silent(at).values("pk"))
        )

    def off(self) -> SourceQuerySet:
        """Keep sources that are switched off or have nothing that could be fetched."""
        return self.filter(Q(is_enabled=False) | Q(feeds=[], list_pages=[]))

    def incomplete(self) -> SourceQuerySet:
        """Keep sources that can be fetched and whose country or language nobody has stated yet."""
        is_lacking = Q(languages=[]) | Q(country="") & ~Q(kind="international_organisation")
        return self.with_feeds().filter(is_lacking)


class ArticleQuerySet(models.QuerySet[Any]):
    """Articles."""

    def between(self, since: datetime, until: datetime) -> ArticleQuerySet:
        """Keep articles of a period, by the moment that lists are sorted by."""
        return self.filter(sort_at__gte=since, sort_at__lt=until)

    def count_both_ways(self) -> tuple[int, int]:
        """Count the articles, and the articles with all copies of one text as one, in one query."""
        counted = self.aggregate(
            articles=models.Count("pk"),
            copies=models.Count("copy_group"),
            groups=models.Count("copy_group", distinct=True),
        )
        return int(counted["articles"]), int(counted["articles"] - counted["copies"] + counted["groups"])


class CaptureQuerySet(models.QuerySet[Any]):
    """Evidence copies."""

    def standing(self) -> CaptureQuerySet:
        """Keep copies whose file is there."""
        return self.filter(removed_at__isnull=True)

    def cited(self) -> CaptureQuerySet:
        """Keep copies that a paper of ours cites."""
        return self.exclude(reasons=[])

    def removable(self, at: datetime) -> CaptureQuerySet:
        """Keep standing copies whose time is over, that nothing cites and nobody holds."""
        return self.standing().filter(keep_until__lte=at, is_held=False, reasons=[])
