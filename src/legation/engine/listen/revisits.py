"""Decide when an article's page is read again, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class RevisitReason(StrEnum):
    """Why a page is read again."""

    TEASER = "teaser"  # only its beginning is known
    WATCHED = "watched"  # its story is in use: most changes come within a day of publication
    CITED = "cited"  # a document quotes it


@dataclass(frozen=True, slots=True)
class RevisitOptions:
    """How often pages are read again: a watched page five times, a teaser four times, a cited page daily."""

    # Corrections come within hours, silent edits within days. Hours after the article was collected.
    watched_hours: tuple[float, ...] = (1, 6, 24, 72, 168)
    teaser_hours: tuple[float, ...] = (1, 6, 24, 72)
    cited_hours: float = 24  # between two readings of a cited page
    failed_hours: float = 6  # until the next try where the server failed
    max_failures: int = 5  # in a row; then the page is left alone
    jitter: float = 0.1  # of the wait, so that a day's articles do not come back at one moment


DEFAULT_OPTIONS = RevisitOptions()


@dataclass(frozen=True, slots=True)
class RevisitFacts:
    """What is known of one article's page."""

    collected_at: datetime
    is_teaser: bool = False
    is_watched: bool = False
    cited_until: datetime | None = None
    failures: int = 0  # of the latest readings, in a row
    is_gone: bool = False  # the server said that the page does not exist any more


@dataclass(frozen=True, slots=True)
class Revisit:
    """When a page is read again, and why."""

    at: datetime
    reason: RevisitReason


def plan_revisit(
    facts: RevisitFacts, *, now: datetime, jitter: float = 0.0, options: RevisitOptions = DEFAULT_OPTIONS
) -> Revisit | None:
    """Choose the next reading of a page; None where it is left alone from now on.

    now: of the last reading, or of the decision to watch it. jitter: in [0, 1), the same for one article, so
    that a plan is the same however often it is made.
    The earliest of the plans that apply is taken, and a page that failed waits at least failed_hours.
    """
    if facts.is_gone or facts.failures >= options.max_failures:
        return None
    plans: list[Revisit] = []
    if facts.is_teaser:
        plans += _next_step(facts, RevisitReason.TEASER, options.teaser_hours, now, jitter, options)
    if facts.is_watched:
        plans += _next_step(facts, RevisitReason.WATCHED, options.watched_hours, now, jitter, options)
    if facts.cited_until and now < facts.cited_until:
        wait = timedelta(hours=options.cited_hours * (1 + jitter * options.jitter))
        plans.append(Revisit(now + wait, RevisitReason.CITED))
    if not plans:
        return None
    plan = min(plans, key=lambda one: one.at)
    if facts.failures:
        at = max(plan.at, now + timedelta(hours=options.failed_hours * 2 ** (facts.failures - 1)))
        return Revisit(at, plan.reason)
    return plan


def _next_step(
    facts: RevisitFacts,
    reason: RevisitReason,
    hours: Sequence[float],
    now: datetime,
    jitter: float,
    options: RevisitOptions,
) -> list[Revisit]:
    """Return the first step of a ladder that lies ahead, if any."""
    steps = (facts.collected_at + timedelta(hours=one * (1 + jitter * options.jitter)) for one in hours)
    return [Revisit(step, reason) for step in steps if step > now][:1]
