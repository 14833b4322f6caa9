"""Five hundred hosts at once, while fifty of them answer nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bench.loopback import name_hosts, serve_bodies
from django.utils import timezone

from legation.desk.listen.models import Article, Source
from legation.desk.listen.services.fetching import make_fetch_options
from legation.desk.listen.services.listening import RoundAccount, listen_once

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOSTS = name_hosts(550)
SILENT, SILENT_SECONDS = 50, 30.0  # how long a host that answers nothing is waited for
_WORDS = ("council", "port", "ship", "road", "price", "school", "river", "bridge", "minister", "vote", "tax")


def write_feed(host: str) -> bytes:
    """Write a feed with one whole article, unlike any other host's."""
    chance = random.Random(host)
    text = " ".join(chance.choice(_WORDS) + chance.choice(("", "s", "ed")) for _ in range(250))
    item = f"<item><title>News of {host}</title><guid>{host}</guid><description>{text}.</description></item>"
    return f"<rss version='2.0'><channel><title>Gazette</title>{item}</channel></rss>".encode()


def test_fifty_hosts_that_answer_nothing_hold_up_none_of_the_others(
    make_source: Callable[..., Source], settings: Any
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, fetch_allowed_hosts=tuple(HOSTS))
    options = make_fetch_options(total_timeout_seconds=SILENT_SECONDS)
    visited: list[int] = []  # hosts done while all the silent ones were still waited for
    bodies = {f"/{host}": ("application/rss+xml", write_feed(host)) for host in HOSTS}
    with serve_bodies(HOSTS, bodies, silent=HOSTS[:SILENT]) as (port, _):
        keys = [
            make_source(f"host-{number}", feeds=[f"http://{host}:{port}/{host}"]).key
            for number, host in enumerate(HOSTS)
        ]
        began = time.monotonic()

        def report(account: RoundAccount) -> None:
            if not account.problems:
                visited.append(account.visited)

        account = listen_once(clock=timezone.now, sources=keys, options=options, report=report)
        seconds = time.monotonic() - began
    assert account.visited == len(HOSTS)
    assert Article.objects.count() == len(HOSTS) - SILENT
    assert len(account.problems) == SILENT
    # All of them on a quiet machine; were there fewer places, the silent ones would soon hold them all.
    assert max(visited) > (len(HOSTS) - SILENT) / 2
    assert seconds < 2 * SILENT_SECONDS
