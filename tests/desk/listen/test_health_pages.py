"""The pages of health: alarms, charts, coverage and counters, for every role."""

from __future__ import annotations

import csv
import io
import json
import re
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from babel import Locale
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from tests.desk.listen.conftest import NOW, make_read

from legation.desk.listen.models import Outcome, OutcomeDay, Source, SourceAlarm, SourceHour, VolumeHour
from legation.desk.listen.services.alarm_wordings import KIND_NAMES, list_remedies, say_alarm
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.coverage import cover_world, coverage, name_since, say_missing
from legation.desk.listen.services.outcome_totals import Period, total_outcomes
from legation.desk.listen.services.outcomes import OutcomeLedger
from legation.engine.records.articles import OutcomeKind
from legation.engine.records.health import AlarmKind

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
HOUR = timedelta(hours=1)
EVIDENCE = {
    AlarmKind.SILENCE: {"observed": 0, "expected": 41.2, "low": 20, "high": 60},
    AlarmKind.FLOOD: {"observed": 900, "expected": 48},
    AlarmKind.TEASER_ONLY: {"observed": 0.98, "expected": 0.02, "count": 50},
    AlarmKind.LANGUAGE_DRIFT: {"observed": 0.7, "expected": 0, "count": 50},
    AlarmKind.FALLING_QUALITY: {"measure": "characters", "observed": 300, "expected": 3000, "count": 9},
    AlarmKind.CERTIFICATE: {"failures": 3},
    AlarmKind.UNREACHABLE: {"failures": 7},
    AlarmKind.MOVED_FEED: {"feed": "http://a.test/100%25", "moved_to": "http://b.test/"},
    AlarmKind.THIN_LANGUAGE: {"observed": 4, "expected": 48},
    AlarmKind.THIN_COUNTRY: {"silent_sources": 12, "sources": 14},
    AlarmKind.LOST_LANGUAGE: {"sources": 2, "alive": 0},
    AlarmKind.OFFLINE: {"failing": 9, "sources": 10},
}


def make_alarm(source: Source | None = None, **fields: Any) -> SourceAlarm:
    """Make an alarm that stands."""
    now = timezone.now()
    kind = fields.get("kind", AlarmKind.SILENCE)
    about = f"source:{source.key}" if source else "language:lo"
    defaults = {
        "kind": kind, "about": about, "source": source, "since": now - timedelta(days=2), "raised_at": now,
        "checked_at": now, "evidence": EVIDENCE[kind], "language": "" if source else "lo",
    }  # fmt: skip
    return SourceAlarm.objects.create(**{**defaults, **fields})


@pytest.mark.parametrize("kind", list(AlarmKind))
@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_kind_of_alarm_is_told_in_a_sentence_with_remedies(
    kind: AlarmKind, language: str, make_source: MakeSource
) -> None:
    source = None if kind.value.startswith(("thin", "lost", "off")) else make_source(home="http://home.test/")
    alarm = make_alarm(source, kind=kind)
    with translation.override(language):
        sentence = say_alarm(alarm)
        remedies = list_remedies(alarm)
    assert sentence != str(KIND_NAMES[kind])
    assert "%(" not in sentence
    assert "%%" not in sentence
    assert remedies
    assert all(remedy.address for remedy in remedies)


def test_evidence_of_another_version_is_no_error(make_source: MakeSource) -> None:
    assert say_alarm(make_alarm(make_source(), evidence={})) == "Silence"


def test_standing_alarms_are_listed_with_chart_and_remedies(signed_in: Any, make_source: MakeSource) -> None:
    source = make_source(feeds=["http://a.test/"], home="http://home.test/")
    SourceHour.objects.create(source=source, hour=timezone.now().replace(minute=0), articles=7)
    make_alarm(source)
    make_alarm(is_pending=True, kind=AlarmKind.LOST_LANGUAGE)
    page = signed_in("reader").get(reverse("listen:health")).content.decode()
    assert "Gazette" in page
    assert "41" in page
    assert "<svg" in page
    assert re.search(r"<desc[^>]*>From .* 7 articles", page)
    assert reverse("listen:edit_source", args=["gazette"]) in page
    assert "Lao" not in page.partition("</form>")[2]


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({}, {"gazette", "lo"}),
        ({"kind": "silence"}, {"gazette"}),
        ({"language": "lo"}, {"lo"}),
        ({"language": "en"}, {"gazette"}),
        ({"country": "FR"}, {"gazette"}),
        ({"q": "gaz"}, {"gazette"}),
        ({"state": "cleared"}, {"old"}),
        ({"state": "all"}, {"gazette", "lo", "old"}),
        ({"state": "unseen"}, {"lo"}),
    ],
)
def test_alarms_are_narrowed_by_kind_country_language_state_and_name(
    filters: dict[str, str], shown: set[str], signed_in: Any, make_source: MakeSource
) -> None:
    alarms = {
        "gazette": make_alarm(make_source(), seen_at=timezone.now()),
        "lo": make_alarm(kind=AlarmKind.THIN_LANGUAGE),
        "old": make_alarm(make_source("herald", languages=["ar"], country="EG"), cleared_at=timezone.now()),
    }
    response = signed_in("reader").get(reverse("listen:health"), filters)
    names = {alarm.pk: name for name, alarm in alarms.items()}
    assert {names[alarm.pk] for alarm, _bands in response.context["rows"]} == shown


