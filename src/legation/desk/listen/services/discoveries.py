"""Find out all about a source from its address alone, for a person to confirm."""

from __future__ import annotations

import base64
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from legation.desk.carry.models import Job, JobStatus
from legation.desk.carry.services.registry import JobRun
from legation.desk.listen.services.address_jobs import enqueue_address_job
from legation.desk.listen.services.fetching import make_fetch_options
from legation.desk.listen.services.found_feeds import FoundFeed, describe_feed, has_same_items, is_taken
from legation.desk.listen.services.site_visits import SiteVisit
from legation.desk.listen.services.sources import index_feeds
from legation.desk.listen.services.visits import FEED_TYPES, PAGE_TYPES
from legation.desk.people.models import Unit, User
from legation.engine.listen.discoveries import SiteFacts, choose_name, detect_language, guess_country
from legation.engine.listen.feed_links import FeedLink, find_sitemaps, list_usual_addresses
from legation.engine.listen.feeds import UnreadableFeed, parse_feed
from legation.engine.listen.front_pages import FrontPage, read_front_page
from legation.engine.listen.icons import UnusableIcon, make_icon
from legation.engine.listen.list_pages import ListProposal
from legation.engine.records.articles import Feed, FeedItem
from legation.engine.records.fetches import FetchResult, FetchStatus
from legation.gateways.http import FetchOptions
from legation.gateways.readers import ReadingFailed
from legation.gateways.source_files import judge_address

logger = logging.getLogger(__name__)

DISCOVER_JOB = "listen.discover"
STEPS = ("page", "feeds", "usual", "sitemaps", "icon")  # in their order, for whoever watches
_MAX_REQUESTS = 24  # of a site that announces many feeds; at one a second a person waits half a minute
_MAX_FEEDS = 8
_MAX_SITEMAPS = 2
_FETCH_SECONDS = 20.0
_MAX_BYTES = 5_000_000  # as front pages; a sitemap may be larger and is then left out
_ICON_TYPES = "image/png, image/x-icon, image/*;q=0.8"
_ANY_TYPES = f"{FEED_TYPES}, text/html;q=0.8"


@dataclass(frozen=True, slots=True)
class Discovery:
    """How far the finding out has come, and what it found."""

    is_over: bool
    step: str = ""  # of STEPS, while it runs
    found: dict[str, Any] | None = None  # as discover leaves it; None where nothing could be asked
    problem: str = ""  # a reason of reason_name where the site cannot be a source, else why the job failed
    detail: str = ""  # one English sentence


def request_discovery(*, address: str, by: User | None, unit: Unit | None, at: datetime) -> Job:
    """Have a site looked at soon; while that waits, asking again adds nothing.

    address: of a home page, a section or a feed, with or without "https://". Raises SourceRefused for a
    personal account, a blog, and what is no web address.
    """
    return enqueue_address_job(kind=DISCOVER_JOB, address=complete_address(address), by=by, unit=unit, at=at)


def complete_address(address: str) -> str:
    """Write out an address as people type it: "paper.example", "feed://paper.example/rss"."""
    address = address.strip()
    if address.lower().startswith("feed:"):
        address = address[5:].lstrip("/")
    return address if "://" in address[:12] or not address else f"https://{address}"


def check_discovery(*, job_id: int) -> Discovery:
    """Tell how far a discovery has come; raises Job.DoesNotExist where none was asked for."""
    job = Job.objects.get(pk=job_id, kind=DISCOVER_JOB)
    if job.status in (JobStatus.WAITING, JobStatus.RUNNING):
        return Discovery(is_over=False, step=STEPS[min(job.progress_done, len(STEPS) - 1)])
    if not job.state:
        return Discovery(is_over=True, problem=job.error or job.status)
    return Discovery(True, "", job.state, job.state.get("problem", ""), job.state.get("detail", ""))


def discover(*, run: JobRun, options: FetchOptions | None = None) -> None:
    """Look at the site that a job names; the job's state then holds what was found. Safe to repeat.

    Nothing is stored but the job's state: a person confirms it.
    """
    if run.job.state:
        return
    address = str(run.job.arguments["address"])
    options = options or make_fetch_options(total_timeout_seconds=_FETCH_SECONDS, max_bytes=_MAX_BYTES)
    with SiteVisit(run, options, steps=len(STEPS), max_requests=_MAX_REQUESTS) as visit:
        state = _Explorer(visit).explore(address)
    run.advance(done=len(STEPS), total=len(STEPS), state=state)


