"""Queries that read as English, for room listen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q


class SourceQuerySet(models.QuerySet[Any]):
    """Sources."""

    def listening(self) -> SourceQuerySet:
        """Keep sources that are switched on."""
        return self.filter(is_enabled=True)

    def due(self, at: datetime) -> SourceQuerySet:
        """Keep sources whose next fetch has come and that nobody is fetching."""
        return (
            self.listening()
            .filter(Q(next_fetch_at__isnull=True) | Q(next_fetch_at__lte=at))
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=at))
        )

    def alive(self, since: datetime) -> SourceQuerySet:
        """Keep sources that answered well since a moment."""
        return self.listening().filter(last_success_at__gte=since)
