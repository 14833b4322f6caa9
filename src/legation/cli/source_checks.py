"""Checking sources over the network: one line for each, and what is to be mended."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from legation.cli.installations import Refused

if TYPE_CHECKING:
    from legation.desk.listen.services.source_checks import SourceCheck
    from legation.engine.listen.feed_checks import FeedCheck
    from legation.engine.records.sources import SourceRecord

_NO_NETWORK = (
    "None of the {count} sources was reached, and names of hosts are not found: "
    "this machine has no network, or its name server does not answer. Nothing was checked."
)
_EXIT_NO_NETWORK = 2
# What is to be said of a feed; {detail} is the verdict's own.
_WORDS = {
    "good": "good",
    "moved": "moved for good to {detail}",
    "gone": "gone: look for the new address on the home page",
    "not_a_feed": "no feed stands there: {detail}",
    "empty": "empty",
    "stale": "nothing new since {detail}",
    "other_language": "speaks {detail}, which the source does not declare",
    "robots": "robots.txt forbids it",
    "certificate": "its certificate does not hold: {detail}",
    "no_name": "its host's name is unknown",
    "rejected": "turned us away: {detail}",
    "busy": "asks for patience: {detail}",
    "failed": "failed: {detail}",
    "refused": "not allowed: {detail}",
}


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of a check over the network."""
    parser.add_argument(
        "keys", nargs="*", help="only these sources (default: all; the shipped ones where the desk has none)"
    )
    parser.add_argument("--shipped", action="store_true", help="check the shipped list instead")
    parser.add_argument(
        "--timeout", type=float, default=30.0, metavar="SECONDS", help="for one feed (default: 30)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object for each source")


def check_stored(arguments: argparse.Namespace) -> int:
    """Fetch every feed and say of each source whether it is good or what is to be mended.

    Returns 0 where all are good, 1 where something is to be mended, 2 where there is no network.
    """
    from django.utils import timezone

    from legation.desk.listen.services.source_checks import check_sources, note_check

    if not 0 < arguments.timeout <= 600:
        raise Refused("--timeout must be between 0 and 600 seconds.")
    records = _choose_records(arguments)
    printer = _Printer(is_json=arguments.json, width=max((len(one.key) for one in records), default=0))
    checks = check_sources(records=records, clock=timezone.now, timeout_seconds=arguments.timeout)
    for check in checks:
        if not check.is_unheard:
            note_check(check=check, at=timezone.now())
        printer.take(check, at=timezone.now())
    return printer.close()


def _choose_records(arguments: argparse.Namespace) -> list[SourceRecord]:
    from django.conf import settings

    from legation.desk.listen.models import Source
    from legation.desk.listen.services.sources import to_record
    from legation.gateways.source_files import load_sources

    stored = Source.objects.with_feeds().defer("icon").order_by("key")
    if arguments.shipped or not stored.exists():
        records = load_sources([settings.ENVIRONMENT.sources_dir])
    else:
        records = [to_record(source) for source in stored]
    unknown = set(arguments.keys) - {record.key for record in records}
    if unknown:
        raise Refused(f"There is no source {sorted(unknown)[0]!r}.")
    return [record for record in records if not arguments.keys or record.key in arguments.keys]


class _Printer:
    """Prints the checks as they come; holds them back while nothing shows that there is a network."""

    def __init__(self, *, is_json: bool, width: int) -> None:
        self._is_json, self._width = is_json, width
        self._held: list[tuple[SourceCheck, datetime]] = []
        self._counts: Counter[str] = Counter()
        self._has_network = False

    def take(self, check: SourceCheck, *, at: datetime) -> None:
        """Print a check, or keep it until another shows that names are found here."""
        self._held.append((check, at))
        if self._has_network or not check.is_unheard:
            self._has_network = True
            self._flush()

    def close(self) -> int:
        """Print the summary; returns the exit status."""
        is_nameless = any(feed.verdict == "no_name" for check, _ in self._held for feed in check.feeds)
        if is_nameless:
            sentence = _NO_NETWORK.format(count=len(self._held))
            print(json.dumps({"problem": sentence}) if self._is_json else sentence)
            return _EXIT_NO_NETWORK
        self._flush()
        total, good = sum(self._counts.values()), self._counts["good"]
        if not self._is_json:
            rest = ", ".join(
                f"{count} {name}" for name, count in self._counts.most_common() if name != "good"
            )
            print(f"{total} sources: {good} good" + (f"; to mend: {rest}" if rest else ""))
        return int(good < total)

    def _flush(self) -> None:
        for check, at in self._held:
            worst = next((feed for feed in check.feeds if feed.verdict != "good"), None)
            self._counts[worst.verdict if worst else "good"] += 1
            if self._is_json:
                print(json.dumps(_to_json(check), ensure_ascii=False))
            else:
                for line in _describe(check, at):
                    print(f"{'good' if check.is_good else 'mend'}  {check.key:<{self._width}}  {line}")
        self._held.clear()


def _describe(check: SourceCheck, at: datetime) -> Iterable[str]:
    """Say one line for a good source, and one for each feed that is to be mended of another."""
    if check.is_good:
        count = sum(feed.item_count for feed in check.feeds)
        newest = max((feed.newest_at for feed in check.feeds if feed.newest_at), default=None)
        yield f"{count} items, newest {_tell_age(at, newest) if newest else 'without a date'}"
    for feed in check.feeds:
        if feed.verdict != "good":
            yield f"{_WORDS[feed.verdict].format(detail=feed.detail)}  ({feed.address})"


def _tell_age(at: datetime, moment: datetime) -> str:
    hours = max((at - moment).total_seconds(), 0) / 3_600
    if hours < 1:
        return f"{hours * 60:.0f} minutes ago"
    return f"{hours:.0f} hours ago" if hours < 48 else f"{hours / 24:.0f} days ago"


def _to_json(check: SourceCheck) -> dict[str, object]:
    return {"key": check.key, "name": check.name, "is_good": check.is_good,
            "feeds": [_feed_to_json(feed) for feed in check.feeds]}  # fmt: skip


def _feed_to_json(feed: FeedCheck) -> dict[str, object]:
    newest = feed.newest_at.isoformat() if feed.newest_at else None
    return {"address": feed.address, "verdict": str(feed.verdict), "detail": feed.detail,
            "items": feed.item_count, "newest": newest}  # fmt: skip
