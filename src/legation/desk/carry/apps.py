"""Registers room carry with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CarryConfig(AppConfig):
    """Room carry."""

    name = "legation.desk.carry"
    label = "carry"
    verbose_name = _("Jobs and deliveries")

    def ready(self) -> None:
        """Register what the queue carries."""
        from legation.desk.carry import tasks  # noqa: F401
