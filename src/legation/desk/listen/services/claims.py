"""Which sources a round may visit now: due, free, not too many at once, and not too many of one site."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from legation.desk.carry.models import Job
from legation.desk.listen.models import Source
from legation.engine.listen.addresses import UnusableAddress, site_key
from legation.engine.listen.intervals import VisitPace
from legation.engine.ports import Clock

# Fifty dead hosts leave room for 500 others; a descriptor each, and 1,024 are usual.
VISITS_AT_ONCE = 600
# The sources of one site wait for each other anyway; more of them would keep the places of others.
_VISITS_PER_SITE = 6
_CANDIDATES = 4  # looked at for each free place, so that one site's sources do not hide the others


class SourceClaims:
    """The leases of one round."""

    def __init__(self, *, clock: Clock, job: Job | None, keys: Sequence[str] | None) -> None:
        self._clock, self._keys = clock, keys
        self._held: dict[int, str] = {}  # source to site
        self._sites: Counter[str] = Counter()
        self._seen: set[int] = set()  # of the sources that were named
        self._pace: VisitPace | None = None
        self.is_exhausted = False  # whether the last look found nothing that could be visited, now or soon
        # The same job run again after a crash takes its sources up at once.
        self._owner = f"job {job.pk}" if job else f"process {os.getpid()}"

    def claim(self) -> list[Source]:
        """Lease sources for this round: due ones, the longest due first, or those that were named.

        Sets is_exhausted where none is left; it is not where some wait for the pace or for their site.
        """
        room = VISITS_AT_ONCE - len(self._held)
        if room <= 0:
            return []
        chosen, self.is_exhausted = self._choose(room)
        if not chosen:
            return []
        now = self._clock()
        with transaction.atomic():
            free = Source.objects.free(now, owner=self._owner).filter(pk__in=chosen)
            claimed = {source.pk: source for source in free.defer("icon").select_for_update()}
            until = now + timedelta(seconds=settings.ENVIRONMENT.lease_seconds)
            Source.objects.filter(pk__in=claimed).update(lease_until=until, lease_owner=self._owner)
        for pk in claimed:
            self._held[pk] = chosen[pk]
            self._sites[chosen[pk]] += 1
        self._seen.update(chosen)
        return [claimed[pk] for pk in chosen if pk in claimed]

    def give_back(self, pk: int) -> None:
        """Forget a source whose visit has ended; its row was freed with the visit's end."""
        site = self._held.pop(pk)
        self._sites[site] -= 1
        if not self._sites[site]:
            del self._sites[site]

    def renew(self) -> None:
        """Prolong every lease."""
        until = self._clock() + timedelta(seconds=settings.ENVIRONMENT.lease_seconds)
        Source.objects.filter(pk__in=list(self._held)).update(lease_until=until)

    def release(self) -> None:
        """Free the sources of a round that was stopped, so that the next may take them at once."""
        if self._held:
            Source.objects.filter(pk__in=list(self._held)).update(lease_until=None)

    def _choose(self, room: int) -> tuple[dict[int, str], bool]:
        """Choose sources within the pace and the bound of each site: to their sites, in order."""
        now = self._clock()
        wanted = Source.objects.with_feeds().free(now, owner=self._owner)
        if self._keys is None:
            wanted = wanted.due(now).order_by(F("next_fetch_at").asc(nulls_first=True), "id")
            pace: VisitPace | None = self._get_pace()
        else:
            wanted = wanted.filter(key__in=self._keys).exclude(pk__in=self._seen)
            pace = None
        wanted = wanted.exclude(pk__in=list(self._held))
        room = min(room, pace.count_free(time.monotonic())) if pace else room
        if not room:
            return {}, not wanted.exists()
        found = list(wanted.values_list("pk", "feeds", "home")[: room * _CANDIDATES])
        sites, chosen = Counter(self._sites), dict[int, str]()
        for pk, feeds, home in found:
            site = _name_site(feeds[0] if feeds else home, pk)
            if sites[site] < _VISITS_PER_SITE and len(chosen) < room:
                sites[site] += 1
                chosen[pk] = site
        if pace:
            pace.count_started(len(chosen))
        return chosen, not found

    def _get_pace(self) -> VisitPace:
        if self._pace is None:
            usual = Source.objects.listening().with_feeds().filter(interval_seconds__gt=0)
            rate = usual.aggregate(rate=Sum(1.0 / F("interval_seconds")))["rate"]
            self._pace = VisitPace(usual_per_second=rate or 0.0, at_seconds=time.monotonic())
        return self._pace


def _name_site(address: str, pk: int) -> str:
    try:
        return site_key(address)
    except UnusableAddress:
        return str(pk)
