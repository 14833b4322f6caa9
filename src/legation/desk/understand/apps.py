"""Registers room understand with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnderstandConfig(AppConfig):
    """Room understand."""

    name = "legation.desk.understand"
    label = "understand"
    verbose_name = _("Understanding")

    def ready(self) -> None:
        """Register the room's jobs and ticks, and the records whose changes are logged."""
        from legation.desk.understand.tasks import stories

        stories.register()
