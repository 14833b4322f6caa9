"""Submits and signs the first brief of a demo world: python -m tests.journeys.signatures."""

from __future__ import annotations

from legation.cli.installations import start_django

OFFICIAL_ADDRESSES = 8


def sign_first_brief() -> None:
    """Add official addresses, let the editor submit and the approver sign, so that a dozen mails leave."""
    from django.utils import timezone

    from legation.desk.people.models import User
    from legation.desk.understand.models import Brief, BriefSchedule
    from legation.desk.understand.services.brief_signatures import approve_brief, submit_brief

    brief = Brief.objects.select_related("unit").get()
    addresses = [
        {"name": f"Office {number}", "email": f"office{number}@demo.example"}
        for number in range(OFFICIAL_ADDRESSES)
    ]
    BriefSchedule.objects.filter(unit=brief.unit).update(recipients=addresses)
    people = {name: User.objects.get(email=f"{name}@demo.example") for name in ("editor", "approver")}
    submit_brief(brief=brief, by=people["editor"], at=timezone.now(), revision=brief.revision)
    approve_brief(brief=brief, by=people["approver"], at=timezone.now(), revision=brief.revision)


if __name__ == "__main__":
    start_django()
    sign_first_brief()
