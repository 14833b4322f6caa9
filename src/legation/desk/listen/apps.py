"""Registers room listen with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListenConfig(AppConfig):
    """Room listen."""

    name = "legation.desk.listen"
    label = "listen"
    verbose_name = _("Listening")
