"""Take one evidence copy: fetch the page, show it in the browser, and keep archive, picture and print."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO

from django.conf import settings
from django.db import transaction

from legation.desk.carry.models import Job
from legation.desk.carry.services.registry import GiveUp, JobRun, RetryLater
from legation.desk.listen.models import Article, Capture, CaptureKind
from legation.desk.listen.services.capture_chains import drop_files, link_captures, store_file
from legation.desk.listen.services.captures import cite_captures, current_captures, has_page
from legation.desk.listen.services.fetching import FetchPool, make_fetch_options
from legation.engine.ports import PageRenderer
from legation.engine.records.captures import ArchiveAbout, ArchiveSummary, RenderedPage
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.archive import ProcessRenderer, find_browser, write_archive
from legation.gateways.http import FetchOptions

# A later try may do better; anything else is the publication's last word for now.
_PASSING = frozenset({FetchStatus.TIMED_OUT, FetchStatus.SERVER_ERROR, FetchStatus.BUSY, FetchStatus.BROKEN})
_MOST_TRIES = 6  # spread over some hours: what is down longer is a matter for a person
_FIRST_WAIT_SECONDS = 300.0  # then doubled: 5, 10, 20, 40 and 80 minutes
_BEAT_SECONDS = 2.0  # how often a waiting job looks whether it was called off
_FETCH_SECONDS = 60.0
_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"
_MEMORY_BYTES = 8_000_000  # of an archive, before it is written to a temporary file
# A page is shown by a person's browser, which asks for its parts at once; four at a time are gentle enough.
_PART_BOUNDS = {
    "per_host_concurrency": 4,
    "per_host_delay_seconds": 0.1,
    "connect_timeout_seconds": 5.0,
    "total_timeout_seconds": 20.0,
    "max_bytes": 10_000_000,
}


@dataclass(frozen=True, slots=True)
class _Shot:
    """What came of one page."""

    page: FetchResult
    rendered: RenderedPage
    about: ArchiveAbout


def make_renderer() -> PageRenderer | None:
    """Return what shows pages by the installation's settings; None where there is no browser."""
    browser = find_browser(settings.ENVIRONMENT.browser)
    if browser.problem:
        return None
    obeys = settings.ENVIRONMENT.evidence_obeys_robots
    return ProcessRenderer(browser.path, make_fetch_options(**_PART_BOUNDS), obeys_robots=obeys)


def capture_article(
    *,
    run: JobRun,
    options: FetchOptions | None = None,
    choose_renderer: Callable[[], PageRenderer | None] = make_renderer,
) -> None:
    """Take the copy that a job names; the job's state then names the copies.

    Copies, links and state are one transaction, so that a job killed anywhere may run again.
    Raises GiveUp where there can be no copy, RetryLater where there may be one later.
    """
    if run.job.state.get("captures"):
        return
    article = Article.objects.select_related("source").filter(pk=run.job.arguments["article"]).first()
    if article is None or not has_page(article):
        raise GiveUp("The article has no web page of which a copy could be taken.")
    if not run.job.arguments.get("is_forced") and _cite_existing(run, article):
        return
    options = options or make_fetch_options(total_timeout_seconds=_FETCH_SECONDS)
    page = _fetch(run, article.address, options)
    _require_page(run, page)
    rendered = _render(run, page, choose_renderer())
    about = ArchiveAbout(
        title=article.title,
        operator=options.user_agent.partition("(+")[2].rstrip(")"),
        user_agent=options.user_agent,
        made_at=run.now(),
        respects_robots=settings.ENVIRONMENT.evidence_obeys_robots,
    )
    _keep(run, article, _Shot(page, rendered, about))


def _cite_existing(run: JobRun, article: Article) -> bool:
    """Add the job's reasons to current copies that were taken meanwhile; tells whether there are any."""
    with transaction.atomic():
        copies = list(current_captures([article.pk]).select_for_update(of=("self",)))
        if not any(copy.kind == CaptureKind.ARCHIVE for copy in copies):
            return False
        cite_captures(captures=copies, reasons=_read_reasons(run))
        run.count("known")
        run.advance(done=3, total=3, state={"captures": [copy.pk for copy in copies]})
    return True


def _fetch(run: JobRun, address: str, options: FetchOptions) -> FetchResult:
    """Fetch the page under the guards that every page passes, and meanwhile keep the job."""
    request = FetchRequest(
        address=address,
        accept=_ACCEPT,
        keeps_exchanges=True,
        checks_robots=settings.ENVIRONMENT.evidence_obeys_robots,
    )
    with FetchPool(options, run.now) as pool:
        pool.submit(request, tag=address)
        while True:
            for _tag, future in pool.collect(timeout_seconds=_BEAT_SECONDS):
                result: FetchResult = future.result()
                return result
            run.advance(done=0, total=3)


