"""The audit log: who did what, and when."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from legation.desk.people.forms.members import AuditFilterForm
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.audits import (
    describe_changes,
    entries_for,
    name_record_type,
    narrow_entries,
    record_types,
)
from legation.desk.people.services.members import users_within_reach
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key

PAGE_SIZE = 40  # entries with their changes stay below 50 KB a page


class AuditView(AbilityRequired, TemplateView):
    """The entries that an administrator may read, the newest first."""

    ability = Ability.MANAGE_PEOPLE
    template_name = "people/audit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of entries, narrowed by the filters in the address."""
        request = self.request
        people = users_within_reach(request.user).order_by("email")
        form = AuditFilterForm(request.GET or None, people=people, records=record_types())
        wanted = form.cleaned_data if form.is_valid() else {}
        entries = narrow_entries(
            entries_for(request.user),
            actor_id=wanted["person"].pk if wanted.get("person") else None,
            record_type_id=wanted.get("record"),
            since=wanted.get("since"),
            until=wanted.get("until"),
        )
        page = page_by_key(entries, cursor=request.GET.get("from", ""), size=PAGE_SIZE)
        rows = [
            {"entry": entry, "kind": name_record_type(entry.content_type), "changes": describe_changes(entry)}
            for entry in page
        ]
        return {**super().get_context_data(**kwargs), "page": page, "rows": rows, "form": form}
