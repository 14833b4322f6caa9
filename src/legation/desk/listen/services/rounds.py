"""One round: hundreds of visits at once, each resumed as soon as what it waits for is there."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F

from legation.desk.carry.models import Job
from legation.desk.listen.models import Source
from legation.desk.listen.services.entry_visits import visit_entries
from legation.desk.listen.services.feed_visits import visit_feeds
from legation.desk.listen.services.fetching import FetchPool
from legation.desk.listen.services.list_visits import visit_lists
from legation.desk.listen.services.page_visits import visit_pages
from legation.desk.listen.services.settlements import Settlement, settle_items
from legation.desk.listen.services.visits import Phase, Step, Steps, Visit, VisitLimits
from legation.engine.ports import Clock
from legation.engine.records.fetches import FetchRequest
from legation.gateways.readers import ReaderPool

logger = logging.getLogger(__name__)

# What a visit does, in this order; further formats and checks join here.
PHASES: tuple[Phase, ...] = (visit_feeds, visit_lists, visit_entries, visit_pages)

_VISITS_AT_ONCE = 600  # fifty dead hosts leave room for 500 others; a descriptor each, and 1,024 are usual
_ITEMS_AT_ONCE = 32  # in one transaction: from here on the commit costs less than the rows
# Bodies that wait for a reading process; further requests wait until the processes have caught up.
_MAX_READING_BYTES = 64_000_000
_ANSWERS_AT_ONCE = 200  # before the round looks at its leases again
_CLAIM_SECONDS = 0.25  # between two looks at what is due
_REPORT_SECONDS = 1.0

Report = Callable[["RoundAccount"], None]


@dataclass(slots=True)
class RoundAccount:
    """What one round did: outcomes of items, and how the visits to the sources went."""

    counts: Counter[str] = field(default_factory=Counter)  # "kept" or "discarded:too_short" to items
    visited: int = 0
    under_way: int = 0
    problems: dict[str, str] = field(default_factory=dict)  # source key to one sentence


@dataclass(slots=True, eq=False)
class _Runner:
    """A visit and its phases under way."""

    visit: Visit
    steps: Steps


class Round:
    """Visits sources until none is due any more, or each of those named was visited."""

    def __init__(
        self,
        *,
        clock: Clock,
        fetches: FetchPool,
        readers: ReaderPool,
        limits: VisitLimits,
        job: Job | None = None,
        keys: Sequence[str] | None = None,
    ) -> None:
        self.account = RoundAccount()
        self._clock, self._limits, self._job, self._keys = clock, limits, job, keys
        self._fetches, self._readers = fetches, readers
        self._runners: dict[int, _Runner] = {}  # by the source's primary key
        self._seen: set[int] = set()  # of the sources that were named
        self._settlements: list[tuple[_Runner, Settlement]] = []
        self._held: deque[tuple[_Runner, FetchRequest]] = deque()  # requests that wait for the readers
        self._reading: dict[Future[Any], int] = {}
        self._reading_bytes = 0
        # Whose leases these are: the same job run again after a crash takes its sources up at once.
        self._owner = f"job {job.pk}" if job else f"process {os.getpid()}"

    def run(self, report: Report | None) -> RoundAccount:
        """Visit until nothing is left; see listening.listen_once."""
        try:
            self._run(report)
        finally:
            for future in self._reading:
                future.cancel()
            release_sources(list(self._runners))
        return self.account

    def _run(self, report: Report | None) -> None:
        beat_seconds = max(0.2, min(5.0, settings.ENVIRONMENT.lease_seconds / 4))
        last_beat, last_report, last_claim = self._clock(), 0.0, 0.0
        while True:
            if not self._runners or time.monotonic() - last_claim >= _CLAIM_SECONDS:
                last_claim = time.monotonic()
                for source in self._claim(room=_VISITS_AT_ONCE - len(self._runners)):
                    self._start(source)
            if not self._runners:
                break
            self._wait(min(beat_seconds, _CLAIM_SECONDS))
            self.account.under_way = len(self._runners)
            if abs((self._clock() - last_beat).total_seconds()) >= beat_seconds:
                last_beat = self._clock()
                self._renew()
            if report and time.monotonic() - last_report >= _REPORT_SECONDS:
                last_report = time.monotonic()
                report(self.account)
        if report:
            report(self.account)

    def _claim(self, *, room: int) -> list[Source]:
        """Lease sources for this round: due ones, the longest due first, or those that were named."""
        now = self._clock()
        if room <= 0:
            return []
        wanted = Source.objects.with_feeds().free(now, owner=self._owner).exclude(pk__in=list(self._runners))
        if self._keys is None:
            wanted = wanted.due(now).order_by(F("next_fetch_at").asc(nulls_first=True), "id")
        else:
            wanted = wanted.filter(key__in=self._keys).exclude(pk__in=self._seen)
        with transaction.atomic():
            claimed = list(wanted.defer("icon").select_for_update()[:room])
            until = now + timedelta(seconds=settings.ENVIRONMENT.lease_seconds)
            held = Source.objects.filter(pk__in=[source.pk for source in claimed])
            held.update(lease_until=until, lease_owner=self._owner)
        if self._keys is not None:
            self._seen.update(source.pk for source in claimed)
        return claimed

    def _renew(self) -> None:
        until = self._clock() + timedelta(seconds=settings.ENVIRONMENT.lease_seconds)
        Source.objects.filter(pk__in=list(self._runners)).update(lease_until=until)

    def _start(self, source: Source) -> None:
        visit = Visit(source, clock=self._clock, limits=self._limits, job=self._job)
        runner = self._runners[source.pk] = _Runner(visit, _run_phases(visit))
        self._resume(runner, partial(next, runner.steps))

    def _wait(self, seconds: float) -> None:
        """Resume every visit whose answer is there; wait for one where none is."""
        answers = self._fetches.collect(timeout_seconds=0.0 if self._settlements else seconds)
        for runner, future in islice(answers, _ANSWERS_AT_ONCE):
            if isinstance(runner, _Runner) and self._runners.get(runner.visit.source.pk) is runner:
                self._reading_bytes -= self._reading.pop(future, 0)
                self._answer(runner, future)
            if len(self._settlements) >= _ITEMS_AT_ONCE:
                self._settle()
        self._settle()
        while self._held and self._reading_bytes < _MAX_READING_BYTES:
            runner, request = self._held.popleft()
            self._fetches.submit(request, tag=runner)

    def _answer(self, runner: _Runner, future: Future[Any]) -> None:
        error = future.exception()
        if error is None:
            self._resume(runner, partial(runner.steps.send, future.result()))
        else:
            self._resume(runner, partial(runner.steps.throw, error))

    def _resume(self, runner: _Runner, step: Callable[[], Step]) -> None:
        """Let a visit go on to what it wants next, or end it.

        A fault ends this visit and leaves the others be. A database that is locked or full is no fault of
        the source: it is raised, and the job tries again.
        """
        try:
            self._do(runner, step())
        except StopIteration:
            self._end(runner)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of one source's visit
            self._fail(runner, error)

    def _do(self, runner: _Runner, wanted: Step) -> None:
        """Begin what a visit wants done."""
        if isinstance(wanted, Settlement):
            self._settlements.append((runner, wanted))
        elif not isinstance(wanted, FetchRequest):
            future = self._readers.submit(wanted)
            self._reading[future] = wanted.weight_bytes
            self._reading_bytes += wanted.weight_bytes
            self._fetches.follow(future, tag=runner)
        elif self._reading_bytes < _MAX_READING_BYTES:
            self._fetches.submit(wanted, tag=runner)
        else:
            self._held.append((runner, wanted))

    def _settle(self) -> None:
        """End the items that are ready in one transaction; where that fails, each in its own."""
        pending, self._settlements = self._settlements, []
        if not pending:
            return
        at = self._clock()
        try:
            settle_items(settlements=[settlement for _, settlement in pending], at=at)
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001 - one of them is at fault: the next lines find out which
            if len(pending) == 1:
                logger.debug("an item could not be stored", exc_info=True)
            for runner, settlement in pending:
                self._settle_alone(runner, settlement)
            return
        for runner, _ in pending:
            self._resume(runner, partial(next, runner.steps))

    def _settle_alone(self, runner: _Runner, settlement: Settlement) -> None:
        try:
            settle_items(settlements=[settlement], at=self._clock())
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of one source's visit
            self._fail(runner, error)
        else:
            self._resume(runner, partial(next, runner.steps))

    def _fail(self, runner: _Runner, error: Exception) -> None:
        visit = runner.visit
        logger.error("the visit to %s failed", visit.source.key, exc_info=error)
        visit.problems.append(f"The desk itself failed here: {type(error).__name__}: {error}")
        runner.steps.close()
        self._end(runner)

    def _end(self, runner: _Runner) -> None:
        visit = runner.visit
        visit.finish()
        del self._runners[visit.source.pk]
        self.account.counts.update(visit.ledger.counts)
        self.account.visited += 1
        if visit.problems:
            self.account.problems[visit.source.key] = visit.problems[0]


def _run_phases(visit: Visit) -> Steps:
    for phase in PHASES:
        yield from phase(visit)


def release_sources(pks: list[int]) -> None:
    """Free the sources of a round that was stopped, so that the next may take them at once."""
    if pks:
        Source.objects.filter(pk__in=pks).update(lease_until=None)
