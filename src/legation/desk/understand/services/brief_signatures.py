"""A brief's way to its readers: submit, return, sign off by a second person, withdraw, or go unsigned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from legation.desk.carry.models import Delivery
from legation.desk.carry.services.deliveries import queue_delivery
from legation.desk.people.models import Membership, User
from legation.desk.people.services.abilities import Ability, has_ability
from legation.desk.understand.models import Brief, BriefEvent, BriefSchedule, BriefStatus, BriefVersion
from legation.desk.understand.services.brief_access import (
    EDITABLE,
    REOPENABLE,
    RETURNABLE,
    SIGNABLE,
    WITHDRAWABLE,
    BriefRefused,
    why_not_sign,
)
from legation.desk.understand.services.brief_evidence import CITING_EVENTS, request_evidence
from legation.desk.understand.services.brief_versions import keep_version

DELIVERABLE = "understand.brief"


@dataclass(frozen=True, slots=True)
class _Act:
    """One step on the way."""

    event: BriefEvent
    status: BriefStatus
    allowed: Sequence[BriefStatus]
    ability: Ability | None = None


def submit_brief(*, brief: Brief, by: User, at: datetime, revision: int | None = None) -> BriefVersion:
    """Hand the brief to a second person; nobody edits it meanwhile. Raises BriefRefused."""
    act = _Act(BriefEvent.SUBMITTED, BriefStatus.SUBMITTED, EDITABLE, Ability.EDIT_BRIEFS)
    return _take(act, brief, by, at, revision=revision, submitted_by=by, submitted_at=at, remark="")


def take_back_brief(*, brief: Brief, by: User, at: datetime) -> BriefVersion:
    """Take a submitted brief back into editing. Raises BriefRefused."""
    act = _Act(BriefEvent.TAKEN_BACK, BriefStatus.DRAFT, (BriefStatus.SUBMITTED,), Ability.EDIT_BRIEFS)
    return _take(act, brief, by, at, submitted_by=None, submitted_at=None)


def return_brief(*, brief: Brief, by: User, at: datetime, remark: str) -> BriefVersion:
    """Send a submitted brief back to its editors with a remark. Raises BriefRefused."""
    _require_remark(remark)
    act = _Act(BriefEvent.RETURNED, BriefStatus.RETURNED, RETURNABLE, Ability.SIGN_OFF)
    return _take(act, brief, by, at, remark=remark, submitted_by=None, submitted_at=None)


def approve_brief(*, brief: Brief, by: User, at: datetime, revision: int) -> BriefVersion:
    """Sign off exactly the text that was shown, and queue it to the unit's users and official addresses.

    revision: of the text that the person read.
    Raises BriefRefused where the person may not sign, edited or submitted it, or the text has changed.
    """

    def check(current: Brief) -> None:
        reason = why_not_sign(by, current)
        if reason:
            raise BriefRefused(reason)

    act = _Act(BriefEvent.APPROVED, BriefStatus.APPROVED, SIGNABLE)
    return _take(
        act, brief, by, at, revision=revision, check=check, send=True, signed_by=by, signed_at=at, remark=""
    )


def withdraw_brief(*, brief: Brief, by: User, at: datetime, remark: str) -> BriefVersion:
    """Withdraw a brief that went out, and tell everybody who got it. Raises BriefRefused."""
    _require_remark(remark)
    act = _Act(BriefEvent.WITHDRAWN, BriefStatus.WITHDRAWN, WITHDRAWABLE, Ability.SIGN_OFF)
    return _take(act, brief, by, at, remark=remark, send=True)


def reopen_brief(*, brief: Brief, by: User, at: datetime) -> BriefVersion:
    """Open a brief for editing again; what was sent stays as it was sent. Raises BriefRefused."""
    act = _Act(BriefEvent.REOPENED, BriefStatus.DRAFT, REOPENABLE, Ability.EDIT_BRIEFS)
    cleared: dict[str, Any] = dict.fromkeys(
        ("submitted_by", "submitted_at", "signed_by", "signed_at", "deadline")
    )
    return _take(act, brief, by, at, **cleared)


def release_unsigned(*, brief: Brief, at: datetime) -> BriefVersion | None:
    """Send a brief that nobody signed in time to the unit's own users, marked as not signed off.

    Returns None, and does nothing, where it was signed meanwhile, went out before, or has time left.
    """
    with transaction.atomic():
        current = Brief.objects.select_for_update().get(pk=brief.pk)
        is_waiting = current.status in (*EDITABLE, BriefStatus.SUBMITTED)
        if not is_waiting or current.released_at or current.deadline is None or current.deadline > at:
            return None
        act = _Act(BriefEvent.UNSIGNED, BriefStatus.UNSIGNED, (*EDITABLE, BriefStatus.SUBMITTED))
        return _take(act, current, None, at, send=True, released_at=at)


def list_recipients(brief: Brief) -> list[tuple[str, str]]:
    """Return name and address of everybody who gets the brief as it stands, each address once.

    The unit's own active users; official addresses too once it is signed off; on withdrawal, whoever got it.
    """
    found: dict[str, tuple[str, str]] = {}
    for membership in Membership.objects.filter(unit=brief.unit, user__is_active=True).select_related("user"):
        found.setdefault(membership.user.email.lower(), (str(membership.user), membership.user.email))
    if brief.status == BriefStatus.APPROVED:
        schedule = BriefSchedule.objects.filter(unit=brief.unit).first()
        for entry in schedule.recipients if schedule else []:
            found.setdefault(str(entry["email"]).lower(), (str(entry.get("name", "")), str(entry["email"])))
    if brief.status == BriefStatus.WITHDRAWN:
        got = Delivery.objects.filter(about__startswith=f"{DELIVERABLE}:{brief.pk}:v")
        found = {
            delivery.recipient.lower(): (delivery.recipient_name, delivery.recipient) for delivery in got
        }
    return list(found.values())


def deliveries_of(brief: Brief) -> Any:
    """Return the deliveries of all the brief's versions, newest first."""
    return Delivery.objects.filter(about__startswith=f"{DELIVERABLE}:{brief.pk}:v")


