"""Units: the tree of offices, ministries, provinces, missions and media that share one desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.people.querysets import UnitQuerySet


class UnitKind(models.TextChoices):
    """What a unit is in the country's service."""

    STEERING = "steering", _("steering office")
    MINISTRY = "ministry", _("ministry")
    DEPARTMENT = "department", _("department")
    PROVINCE = "province", _("province")
    MISSION = "mission", _("mission")
    MEDIA = "media", _("public media")


class Unit(models.Model):
    """One office with its own working papers, its own *us* and its own clock."""

    name = models.CharField(_("name"), max_length=200)
    name_foreign = models.CharField(_("name in English"), max_length=200, blank=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    lineage = models.CharField(
        max_length=255, db_index=True, editable=False, default=""
    )  # "/1/4/9/", itself last
    is_centre = models.BooleanField(
        _("sees all units"), default=False, help_text=_("Members read the working papers of every unit.")
    )
    subject = models.CharField(
        _("us"), max_length=80, help_text=_("What this unit speaks for: the country, or one of its places.")
    )
    country = models.CharField(_("host country"), max_length=2, blank=True)  # ISO 3166-1 alpha-2
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    languages = models.JSONField(
        _("working languages"), default=list, blank=True
    )  # BCP 47, most wanted first
    letterhead = models.JSONField(
        _("letterhead"), default=dict, blank=True
    )  # lines of the administrative form
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["lineage"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, keeping lineage true for this unit and all below it."""
        super().save(*args, **kwargs)
        lineage = f"{self.parent.lineage if self.parent else '/'}{self.pk}/"
        if lineage != self.lineage:
            before = self.lineage
            self.lineage = lineage
            Unit.objects.filter(pk=self.pk).update(lineage=lineage)
            if before:
                for unit in Unit.objects.filter(lineage__startswith=before).exclude(pk=self.pk):
                    Unit.objects.filter(pk=unit.pk).update(lineage=lineage + unit.lineage[len(before) :])

    @property
    def ancestor_ids(self) -> list[int]:
        """Return the identifiers of the units above this one, the root first."""
        return [int(part) for part in self.lineage.split("/") if part][:-1]
