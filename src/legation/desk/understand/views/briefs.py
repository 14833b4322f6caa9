"""The list of briefs, the page of one, its versions and its files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from legation.desk.people.models import Unit
from legation.desk.people.services.abilities import Ability, has_ability, units_with
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key
from legation.desk.understand.forms.briefs import BriefFilterForm, BriefShareForm
from legation.desk.understand.models import Brief, BriefStatus, BriefVersion
from legation.desk.understand.services.brief_access import actions_for, briefs_visible_to, why_not_sign
from legation.desk.understand.services.brief_citations import briefs_with_changes, list_changed
from legation.desk.understand.services.brief_pages import build_page
from legation.desk.understand.services.brief_renderings import CONTENT_TYPES, export_brief
from legation.desk.understand.services.brief_schedules import local_day
from legation.desk.understand.services.brief_signatures import deliveries_of
from legation.desk.understand.services.brief_versions import compare_versions
from legation.desk.understand.services.briefs import prepare_brief

PAGE_SIZE = 25
DELIVERIES_SHOWN = 50
STATUS_KINDS: dict[str, str] = {
    BriefStatus.DRAFT: "neutral",
    BriefStatus.SUBMITTED: "info",
    BriefStatus.RETURNED: "warning",
    BriefStatus.APPROVED: "positive",
    BriefStatus.UNSIGNED: "warning",
    BriefStatus.WITHDRAWN: "critical",
}
DELIVERY_KINDS = {"sent": "positive", "failed": "critical", "queued": "neutral", "sending": "info"}


def find_visible(request: HttpRequest, pk: int) -> Brief:
    """Return a brief that the request's person may read; 404 for any other."""
    briefs = briefs_visible_to(request.user).select_related("unit__parent", "submitted_by", "signed_by")
    return get_object_or_404(briefs, pk=pk)


class BriefListView(AbilityRequired, TemplateView):
    """Briefs that a person may read, newest first, with filters in the address."""

    ability = Ability.READ
    template_name = "understand/briefs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read one page of briefs."""
        user, unit = self.request.user, self.request.unit
        visible = briefs_visible_to(user)
        units = Unit.objects.filter(pk__in=visible.order_by().values("unit").distinct())
        form = BriefFilterForm(
            self.request.GET,
            statuses=BriefStatus.choices,
            units=[(one.pk, one.name) for one in units],
        )
        chosen = form.cleaned_data if form.is_valid() else {}
        filters = {
            "title__icontains": chosen.get("q"),
            "status": chosen.get("status"),
            "unit": chosen.get("unit"),
            "day__gte": chosen.get("since"),
            "day__lte": chosen.get("until"),
        }
        briefs = visible.filter(**{name: value for name, value in filters.items() if value})
        page = page_by_key(
            briefs.select_related("unit", "signed_by").defer("document"),
            cursor=self.request.GET.get("from", ""),
            size=PAGE_SIZE,
            order=("-day", "-id"),
        )
        changed = briefs_with_changes(briefs=[brief.pk for brief in page.items])
        page.items[:] = [
            {"brief": brief, "kind": STATUS_KINDS[brief.status], "is_changed": brief.pk in changed}
            for brief in page.items
        ]
        may_prepare = bool(unit) and has_ability(user, Ability.EDIT_BRIEFS, unit=unit)
        today = local_day(unit, timezone.now()) if unit else None
        return super().get_context_data(
            form=form,
            page=page,
            unit=unit,
            may_prepare=may_prepare,
            today=today,
            todays=Brief.objects.filter(unit=unit, day=today).first() if today else None,
            **kwargs,
        )


class BriefView(AbilityRequired, TemplateView):
    """One brief to read, with everything that can be done with it now."""

    ability = Ability.READ
    template_name = "understand/brief.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the text as it stands, or one kept version."""
        brief = find_visible(self.request, self.kwargs["pk"])
        versions = list(brief.versions.select_related("by").defer("document").order_by("-number"))
        shown = None
        if "number" in self.kwargs:
            shown = get_object_or_404(BriefVersion, brief=brief, number=self.kwargs["number"])
        changed = list_changed(brief=brief, document=shown.document if shown else None)
        user = self.request.user
        acts = actions_for(user, brief)
        deliveries = [
            {"delivery": delivery, "kind": DELIVERY_KINDS.get(delivery.status, "neutral")}
            for delivery in deliveries_of(brief)[:DELIVERIES_SHOWN]
        ]
        shared = set(brief.shared_with.values_list("pk", flat=True))
        others = Unit.objects.exclude(pk=brief.unit_id)
        return super().get_context_data(
            brief=brief,
            page=build_page(brief=brief, version=shown, changed=changed),
            shown=shown,
            status_kind=STATUS_KINDS[brief.status],
            changed_quotations=changed,
            versions=versions,
            acts=acts,  # "actions" is a block of the shell's page
            why_not=why_not_sign(user, brief)
            if brief.status in {BriefStatus.SUBMITTED, BriefStatus.UNSIGNED}
            else "",
            deliveries=deliveries,
            shared=[unit for unit in others if unit.pk in shared],
            share_form=BriefShareForm(
                initial={"units": sorted(shared)}, units=[(unit.pk, unit.name) for unit in others]
            )
            if acts["share"]
            else None,
            forms=list(CONTENT_TYPES),
            **kwargs,
        )


