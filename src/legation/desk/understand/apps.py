"""Registers room understand with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnderstandConfig(AppConfig):
    """Room understand."""

    name = "legation.desk.understand"
    label = "understand"
    verbose_name = _("Understanding")
