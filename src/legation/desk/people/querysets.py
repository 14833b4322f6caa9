"""Queries that read as English, for room people."""

from __future__ import annotations

from typing import Any

from django.db import models


class UnitQuerySet(models.QuerySet[Any]):
    """Units."""

    def below(self, unit: Any) -> UnitQuerySet:
        """Keep the unit itself and all units under it."""
        return self.filter(lineage__startswith=unit.lineage)
