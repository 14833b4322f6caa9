"""One-time links that create an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.people.models.units import Unit
from legation.desk.people.models.users import Role


class Invitation(models.Model):
    """A link that lets one person make one account, once, before it expires."""

    token_hash = models.CharField(
        max_length=64, unique=True
    )  # SHA-256 of the token; the token is never stored
    email = models.EmailField(_("e-mail address"), blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_first = models.BooleanField(default=False)  # the first administrator's
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email or str(self.role)
