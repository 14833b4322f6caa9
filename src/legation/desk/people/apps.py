"""Registers room people with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Room people."""

    name = "legation.desk.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Name the permission to enter, the wizard's own steps, the home page's panel and what is audited."""
        from auditlog.registry import auditlog

        from legation.desk.people.models import Installation, Invitation, Membership, Unit, User
        from legation.desk.people.services import permissions  # noqa: F401 (registers access_admin)
        from legation.desk.people.views.homes import show_next_steps
        from legation.desk.people.views.wizard_steps import register_own_steps
        from legation.desk.shell.slots import fill_slot

        register_own_steps()
        fill_slot("home.panels", name="next-steps", render=show_next_steps, order=900)
        auditlog.register(Unit, exclude_fields=["lineage", "created_at"])
        auditlog.register(
            User, exclude_fields=["password", "last_login", "active_unit", "username", "date_joined"]
        )
        auditlog.register(Membership)
        auditlog.register(Invitation, exclude_fields=["token_hash"])
        auditlog.register(Installation)
