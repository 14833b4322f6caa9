"""What a worker of the kill test carries out: numbered rows and mails, importable by its subprocess."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta

import django
from django.db import connection, transaction

if __name__ == "__main__":
    django.setup()

from legation.desk.carry.models import Delivery
from legation.desk.carry.services.deliveries import queue_delivery, register_deliverable
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.carry.services.registry import JobRun, register_job
from legation.desk.people.models import Unit
from legation.engine.records.mails import MailAttachment, OutgoingMail

ROWS_PER_JOB = 40
# No unique constraint: a row written twice must show.
TABLE = "CREATE TABLE IF NOT EXISTS kill_rows (job INTEGER NOT NULL, number INTEGER NOT NULL)"


def write_rows(run: JobRun) -> None:
    """Write the job's rows one by one, each with its bookmark, and queue a mail for every tenth."""
    first = run.job.state.get("next", 0)
    unit = Unit.objects.get(slug="kill-test")
    for number in range(first, ROWS_PER_JOB):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO kill_rows (job, number) VALUES (%s, %s)", [run.job.pk, number])
            if number % 10 == 0:
                queue_delivery(
                    about=f"tests.kill:{run.job.pk}:{number}",
                    recipient="reader@example.org",
                    recipient_name="Reader",
                    subject=f"Row {number} of job {run.job.pk}",
                    unit=unit,
                    at=run.now() - timedelta(seconds=1),
                )
            run.count("rows")
            run.advance(done=number + 1, total=ROWS_PER_JOB, state={"next": number + 1})
        time.sleep(0.01)


def make_mail(delivery: Delivery) -> OutgoingMail:
    """Make a mail large enough to be cut on the wire."""
    return OutgoingMail(
        message_id="<replaced@example.org>",
        sender="replaced@example.org",
        recipient=delivery.recipient,
        subject=delivery.subject,
        text=delivery.about,
        attachments=(MailAttachment("noise.bin", "application/octet-stream", os.urandom(50_000)),),
    )


def register() -> None:
    """Register the kind and the deliverable."""
    register_job("tests.kill_rows", title="Numbered rows", handler=write_rows)
    register_deliverable("tests.kill", make_mail)


def fill(jobs: int) -> None:
    """Queue the jobs."""
    Unit.objects.get_or_create(slug="kill-test", defaults={"name": "Đại sứ quán", "subject": "xx"})
    for number in range(jobs):
        enqueue_job(kind="tests.kill_rows", key=f"kill:{number}")


def raise_workers() -> None:
    """Fork one worker after another, saying each one's number, until one ends well."""
    from legation.cli.supervisors import fork_child
    from legation.cli.workers import run_worker

    status = -1
    while status:
        pid = fork_child(run_worker)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        status = os.waitpid(pid, 0)[1]


if __name__ == "__main__":
    register()
    if len(sys.argv) > 1:
        fill(int(sys.argv[1]))
    else:
        raise_workers()
