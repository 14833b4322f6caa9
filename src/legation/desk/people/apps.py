"""Registers room people with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Room people."""

    name = "legation.desk.people"
    label = "people"
    verbose_name = _("People")
