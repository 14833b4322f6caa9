"""Fills a synthetic store with the people of 150 units and thirty days of their work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.stores import AT, DAYS, LANGUAGES, SOURCES, country_codes, insert_rows, write_moment

UNITS, USERS = 150, 500
HOST_COUNTRY = "FR"
BRIEF_STATUSES = ("approved",) * 8 + ("unsigned", "withdrawn")
JOB_STATUSES = ("done",) * 18 + ("failed", "cancelled")
OUTCOMES = (
    ("kept", ""), ("kept", ""), ("known", ""), ("known", ""), ("known", ""), ("changed", ""),
    ("discarded", "not_an_article"), ("discarded", "too_old"), ("retried", "timeout"), ("quarantined",
    "malformed"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offices:
    """Whose pages are measured."""

    mission: Any  # Unit
    approver: Any  # User: of the mission
    administrator: Any  # User: of the centre
    brief: Any  # Brief: today's, being edited


def fill_people(country: str) -> tuple[Any, Any, Any]:
    """Plant the units with their people; returns a mission, its approver and the centre's administrator."""
    from legation.desk.people.models import Installation, Membership, Role, Unit, UnitKind, User

    Installation.objects.create(pk=1, country=country, language="en", finished_at=AT - timedelta(days=DAYS))
    codes = country_codes()
    centre = Unit(
        name="Steering office", slug="centre", kind=UnitKind.STEERING, subject=country, is_centre=True,
        languages=["en"],
    )  # fmt: skip
    centre.save()
    units = [centre]
    for number in range(1, UNITS):
        unit = Unit(
            name=f"Mission {number}", slug=f"mission-{number}", kind=UnitKind.MISSION,
            parent=units[number // 40],
            subject=country, country=HOST_COUNTRY if number == 1 else codes[number % len(codes)],
            languages=[LANGUAGES[number % len(LANGUAGES)], "en", "fr"],
        )  # fmt: skip
        unit.save()
        units.append(unit)
    roles = [Role.ADMINISTRATOR, Role.APPROVER, Role.EDITOR, Role.ANALYST, Role.READER]
    emails = [f"person{number}@example.org" for number in range(USERS)]
    User.objects.bulk_create(
        User(
            email=email,
            username=email,
            first_name="Person",
            last_name=email[6:9],
            password="!",
            language="en",
        )
        for email in emails
    )
    users = list(User.objects.order_by("pk"))
    Membership.objects.bulk_create(
        Membership(user=user, unit=units[number % UNITS], role=roles[number // UNITS])
        for number, user in enumerate(users)
    )
    return units[1], users[UNITS + 1], users[0]


def fill_work(count: int, mission: Any, approver: Any, administrator: Any) -> Offices:
    """Prepare today's brief by the desk's own service; write thirty days of briefs, jobs and the rest."""
    from legation.desk.carry.models import Channel
    from legation.desk.people.models import Unit
    from legation.desk.understand.services.briefs import prepare_brief

    brief = prepare_brief(unit=mission, day=AT.date(), by=None, clock=lambda: AT)
    units = list(Unit.objects.order_by("pk").values_list("pk", flat=True))
    _fill_briefs(brief, units, approver.pk)
    _fill_jobs(count // 20, units)
    channel = Channel.objects.create(kind="mail", name="Mail")
    _fill_deliveries(count // 20, units, channel.pk)
    _fill_outcomes(count // 2)
    return Offices(mission, approver, administrator, brief)


def _fill_briefs(brief: Any, units: list[int], signer: int) -> None:
    from legation.desk.understand.models import Brief, BriefVersion

    document = json.dumps(brief.document, ensure_ascii=False)

    def rows() -> Iterator[tuple[Any, ...]]:
        number = brief.pk
        for back in range(1, DAYS):
            day = AT - timedelta(days=back)
            for place, unit in enumerate(units):
                number += 1
                yield (
                    number, unit, day.date().isoformat(), f"Press review {day.date()}", "en",
                    write_moment(day - timedelta(days=1)), write_moment(day),
                    BRIEF_STATUSES[(place + back) % 10],
                    document, signer, write_moment(day), write_moment(day),
                )  # fmt: skip

    names = (
        "id", "unit_id", "day", "title", "language", "since", "until", "status", "document", "signed_by_id",
        "signed_at",
        "changed_at",
    )  # fmt: skip
    kept = list(rows())
    insert_rows(Brief, names, kept)
    insert_rows(
        BriefVersion,
        ("brief_id", "number", "event", "status", "document", "document_sha256", "at"),
        (
            (row[0], number, event, row[7], document, "0" * 64, row[-1])
            for row in kept
            for number, event in ((1, "prepared"), (2, "approved"))
        ),
    )


def _fill_jobs(count: int, units: list[int]) -> None:
    from legation.desk.carry.models import Job

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            at = write_moment(AT - timedelta(days=DAYS) * (count - number) / count)
            status = "running" if number >= count - 5 else JOB_STATUSES[number % len(JOB_STATUSES)]
            unit = units[number % len(units)] if number % 10 == 0 else None
            yield number + 1, "listen.fetch_source", status, at, at, at, unit, '{"kept": 3}'

    insert_rows(
        Job,
        ("id", "kind", "status", "created_at", "next_run_at", "finished_at", "unit_id", "outcome"),
        rows(),
    )


def _fill_deliveries(count: int, units: list[int], channel: int) -> None:
    from legation.desk.carry.models import Delivery

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            at = write_moment(AT - timedelta(days=DAYS) * (count - number) / count)
            yield (
                number + 1, channel, units[number % len(units)], f"understand.brief:{number // 5}:v1",
                f"reader{number % 700}@example.org", f"Press review {number}", f"<{number}@example.org>",
                "failed" if number % 40 == 0 else "sent", at, at, at,
            )  # fmt: skip

    names = (
        "id", "channel_id", "unit_id", "about", "recipient", "subject", "message_id", "status", "next_run_at",
        "created_at", "sent_at",
    )  # fmt: skip
    insert_rows(Delivery, names, rows())


def _fill_outcomes(count: int) -> None:
    from legation.desk.listen.models import Outcome

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            kind, reason = OUTCOMES[number * 7 % len(OUTCOMES)]
            at = write_moment(AT - timedelta(days=DAYS) * (count - number) / count)
            yield number % SOURCES + 1, at, kind, reason, f"https://gazette.example/{number}"

    insert_rows(Outcome, ("source_id", "at", "kind", "reason", "address"), rows())
