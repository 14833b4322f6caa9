"""What the wizard learned about this installation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Installation(models.Model):
    """The one row that says which country this desk serves."""

    country = models.CharField(
        _("country"), max_length=2
    )  # ISO 3166-1 alpha-2, lower case: a folder of countries/
    language = models.CharField(_("first language"), max_length=10)
    is_demo = models.BooleanField(default=False)
    set_up_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)  # when the wizard's last step was done

    class Meta:
        verbose_name = _("installation")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="only_one_installation")]

    def __str__(self) -> str:
        return self.country