def test_one_alarm_shows_its_numbers_and_its_history(signed_in: Any, make_source: MakeSource) -> None:
    source = make_source()
    make_alarm(source, cleared_at=timezone.now(), note="Wrote to the editor.")
    alarm = make_alarm(source)
    page = signed_in("reader").get(reverse("listen:alarm", args=[alarm.pk])).content.decode()
    assert "Wrote to the editor." in page
    assert "The same in numbers" in page
    assert "I have seen it" not in page


def test_a_pending_alarm_has_no_page(signed_in: Any, make_source: MakeSource) -> None:
    alarm = make_alarm(make_source(), is_pending=True)
    assert signed_in("reader").get(reverse("listen:alarm", args=[alarm.pk])).status_code == 404


def test_only_those_who_manage_sources_see_an_alarm_off(signed_in: Any, make_source: MakeSource) -> None:
    alarm = make_alarm(make_source())
    address = reverse("listen:see_alarm", args=[alarm.pk])
    assert signed_in("reader").post(address, {"note": "x"}).status_code in {302, 403}
    alarm.refresh_from_db()
    assert alarm.seen_at is None
    analyst = signed_in("analyst")
    assert (
        b"Asked the publisher" in analyst.post(address, {"note": "Asked the publisher"}, follow=True).content
    )
    alarm.refresh_from_db()
    assert alarm.seen_by == analyst.user
    analyst.post(address, {"to": "unseen"})
    alarm.refresh_from_db()
    assert alarm.seen_by is None
    assert b"too long" in analyst.post(address, {"note": "x" * 400}, follow=True).content


def test_the_home_page_shows_alarms_that_nobody_has_seen(signed_in: Any, make_source: MakeSource) -> None:
    alarm = make_alarm(make_source(name="The Silent Gazette"))
    reader = signed_in("reader")
    assert b"The Silent Gazette" in reader.get("/desk/").content
    SourceAlarm.objects.filter(pk=alarm.pk).update(seen_at=timezone.now())
    assert b"The Silent Gazette" not in reader.get("/desk/").content


def test_a_source_s_page_shows_its_health(signed_in: Any, make_source: MakeSource) -> None:
    make_alarm(make_source(feeds=["http://a.test/"]))
    page = signed_in("reader").get(reverse("listen:source", args=["gazette"])).content.decode()
    assert "Health of listening" in page
    assert "still being learned" in page
    assert "Nothing has come in since" in page


def test_the_list_of_alarms_takes_as_many_queries_with_many(signed_in: Any, make_source: MakeSource) -> None:
    reader, counts = signed_in("reader"), []
    for number in range(12):
        make_alarm(make_source(f"paper-{number}"))
        if number in (1, 11):
            reader.get(reverse("listen:health"))
            with CaptureQueriesContext(connection) as captured:
                reader.get(reverse("listen:health"))
            counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


def test_languages_and_countries_are_told_with_their_living_sources(
    signed_in: Any, make_source: MakeSource
) -> None:
    now = timezone.now()
    make_source("one", feeds=["http://a.test/"], languages=["lo", "en"], country="LA", last_success_at=now)
    make_source("two", feeds=["http://b.test/"], languages=["lo"], country="LA")
    VolumeHour.objects.create(about="language:lo", hour=now.replace(minute=0), articles=5)
    rows = {row.code: row for row in cover_world(now=now)[0]}
    assert (rows["lo"].alive_count, rows["lo"].source_count, rows["lo"].articles_day) == (1, 2, 5)
    assert (rows["en"].alive_count, rows["en"].source_count) == (1, 1)
    page = signed_in("reader").get(reverse("listen:coverage")).content.decode()
    assert "1 of 2" in page
    assert "Laos" in page


def test_a_past_period_is_told_as_it_was_then(make_source: MakeSource) -> None:
    then = NOW - timedelta(days=10)
    alive = make_source("alive", feeds=["http://a.test/"], languages=["lo"])
    dead = make_source("dead", feeds=["http://b.test/"], languages=["lo"])
    make_source("later", feeds=["http://c.test/"], languages=["lo"], last_success_at=NOW)
    SourceHour.objects.create(source=alive, hour=then - HOUR, visits=3, good_visits=2)
    SourceHour.objects.create(source=dead, hour=then - HOUR, visits=3)
    Source.objects.filter(pk=dead.pk).update(last_success_at=NOW)
    Source.objects.filter(pk=alive.pk).update(is_enabled=False)
    past = coverage(since=then - timedelta(days=1), until=then, languages=["lo"], at=NOW)
    assert (past.alive_count, past.source_count) == (1, 2)
    assert (past.languages[0].alive_count, past.languages[0].source_count) == (1, 2)
    present = coverage(since=NOW - timedelta(days=1), until=NOW, languages=["lo"], at=NOW)
    assert (present.alive_count, present.source_count) == (2, 2)


