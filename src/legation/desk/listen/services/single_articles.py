"""Read one article by its address, when a person asks for it, and say in words where there is none."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from auditlog.models import LogEntry
from django.db import transaction
from django.utils.encoding import iri_to_uri
from django.utils.text import slugify

from legation.desk.carry.models import Job, JobStatus
from legation.desk.carry.services.registry import JobRun
from legation.desk.listen.models import Article, Source
from legation.desk.listen.services.address_jobs import enqueue_address_job
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.fetching import FetchPool, make_fetch_options
from legation.desk.listen.services.outcomes import OutcomeLedger
from legation.desk.listen.services.reading import share_reader_pool
from legation.desk.listen.services.series_visits import fetch_further
from legation.desk.listen.services.visits import PAGE_TYPES
from legation.desk.people.models import Unit, User
from legation.engine.flow import read_item
from legation.engine.listen.addresses import UnusableAddress, site_key
from legation.engine.listen.items import ItemOptions
from legation.engine.records.articles import FeedItem, OutcomeKind, ReadItem
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.http import FetchOptions
from legation.gateways.readers import ReadCall, ReadingFailed
from legation.gateways.source_files import judge_address

logger = logging.getLogger(__name__)

FETCH_ARTICLE_JOB = "listen.fetch_article"
SOURCE_PREFIX = "page"  # of the key of a source that a single page has made
_BEAT_SECONDS = 2.0  # how often a waiting job looks whether it was called off
_FETCH_SECONDS = 30.0  # an editor waits for it; whoever takes longer is asked again by hand
_ANY_AGE = ItemOptions(max_age_days=36_500.0)  # whoever asks for an old article by name means it


@dataclass(frozen=True, slots=True)
class SingleFetch:
    """How far the reading of one article has come."""

    is_over: bool
    article: Article | None = None
    reason: str = ""  # of docs/rooms/listen.md where it is over without an article; else why the job failed


def find_article(*, address: str) -> Article | None:
    """Return the article that stands under an address, with or without its query and trailing slash."""
    address = iri_to_uri(
        address.strip()
    )  # as addresses are kept: ASCII, so that an index of any server takes them
    if not address:
        return None
    bare = address.partition("#")[0]
    spellings = {address, bare, bare.rstrip("/"), f"{bare.rstrip('/')}/", bare.partition("?")[0]}
    spellings |= {
        spelling.replace("http://", "https://", 1)
        if spelling.startswith("http://")
        else spelling.replace("https://", "http://", 1)
        for spelling in set(spellings)
    }
    return Article.objects.filter(address__in=spellings).select_related("source").order_by("-pk").first()


def request_article(*, address: str, by: User | None, unit: Unit | None, at: datetime) -> Job:
    """Have the page at an address read soon; while it waits to be read, asking again adds nothing.

    Raises SourceRefused for a personal account, a blog, and what is no web address.
    """
    return enqueue_address_job(kind=FETCH_ARTICLE_JOB, address=address.strip(), by=by, unit=unit, at=at)


def check_fetch(*, job_id: int) -> SingleFetch:
    """Tell how far a requested article has come; raises Job.DoesNotExist where it was never asked for."""
    job = Job.objects.get(pk=job_id, kind=FETCH_ARTICLE_JOB)
    if job.status in (JobStatus.WAITING, JobStatus.RUNNING):
        return SingleFetch(is_over=False)
    article = Article.objects.select_related("source").filter(pk=job.state.get("article")).first()
    return SingleFetch(True, article, "" if article else job.state.get("reason") or job.error or job.status)


def fetch_article(*, run: JobRun, options: FetchOptions | None = None) -> None:
    """Fetch and keep the article that a job names; the job's state then holds the article or the reason.

    Article, outcome and state are one transaction, so that a job killed anywhere may run again.
    """
    if run.job.state:
        return
    address = str(run.job.arguments["address"])
    options = options or make_fetch_options(total_timeout_seconds=_FETCH_SECONDS)
    result = _fetch(run, address, options)
    sources = _sources_at(result.final_address or address)
    read = _read(address, result, sources, run.now())
    if further := _follow(run, result, read, options):
        read = _read(address, result, sources, run.now(), further=further)
    with transaction.atomic():
        source = _choose_source(sources, read, result.final_address or address)
        ledger = OutcomeLedger(source=source, at=run.now(), job=run.job)
        if source is None or read.outcome is not OutcomeKind.KEPT:
            content = result.body if read.outcome is OutcomeKind.QUARANTINED else b""
            ledger.write(
                read.outcome, reason=read.reason, detail=read.detail, address=address, content=content
            )
            state: dict[str, object] = {"reason": read.reason}
        else:
            article, outcome = _keep(run, source, read)
            ledger.write(outcome)
            state = {"article": article.pk}
        for kind, count in ledger.counts.items():
            run.count(kind, count)
        run.advance(done=1, total=1, state=state)


def _fetch(run: JobRun, address: str, options: FetchOptions) -> FetchResult:
    """Fetch one page under the guards that every page passes, and meanwhile keep the job."""
    with FetchPool(options, run.now) as pool:
        pool.submit(FetchRequest(address=address, accept=PAGE_TYPES), tag=address)
        while True:
            for _tag, future in pool.collect(timeout_seconds=_BEAT_SECONDS):
                result: FetchResult = future.result()
                return result
            run.advance(done=0, total=1)


def _follow(
    run: JobRun, first: FetchResult, read: ReadItem, options: FetchOptions
) -> tuple[FetchResult, ...]:
    """Fetch the further pages of an article that its outlet cuts into several; a fault ends the series."""
    steps = fetch_further(first, read.page.next_address if read.page else "", has_time=lambda: True)
    answer: object = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            pages: tuple[FetchResult, ...] = end.value
            return pages
        if isinstance(step, FetchRequest):
            answer = _fetch(run, step.address, options)
        elif isinstance(step, ReadCall):
            try:
                answer = share_reader_pool().submit(step).result()
            except ReadingFailed as error:
                logger.warning("%s: %s", first.request.address, error)
                return ()


def _read(
    address: str,
    result: FetchResult,
    sources: list[Source],
    at: datetime,
    *,
    further: tuple[FetchResult, ...] = (),
) -> ReadItem:
    """Read a page as a feed's item that has nothing but an address; never raises for what stands on it."""
    item = FeedItem(guid="", address=address, title="")
    if result.status is FetchStatus.REFUSED_ADDRESS:
        return ReadItem(OutcomeKind.DISCARDED, "refused_address", result.reason, item)
    if result.final_address and (problem := judge_address(result.final_address)):
        return ReadItem(OutcomeKind.DISCARDED, problem, f"It leads to {result.final_address[:500]}.", item)
    languages = {source.languages[0] for source in sources if source.languages}
    prior = languages.pop() if len(languages) == 1 else ""
    try:
        choices = {"source_language": prior, "now": at, "options": _ANY_AGE, "further": further}
        call = ReadCall(read_item, (item, result), choices)
        read: ReadItem = share_reader_pool().submit(call).result()
    except Exception as error:  # noqa: BLE001 - the edge: a hostile page must end as an outcome
        logger.exception("%s could not be read", address)
        detail = f"{type(error).__name__}: {error}"
        return ReadItem(OutcomeKind.QUARANTINED, "unreadable_page", detail, item)
    if read.outcome is OutcomeKind.RETRIED:  # the person who waits decides whether to try again
        return replace(read, outcome=OutcomeKind.DISCARDED)
    # The page's own address names it, whichever short link led there.
    return replace(read, item=replace(item, address=read.address or address))


