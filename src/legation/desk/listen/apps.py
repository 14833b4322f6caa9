"""Registers room listen with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListenConfig(AppConfig):
    """Room listen."""

    name = "legation.desk.listen"
    label = "listen"
    verbose_name = _("Listening")

    def ready(self) -> None:
        """Register the room's jobs, its panels in other rooms' pages, and what the audit log follows."""
        from auditlog.registry import auditlog

        from legation.desk.listen import tasks
        from legation.desk.listen.models import Source
        from legation.desk.listen.views.panels import register_panels
        from legation.desk.listen.views.wizard import register_step

        tasks.register()
        register_panels()
        register_step()
        # What the machine writes about a source is no act of a person.
        machine_fields = [
            "feed_states", "interval_seconds", "next_fetch_at", "lease_until", "lease_owner", "last_fetch_at",
            "last_success_at", "last_article_at", "last_problem", "last_fault", "failures", "is_verified",
            "icon", "created_at",
        ]  # fmt: skip
        auditlog.register(Source, exclude_fields=machine_fields)