def test_a_missing_language_is_told_since_when(make_source: MakeSource) -> None:
    tuesday = datetime(2026, 11, 17, 9, tzinfo=UTC)
    lao = make_source("vientiane", languages=["lo"], feeds=["http://a.test/"])
    kept = keep_article(source=lao, read=make_read(published=tuesday), at=tuesday + HOUR).article
    kept.language = "lo"
    kept.save()
    honest = coverage(since=NOW - timedelta(days=1), until=NOW, languages=["lo", "km"], at=NOW)
    assert honest.missing_languages == ("lo", "km")
    assert honest.missing_since == (tuesday.isoformat(), "")
    zone = zoneinfo.ZoneInfo("UTC")
    words = say_missing(honest, names=["Lao", "Khmer"], zone=zone, locale=Locale("en"))
    assert words == ["Lao since Tuesday", "Khmer (never heard)"]
    with translation.override("vi"):
        words = say_missing(honest, names=["Lào", "Khmer"], zone=zone, locale=Locale("vi"))
    assert words[0] == "Lào từ thứ Ba"


@pytest.mark.parametrize(
    ("days", "said"), [(1, "Saturday"), (6, "Monday"), (7, "November 15"), (400, "October 18, 2025")]
)
def test_a_weekday_names_one_day_only(days: int, said: str) -> None:
    zone = zoneinfo.ZoneInfo("UTC")
    assert name_since(moment=NOW - timedelta(days=days), until=NOW, zone=zone, locale=Locale("en")) == said


@pytest.fixture
def ledger(make_source: MakeSource) -> OutcomeLedger:
    """Outcomes of one source today: five kept, three known, two too short, one quarantined."""
    ledger = OutcomeLedger(source=make_source(name="=The Gazette"), at=timezone.now())
    ledger.write(OutcomeKind.KEPT, count=4)
    ledger.write(OutcomeKind.KEPT)
    ledger.write(OutcomeKind.KNOWN, count=3)
    for _ in range(2):
        ledger.write(OutcomeKind.DISCARDED, reason="too_short", address="http://a.test/")
    ledger.write(OutcomeKind.QUARANTINED, reason="unreadable_feed", content=b"<")
    return ledger


def test_the_counters_add_up_to_everything_seen(ledger: OutcomeLedger) -> None:
    old = OutcomeLedger(source=None, at=timezone.now() - timedelta(days=3))
    old.write(OutcomeKind.DISCARDED, reason="blank_line", count=7)
    today = total_outcomes(period=Period.of(1, timezone.now()))
    week = total_outcomes(period=Period.of(7, timezone.now()))
    assert (today.total, week.total) == (11, 18)
    assert today.total == sum(Outcome.objects.filter(source__isnull=False).values_list("count", flat=True))
    assert today.kinds[OutcomeKind.KEPT] == 5
    assert OutcomeDay.objects.count() == 5


def test_every_number_opens_the_list_that_it_counts(signed_in: Any, ledger: OutcomeLedger) -> None:
    reader = signed_in("reader")
    page = reader.get(reverse("listen:outcome_totals"), {"days": "7"}).content.decode()
    links = re.findall(r'href="([^"]*/outcomes/\?[^"]*)">([\d,]+)</a>', page)
    assert len(links) >= 9
    for link, number in links:
        response = reader.get(link.replace("&amp;", "&"))
        assert sum(outcome.count for outcome in response.context["page"]) == int(number), link


def test_the_counters_are_narrowed_to_sources(signed_in: Any, ledger: OutcomeLedger) -> None:
    reader, address = signed_in("reader"), reverse("listen:outcome_totals")

    def names(**asked: str) -> list[str]:
        return [row.source.name for row in reader.get(address, asked).context["rows"]]

    assert names() == ["=The Gazette"]
    assert names(q="nothing") == []
    assert names(kind="retried") == []
    assert names(kind="discarded", days="30") == ["=The Gazette"]
    assert reader.get(address, {"days": "9" * 50}).status_code == 200


def test_the_counters_are_handed_out_as_files(signed_in: Any, ledger: OutcomeLedger) -> None:
    reader, address = signed_in("reader"), reverse("listen:outcome_totals")
    rows = list(csv.DictReader(io.StringIO(reader.get(address, {"format": "csv"}).content.decode())))
    assert sum(int(row["items"]) for row in rows) == 11
    assert rows[0]["name"] == "'=The Gazette"
    told = json.loads(reader.get(address, {"format": "json"}).content)
    assert told["items"] == sum(row["items"] for row in told["rows"]) == 11


def test_a_rolled_back_outcome_leaves_no_count(make_source: MakeSource) -> None:
    from django.db import transaction

    ledger = OutcomeLedger(source=make_source(), at=NOW)

    def fail() -> None:
        with transaction.atomic():
            ledger.write(OutcomeKind.KEPT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not OutcomeDay.objects.exists()
