"""bin/legation evidence: list the evidence copies, export their chain, compare it, and remove old files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from legation.cli.installations import Refused, say, start_django

_SHOWN_DIFFERENCES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="one line for each copy: number, kind, time, hash, state, address")
    listing.add_argument("--state", choices=("cited", "uncited", "held", "removed"), help="only these")
    listing.add_argument("--limit", type=int, default=50, help="most copies to list (default 50)")
    writing = acts.add_parser("export", help="write the whole chain, for a notary or a second place")
    writing.add_argument(
        "file", type=Path, help="ending in .csv or .jsonl; must not exist yet; - for JSON here"
    )
    comparing = acts.add_parser("compare", help="say what differs from a chain that was exported before")
    comparing.add_argument("file", type=Path, help="a .jsonl file that export wrote")
    acts.add_parser("remove", help="remove the files whose time is over; the worker does it once a day")


def run(arguments: argparse.Namespace) -> int:
    """Do one act; returns 0 where all is well, 1 where the chain differs."""
    start_django()
    act = {"list": _list, "export": _export, "compare": _compare, "remove": _remove}[arguments.act]
    return act(arguments)


def _list(arguments: argparse.Namespace) -> int:
    from legation.desk.listen.services.capture_listings import narrow_captures

    for capture in narrow_captures(filters={"state": arguments.state})[: arguments.limit]:
        states = [
            name
            for name, holds in (
                ("cited", capture.reasons),
                ("held", capture.is_held),
                ("removed", capture.removed_at),
            )
            if holds
        ]
        moment = capture.captured_at.isoformat(timespec="seconds")
        fields = (
            capture.number,
            capture.kind,
            moment,
            capture.sha256,
            ",".join(states) or "-",
            capture.address,
        )
        print("\t".join(map(str, fields)))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from legation.desk.listen.services.capture_listings import write_chain

    if str(arguments.file) == "-":
        sys.stdout.writelines(write_chain(form="json"))
        return 0
    form = {".csv": "csv", ".jsonl": "json"}.get(arguments.file.suffix)
    if form is None:
        raise Refused(f"{arguments.file} must end in .csv or .jsonl.")
    try:
        with arguments.file.open("x", encoding="utf-8", newline="") as stream:
            stream.writelines(write_chain(form=form))
    except FileExistsError as error:
        raise Refused(f"{arguments.file} exists already; name another file.") from error
    say(f"{arguments.file}: {arguments.file.stat().st_size:,} bytes")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    count = 0
    for difference in _find_differences(arguments.file):
        count += 1
        if count <= _SHOWN_DIFFERENCES:
            print(difference)
    say("the chain goes on from the exported one" if not count else f"{count} links differ")
    return int(bool(count))


def _find_differences(path: Path) -> Iterator[str]:
    """Compare by link: it holds every fact, and every link before it."""
    from legation.desk.listen.models import Capture

    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        exported = {int(row["number"]): str(row["chain_sha256"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{path} is no exported chain: {error}") from error
    standing = dict(Capture.objects.exclude(number=None).values_list("number", "chain_sha256"))
    for number, link in sorted(exported.items()):
        if number not in standing:
            yield f"link {number} is missing"
        elif standing[number] != link:
            yield f"link {number} differs"


def _remove(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from legation.desk.listen.services.capture_retention import remove_old_files

    print(f"files removed: {remove_old_files(at=timezone.now())}")
    return 0
