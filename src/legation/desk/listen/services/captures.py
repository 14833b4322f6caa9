"""Which articles shall have an evidence copy, which have one, and how far the others have come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from legation.desk.carry.models import Job, JobStatus
from legation.desk.carry.services.jobs import OPEN, enqueue_job
from legation.desk.listen.models import Article, Capture, CaptureKind
from legation.desk.people.models import Unit, User

CAPTURE_JOB = "listen.capture_article"


class NoWebPage(Exception):
    """The article has no web address of which a copy could be taken."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How an article's current version stands with its evidence copy."""

    state: str  # kept, waiting, failed, outdated (only of an earlier version), none
    capture: Capture | None = None  # the newest archive of the newest version that has one
    job: Job | None = None  # that waits, runs or failed


def request_captures(
    *,
    articles: Iterable[Article],
    reason: str,
    at: datetime,
    unit: Unit | None = None,
    by: User | None = None,
) -> list[Job]:
    """Have a copy taken of every article that has none of its current version; note what cites it.

    reason: what cites the articles, such as "understand.brief:12"; their copies are then kept for good.
    Articles without a web address are passed over. Returns the jobs, also those that waited already.
    """
    wanted = {article.pk: article for article in articles if has_page(article)}
    if not wanted:
        return []
    done = set(_cite_current(pks=list(wanted), reason=reason))
    return [
        _enqueue(article, reasons=[reason], at=at, unit=unit, by=by)
        for article in wanted.values()
        if article.pk not in done
    ]


def request_capture(*, article: Article, at: datetime, unit: Unit | None, by: User | None) -> Job:
    """Have a fresh copy taken because a person asks for it, whatever copies there are. Raises NoWebPage."""
    if not has_page(article):
        raise NoWebPage
    return _enqueue(article, reasons=[], at=at, unit=unit, by=by, is_forced=True)


def renew_citations(*, articles: Iterable[Article], at: datetime) -> list[Job]:
    """Have copies taken of cited articles whose text has changed since their last copy.

    Call it when articles have changed; it is one query where none of them is cited.
    """
    by_pk = {article.pk: article for article in articles}
    stale = Capture.objects.cited().filter(article_id__in=list(by_pk), kind=CaptureKind.ARCHIVE)
    reasons: dict[int, set[str]] = {}
    for pk, cited in stale.filter(article_version__lt=F("article__version")).values_list(
        "article_id", "reasons"
    ):
        reasons.setdefault(pk, set()).update(cited)
    jobs: list[Job] = []
    for pk, cited in reasons.items():
        for reason in sorted(cited):
            jobs += request_captures(articles=[by_pk[pk]], reason=reason, at=at)
    return jobs


def evidence_of(*, articles: Sequence[Article]) -> dict[int, Evidence]:
    """Tell how each article stands with its evidence copy, by its primary key; two queries."""
    found: dict[int, Capture] = {}
    archives = Capture.objects.standing().filter(article__in=articles, kind=CaptureKind.ARCHIVE)
    for capture in archives.order_by("article_version", "captured_at"):
        found[capture.article_id] = capture
    keys = {_key(article): article.pk for article in articles}
    jobs: dict[int, Job] = {}
    asked = Job.objects.filter(kind=CAPTURE_JOB, key__in=list(keys))
    for job in asked.filter(status__in=[*OPEN, JobStatus.FAILED]).order_by("id"):
        jobs[keys[job.key]] = job
    return {article.pk: _judge(article, found.get(article.pk), jobs.get(article.pk)) for article in articles}


def has_page(article: Article) -> bool:
    """Tell whether an article stands at a web address."""
    return article.address.startswith(("http://", "https://"))


def cite_captures(*, captures: Iterable[Capture], reasons: Iterable[str]) -> None:
    """Note what cites these copies: they are kept for good from now on."""
    for capture in captures:
        merged = [*capture.reasons, *(reason for reason in reasons if reason not in capture.reasons)]
        if merged != capture.reasons or capture.keep_until:
            capture.reasons, capture.keep_until = merged, None
            capture.save(update_fields=["reasons", "keep_until"])


def current_captures(article_pks: Sequence[int]) -> Any:
    """Return the standing copies of the articles' current versions, scans aside."""
    copies = Capture.objects.standing().filter(
        article_id__in=article_pks, article_version=F("article__version")
    )
    return copies.exclude(kind=CaptureKind.SCAN)


def _cite_current(*, pks: list[int], reason: str) -> set[int]:
    """Note the reason on current copies; returns which articles have an archive of their current version."""
    with transaction.atomic():
        copies = list(current_captures(pks).select_for_update(of=("self",)))
        done = {capture.article_id for capture in copies if capture.kind == CaptureKind.ARCHIVE}
        cite_captures(captures=[copy for copy in copies if copy.article_id in done], reasons=[reason])
    return done


def _enqueue(
    article: Article,
    *,
    reasons: list[str],
    at: datetime,
    unit: Unit | None,
    by: User | None,
    is_forced: bool = False,
) -> Job:
    with transaction.atomic():
        job = enqueue_job(
            kind=CAPTURE_JOB,
            arguments={"article": article.pk, "reasons": reasons, "is_forced": is_forced},
            key=_key(article),
            title=article.title,
            unit=unit,
            by=by,
            run_at=at,
        )
        # The job may have waited already, for another reason; its handler reads them last of all.
        held = Job.objects.select_for_update().get(pk=job.pk)
        missing = [reason for reason in reasons if reason not in held.arguments.get("reasons", [])]
        if missing:
            held.arguments = {**held.arguments, "reasons": [*held.arguments.get("reasons", []), *missing]}
            held.save(update_fields=["arguments"])
    return job


def _key(article: Article) -> str:
    return f"{CAPTURE_JOB}:{article.pk}:v{article.version}"


def _judge(article: Article, capture: Capture | None, job: Job | None) -> Evidence:
    if job and job.status in OPEN:
        return Evidence("waiting", capture, job)
    is_failed = job is not None and (
        capture is None or (job.finished_at or capture.captured_at) > capture.captured_at
    )
    if is_failed:
        return Evidence("failed", capture, job)
    if capture is None:
        return Evidence("none")
    return Evidence("kept" if capture.article_version >= article.version else "outdated", capture)
