"""A demo's past counts what its first visits brought where it belongs, once, and on a demo only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum

from legation.desk.listen.models import Article, Habit, Source, SourceHour, VolumeHour
from legation.desk.listen.services import hours
from legation.desk.listen.services.demo_pasts import NoDemo, lay_past
from legation.desk.listen.services.habits import learn_habits
from legation.desk.people.services.installations import set_up_installation
from legation.engine.records.articles import OutcomeKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
SINCE = datetime(2026, 9, 22, tzinfo=UTC)
DRAWN = {SINCE + timedelta(days=day, hours=9): 2 for day in range(54)}


@pytest.fixture
def source():
    """Return a source whose first visit brought two articles of the day before and one of now."""
    made = Source.objects.create(
        key="demo-gazette", name="Gazette", languages=["en"], country="GB", feeds=["http://gazette.test/feed"],
        last_fetch_at=NOW, last_success_at=NOW, last_article_at=NOW,
    )  # fmt: skip
    ends = []
    for number, age in enumerate((26, 25, 0)):
        article = Article.objects.create(
            source=made,
            address=f"http://gazette.test/{number}",
            identity=str(number),
            title=f"News {number}",
            body="text " * 20,
            language="en",
            country="GB",
            collected_at=NOW,
            sort_at=NOW - timedelta(hours=age),
        )
        ends.append(hours.ItemEnd(made, OutcomeKind.KEPT, article))
    hours.record_visit(source=made, at=NOW, is_good=True)
    hours.record_items(ends=ends, at=NOW)
    return made


def lay():
    return lay_past(drawn={"demo-gazette": DRAWN}, since=SINCE, now=NOW)


def test_only_a_demo_gets_a_past(source):
    with pytest.raises(NoDemo):
        lay()
    set_up_installation(country="vn", language="en")
    with pytest.raises(NoDemo):
        lay()
    assert SourceHour.objects.count() == 1


def test_what_the_first_visit_brought_is_counted_when_it_appeared(source):
    set_up_installation(country="vn", language="en", is_demo=True)
    assert lay()
    for about in (hours.DESK, "language:en", "country:GB"):
        rows = VolumeHour.objects.filter(about=about, articles__gt=0).order_by("-hour")
        counted = list(rows.values_list("hour", "articles")[:4])
        whole = NOW.replace(minute=0)
        expected = [(whole - timedelta(hours=age), 1) for age in (0, 25, 26)]
        assert counted == [*expected, (SINCE + timedelta(days=53, hours=9), 2)]
    now_row = SourceHour.objects.get(source=source, hour=NOW.replace(minute=0))
    assert (now_row.visits, now_row.articles, now_row.characters) == (1, 1, 100)
    totals = SourceHour.objects.aggregate(Sum("articles"), Sum("characters"))
    assert totals == {"articles__sum": 3 + 108, "characters__sum": 100 * (3 + 108)}
    source.refresh_from_db()
    assert source.last_article_at == NOW


def test_a_past_is_laid_once_and_teaches_at_once(source):
    set_up_installation(country="vn", language="en", is_demo=True)
    learn_habits(now=NOW)
    assert not Habit.objects.exclude(profile=b"").exists()
    assert lay()
    learn_habits(now=NOW)
    assert Habit.objects.get(source=source).per_week == pytest.approx(14, abs=1)
    before = SourceHour.objects.count()
    assert not lay()
    assert SourceHour.objects.count() == before


def test_the_past_stands_as_the_desk_would_have_folded_it(source):
    set_up_installation(country="vn", language="en", is_demo=True)
    lay()
    assert hours.purge_hours(now=NOW) == 0