def _require_page(run: JobRun, page: FetchResult) -> None:
    """End the attempt where there is no page to keep."""
    if page.status is FetchStatus.FETCHED and page.exchanges:
        return
    tries = run.job.tries.count()
    if page.status in _PASSING and tries < _MOST_TRIES:
        wait = page.retry_after_seconds or _FIRST_WAIT_SECONDS * 2 ** max(tries - 1, 0)
        raise RetryLater(page.reason, retry_after_seconds=wait)
    raise GiveUp(page.reason or "The server gave no answer that could be kept.")


def _render(run: JobRun, page: FetchResult, renderer: PageRenderer | None) -> RenderedPage:
    """Show the page; a page that cannot be shown is kept without a picture."""
    run.advance(done=1, total=3)
    if "html" not in page.content_type.lower():
        return RenderedPage(problem="What stands at the address is no web page.")
    if renderer is None:
        return RenderedPage(problem=find_browser(settings.ENVIRONMENT.browser).problem)
    rendered = renderer.render(page, beat=lambda: run.advance(done=1, total=3))
    run.advance(done=2, total=3)
    return rendered


def _keep(run: JobRun, article: Article, shot: _Shot) -> None:
    """Store what was taken: the archive always, picture and print where there are any."""
    page, rendered = shot.page, shot.rendered
    stored: list[Capture] = []
    with tempfile.SpooledTemporaryFile(max_size=_MEMORY_BYTES) as archive:
        exchanges = [*page.exchanges, *rendered.exchanges]
        summary = write_archive(exchanges, archive, about=shot.about, page_index=len(page.exchanges) - 1)
        try:
            stored.append(_store(run, article, shot, summary, CaptureKind.ARCHIVE, archive))
            if rendered.screenshot:
                picture = BytesIO(rendered.screenshot)
                stored.append(_store(run, article, shot, summary, CaptureKind.SCREENSHOT, picture))
            if rendered.pdf:
                stored.append(_store(run, article, shot, summary, CaptureKind.PRINT, BytesIO(rendered.pdf)))
            _link(run, stored, rendered)
        except BaseException:
            drop_files(captures=stored)
            raise


def _link(run: JobRun, stored: list[Capture], rendered: RenderedPage) -> None:
    """Write copies, links and the job's bookmark together."""
    with transaction.atomic():
        reasons = _read_reasons(run)
        for capture in stored:
            capture.reasons = reasons
        link_captures(captures=stored)
        run.count("kept", len(stored))
        state: dict[str, object] = {
            "captures": [capture.pk for capture in stored],
            "problem": rendered.problem,
        }
        if rendered.refused_count:
            state["refused_parts"] = rendered.refused_count
        run.advance(done=3, total=3, state=state)


_FILES = {
    CaptureKind.ARCHIVE: ("warc.gz", "application/warc"),
    CaptureKind.SCREENSHOT: ("jpg", "image/jpeg"),
    CaptureKind.PRINT: ("pdf", "application/pdf"),
}


def _store(
    run: JobRun,
    article: Article,
    shot: _Shot,
    summary: ArchiveSummary,
    kind: CaptureKind,
    content: IO[bytes],
) -> Capture:
    ending, content_type = _FILES[kind]
    at = shot.page.exchanges[-1].started_at
    return store_file(
        content=content,
        ending=ending,
        article=article,
        kind=kind,
        file_name=f"{_name_files(article, at)}.{ending}",
        content_type=content_type,
        captured_at=at,
        captured_by=run.job.created_by,
        address=article.address,
        record_id=summary.record_id,
        payload_sha256=summary.payload_sha256,
        article_version=article.version,
    )


def _read_reasons(run: JobRun) -> list[str]:
    """Return what cites the article by now: it may have become more while the job waited."""
    arguments = Job.objects.select_for_update().values_list("arguments", flat=True).get(pk=run.job.pk)
    return [str(reason) for reason in arguments.get("reasons", [])]


def _name_files(article: Article, at: datetime) -> str:
    site = re.sub(r"[^a-z0-9.-]+", "-", article.address.partition("://")[2].partition("/")[0].lower())
    return f"{site[:80]}-{article.pk}-{at:%Y%m%dT%H%M%SZ}"