def _take(
    act: _Act,
    brief: Brief,
    by: User | None,
    at: datetime,
    *,
    revision: int | None = None,
    check: Callable[[Brief], None] | None = None,
    send: bool = False,
    remark: str = "",
    **fields: Any,
) -> BriefVersion:
    """Change the status under a lock, keep the version, and queue what leaves: all or nothing."""
    with transaction.atomic():
        current = Brief.objects.select_for_update().select_related("unit").get(pk=brief.pk)
        if act.ability and not has_ability(by, act.ability, unit=current.unit):
            raise BriefRefused(_("You may not do this in this unit."))
        if current.status not in act.allowed:
            shown = current.get_status_display()
            raise BriefRefused(_("This cannot be done now: the brief is “%(status)s”.") % {"status": shown})
        if check:
            check(current)
        if revision is not None and revision != current.revision:
            raise BriefRefused(_("The text has changed since you opened it. Read it again, then decide."))
        for name, value in {**fields, "status": act.status, "remark": remark, "changed_at": at}.items():
            setattr(current, name, value)
        current.save()
        version = keep_version(brief=current, event=act.event, by=by, at=at, remark=remark)
        if act.event in CITING_EVENTS:
            request_evidence(brief=current, by=by, at=at)
        if send:
            _send(current, version, at)
    brief.refresh_from_db()
    return version


def _send(brief: Brief, version: BriefVersion, at: datetime) -> None:
    """Queue a version to everybody who gets it."""
    for name, address in list_recipients(brief):
        queue_delivery(
            about=f"{DELIVERABLE}:{brief.pk}:v{version.number}",
            recipient=address,
            recipient_name=name,
            subject=subject_for(brief, version),
            unit=brief.unit,
            at=at,
        )


def subject_for(brief: Brief, version: BriefVersion) -> str:
    """Return the subject of the mail that carries a version, in the brief's language."""
    with translation.override(brief.language):
        if version.event == BriefEvent.WITHDRAWN:
            return _("Withdrawn: %(title)s") % {"title": brief.title}
        if version.event == BriefEvent.UNSIGNED:
            return _("[Not signed off] %(title)s") % {"title": brief.title}
    return brief.title


def _require_remark(remark: str) -> None:
    if not remark.strip():
        raise BriefRefused(_("Write a remark, so that others know why."))
