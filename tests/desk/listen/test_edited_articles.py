"""The demo world read over real HTTP before and after its clock passes an edit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.desk.listen.conftest import NOW, MovableClock, serve_press

from legation.desk.listen.models import Article, ArticleVersion
from legation.desk.listen.services.listening import listen_once
from legation.desk.listen.services.sources import add_source
from legation.desk.listen.services.versions import compare_readings, read_version
from legation.gateways.demo_press import DEMO_DIRECTORY, DemoPress
from legation.gateways.demo_worlds import START_HOURS, WORLD_HOURS, list_casts
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list_casts(DEMO_DIRECTORY))
def press(request: Any, clock: MovableClock) -> Iterator[DemoPress]:
    """Serve a country's world on a thread, at the hour at which a newcomer starts it."""
    made = DemoPress(request.param, clock, base=NOW - timedelta(hours=START_HOURS))
    with serve_press(made):
        yield made


def test_an_article_edited_after_the_first_reading_keeps_what_it_said_before(
    press: DemoPress, clock: MovableClock, options: FetchOptions
) -> None:
    for record in press.source_records():
        add_source(record=record)
    first = listen_once(clock=clock, options=options)
    assert first.counts["kept"] >= 40
    assert not ArticleVersion.objects.exists()
    clock.move(hours=WORLD_HOURS - START_HOURS)
    listen_once(clock=clock, options=options, sources=[one.key for one in press.source_records()])
    version = ArticleVersion.objects.get()
    assert "nine had gaps" in version.body
    assert "eleven had gaps" in version.article.body
    assert version.title != version.article.title
    first, second = (read_version(article=version.article, number=number) for number in (1, 2))
    assert first
    assert second
    change = compare_readings(first=first, second=second)
    assert change.is_headline_changed
    assert any(run.kind == "removed" and "nine" in run.text for run in change.text)
    now = "".join(run.text for run in change.text if run.kind in {"kept", "added", "moved_here"})
    assert now.count("two of four landing ports") == 1, "a lead that repeats the text is not compared twice"
    readable = sum(not (article.is_gone or article.is_listing) for article in press.world.articles)
    assert Article.objects.count() == readable
