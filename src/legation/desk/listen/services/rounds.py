"""One round: hundreds of visits at once, each resumed as soon as what it waits for is there."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import OperationalError

from legation.desk.carry.models import Job
from legation.desk.listen.models import Source
from legation.desk.listen.services.claims import SourceClaims
from legation.desk.listen.services.entry_visits import visit_entries
from legation.desk.listen.services.feed_visits import visit_feeds
from legation.desk.listen.services.fetching import FetchPool
from legation.desk.listen.services.list_visits import visit_lists
from legation.desk.listen.services.page_visits import visit_pages
from legation.desk.listen.services.settlements import Settlement, settle_items
from legation.desk.listen.services.visits import Phase, Step, Steps, Visit, VisitLimits
from legation.engine.ports import Clock
from legation.engine.records.fetches import FetchRequest
from legation.gateways.readers import ReaderPool, ReadersUnavailable

logger = logging.getLogger(__name__)

# What a visit does, in this order; further formats and checks join here.
PHASES: tuple[Phase, ...] = (visit_feeds, visit_lists, visit_entries, visit_pages)

_ITEMS_AT_ONCE = 32  # in one transaction: from here on the commit costs less than the rows
_ITEMS_WAIT_SECONDS = 0.3  # for others to share a transaction with, while anything else is under way
# Bodies that wait for a reading process; further requests wait until the processes have caught up.
_MAX_READING_BYTES = 64_000_000
_ANSWERS_AT_ONCE = 200  # before the round looks at its leases again
_CLAIM_SECONDS = 0.25  # between two looks at what is due
_IDLE_CLAIM_SECONDS = 1.0  # where the last look found nothing
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
        self._clock, self._limits, self._job = clock, limits, job
        self._claims = SourceClaims(clock=clock, job=job, keys=keys)
        self._fetches, self._readers = fetches, readers
        self._runners: dict[int, _Runner] = {}  # by the source's primary key
        self._settlements: list[tuple[_Runner, Settlement]] = []
        self._settles_by = 0.0  # of the monotonic clock: when the items above are ended at the latest
        self._held: deque[tuple[_Runner, FetchRequest]] = deque()  # requests that wait for the readers
        self._reading: dict[Future[Any], int] = {}
        self._reading_bytes = 0

    def run(self, report: Report | None) -> RoundAccount:
        """Visit until nothing is left; see listening.listen_once."""
        try:
            self._run(report)
        finally:
            for future in self._reading:
                future.cancel()
            self._claims.release()
        return self.account

    def _run(self, report: Report | None) -> None:
        beat_seconds = max(0.2, min(5.0, settings.ENVIRONMENT.lease_seconds / 4))
        last_beat, last_report, next_claim = self._clock(), 0.0, 0.0
        while True:
            if not self._runners or time.monotonic() >= next_claim:
                for source in self._claims.claim():
                    self._start(source)
                rest = _IDLE_CLAIM_SECONDS if self._claims.is_exhausted else _CLAIM_SECONDS
                next_claim = time.monotonic() + rest
            if not self._runners:
                if self._claims.is_exhausted:
                    break
                time.sleep(_CLAIM_SECONDS)  # what is due waits for the pace
            self._wait(min(beat_seconds, _CLAIM_SECONDS))
            self.account.under_way = len(self._runners)
            if abs((self._clock() - last_beat).total_seconds()) >= beat_seconds:
                last_beat = self._clock()
                self._claims.renew()
            if report and time.monotonic() - last_report >= _REPORT_SECONDS:
                last_report = time.monotonic()
                report(self.account)
        if report:
            report(self.account)

    def _start(self, source: Source) -> None:
        visit = Visit(source, clock=self._clock, limits=self._limits, job=self._job)
        runner = self._runners[source.pk] = _Runner(visit, _run_phases(visit))
        self._resume(runner, partial(next, runner.steps))

    def _wait(self, seconds: float) -> None:
        """Resume every visit whose answer is there; wait for one where none is."""
        if self._settlements:
            seconds = min(seconds, max(0.0, self._settles_by - time.monotonic()))
        for runner, future in islice(self._fetches.collect(timeout_seconds=seconds), _ANSWERS_AT_ONCE):
            if isinstance(runner, _Runner) and self._runners.get(runner.visit.source.pk) is runner:
                self._reading_bytes -= self._reading.pop(future, 0)
                self._answer(runner, future)
            if len(self._settlements) >= _ITEMS_AT_ONCE:
                self._settle()
        is_time = self._fetches.is_idle or time.monotonic() >= self._settles_by
        if self._settlements and is_time:
            self._settle()
        while self._held and self._reading_bytes < _MAX_READING_BYTES:
            runner, request = self._held.popleft()
            self._fetches.submit(request, tag=runner)

    def _answer(self, runner: _Runner, future: Future[Any]) -> None:
        error = future.exception()
        if isinstance(error, ReadersUnavailable):
            raise error  # the round stops, and the job tries again: nothing is at fault that came in
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
            if not self._settlements:
                self._settles_by = time.monotonic() + _ITEMS_WAIT_SECONDS
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
        self._claims.give_back(visit.source.pk)
        self.account.counts.update(visit.ledger.counts)
        self.account.visited += 1
        if visit.problems:
            self.account.problems[visit.source.key] = visit.problems[0]


def _run_phases(visit: Visit) -> Steps:
    for phase in PHASES:
        yield from phase(visit)
