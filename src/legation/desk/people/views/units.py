"""The tree of units: list, make, change, and delete what was never used."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from legation.desk.people.forms.units import UnitForm
from legation.desk.people.models import Unit, UnitKind
from legation.desk.people.services.abilities import Ability, has_ability, units_with
from legation.desk.people.services.countries import subjects_of
from legation.desk.people.services.installations import current_installation
from legation.desk.people.services.permissions import AbilityRequired, DeskRequest
from legation.desk.people.services.units import change_unit, create_unit, delete_unit


class UnitListView(AbilityRequired, TemplateView):
    """The units that a person administers, as a tree."""

    ability = Ability.MANAGE_PEOPLE
    template_name = "people/units.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the units with their depth and number of people."""
        units = units_with(self.request.user, Ability.MANAGE_PEOPLE).annotate(
            people=Count("memberships", filter=Q(memberships__user__is_active=True))
        )
        rows: list[dict[str, Any]] = [
            {"unit": unit, "depth": len(unit.ancestor_ids)} for unit in units.order_by("lineage")
        ]
        least = min((row["depth"] for row in rows), default=0)
        for row in rows:
            row["depth"] -= least
        return {**super().get_context_data(**kwargs), "rows": _in_tree_order(rows)}


class UnitEditView(AbilityRequired, View):
    """Makes a unit, or changes one."""

    ability = Ability.MANAGE_PEOPLE

    @cached_property
    def unit(self) -> Unit | None:
        """The unit of the address; None for a new one."""
        key = self.kwargs.get("pk")
        return get_object_or_404(Unit, pk=key) if key else None

    def get_unit(self) -> Unit | None:
        """Return the unit that is changed."""
        return self.unit

    def get(self, request: DeskRequest, pk: int | None = None) -> HttpResponse:
        """Show the form."""
        return self._show(request, self._make_form(request, None))

    def post(self, request: DeskRequest, pk: int | None = None) -> HttpResponse:
        """Keep the unit, or show what is wrong with it."""
        form = self._make_form(request, request.POST)
        if form.is_valid():
            values = form.values()
            parent = values["parent"]
            if parent and not has_ability(request.user, Ability.MANAGE_PEOPLE, unit=parent):
                raise PermissionDenied
            try:
                if self.unit:
                    change_unit(unit=self.unit, changes=values)
                else:
                    create_unit(**values)
            except ValidationError as problem:
                _add_errors(form, problem)
            else:
                messages.success(request, _("%(unit)s is kept.") % {"unit": values["name"]})
                return redirect("people:units")
        return self._show(request, form)

    def _make_form(self, request: DeskRequest, data: Any) -> UnitForm:
        unit, installation = self.unit, current_installation()
        subjects = subjects_of(installation.country) if installation else []
        if unit and unit.subject not in dict(subjects):
            subjects = [(unit.subject, unit.subject or "–"), *subjects]
        reach = units_with(request.user, Ability.MANAGE_PEOPLE)
        # The unit's own parent may lie above the reader's reach; it stays choosable, so that it can stay.
        parents = Unit.objects.filter(Q(pk__in=reach.values("pk")) | Q(pk=unit.parent_id if unit else None))
        is_centre = any(
            m.unit.is_centre and m.role == "administrator" for m in request.user.memberships.all()
        )
        initial = (
            _initial(unit) if unit else {"time_zone": "UTC", "parent": request.unit, "kind": UnitKind.MISSION}
        )
        return UnitForm(
            data,
            initial=initial,
            kinds=UnitKind.choices,
            parents=parents,
            subjects=subjects,
            first_languages=unit.languages if unit else (),
            may_be_top=is_centre or (unit is not None and unit.parent_id is None),
            may_be_centre=is_centre,
        )

    def _show(self, request: DeskRequest, form: UnitForm) -> HttpResponse:
        return render(request, "people/unit_form.html", {"form": form, "record": self.unit})


class UnitDeleteView(AbilityRequired, View):
    """Deletes a unit that nothing points at."""

    ability = Ability.MANAGE_PEOPLE
    http_method_names = ["post"]

    def get_unit(self) -> Unit | None:
        """Return the unit that would go."""
        return get_object_or_404(Unit, pk=self.kwargs["pk"])

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Delete the unit, or say why it stays."""
        unit = get_object_or_404(Unit, pk=pk)
        try:
            delete_unit(unit=unit)
            messages.success(request, _("%(unit)s is deleted.") % {"unit": unit})
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        return redirect("people:units")


def _initial(unit: Unit) -> dict[str, Any]:
    plain = (
        "name",
        "name_foreign",
        "kind",
        "parent",
        "subject",
        "country",
        "time_zone",
        "languages",
        "is_centre",
    )
    lines = {f"letterhead_{key}": value for key, value in unit.letterhead.items()}
    return {**{name: getattr(unit, name) for name in plain}, **lines}


def _add_errors(form: UnitForm, problem: ValidationError) -> None:
    for name, errors in getattr(problem, "message_dict", {"__all__": problem.messages}).items():
        form.add_error(name if name in form.fields else None, errors)


def _in_tree_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order rows as a tree, siblings by name: the lineage's text order would put unit 10 before unit 9."""
    names = {row["unit"].pk: row["unit"].name for row in rows}

    def path(row: dict[str, Any]) -> list[tuple[str, int]]:
        unit = row["unit"]
        return [(names.get(pk, ""), pk) for pk in [*unit.ancestor_ids, unit.pk]]

    return sorted(rows, key=path)
