"""Who may read, edit and sign which brief."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from legation.desk.people.services.abilities import Ability, has_ability, memberships_of, units_with
from legation.desk.understand.models import Brief, BriefEdit, BriefEvent, BriefStatus, BriefVersion

EDITABLE = (BriefStatus.DRAFT, BriefStatus.RETURNED)
SIGNABLE = (BriefStatus.SUBMITTED, BriefStatus.UNSIGNED)
RETURNABLE = (BriefStatus.SUBMITTED,)
WITHDRAWABLE = (BriefStatus.APPROVED, BriefStatus.UNSIGNED)
REOPENABLE = (BriefStatus.APPROVED, BriefStatus.UNSIGNED, BriefStatus.WITHDRAWN)


class BriefRefused(Exception):
    """A person may not do this to this brief now; the message tells the person why."""


def briefs_visible_to(user: Any) -> QuerySet[Brief]:
    """Return the briefs a person may read.

    Those of the units whose papers the person reads (the centre reads all), those shared with one of the
    person's units, and those that are past the draft in units for which the person may sign off.
    """
    mine = [membership.unit_id for membership in memberships_of(user)]
    shared = Brief.shared_with.through.objects.filter(unit_id__in=mine).values("brief_id")
    return Brief.objects.filter(
        Q(unit__in=units_with(user, Ability.READ))
        | Q(pk__in=shared)
        | (~Q(status=BriefStatus.DRAFT) & Q(unit__in=units_with(user, Ability.SIGN_OFF)))
    )


def why_not_sign(user: Any, brief: Brief) -> str:
    """Return why a person may not sign a brief off, "" where the person may."""
    if not has_ability(user, Ability.SIGN_OFF, unit=brief.unit):
        return _("Only an approver of this unit, or of a unit above it, can sign off.")
    if brief.submitted_by_id == user.pk:
        return _("You submitted this brief. A second person has to sign it off.")
    if user.pk in editor_ids(brief):
        return _("You edited this brief. A second person has to sign it off.")
    return ""


def editor_ids(brief: Brief) -> set[int]:
    """Return who changed the text since it was last signed off or reopened as such."""
    signed = BriefVersion.objects.filter(brief=brief, event=BriefEvent.APPROVED).order_by("-number").first()
    edits = BriefEdit.objects.filter(brief=brief, outcome="applied", by__isnull=False)
    if signed is not None:
        edits = edits.filter(revision__gt=int(signed.document.get("revision", 0)))
    return {int(editor) for editor in edits.values_list("by_id", flat=True).distinct()}


def actions_for(user: Any, brief: Brief) -> dict[str, bool]:
    """Return which acts the sign-off bar offers a person, by name."""
    edits = has_ability(user, Ability.EDIT_BRIEFS, unit=brief.unit)
    signs = has_ability(user, Ability.SIGN_OFF, unit=brief.unit)
    return {
        "edit": edits and brief.status in EDITABLE,
        "submit": edits and brief.status in EDITABLE,
        "take_back": edits and brief.status == BriefStatus.SUBMITTED,
        "return": signs and brief.status in RETURNABLE,
        "approve": brief.status in SIGNABLE and not why_not_sign(user, brief),
        "withdraw": signs and brief.status in WITHDRAWABLE,
        "reopen": edits and brief.status in REOPENABLE,
        "share": edits,
    }