class BriefPrepareView(AbilityRequired, View):
    """Prepares the active unit's brief of a day and opens it."""

    ability = Ability.EDIT_BRIEFS
    http_method_names = ["post"]

    def get_unit(self) -> Unit | None:
        """The unit that the form names, else the active one."""
        named = self.request.POST.get("unit", "")
        if named.isdecimal():
            return get_object_or_404(units_with(self.request.user, Ability.READ), pk=int(named))
        return self.request.unit

    def post(self, request: HttpRequest) -> HttpResponse:
        """Prepare, or find what is there."""
        unit = self.get_unit()
        if unit is None:
            raise Http404
        day: date | None = local_day(unit, timezone.now())
        if request.POST.get("day"):
            try:
                day = parse_date(request.POST["day"])
            except ValueError:
                day = None
        if day is None or day > local_day(unit, timezone.now()):
            messages.error(request, _("Choose a day that has begun."))
            return redirect("understand:briefs")
        brief = prepare_brief(unit=unit, day=day, by=request.user)  # type: ignore[arg-type]
        return redirect(
            "understand:brief_edit" if actions_for(request.user, brief)["edit"] else "understand:brief",
            brief.pk,
        )


class BriefDownloadView(AbilityRequired, View):
    """Hands out a brief as a file."""

    ability = Ability.READ

    def get(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        """Make the file of the text as it stands, or of the version that the address names."""
        brief = find_visible(request, pk)
        number = request.GET.get("version", "")
        version = (
            get_object_or_404(BriefVersion, brief=brief, number=int(number)) if number.isdecimal() else None
        )
        if version is None and brief.status in {
            BriefStatus.APPROVED,
            BriefStatus.UNSIGNED,
            BriefStatus.WITHDRAWN,
        }:
            version = brief.versions.order_by("-number").first()
        if form not in CONTENT_TYPES:
            raise Http404
        made = export_brief(brief=brief, form=form, version=version)
        return HttpResponse(
            made.content,
            content_type=made.content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{made.file_name}"',
                "Cache-Control": "private, no-store",
            },
        )


class BriefCompareView(AbilityRequired, TemplateView):
    """What changed between two versions of a brief, word by word."""

    ability = Ability.READ
    template_name = "understand/brief_compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Compare the versions that the address names; the last two by default."""
        brief = find_visible(self.request, self.kwargs["pk"])
        versions = list(brief.versions.select_related("by").order_by("number"))
        first, second = self._choose("a", versions, -2), self._choose("b", versions, -1)
        return super().get_context_data(
            brief=brief,
            versions=versions,
            first=first,
            second=second,
            changes=compare_versions(first=first, second=second),
            labels={
                "title": _("Title"),
                "introduction": _("Introduction"),
                "headline": _("Headline"),
                "quotations": _("Quotations"),
                "why_it_matters": _("Why it matters"),
                "what_we_suggest": _("What we suggest"),
            },
            **kwargs,
        )

    def _choose(self, name: str, versions: list[BriefVersion], default: int) -> BriefVersion:
        wanted = self.request.GET.get(name, "")
        for version in versions:
            if wanted.isdecimal() and version.number == int(wanted):
                return version
        if not versions:
            raise Http404
        return versions[max(default, -len(versions))]


def language_choices(unit: Unit, chosen: str) -> list[tuple[str, str]]:
    """Return the languages that a unit's brief may be in: the interface's and the unit's own."""
    from legation.desk.shell.names import name_language

    codes = dict.fromkeys([*(code for code, _name in settings.LANGUAGES), *unit.languages, chosen])
    return [(code, name_language(code)) for code in codes if code]
