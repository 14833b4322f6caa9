"""Subscriptions to feeds whose hub tells the desk at once when something is new (WebSub).

Source: https://www.w3.org/TR/websub/. Off unless LEGATION_WEBSUB says that the desk can be reached from
outside.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.models import Source, Subscription
from legation.desk.listen.services.fetching import FetchPool, make_fetch_options
from legation.engine.listen.addresses import UnusableAddress, site_key
from legation.engine.ports import Clock
from legation.engine.records.articles import Feed
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.http import FetchOptions

RENEW_JOB = "listen.renew_subscriptions"
LEASE = timedelta(days=10)  # asked for; hubs grant what they like
_SHORTEST_LEASE, _LONGEST_LEASE = timedelta(minutes=5), timedelta(days=30)
_RENEW_BEFORE = timedelta(days=1)  # of a short lease its last fifth
_TRY_AGAIN = timedelta(hours=1)  # where the hub failed, or never verified
_DENIED_FOR = timedelta(days=7)
# While the hub tells what is new, the feed is asked four times as rarely, at least every six hours.
_RELAXED_TIMES = 4
_RELAXED_SECONDS = 21_600.0
_AT_ONCE = 50


def wish_subscription(*, source: Source, feed: Feed, address: str) -> None:
    """Note that a feed offers a hub, so that the worker subscribes; call it where the feed was just read.

    address: where the feed was fetched from. A feed may name only a topic of its own site: another's would
    bring that one's articles here.
    """
    if not (settings.ENVIRONMENT.websub and feed.hub and feed.topic and source.is_enabled):
        return
    if max(len(feed.topic), len(feed.hub)) > 500 or not _is_same_site(feed.topic, address):
        return
    held = Subscription.objects.filter(topic=feed.topic).first()
    if held is None:
        Subscription.objects.get_or_create(
            topic=feed.topic,
            defaults={
                "source": source,
                "hub": feed.hub,
                "token": secrets.token_urlsafe(32),
                "secret": secrets.token_urlsafe(32),
            },
        )
    elif held.source_id == source.pk and (held.hub != feed.hub or held.state == "ended"):
        held.hub, held.state, held.asked_at, held.lease_until = feed.hub, "wanted", None, None
        held.save()


def schedule_renewals(now: datetime) -> None:
    """Enqueue the asking of hubs where a subscription wants it; a tick of the worker."""
    if Subscription.objects.exclude(state="ended").exists() and due_subscriptions(now=now).exists():
        enqueue_job(kind=RENEW_JOB, key=RENEW_JOB)


def due_subscriptions(*, now: datetime) -> QuerySet[Subscription]:
    """Return the subscriptions about which a hub must be asked now: begin, renew, try again, or end."""
    may_ask = Q(asked_at__isnull=True) | Q(asked_at__lt=now - _TRY_AGAIN)
    begins = Q(state__in=("wanted", "asked")) & may_ask
    ends_soon = Q(state="active") & Q(lease_until__lt=now + _RENEW_BEFORE) & may_ask
    denied = Q(state="denied", asked_at__lt=now - _DENIED_FOR)
    is_over = ~Q(state="ended") & _is_unwanted()
    return Subscription.objects.filter(begins | ends_soon | denied | is_over).select_related("source")


def renew_subscriptions(*, clock: Clock, options: FetchOptions | None = None) -> dict[str, int]:
    """Ask the hubs of due subscriptions, through the guards of every fetch; counts the states afterwards."""
    due = list(due_subscriptions(now=clock()).order_by("asked_at", "id")[:_AT_ONCE])
    counts: dict[str, int] = {}
    with FetchPool(options or make_fetch_options(), clock) as pool:
        for subscription in due:
            pool.submit(_ask_hub(subscription), tag=subscription.pk)
        waiting = {subscription.pk: subscription for subscription in due}
        while waiting:
            for pk, future in pool.collect(timeout_seconds=5.0):
                subscription = waiting.pop(pk)
                _note_answer(subscription, future.result(), now=clock())
                counts[subscription.state] = counts.get(subscription.state, 0) + 1
    return counts


def confirm_subscription(
    *, subscription: Subscription, mode: str, topic: str, lease_seconds: str, now: datetime
) -> bool:
    """Judge a hub's question whether the desk meant what it asked; True where it is to be echoed."""
    rows = Subscription.objects.filter(pk=subscription.pk)
    if mode == "denied":
        problem = "The hub denies the subscription."
        rows.filter(topic=topic).update(state="denied", asked_at=now, problem=problem)
        return True
    if topic != subscription.topic:
        return False
    if mode == "unsubscribe":
        return subscription.state == "ended"
    if mode != "subscribe" or subscription.state == "ended":
        return False
    is_number = lease_seconds.isdecimal() and len(lease_seconds) < 9
    granted = timedelta(seconds=int(lease_seconds)) if is_number else LEASE
    lease_until = now + min(max(granted, _SHORTEST_LEASE), _LONGEST_LEASE)
    rows.update(state="active", lease_until=lease_until, problem="")
    return True


def relax_wait(*, source: Source, now: datetime, wait_seconds: float) -> float:
    """Let a source whose every feed is pushed be asked more rarely, at least every six hours."""
    if not settings.ENVIRONMENT.websub or source.failures or source.list_pages:
        return wait_seconds
    active = Subscription.objects.filter(source=source, state="active", lease_until__gt=now).count()
    if not active or active < len(source.feeds):
        return wait_seconds
    return max(wait_seconds, min(wait_seconds * _RELAXED_TIMES, _RELAXED_SECONDS))


def _is_unwanted() -> Q:
    return Q(source__is_enabled=False) if settings.ENVIRONMENT.websub else Q()


def _ask_hub(subscription: Subscription) -> FetchRequest:
    """Write the request that begins, renews or ends a subscription."""
    is_wanted = settings.ENVIRONMENT.websub and subscription.source.is_enabled
    path = reverse("websub_callback", args=[subscription.token])
    form = [
        ("hub.mode", "subscribe" if is_wanted else "unsubscribe"),
        ("hub.topic", subscription.topic),
        ("hub.callback", f"{settings.ENVIRONMENT.base_url}{path}"),
    ]
    if is_wanted:
        form += [("hub.secret", subscription.secret), ("hub.lease_seconds", str(int(LEASE.total_seconds())))]
    else:
        # Before the question is sent: the hub may verify before it answers.
        Subscription.objects.filter(pk=subscription.pk).update(state="ended")
        subscription.state = "ended"
    return FetchRequest(address=subscription.hub, form=tuple(form), checks_robots=False)


def _note_answer(subscription: Subscription, result: FetchResult, *, now: datetime) -> None:
    """Remember when the hub was asked and what it said; the hub's own question may have come before."""
    problem = "" if result.status is FetchStatus.FETCHED else result.reason[:300]
    rows = Subscription.objects.filter(pk=subscription.pk)
    rows.update(asked_at=now, problem=problem)
    if not problem:
        rows.filter(state__in=("wanted", "denied")).update(state="asked")
    rows.filter(state="active", lease_until__lt=now).update(state="wanted")
    subscription.refresh_from_db()


def _is_same_site(one: str, other: str) -> bool:
    try:
        return site_key(one) == site_key(other)
    except UnusableAddress:
        return False
