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
        from auditlog.registry import auditlog

        from legation.desk.understand.models import Brief, BriefSchedule
        from legation.desk.understand.tasks import briefs, stories
        from legation.desk.understand.views.brief_wizards import register_brief_step

        stories.register()
        briefs.register()
        register_brief_step()
        # The text itself is kept in BriefEdit and BriefVersion; the log would only repeat it.
        left_out = ["document", "revision", "changed_at"]
        auditlog.register(Brief, exclude_fields=left_out, m2m_fields={"shared_with"})
        auditlog.register(BriefSchedule)
