"""Registers the shell with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShellConfig(AppConfig):
    """The shell."""

    name = "legation.desk.shell"
    label = "shell"
    verbose_name = _("Shell")
