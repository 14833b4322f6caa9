"""bin/legation brief: prepare, list and export press reviews."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import Any

from legation.cli.installations import Refused, say, start_django

FORMS = ("pdf", "docx", "html", "json")
LIST_LIMIT = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--unit", required=True, help="short name of the unit, as its page shows it")
    parser.add_argument("--day", default="", help="day of the brief, YYYY-MM-DD on the unit's clock (today)")
    parser.add_argument("--list", action="store_true", help=f"list the unit's last {LIST_LIMIT} briefs")
    parser.add_argument("--prepare", action="store_true", help="prepare the day's brief if it is not there")
    parser.add_argument("--export", action="store_true", help="write the day's brief to a file")
    parser.add_argument("--format", choices=FORMS, default="pdf", help="form of the file (pdf)")
    parser.add_argument("--version", type=int, default=0, help="a kept version; else the text as it stands")
    parser.add_argument("--output", default="", help='file to write, or "-" for standard output')
    parser.epilog = (
        "Without --list, --prepare or --export, the day's brief is prepared and its place printed. "
        "Signing off needs a second person at the desk; no command can do it."
    )


def run(arguments: argparse.Namespace) -> int:
    """List, prepare or export."""
    start_django()
    from legation.desk.people.models import Unit

    unit = Unit.objects.filter(slug=arguments.unit).first()
    if unit is None:
        known = ", ".join(Unit.objects.values_list("slug", flat=True)[:20]) or "none"
        raise Refused(f"there is no unit {arguments.unit!r}; there are: {known}")
    if arguments.list:
        list_briefs(unit)
        return 0
    brief = _find_or_prepare(unit, arguments)
    if arguments.export:
        export(brief, arguments)
    return 0


def list_briefs(unit: Any) -> None:
    """Print a unit's last briefs, one a line: day, number, status, versions, title."""
    from legation.desk.understand.models import Brief

    for brief in Brief.objects.filter(unit=unit)[:LIST_LIMIT]:
        count = brief.versions.count()
        print(f"{brief.day}  no. {brief.number}  {brief.status:<10}  {count} versions  {brief.title}")


def export(brief: Any, arguments: argparse.Namespace) -> None:
    """Write a brief to a file. Raises Refused where the version or the place does not exist."""
    from legation.desk.understand.services.brief_renderings import export_brief

    version = None
    if arguments.version:
        version = brief.versions.filter(number=arguments.version).first()
        if version is None:
            raise Refused(f"the brief of {brief.day} has no version {arguments.version}")
    made = export_brief(brief=brief, form=arguments.format, version=version)
    if arguments.output == "-":
        sys.stdout.buffer.write(made.content)
        return
    path = Path(arguments.output or made.file_name)
    try:
        path.write_bytes(made.content)
    except OSError as problem:
        raise Refused(f"{path} cannot be written: {problem.strerror}") from problem
    say(f"{path}: {len(made.content)} bytes")


def _find_or_prepare(unit: Any, arguments: argparse.Namespace) -> Any:
    """Return the day's brief; prepare it unless only an export was asked for."""
    from django.utils import timezone

    from legation.desk.understand.services.brief_schedules import local_day
    from legation.desk.understand.services.briefs import find_brief, prepare_brief

    today = local_day(unit, timezone.now())
    try:
        day = datetime.date.fromisoformat(arguments.day) if arguments.day else today
    except ValueError:
        raise Refused(f"{arguments.day!r} is not a day; write YYYY-MM-DD") from None
    if day > today:
        raise Refused(f"{day} has not begun on the unit's clock")
    brief = find_brief(unit=unit, day=day)
    if brief is not None:
        say(f"{brief.title}: {brief.status}, revision {brief.revision}")
        return brief
    if arguments.export and not arguments.prepare:
        raise Refused(f"{unit.slug} has no brief of {day}; add --prepare to make it")
    brief = prepare_brief(unit=unit, day=day)
    count = sum(len(section["items"]) for section in brief.document["sections"])
    say(f"{brief.title}: prepared with {count} items at /desk/briefs/{brief.pk}/")
    return brief