class _Explorer:
    """Asks one site, step by step."""

    def __init__(self, visit: SiteVisit) -> None:
        self._visit = visit
        self._taken = index_feeds()
        self._feeds: list[FoundFeed] = []
        self._parsed: list[Feed] = []
        self._refused: list[dict[str, str]] = []

    def explore(self, address: str) -> dict[str, Any]:
        """Return the state that the job keeps."""
        self._visit.begin(0)
        result = self._fetch_first(address)
        if problem := self._judge(result, result.final_address or address):
            return problem
        at = result.final_address or address
        is_feed = self._try_feed(result, address, is_announced=True)
        front = self._read_home(at) if is_feed else self._read_front(result, at)
        if front and front.facts.is_personal:
            return {"address": address, "problem": "personal", "detail": f"{at[:300]} is a personal page."}
        self._visit.begin(1)
        self._try_links([] if is_feed or front is None else front.feeds)
        self._visit.begin(2)
        if not self._feeds:
            self._try_usual(at)
        self._visit.begin(3)
        self._try_sitemaps(at)
        self._visit.begin(4)
        facts = front.facts if front else SiteFacts(country=guess_country(at))
        icon = self._find_icon(facts.icons)
        return self._describe(address, at, facts, icon, None if is_feed else front)

    def _fetch_first(self, address: str) -> FetchResult:
        """Fetch what was typed; over plain http where nobody listens for https."""
        result = self._visit.fetch(address, accept=_ANY_TYPES)
        if result.status is FetchStatus.BROKEN and result.fault != "name" and address.startswith("https://"):
            plain = self._visit.fetch(f"http://{address[8:]}", accept=_ANY_TYPES)
            return plain if plain.status is FetchStatus.FETCHED else result
        return result

    def _judge(self, result: FetchResult, at: str) -> dict[str, Any]:
        """Say why a site cannot be a source; {} where it can."""
        address = result.request.address
        if result.status is FetchStatus.REFUSED_ADDRESS:
            return {"address": address, "problem": "refused_address", "detail": result.reason}
        if problem := judge_address(at) or judge_address(address):
            return {"address": address, "problem": problem, "detail": f"It leads to {at[:300]}."}
        if result.status is not FetchStatus.FETCHED:
            return {"address": address, "problem": f"page_{result.status}", "detail": result.reason}
        return {}

    def _read_front(self, result: FetchResult, at: str) -> FrontPage | None:
        try:
            page: FrontPage = self._visit.read(
                read_front_page, result.body, content_type=result.content_type, address=at
            )
            return page
        except ReadingFailed as error:
            logger.warning("%s: %s", at, error)
            return None

    def _read_home(self, at: str) -> FrontPage | None:
        """Read the home page that a feed names, for its publisher."""
        named = self._parsed[0].address if self._parsed else ""
        home = named if named and not judge_address(named) else urljoin(at, "/")
        result = self._visit.fetch(home, accept=PAGE_TYPES)
        if result.status is not FetchStatus.FETCHED or judge_address(result.final_address):
            return None
        return self._read_front(result, result.final_address)

    def _try_links(self, links: Iterable[FeedLink]) -> None:
        for link in list(links)[: _MAX_FEEDS + 4]:
            if len(self._feeds) >= _MAX_FEEDS:
                break
            self._try_address(link.address, is_announced=link.is_announced)

    def _try_usual(self, at: str) -> None:
        for address in list_usual_addresses(at):
            if self._try_address(address, is_announced=False):
                break

    def _try_sitemaps(self, at: str) -> None:
        """Try the sitemaps that robots.txt names, and the usual one where there is no feed at all."""
        robots = self._visit.fetch(urljoin(at, "/robots.txt"), accept="text/plain", checks_robots=False)
        named: list[str] = []
        if robots.status is FetchStatus.FETCHED:
            named = find_sitemaps(robots.body.decode("utf-8", "replace"), robots.final_address or at)
        if not any(feed["count"] for feed in self._feeds):
            named = [*named, urljoin(at, "/sitemap.xml")]
        else:
            named = [one for one in named if "news" in urlsplit(one).path.lower()]
        for address in named[:_MAX_SITEMAPS]:
            self._try_address(address, is_announced=address in named)

    def _try_address(self, address: str, *, is_announced: bool) -> bool:
        if problem := judge_address(address):
            self._refused.append({"address": address[:300], "reason": problem})
            return False
        result = self._visit.fetch(address, accept=FEED_TYPES)
        if result.status is not FetchStatus.FETCHED or judge_address(result.final_address):
            return False
        return self._try_feed(result, address, is_announced=is_announced)

    def _try_feed(self, result: FetchResult, address: str, *, is_announced: bool) -> bool:
        """Keep what was fetched where it is a feed; False where it is none."""
        at = result.final_address or address
        try:
            feed: Feed = self._visit.read(
                parse_feed, result.body, content_type=result.content_type, address=at
            )
        except (UnreadableFeed, ReadingFailed):
            return False
        if feed.parts and not feed.items:
            part = self._visit.fetch(feed.parts[0], accept=FEED_TYPES)
            return part.status is FetchStatus.FETCHED and self._try_feed(
                part, feed.parts[0], is_announced=is_announced
            )
        if has_same_items(self._feeds, feed) or any(one["address"] == address for one in self._feeds):
            return True
        self._parsed.append(feed)
        self._feeds.append(
            describe_feed(
                feed,
                address=address,
                is_announced=is_announced,
                moved_to=result.moved_permanently_to,
                final_address=at,
                taken=self._taken,
            )
        )
        return True

    def _find_icon(self, addresses: Iterable[str]) -> str:
        """Return the first icon that can be decoded, as text for the job's state; "" where none can."""
        for address in addresses:
            if judge_address(address):
                continue
            result = self._visit.fetch(address, accept=_ICON_TYPES)
            if result.status is not FetchStatus.FETCHED:
                continue
            try:
                icon: bytes = self._visit.read(make_icon, result.body)
            except (UnusableIcon, ReadingFailed):
                continue
            return base64.b64encode(icon).decode("ascii")
        return ""

    def _describe(
        self, address: str, at: str, facts: SiteFacts, icon: str, front: FrontPage | None
    ) -> dict[str, Any]:
        best = self._parsed[0] if self._parsed else None
        name = choose_name(facts.name, best.title if best else "")
        home = best.address if best and best.address and not judge_address(best.address) else urljoin(at, "/")
        country = facts.country or guess_country(home)
        proposal = front.proposal if front and not any(one["count"] for one in self._feeds) else None
        languages = self._name_languages(facts, proposal)
        listed = [{"title": link.title[:200], "address": link.address[:500]} for link in
                  (proposal.links if proposal else ())]  # fmt: skip
        found = {
            "name": name, "languages": languages, "country": country,
            "kind": str(facts.kind or ""), "icon": icon, "feeds": self._feeds,
        }  # fmt: skip
        return {
            **found,
            "address": address,
            "home": home,
            "list_page": {
                "address": at, "pattern": proposal.pattern, "count": proposal.match_count, "links": listed
            } if proposal else None,
            "missing": [what for what, value in found.items() if not value],
            "refused": self._refused[:10],
            "is_known": bool(self._feeds) and all(is_taken(one) for one in self._feeds),
            "request_count": self._visit.request_count,
        }  # fmt: skip

    def _name_languages(self, facts: SiteFacts, proposal: ListProposal | None) -> list[str]:
        """Name the languages of what was found: the commonest of the titles first, else what is declared."""
        votes: Counter[str] = Counter()
        for feed in self._parsed:
            if language := detect_language(feed.items[:50], prior=facts.language):
                votes[language] += len(feed.items[:50])
        listed = (
            [FeedItem(link.address, link.address, link.title) for link in proposal.links] if proposal else []
        )
        if language := detect_language(listed, prior=facts.language):
            votes[language] += len(listed)
        if votes:
            return [language for language, _ in votes.most_common(3)]
        declared = [*(feed["language"] for feed in self._feeds), facts.language]
        return [language for language in declared if language][:1]
