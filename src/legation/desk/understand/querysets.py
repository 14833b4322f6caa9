"""Queries that read as English, for room understand."""

from __future__ import annotations

from typing import Any

from django.db import models


class StoryQuerySet(models.QuerySet[Any]):
    """Stories."""

    def standing(self) -> StoryQuerySet:
        """Keep stories that were not merged into another."""
        return self.filter(merged_into__isnull=True)

    def about(self, subject: str) -> StoryQuerySet:
        """Keep stories that name a subject."""
        return self.filter(subjects__subject=subject)


class BriefQuerySet(models.QuerySet[Any]):
    """Briefs."""
