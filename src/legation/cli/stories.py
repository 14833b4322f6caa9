"""bin/legation stories: put waiting articles into stories, and list a unit's stories with their reasons."""

from __future__ import annotations

import argparse
import json
import time
from datetime import timedelta
from typing import Any

from legation.cli.installations import Refused, say, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--group", action="store_true", help="first read every waiting article into stories")
    parser.add_argument(
        "--unit", default="", help="short name of the unit whose list is wanted; else all stories"
    )
    parser.add_argument(
        "--hours", type=int, default=24, help="period that ends now, or at --until (default 24)"
    )
    parser.add_argument("--until", default="", help="end of the period, ISO 8601 (default: now)")
    parser.add_argument("--limit", type=int, default=20, help="most stories to list (default 20)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of text")


def run(arguments: argparse.Namespace) -> int:
    """Group where asked, then list."""
    start_django()
    if arguments.group:
        group_waiting()
    for line in list_stories(arguments):
        print(json.dumps(line, ensure_ascii=False) if arguments.json else _as_text(line))
    return 0


def group_waiting() -> int:
    """Read every waiting article in this terminal, with progress; returns how many were read."""
    from legation.desk.understand.services.grouping import count_waiting, read_new_articles
    from legation.desk.understand.services.readers import shared_reader

    reader, done, started = shared_reader(), 0, time.monotonic()
    while read := read_new_articles(reader=reader):
        done += read
        if done % 640 < read:
            say(f"{done} read, {count_waiting()} waiting, {done / (time.monotonic() - started):.0f}/s")
    say(f"{done} articles read into stories in {time.monotonic() - started:.1f} s")
    return done


def list_stories(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """List stories as plain records, best or newest first.

    Raises Refused when the unit is unknown.
    """
    from django.utils import timezone
    from django.utils.dateparse import parse_datetime

    from legation.desk.people.models import Unit
    from legation.desk.understand.models import Story
    from legation.desk.understand.services.stories import stories_for

    until = parse_datetime(arguments.until) if arguments.until else timezone.now()
    if until is None:
        raise Refused(f"--until {arguments.until!r} is not a time; write it as 2026-11-22T07:30+07:00.")
    until = until if until.tzinfo else timezone.make_aware(until)
    since = until - timedelta(hours=arguments.hours)
    if not arguments.unit:
        newest = Story.objects.standing().filter(last_at__gte=since, last_at__lt=until)
        return [_as_record(story, "") for story in newest.order_by("-last_at", "-id")[: arguments.limit]]
    unit = Unit.objects.filter(slug=arguments.unit).first()
    if unit is None:
        known = ", ".join(Unit.objects.values_list("slug", flat=True)[:20])
        raise Refused(f"There is no unit {arguments.unit!r}; there are: {known}.")
    placed = stories_for(unit=unit, since=since, until=until, limit=arguments.limit)
    return [_as_record(one.story, one.why) for one in placed]


def _as_record(story: Any, why: str) -> dict[str, Any]:
    return {
        "id": story.pk,
        "title": str(story),
        "articles": story.article_count,
        "folded": story.folded_count,
        "sources": story.source_count,
        "languages": list(story.languages),
        "countries": list(story.countries),
        "first_at": story.first_at.isoformat(),
        "last_at": story.last_at.isoformat(),
        "why": why,
    }


def _as_text(line: dict[str, Any]) -> str:
    counts = f"{line['articles']} articles, {line['folded']} after folding, {'/'.join(line['languages'])}"
    return f"{line['id']:>7}  {line['title'][:90]}\n         {counts}" + (
        f"\n         {line['why']}" if line["why"] else ""
    )
