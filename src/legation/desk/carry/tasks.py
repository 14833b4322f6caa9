"""What the queue carries to the worker, and what room carry itself does later."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from legation.desk.carry.services import runs, sendings
from legation.desk.carry.services.hints import register_hint
from legation.desk.carry.services.purges import PURGE_KIND, PurgeClock, purge_jobs
from legation.desk.carry.services.registry import register_job, register_tick

logger = logging.getLogger(__name__)

DELIVERY_PRIORITY = 10  # a mail takes a second and somebody waits for it; jobs have 0


@task()
def run_job(job_id: int) -> None:
    """Run one attempt at a job. The argument is a hint: a job that is not due or not free is left alone."""
    try:
        runs.run_job(job_id=job_id)
    except DatabaseError as problem:
        _leave_for_sweep("job", job_id, problem)


@task(priority=DELIVERY_PRIORITY)
def run_delivery(delivery_id: int) -> None:
    """Send one delivery, if it is due and free."""
    try:
        sendings.send_delivery(delivery_id=delivery_id)
    except DatabaseError as problem:
        _leave_for_sweep("delivery", delivery_id, problem)


def _leave_for_sweep(name: str, pk: int, problem: DatabaseError) -> None:
    logger.warning("%s %s waits for the database: %s", name, pk, problem)
    connection.close()


register_hint("job", run_job.enqueue)
register_hint("delivery", run_delivery.enqueue)
register_job(PURGE_KIND, title=_("Purge old jobs"), handler=purge_jobs)
register_tick(PURGE_KIND, PurgeClock())
