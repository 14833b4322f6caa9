"""The jobs and ticks of room listen."""

from __future__ import annotations

from collections import Counter

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from legation.desk.carry.services.registry import JobRun, RetryLater, register_job, register_tick
from legation.desk.listen.models import ImportRun
from legation.desk.listen.services import (
    capture_retention,
    captures,
    capturing,
    discoveries,
    health,
    hours,
    importing,
    listening,
    outcome_totals,
    single_articles,
    subscriptions,
)


def fetch_sources(run: JobRun) -> None:
    """Visit every source that is due; safe to repeat, because each item is stored with its outcome."""
    reported: Counter[str] = Counter()

    def report(account: listening.RoundAccount) -> None:
        """Write counts as they grow: under much work a round goes on for hours."""
        for kind, count in (account.counts - reported).items():
            run.count(kind, count)
        reported.update(account.counts - reported)
        run.advance(done=account.visited, total=account.visited + account.under_way)

    try:
        listening.listen_once(clock=run.now, job=run.job, report=report)
    except OperationalError as error:
        raise RetryLater(f"The database did not answer: {error}")


def fetch_article(run: JobRun) -> None:
    """Read the one article that a person asked for; safe to repeat: it is stored with the job's state."""
    try:
        single_articles.fetch_article(run=run)
    except OperationalError as error:
        raise RetryLater(f"The database did not answer: {error}")


def discover_source(run: JobRun) -> None:
    """Find out all about a source from the address that a person typed; safe to repeat."""
    try:
        discoveries.discover(run=run)
    except OperationalError as error:
        raise RetryLater(f"The database did not answer: {error}")


def import_file(run: JobRun) -> None:
    """Read one uploaded file from its bookmark on."""
    importing_run = ImportRun.objects.get(pk=run.job.arguments["import_run"])

    def report(progress: ImportRun) -> None:
        run.advance(done=progress.byte_offset, total=progress.size_bytes, note=str(progress.line_number))

    importing.read_file(run=importing_run, clock=run.now, report=report)
    importing_run.refresh_from_db()
    for kind, count in importing_run.counts.items():
        run.count(kind, count)


def capture_article(run: JobRun) -> None:
    """Take one evidence copy; safe to repeat: it is stored with the job's state."""
    try:
        capturing.capture_article(run=run)
    except OperationalError as error:
        raise RetryLater(f"The database did not answer: {error}")


def remove_old_captures(run: JobRun) -> None:
    """Remove the files of evidence whose time is over."""
    run.count("deleted", capture_retention.remove_old_files(at=run.now()))


def renew_subscriptions(run: JobRun) -> None:
    """Ask the hubs of feeds to begin, renew or end their messages; safe to repeat."""
    for state, count in subscriptions.renew_subscriptions(clock=run.now).items():
        run.count(state, count)


def purge(run: JobRun) -> None:
    """Delete what is no longer needed."""
    run.count("deleted", listening.purge(now=run.now()))
    run.count("deleted", hours.purge_hours(now=run.now()))
    run.count("deleted", outcome_totals.purge_totals(now=run.now()))


def check_health(run: JobRun) -> None:
    """Check the health of listening once; safe to repeat: a check changes only what it finds changed."""
    try:
        account = health.check_health(now=run.now())
    except OperationalError as error:
        raise RetryLater(f"The database did not answer: {error}")
    run.count("raised", len(account.raised))
    run.count("cleared", account.cleared)


def register() -> None:
    """Register the room's jobs and ticks; called once when Django starts."""
    register_job(listening.FETCH_JOB, title=_("Listening to sources"), handler=fetch_sources)
    register_job(single_articles.FETCH_ARTICLE_JOB, title=_("Fetching an article"), handler=fetch_article)
    register_job(discoveries.DISCOVER_JOB, title=_("Looking at a site"), handler=discover_source)
    register_job(importing.IMPORT_JOB, title=_("Importing a file"), handler=import_file)
    register_job(health.HEALTH_JOB, title=_("Checking the health of listening"), handler=check_health)
    renewal = subscriptions.RENEW_JOB
    register_job(renewal, title=_("Asking hubs for news"), handler=renew_subscriptions)
    register_tick(renewal, subscriptions.schedule_renewals)
    register_job(listening.PURGE_JOB, title=_("Clearing the inbox"), handler=purge)
    register_job(captures.CAPTURE_JOB, title=_("Keeping an evidence copy"), handler=capture_article)
    removal = capture_retention.PURGE_CAPTURES_JOB
    register_job(removal, title=_("Removing old evidence files"), handler=remove_old_captures)
    register_tick(removal, capture_retention.schedule_removal)
    register_tick("listen.fetch", listening.schedule_fetch)
    register_tick("listen.health", health.schedule_check)
    register_tick("listen.purge", listening.schedule_purge)
