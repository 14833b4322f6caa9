"""The command that tells how listening fares: alarms, what helps, and how far each language is heard."""

from __future__ import annotations

import argparse
import json
from typing import Any

from legation.cli.installations import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = (
        "List what does not come in as it usually does. The worker looks every quarter of an hour; an alarm "
        "is raised when two looks find it. Exit status 1 while an alarm stands that nobody has seen."
    )
    parser.add_argument("--check", action="store_true", help="look anew first")
    parser.add_argument("--coverage", action="store_true", help="add how far each language is heard")
    parser.add_argument("--json", action="store_true", help="write JSON for other programs")


def run(arguments: argparse.Namespace) -> int:
    """Tell; returns 0 when no unseen alarm stands, else 1."""
    start_django()
    from django.utils import timezone

    from legation.desk.listen.services.alarms import open_alarms
    from legation.desk.listen.services.coverage import cover_world
    from legation.desk.listen.services.health import check_health

    now = timezone.now()
    if arguments.check:
        check_health(now=now)
    alarms = [_describe(alarm) for alarm in open_alarms()]
    languages = cover_world(now=now)[0] if arguments.coverage else []
    if arguments.json:
        heard = [
            {"language": row.code, "alive": row.alive_count, "sources": row.source_count} for row in languages
        ]
        print(json.dumps({"alarms": alarms, "languages": heard}, ensure_ascii=False, indent=1))
    else:
        _print_alarms(alarms)
        for row in languages:
            alive = f"{row.alive_count} of {row.source_count} sources alive"
            print(f"{row.code:<6} {alive}, {row.articles_day} articles in 24 hours")
    return int(any(not alarm["seen"] for alarm in alarms))


def _describe(alarm: Any) -> dict[str, Any]:
    from legation.desk.listen.services.alarm_wordings import list_remedies, name_subject, say_alarm

    return {
        "kind": alarm.kind,
        "about": alarm.about,
        "name": name_subject(alarm),
        "since": alarm.since.isoformat(),
        "found": say_alarm(alarm),
        "remedies": [remedy.text for remedy in list_remedies(alarm)],
        "seen": alarm.seen_at is not None,
        "note": alarm.note,
    }


def _print_alarms(alarms: list[dict[str, Any]]) -> None:
    for alarm in alarms:
        print(f"{alarm['kind']:<16} {alarm['name']}: {alarm['found']}{' (seen)' if alarm['seen'] else ''}")
        print(f"{'':<16} {'; '.join(alarm['remedies'])}")
    if not alarms:
        print("Everything comes in as it usually does.")
