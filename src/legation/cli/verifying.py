"""bin/legation verify: check every hash, count and chain in the database and the files."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from legation.cli.installations import say, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--most", type=int, default=20, help="problems to print per check (default 20)")


def run(arguments: argparse.Namespace) -> int:
    """Run every check; return 1 when one of them found a problem."""
    start_django()
    found = 0
    for title, check in CHECKS.items():
        problems = 0
        for problem in check():
            problems += 1
            if problems <= arguments.most:
                print(f"  {problem}")
        say(f"{'ok     ' if not problems else 'PROBLEM'} {title}" + (f": {problems}" if problems else ""))
        found += problems
    return 1 if found else 0


def _check_captures() -> Iterator[str]:
    from legation.desk.listen.models import Capture

    for capture in Capture.objects.order_by("number").iterator():
        name = f"evidence copy {capture.number} ({capture.kind})"
        if not capture.removed_at:
            yield from _check_file(name, capture.file, capture.sha256)
        elif capture.file.storage.exists(capture.file.name or ""):
            yield f"{name}: {capture.file.name} was removed by rule, and yet it is there"


def _check_chain() -> Iterator[str]:
    from legation.desk.listen.services.capture_chains import check_chain

    yield from check_chain()


def _check_archives() -> Iterator[str]:
    from legation.desk.listen.models import Capture, CaptureKind
    from legation.gateways.archive import find_faults

    archives = Capture.objects.standing().filter(kind=CaptureKind.ARCHIVE).order_by("number")
    for capture in archives.iterator():
        try:
            with capture.file.open("rb") as stream:
                for fault in find_faults(stream):
                    yield f"evidence copy {capture.number}: {fault}"
        except OSError:
            continue  # said above


def _check_deliveries() -> Iterator[str]:
    from legation.desk.carry.models import Delivery

    for delivery in Delivery.objects.exclude(content="").iterator():
        yield from _check_file(f"delivery {delivery.pk}", delivery.content, delivery.content_sha256)


def _check_file(name: str, file: Any, expected: str) -> Iterator[str]:
    try:
        with file.open("rb") as stream:
            actual = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        yield f"{name}: {file.name} is missing"
        return
    except OSError as error:
        yield f"{name}: {file.name} cannot be read ({error})"
        return
    if actual != expected:
        yield f"{name}: {file.name} was changed after it was stored"


def _check_brief_versions() -> Iterator[str]:
    from legation.desk.understand.models import BriefVersion
    from legation.desk.understand.services.brief_versions import hash_document

    for version in BriefVersion.objects.iterator():
        if hash_document(version.document) != version.document_sha256:
            yield f"brief {version.brief_id}, version {version.number}: changed after it was kept"


def _check_story_counts() -> Iterator[str]:
    from django.db.models import Count, F

    from legation.desk.understand.models import Story

    wrong = (
        Story.objects.standing()
        .annotate(members_now=Count("members"))
        .exclude(article_count=F("members_now"))
        .values_list("pk", "article_count", "members_now")
    )
    for pk, stored, actual in wrong.iterator():
        yield f"story {pk}: says {stored} articles and has {actual}"


def _check_copy_groups() -> Iterator[str]:
    from django.db.models import Count, F, Q

    from legation.desk.listen.models import CopyGroup

    groups = CopyGroup.objects.annotate(
        now=Count("articles"), origins=Count("articles", filter=Q(articles__is_origin=True))
    )
    for group in groups.exclude(size=F("now")).iterator():
        yield f"copy group {group.pk}: says {group.size} articles and has {group.now}"
    for group in groups.filter(now__gt=0).exclude(origins=1).iterator():
        yield f"copy group {group.pk}: has {group.origins} origins, where one is right"


def _check_database() -> Iterator[str]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(20)")
        for (line,) in cursor.fetchall():
            if line != "ok":
                yield str(line)
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _index in cursor.fetchall()[:20]:
            yield f"{table} row {row} points at a missing {parent}"


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "the database is whole": _check_database,
    "captured evidence has its hash": _check_captures,
    "the chain of evidence is whole": _check_chain,
    "records of web archives have their hash": _check_archives,
    "sent messages have their hash": _check_deliveries,
    "versions of briefs have their hash": _check_brief_versions,
    "stories count their articles": _check_story_counts,
    "copy groups count their articles and have one origin": _check_copy_groups,
}
