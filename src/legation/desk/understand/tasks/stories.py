"""The job that reads new articles into stories, and the tick that starts it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.carry.services.registry import JobRun, register_job, register_tick
from legation.desk.understand.services.grouping import count_waiting, has_waiting, read_new_articles
from legation.desk.understand.services.readers import shared_reader

KIND = "understand.group_articles"


def group_articles(run: JobRun) -> None:
    """Read waiting articles into stories until none waits; safe to kill and to repeat."""
    reader, done = shared_reader(), 0
    while read := read_new_articles(reader=reader, clock=run.now):
        done += read
        run.count("read", read)
        run.advance(done=done, total=done + count_waiting())


def check_waiting(at: datetime) -> None:
    """Start the reading where an article waits; one job at a time."""
    if has_waiting():
        enqueue_job(kind=KIND, key=KIND)


def register() -> None:
    """Register this module's job and tick."""
    register_job(KIND, title=_("Put new articles into stories"), handler=group_articles)
    register_tick(KIND, check_waiting)
