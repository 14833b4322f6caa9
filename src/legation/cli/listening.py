"""The command that visits sources in the foreground."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from legation.cli.installations import Refused, say, start_django

_LONGEST_REST_SECONDS = 30.0  # between two looks at what is due
_SHOWN_PROBLEMS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = (
        "Visit the sources that are due, read their new articles and print an account of every item. "
        "Without --once it goes on until Ctrl-C. The worker of bin/up does the same in the background; both "
        "may run, as each source is visited by one of them only."
    )
    parser.add_argument(
        "--source", action="append", metavar="KEY", help="visit this source now, due or not; may be repeated"
    )
    parser.add_argument("--once", action="store_true", help="stop when nothing is due any more")


def run(arguments: argparse.Namespace) -> int:
    """Listen; returns 0 when every visited source answered well, else 1."""
    start_django()
    from django.utils import timezone

    from legation.desk.listen.models import Source
    from legation.desk.listen.services.listening import listen_once

    keys = arguments.source
    unknown = set(keys or ()) - set(Source.objects.values_list("key", flat=True))
    if unknown:
        raise Refused(
            f"no source has the key {', '.join(sorted(unknown))}; bin/legation sources list shows them."
        )
    while True:
        started = time.monotonic()
        account = listen_once(clock=timezone.now, sources=keys, report=_show_progress)
        if account.visited or keys or arguments.once:
            _print_account(account, time.monotonic() - started)
        if keys or arguments.once:
            return int(bool(account.problems))
        due_at = (
            Source.objects.listening()
            .with_feeds()
            .order_by("next_fetch_at")
            .values_list("next_fetch_at", flat=True)
        )
        wait = (due_at[0] - timezone.now()).total_seconds() if due_at and due_at[0] else _LONGEST_REST_SECONDS
        time.sleep(min(max(wait, 1.0), _LONGEST_REST_SECONDS))


def _show_progress(account: Any) -> None:
    if sys.stderr.isatty():
        print(
            f"\r{account.visited} visited, {account.under_way} under way ",
            end="",
            file=sys.stderr,
            flush=True,
        )


def _print_account(account: Any, seconds: float) -> None:
    """Print what came in, and which sources had trouble."""
    if sys.stderr.isatty():
        say("")
    print(f"{account.visited} sources visited in {seconds:.1f} s")
    for key, count in sorted(account.counts.items(), key=lambda pair: -pair[1]):
        kind, _, reason = key.partition(":")
        print(f"  {count:>7,}  {kind}{f' ({reason})' if reason else ''}")
    for key, problem in list(account.problems.items())[:_SHOWN_PROBLEMS]:
        print(f"  {key}: {problem}")
    if len(account.problems) > _SHOWN_PROBLEMS:
        print(f"  and {len(account.problems) - _SHOWN_PROBLEMS} more with problems")
