"""The last phase of a visit: read pages of known articles again, where their text is in use or was cut."""

from __future__ import annotations

from dataclasses import replace

from legation.desk.listen.models import Article
from legation.desk.listen.services.articles import is_same_article
from legation.desk.listen.services.reading import call_read_item, judge_failed_item
from legation.desk.listen.services.revisits import due_checks, note_check, request_check
from legation.desk.listen.services.series_visits import read_series
from legation.desk.listen.services.settlements import Settlement
from legation.desk.listen.services.visits import PAGE_TYPES, PASSING, Steps, Visit, fetch, read, settle
from legation.engine.listen.versions import VersionText, judge_change
from legation.engine.records.articles import FeedItem, OutcomeKind, PageText, ReadItem
from legation.engine.records.fetches import FetchResult, FetchStatus


def visit_pages(visit: Visit) -> Steps:
    """Read the pages that are due, a few in each visit, with conditional requests."""
    for article in due_checks(source=visit.source, at=visit.clock()):
        if not visit.has_time:
            return
        result = yield from fetch(request_check(article, accept=PAGE_TYPES))
        visit.is_stopped = result.status in PASSING
        if result.status is FetchStatus.FETCHED:
            yield from _compare(visit, article, result)
            continue
        note_check(article=article, result=result, at=visit.clock())
        if result.status is FetchStatus.NOT_MODIFIED:
            yield from settle(Settlement(visit.source, visit.ledger, ReadItem(OutcomeKind.KNOWN)))


def _compare(visit: Visit, article: Article, result: FetchResult) -> Steps:
    """Read a page, and end it as known or as a new version of its article."""
    item = FeedItem(guid="", address=article.address, title="", published_at=article.published_at)
    try:
        done: ReadItem = yield from read(
            call_read_item(source=visit.source, item=item, page=result, at=visit.clock())
        )
        if done.page and done.page.next_address:
            done = yield from read_series(visit, item, result, done)
    except Exception as error:  # noqa: BLE001 - the edge: one unreadable page must not end the round
        done = judge_failed_item(item=item, error=error)
    page = done.page if done.outcome is OutcomeKind.KEPT else None
    title = page.title if page else ""
    chosen = _choose_text(article, page) if page else None
    note_check(article=article, result=result, at=visit.clock(), page_title=title)
    if chosen is None:
        yield from settle(Settlement(visit.source, visit.ledger, ReadItem(OutcomeKind.KNOWN)))
        return
    again = replace(done, page=chosen, item=replace(item, title=chosen.title), address=article.address)
    yield from settle(Settlement(visit.source, visit.ledger, again, page=result, article=article))


def _choose_text(article: Article, page: PageText) -> PageText | None:
    """Return what a page says about its article now; None where it says nothing new, or nothing of it at all.

    The headline counts as changed only against what the page itself said before: feeds often give another
    one. The lead is taken over only together with a changed text, for the same reason. A page that holds
    another text under another headline is a notice, a login or an error, and no version.
    """
    before = str(article.page_state.get("title", ""))
    is_retitled = (
        bool(before)
        and judge_change(VersionText(before, "", ""), VersionText(page.title, "", "")).is_headline_changed
    )
    title = page.title if is_retitled else article.title
    change = judge_change(
        VersionText(article.title, "", article.body or article.lead), VersionText(page.title, "", page.body)
    )
    is_rewritten = bool(change.added or change.removed)
    if not (is_rewritten or is_retitled) or not is_same_article(article=article, page=page):
        return None
    if is_rewritten:
        return replace(page, title=title)
    return replace(page, title=title, lead=article.lead, body=article.body)
