"""bin/legation doctor: say what is wrong with this installation and how to mend it."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from legation.cli.installations import say, start_django

LEAST_FREE_BYTES = 2 * 10**9  # a month of a mid-sized desk's articles and evidence
SILENT_AFTER = timedelta(hours=26)  # the longest interval between fetches is 24 hours


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_well: bool
    what: str
    remedy: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options: it has none."""


def run(arguments: argparse.Namespace) -> int:
    """Examine the installation; return 1 when something must be mended."""
    start_django()
    ill = 0
    for examine in EXAMINATIONS:
        for finding in _examine_safely(examine):
            print(("ok   " if finding.is_well else "MEND ") + finding.what)
            if not finding.is_well:
                ill += 1
                print(f"     → {finding.remedy}")
    say("all well" if not ill else f"{ill} to mend")
    return 1 if ill else 0


def _examine_safely(examine: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from examine()
    except Exception as error:  # noqa: BLE001 a doctor must go on to the next examination
        yield Finding(
            False,
            f"{examine.__doc__}: {type(error).__name__}: {error}",
            "See the message; report it if unclear.",
        )


def _examine_machine() -> Iterator[Finding]:
    """Python, disk and memory"""
    from django.conf import settings

    version = sys.version_info[:2]
    yield Finding(
        version == (3, 11), f"Python {version[0]}.{version[1]}", "Install Python 3.11 and remove .venv."
    )
    data_dir: Path = settings.DATA_DIR
    is_writable = data_dir.is_dir() and os.access(data_dir, os.W_OK)
    yield Finding(
        is_writable, f"{data_dir} can be written", "Create it, or set LEGATION_DATA_DIR to another folder."
    )
    if is_writable:
        free = shutil.disk_usage(data_dir).free
        yield Finding(
            free >= LEAST_FREE_BYTES,
            f"{free / 10**9:.1f} GB free",
            "Make room, or move the data with LEGATION_DATA_DIR: a full disk stops listening.",
        )


def _examine_database() -> Iterator[Finding]:
    """The database"""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(not waiting, f"database at the newest structure ({connection.vendor})", "Run bin/up once.")
    if connection.vendor == "sqlite" and not waiting:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            answer = cursor.fetchone()[0]
        yield Finding(
            answer == "ok",
            f"database file: {answer}",
            "Restore the last backup: bin/legation restore FILE --replace.",
        )


def _examine_model() -> Iterator[Finding]:
    """The embedding model"""
    from django.conf import settings

    if settings.ENVIRONMENT.embedder != "e5":
        yield Finding(True, f"embedder: {settings.ENVIRONMENT.embedder}")
        return
    models = list((settings.DATA_DIR / "models").rglob("*.onnx"))
    yield Finding(bool(models), "embedding model's cache", "Run bin/up once: it builds the cache.")


def _examine_mail() -> Iterator[Finding]:
    """The mail server"""
    from django.conf import settings

    place = (settings.ENVIRONMENT.smtp_host, settings.ENVIRONMENT.smtp_port)
    try:
        socket.create_connection(place, timeout=3).close()
        yield Finding(True, f"mail server {place[0]}:{place[1]} answers")
    except OSError as error:
        yield Finding(
            False,
            f"mail server {place[0]}:{place[1]}: {error}",
            "Set LEGATION_SMTP_HOST and LEGATION_SMTP_PORT; until then briefs wait and are retried.",
        )


def _examine_listening() -> Iterator[Finding]:
    """Sources and jobs"""
    from django.utils import timezone

    from legation.desk.carry.models import Delivery, DeliveryStatus, Job, JobStatus
    from legation.desk.listen.models import Source

    now = timezone.now()
    listening = Source.objects.listening().count()
    alive = Source.objects.alive(now - SILENT_AFTER).count()
    yield Finding(
        listening > 0, f"{listening} sources", "Add sources in the desk, or with bin/legation sources."
    )
    if listening:
        yield Finding(
            alive > 0,
            f"{alive} of {listening} sources alive",
            "Is the worker running, and the network there?",
        )
    late = Job.objects.filter(status=JobStatus.WAITING, next_run_at__lt=now - timedelta(minutes=10)).count()
    yield Finding(late == 0, f"{late} jobs late", "Start the worker: bin/up, or bin/legation worker.")
    failed = Delivery.objects.filter(
        status=DeliveryStatus.FAILED, created_at__gte=now - timedelta(days=7)
    ).count()
    yield Finding(
        failed == 0, f"{failed} deliveries failed in 7 days", "Open Deliveries in the desk: each says why."
    )


def _examine_evidence() -> Iterator[Finding]:
    """Evidence copies"""
    from django.conf import settings
    from django.core.files.storage import storages

    from legation.gateways.archive import find_browser

    browser = find_browser(settings.ENVIRONMENT.browser)
    # Not ill: the web archive is the evidence, the picture helps the eye.
    words = f"shown by {browser.path}" if browser.path else f"kept without pictures: {browser.problem}"
    yield Finding(True, f"evidence copies {words}")
    place = settings.ENVIRONMENT.evidence_storage
    if place:
        try:
            storages["evidence"].exists("captures/.doctor")
            yield Finding(True, f"evidence is kept at {place}")
        except Exception as error:  # noqa: BLE001 whatever the storage's library raises
            remedy = "See LEGATION_EVIDENCE_STORAGE and its neighbours; until then no copy can be kept."
            yield Finding(False, f"{place}: {type(error).__name__}: {error}", remedy)


def _examine_people() -> Iterator[Finding]:
    """People"""
    from legation.desk.people.models import Membership, Role

    has_one = Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).exists()
    yield Finding(has_one, "an administrator exists", "Start bin/up and open the link that it prints.")


def _examine_fonts() -> Iterator[Finding]:
    """Fonts for PDF"""
    from django.conf import settings

    if shutil.which("fc-list") is None:
        yield Finding(
            False, "fonts cannot be listed", "Install fontconfig, fonts-noto-core and fonts-noto-cjk."
        )
        return
    import subprocess

    for script, language in {"Chinese": "zh", "Arabic": "ar", "Vietnamese": "vi"}.items():
        listed = subprocess.run(  # noqa: S603
            ["/usr/bin/env", "fc-list", f":lang={language}", "family"],
            capture_output=True,
            text=True,
            check=False,
        )
        yield Finding(
            bool(listed.stdout.strip()),
            f"font for {script}",
            "Install fonts-noto-core and fonts-noto-cjk (apt-get).",
        )
    yield Finding(settings.USE_TZ, "times are kept in UTC")


EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _examine_machine,
    _examine_database,
    _examine_people,
    _examine_model,
    _examine_listening,
    _examine_evidence,
    _examine_mail,
    _examine_fonts,
)