def _sources_at(address: str) -> list[Source]:
    """Return the sources whose home page or feeds stand on an address's site, the oldest first."""
    site = _name_site(address)
    return [
        source
        for source in Source.objects.exclude(home="", feeds=[]).order_by("id")
        if site and any(_name_site(own) == site for own in (source.home, *source.feeds))
    ]


def _choose_source(sources: list[Source], read: ReadItem, address: str) -> Source | None:
    """Return the source that a page belongs to, a new one where none is known; None for what is not kept."""
    if read.outcome is not OutcomeKind.KEPT:
        return sources[0] if len(sources) == 1 else None
    language = read.language.language if read.language else ""
    spoken = [source for source in sources if language in source.languages]
    if sources:
        return (spoken or sources)[0]
    site = _name_site(address)
    languages = [language] if language and language != "und" else []
    defaults = {
        "name": site[:200],
        "home": f"{address.partition('://')[0]}://{site}/",
        "languages": languages,
    }
    key = f"{SOURCE_PREFIX}-{slugify(site.replace('.', '-').replace(':', '-'))}"[:80].rstrip("-")
    return Source.objects.get_or_create(key=key, defaults={**defaults, "is_enabled": False})[0]


def _keep(run: JobRun, source: Source, read: ReadItem) -> tuple[Article, OutcomeKind]:
    """Store what was read, and note who asked; an article that a feed brought is found by its address."""
    known = find_article(address=read.address)
    if known is not None:
        return known, OutcomeKind.KNOWN
    kept = keep_article(source=source, read=read, at=run.now(), noticed="address")
    if kept.outcome is not OutcomeKind.KNOWN:
        changes = {"title": ["", kept.article.title[:200]], "outlet": ["", source.name]}
        action = LogEntry.Action.CREATE if kept.outcome is OutcomeKind.KEPT else LogEntry.Action.UPDATE
        LogEntry.objects.log_create(
            kept.article, action=action, actor=run.job.created_by, changes=changes, serialized_data=None
        )
    return kept.article, kept.outcome


def _name_site(address: str) -> str:
    try:
        return site_key(address)
    except UnusableAddress:
        return ""
