"""Hourly counts, habits learned from them, and alarms that hold, clear and are seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.factories import UserFactory
from tests.desk.listen.conftest import NOW, make_read

from legation.desk.listen.models import Habit, Source, SourceAlarm, SourceHour, VolumeHour
from legation.desk.listen.services.alarms import mark_seen, mark_unseen, narrow_alarms
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.habits import learn_habits
from legation.desk.listen.services.health import check_health, find_all, schedule_check
from legation.desk.listen.services.hours import ItemEnd, purge_hours, record_items, record_visit
from legation.desk.listen.services.listening import listen_once
from legation.engine.records.articles import OutcomeKind
from legation.engine.records.health import AlarmKind

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
QUARTER = timedelta(minutes=15)
MIDNIGHT = NOW.replace(hour=0, minute=0)


def fill_past(
    *sources: Source, days: int = 57, per_hour: int = 2, until: datetime = NOW, **counts: int
) -> None:
    """Let sources have brought the same every hour of some weeks, visited each hour."""
    hours = [MIDNIGHT - timedelta(days=days) + timedelta(hours=n) for n in range((days + 1) * 24)]
    hours = [hour for hour in hours if hour <= until]
    facts = {"visits": 1, "good_visits": 1, "articles": per_hour, "characters": 3000 * per_hour, **counts}
    SourceHour.objects.bulk_create(
        SourceHour(source=source, hour=hour, **facts) for source in sources for hour in hours
    )
    abouts: dict[str, int] = {"desk": per_hour * len(sources)}
    for source in sources:
        for about in (f"language:{source.languages[0]}", f"country:{source.country}"):
            abouts[about] = abouts.get(about, 0) + per_hour
    VolumeHour.objects.bulk_create(
        [
            VolumeHour(about=about, hour=hour, articles=count, good_visits=int(about == "desk"))
            for about, count in abouts.items()
            for hour in hours
        ],
        update_conflicts=True,
        unique_fields=["about", "hour"],
        update_fields=["articles", "good_visits"],
    )


def keep_visiting(*sources: Source, since: datetime, until: datetime) -> None:
    """Visit sources well every hour, without anything new."""
    hour = since.replace(minute=0) + timedelta(hours=1)
    while hour <= until:
        for source in sources:
            record_visit(source=source, at=hour, is_good=True)
        hour += timedelta(hours=1)
    Source.objects.filter(pk__in=[source.pk for source in sources]).update(
        last_success_at=until, last_fetch_at=until
    )


@pytest.fixture
def make_heard(make_source: MakeSource) -> MakeSource:
    """Return make_heard(key, **fields): a source with a feed that was reached just now."""

    def make(key: str = "gazette", **fields: Any) -> Source:
        reached = {"last_fetch_at": NOW, "last_success_at": NOW, "last_article_at": NOW}
        return make_source(key, **{"feeds": [f"http://{key}.test/"], **reached, **fields})

    return make


def raised(now: datetime) -> set[tuple[str, str]]:
    """Check twice, a quarter of an hour apart, and return what stands then."""
    check_health(now=now)
    check_health(now=now + QUARTER)
    standing = SourceAlarm.objects.filter(cleared_at=None, is_pending=False)
    return set(standing.values_list("about", "kind"))


def test_items_are_counted_once_by_the_hour(make_source: MakeSource) -> None:
    source = make_source()
    kept = keep_article(source=source, read=make_read(), at=NOW)
    ends = [
        ItemEnd(source, kept.outcome, kept.article),
        ItemEnd(source, OutcomeKind.DISCARDED),
        ItemEnd(source, OutcomeKind.KNOWN),
    ]
    record_items(ends=ends, at=NOW)
    record_visit(source=source, at=NOW, is_good=True)
    record_visit(source=source, at=NOW + timedelta(minutes=20), is_good=False)
    row = SourceHour.objects.get()
    assert (row.hour, row.articles, row.failures, row.visits, row.good_visits) == (
        NOW.replace(minute=0),
        1,
        1,
        2,
        1,
    )
    assert row.characters == len(kept.article.body)
    volumes = dict(VolumeHour.objects.values_list("about", "articles"))
    assert volumes == {"desk": 1, "language:en": 1, "country:FR": 1}


def test_counts_of_a_transaction_that_fails_are_gone_with_it(make_source: MakeSource) -> None:
    source = make_source()
    record_visit(source=source, at=NOW, is_good=True)

    def fail() -> None:
        with transaction.atomic():
            record_visit(source=source, at=NOW, is_good=True)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert SourceHour.objects.get().visits == 1


def test_articles_in_another_language_than_declared_are_counted(make_source: MakeSource) -> None:
    source = make_source(languages=["fr-CA"])
    english = keep_article(source=source, read=make_read(), at=NOW)
    record_items(ends=[ItemEnd(source, english.outcome, english.article)], at=NOW)
    assert SourceHour.objects.get().other_language == 1


def test_old_empty_hours_are_folded_without_losing_a_visit(make_source: MakeSource) -> None:
    source = make_source()
    fill_past(source, days=40, per_hour=0)
    busy = NOW.replace(minute=0) - timedelta(days=20)
    SourceHour.objects.filter(hour=busy).update(articles=3)
    before = SourceHour.objects.filter(hour__gte=MIDNIGHT - timedelta(days=21), hour__lt=MIDNIGHT)
    visits = sum(before.values_list("visits", flat=True))
    assert purge_hours(now=NOW) > 100
    assert purge_hours(now=NOW) == 0
    assert sum(before.all().values_list("visits", flat=True)) == visits
    assert (
        before.filter(hour__lt=MIDNIGHT - timedelta(days=20), hour__gte=MIDNIGHT - timedelta(days=21)).count()
        == 1
    )
    assert SourceHour.objects.get(hour=busy).articles == 3
    assert (
        SourceHour.objects.filter(hour__gte=MIDNIGHT - timedelta(days=14), hour__lt=MIDNIGHT).count()
        == 14 * 24
    )


def test_counts_older_than_eleven_weeks_are_deleted(make_source: MakeSource) -> None:
    record_visit(source=make_source(), at=NOW - timedelta(weeks=12), is_good=True)
    assert purge_hours(now=NOW) == 2
    assert not SourceHour.objects.exists()


def test_a_habit_is_learned_once_a_day(make_heard: MakeSource) -> None:
    fill_past(make_heard())
    assert learn_habits(now=NOW) == 3  # the language, the country, the source
    assert learn_habits(now=NOW) == 0
    habit = Habit.objects.get(about="source:gazette")
    assert habit.per_week == pytest.approx(336)
    assert habit.facts["characters"] == pytest.approx(3000)
    assert learn_habits(now=NOW + timedelta(days=1)) == 3


def test_nothing_is_known_of_a_source_before_a_fortnight(make_heard: MakeSource) -> None:
    source = make_heard(last_article_at=NOW - timedelta(days=3))
    fill_past(source, days=10)
    assert raised(NOW) == set()
    assert Habit.objects.get(about="source:gazette").profile == b""


def silence(source: Source, days: float = 2) -> datetime:
    """Let a source have spoken for weeks and now be silent; returns now."""
    now = NOW + timedelta(days=days)
    fill_past(source)
    keep_visiting(source, since=NOW, until=now)
    return now


def test_a_silent_source_raises_an_alarm_that_holds_for_two_checks(make_heard: MakeSource) -> None:
    now = silence(make_heard())
    assert check_health(now=now).pending >= 1
    assert not narrow_alarms(filters={}).exists()
    account = check_health(now=now + QUARTER)
    alarm = next(alarm for alarm in account.raised if alarm.kind == AlarmKind.SILENCE)
    assert (alarm.about, alarm.since, alarm.raised_at) == ("source:gazette", NOW, now + QUARTER)
    assert alarm.evidence["observed"] == 0
    assert alarm.evidence["expected"] == pytest.approx(96, rel=0.1)
    assert len(alarm.evidence["series"]) == 14
    assert check_health(now=now + 2 * QUARTER).raised == []


def test_the_same_check_run_twice_raises_nothing(make_heard: MakeSource) -> None:
    now = silence(make_heard())
    check_health(now=now)
    assert check_health(now=now + timedelta(seconds=30)).raised == []


def test_an_alarm_is_cleared_when_the_source_speaks_again(make_heard: MakeSource) -> None:
    source = make_heard()
    now = silence(source)
    assert ("source:gazette", "silence") in raised(now)
    later = now + timedelta(hours=3)
    SourceHour.objects.filter(source=source, hour=now.replace(minute=0)).update(articles=150)
    Source.objects.update(last_article_at=now, last_success_at=later)
    assert check_health(now=later).cleared == 1
    assert not narrow_alarms(filters={"kind": "silence"}).exists()
    assert narrow_alarms(filters={"state": "cleared"}).filter(kind="silence").count() == 1


def test_an_alarm_that_comes_again_is_a_row_of_its_own(make_heard: MakeSource) -> None:
    source = make_heard()
    now = silence(source)
    raised(now)
    Source.objects.update(last_article_at=now)
    SourceAlarm.objects.update(cleared_at=now + QUARTER)
    keep_visiting(source, since=now, until=now + timedelta(days=2))
    raised(now + timedelta(days=2))
    assert SourceAlarm.objects.filter(kind="silence").count() == 2


def test_a_silence_never_becomes_the_habit(make_heard: MakeSource) -> None:
    source = make_heard()
    now = silence(source)
    raised(now)
    keep_visiting(source, since=now, until=now + timedelta(days=30))
    assert ("source:gazette", "silence") in raised(now + timedelta(days=30))
    assert Habit.objects.get(about="source:gazette").per_week == pytest.approx(336)


def test_while_the_desk_is_off_nobody_is_silent(make_heard: MakeSource) -> None:
    source = make_heard()
    fill_past(source)
    now = NOW + timedelta(days=4)
    record_visit(source=source, at=now, is_good=True)
    Source.objects.update(last_success_at=now, last_fetch_at=now)
    assert raised(now) == set()


def test_a_flood_is_noticed(make_heard: MakeSource) -> None:
    source = make_heard()
    fill_past(source)
    SourceHour.objects.filter(source=source, hour=NOW.replace(minute=0)).update(articles=900)
    assert ("source:gazette", "flood") in raised(NOW)


def test_whole_texts_that_become_teasers_are_noticed(make_heard: MakeSource) -> None:
    source = make_heard()
    fill_past(source)
    recent = SourceHour.objects.filter(hour__gte=NOW - timedelta(days=7))
    recent.update(teasers=2, characters=200)
    assert raised(NOW) == {("source:gazette", "teaser_only")}


def test_texts_that_grow_short_are_noticed(make_heard: MakeSource) -> None:
    fill_past(make_heard())
    SourceHour.objects.filter(hour__gte=NOW - timedelta(days=7)).update(characters=1200)
    assert raised(NOW) == {("source:gazette", "falling_quality")}


def test_items_that_come_to_nothing_are_noticed(make_heard: MakeSource) -> None:
    fill_past(make_heard())
    SourceHour.objects.filter(hour__gte=NOW - timedelta(days=7)).update(failures=5)
    assert raised(NOW) == {("source:gazette", "falling_quality")}


def test_a_source_that_changes_its_language_is_noticed_even_while_it_is_learned(
    make_heard: MakeSource,
) -> None:
    fill_past(make_heard(), days=8, other_language=2)
    assert raised(NOW) == {("source:gazette", "language_drift")}


def test_a_certificate_is_named_as_such(make_heard: MakeSource) -> None:
    reached = NOW - timedelta(hours=3)
    make_heard(failures=2, last_fault="certificate", last_success_at=reached)
    assert raised(NOW) == {("source:gazette", "certificate")}
    assert SourceAlarm.objects.get().since == reached


def test_one_bad_visit_is_no_alarm_and_many_are(make_heard: MakeSource) -> None:
    make_heard(failures=1)
    assert raised(NOW) == set()
    Source.objects.update(failures=6)
    assert raised(NOW) == {("source:gazette", "unreachable")}


def test_a_source_that_cannot_be_reached_is_not_called_silent_as_well(make_heard: MakeSource) -> None:
    source = make_heard()
    now = silence(source)
    Source.objects.update(failures=9, last_success_at=now - timedelta(hours=20))
    assert {kind for about, kind in raised(now) if about == "source:gazette"} == {"unreachable"}


def test_a_moved_feed_is_told_with_its_new_address(make_heard: MakeSource) -> None:
    make_heard(feed_states={"http://gazette.test/": {"moved_to": "http://new.test/"}})
    assert raised(NOW) == {("source:gazette", "moved_feed")}
    assert SourceAlarm.objects.get().evidence["moved_to"] == "http://new.test/"


def test_a_language_without_a_living_source_is_lost(make_heard: MakeSource) -> None:
    make_heard("vientiane", languages=["lo"], last_success_at=NOW - timedelta(days=2))
    make_heard("gazette")
    assert raised(NOW) == {("language:lo", "lost_language")}


def test_a_language_that_thins_out_is_noticed_whichever_its_sources(make_heard: MakeSource) -> None:
    sources = [
        make_heard(f"paper-{number}", country="LA" if number % 2 else "TH", languages=["lo"])
        for number in range(4)
    ]
    fill_past(*sources)
    last = VolumeHour.objects.filter(hour__gt=NOW - timedelta(days=3), about="language:lo")
    last.update(articles=2)
    assert ("language:lo", "thin_language") in raised(NOW)


def test_a_holiday_of_one_country_is_one_alarm(make_heard: MakeSource) -> None:
    papers = [make_heard(f"paper-{number}", country="LA", languages=["lo"]) for number in range(12)]
    others = [make_heard(f"other-{number}", country="FR", languages=["fr"]) for number in range(3)]
    fill_past(*papers, *others)
    now = NOW + timedelta(days=2)
    hours = [NOW.replace(minute=0) + timedelta(hours=number + 1) for number in range(48)]
    for other in others:
        SourceHour.objects.bulk_create(
            SourceHour(source=other, hour=hour, visits=1, good_visits=1, articles=2) for hour in hours
        )
    keep_visiting(*papers, since=NOW, until=now)
    Source.objects.filter(country="FR").update(last_article_at=now, last_success_at=now)
    VolumeHour.objects.bulk_create(
        VolumeHour(about=about, hour=hour, articles=6)
        for about in ("language:fr", "country:FR")
        for hour in hours
    )
    found = raised(now)
    assert [pair for pair in found if pair[0].startswith("source:")] == []
    assert ("country:LA", "thin_country") in found
    assert SourceAlarm.objects.get(kind="thin_country").evidence["silent_sources"] == 12


def test_where_everything_fails_at_once_it_is_the_desk(make_heard: MakeSource) -> None:
    for number in range(8):
        make_heard(f"paper-{number}", failures=9, last_success_at=NOW - timedelta(hours=30))
    assert raised(NOW) == {("desk", "offline")}


def test_a_check_takes_few_queries_however_many_sources(make_heard: MakeSource) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            check_health(now=NOW)
        return len(captured)

    few = [make_heard(f"paper-{number}") for number in range(2)]
    fill_past(*few, days=20)
    first = count()
    many = [
        make_heard(f"more-{number}", failures=6, feed_states={"x": {"moved_to": "y"}}) for number in range(3)
    ]
    fill_past(*many, days=20)
    assert first <= 30
    assert count() <= 30


def test_a_person_sees_an_alarm_and_takes_it_back(make_heard: MakeSource) -> None:
    from auditlog.models import LogEntry

    make_heard(failures=6)
    raised(NOW)
    alarm, person = SourceAlarm.objects.get(), UserFactory()
    mark_seen(alarm=alarm, by=person, note=" Asked the publisher. ", at=NOW)
    assert narrow_alarms(filters={"state": "unseen"}).count() == 0
    mark_unseen(alarm=alarm, by=person)
    assert narrow_alarms(filters={"state": "unseen"}).get().note == "Asked the publisher."
    assert LogEntry.objects.get_for_object(alarm).filter(actor=person).count() == 2


def test_a_check_is_enqueued_every_quarter_of_an_hour() -> None:
    from legation.desk.carry.models import Job

    for minute in (0, 5, 14, 15, 16, 31):
        schedule_check(datetime(2026, 11, 22, 8, minute, tzinfo=UTC))
    assert Job.objects.filter(kind="listen.check_health").count() == 3


def test_all_is_well_where_all_is_as_usual(make_heard: MakeSource) -> None:
    fill_past(make_heard())
    learn_habits(now=NOW)
    assert find_all(now=NOW) == {}


def test_a_visit_counts_itself_and_what_it_brought(
    make_source: MakeSource, outlet: Any, options: Any, clock: Any
) -> None:
    outlet.show_page("one")
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"), outlet.feed_item("missing"))])
    listen_once(clock=clock, options=options)
    row = SourceHour.objects.get()
    assert (row.visits, row.good_visits, row.articles, row.failures) == (1, 1, 1, 1)
    assert row.characters > 500
    assert VolumeHour.objects.get(about="desk").good_visits == 1
    clock.move(days=2)
    outlet.answers.pop("/feed.xml")
    listen_once(clock=clock, options=options)
    latest = SourceHour.objects.order_by("-hour")[0]
    assert (latest.visits, latest.good_visits) == (1, 0)


def test_the_command_tells_alarms_and_coverage(make_heard: MakeSource, capsys: Any) -> None:
    import json

    from legation.cli.commands import run_command

    assert run_command(["health"]) == 0
    assert "as it usually does" in capsys.readouterr().out
    make_heard(failures=6, last_success_at=timezone.now())
    raised(NOW)
    assert run_command(["health", "--json", "--coverage"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["alarms"][0]["kind"] == "unreachable"
    assert told["alarms"][0]["remedies"]
    assert told["languages"] == [{"language": "en", "alive": 1, "sources": 1}]
    SourceAlarm.objects.update(seen_at=NOW)
    assert run_command(["health"]) == 0


def test_the_list_of_sources_calls_a_source_silent_as_its_alarm_does(make_heard: MakeSource) -> None:
    now = silence(make_heard())
    raised(now)
    assert set(Source.objects.silent(now).values_list("key", flat=True)) == {"gazette"}
    assert not Source.objects.well(now).exists()
    assert Source.objects.with_silence().get().is_silent
