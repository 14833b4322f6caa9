"""When something is worth a person's time, and when it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from legation.engine.listen.alarms import (
    find_broken_line,
    find_flood,
    find_poor_texts,
    find_silence,
    find_thinning,
)
from legation.engine.listen.shared_silences import fold_silences
from legation.engine.records.health import AlarmKind, Finding, Habit, Recent

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUSY = Habit(
    days=56, per_week=336, profile=np.full(168, 2.0), spread=1.0, longest_gap=8.0, most_per_day=60.0,
    least_in_days=120.0, characters=3000, teaser_share=0.1, failure_share=0.1, known_articles=2000,
)  # fmt: skip


def silent_for(hours, **fields):
    return Recent(last_article_at=NOW - hours * HOUR, **{"articles_days": 96, **fields})


def test_a_busy_source_is_missed_within_hours():
    assert find_silence(BUSY, silent_for(5), now=NOW) is None
    finding = find_silence(BUSY, silent_for(7), now=NOW)
    assert (finding.kind, finding.is_firm, finding.since) == (AlarmKind.SILENCE, True, NOW - 7 * HOUR)
    assert finding.evidence["expected"] == 14


def test_a_gap_no_longer_than_those_of_the_past_is_none():
    assert find_silence(replace(BUSY, longest_gap=20.0), silent_for(7), now=NOW) is None


def test_clumps_ask_for_more_patience():
    assert find_silence(replace(BUSY, spread=8.0), silent_for(7), now=NOW) is None


def test_hours_in_which_the_desk_was_off_count_for_nothing():
    off = [(NOW - 40 * HOUR, NOW - 3 * HOUR)]
    assert find_silence(BUSY, silent_for(41, articles_days=60), now=NOW, unheard=off) is None


def test_a_source_that_nearly_falls_silent_is_missed_and_kept_in_mind():
    def judge(articles):
        return find_silence(BUSY, silent_for(1, articles_days=articles), now=NOW)

    assert judge(20).is_firm
    assert not judge(40).is_firm  # does not raise, but keeps open
    assert judge(80) is None


def test_a_source_that_never_published_is_not_silent():
    nothing = replace(BUSY, per_week=0.0, profile=np.zeros(168), longest_gap=0.0)
    assert find_silence(nothing, Recent(), now=NOW) is None
    assert find_silence(nothing, silent_for(300, articles_days=0), now=NOW) is None


def test_a_language_thins_out_at_half_its_volume():
    assert find_thinning(AlarmKind.THIN_LANGUAGE, BUSY, 60, now=NOW).is_firm
    assert find_thinning(AlarmKind.THIN_LANGUAGE, BUSY, 120, now=NOW) is None


@pytest.mark.parametrize(("articles", "found"), [(60, None), (100, False), (200, True)])
def test_many_times_the_usual_is_a_flood(articles, found):
    finding = find_flood(BUSY, Recent(articles_day=articles), now=NOW)
    assert (finding and finding.is_firm) is found


def test_a_tiny_source_does_not_flood_with_a_handful():
    tiny = replace(BUSY, per_week=1.0, profile=np.full(168, 1 / 168), most_per_day=1.0)
    assert find_flood(tiny, Recent(articles_day=8), now=NOW) is None


def test_what_gathered_while_the_desk_was_off_is_no_flood():
    off = [(NOW - 5 * 24 * HOUR, NOW - 2 * HOUR)]
    assert find_flood(BUSY, Recent(articles_day=240), now=NOW, unheard=off) is None


def kinds(habit, **fields):
    recent = Recent(**{"articles_week": 100, "characters_week": 300_000, **fields})
    return {finding.kind: finding.is_firm for finding in find_poor_texts(habit, recent, now=NOW)}


def test_texts_are_judged_against_their_own_past():
    assert kinds(BUSY) == {}
    assert kinds(BUSY, teasers_week=60) == {AlarmKind.TEASER_ONLY: True}
    assert kinds(BUSY, teasers_week=45) == {AlarmKind.TEASER_ONLY: False}
    assert kinds(BUSY, characters_week=100_000) == {AlarmKind.FALLING_QUALITY: True}
    assert kinds(BUSY, failures_week=300) == {AlarmKind.FALLING_QUALITY: True}
    assert kinds(replace(BUSY, teaser_share=0.9), teasers_week=95) == {}


def test_teasers_are_not_called_poor_texts_as_well():
    assert kinds(BUSY, teasers_week=95, characters_week=10_000) == {AlarmKind.TEASER_ONLY: True}


def test_the_language_is_judged_by_what_is_declared():
    assert kinds(None, other_language_week=60) == {AlarmKind.LANGUAGE_DRIFT: True}
    assert kinds(None, other_language_week=60, articles_week=7) == {}


def line(failures, fault="", hours=30):
    return find_broken_line(
        failures=failures, fault=fault, reached_at=NOW - hours * HOUR, added_at=NOW - 999 * HOUR, now=NOW
    )


def test_a_line_is_broken_after_some_failures_or_a_day():
    assert line(0) is None
    assert not line(1).is_firm
    assert line(3).is_firm
    assert not line(3, hours=2).is_firm
    assert line(5, hours=2).is_firm
    assert line(1, fault="certificate").kind is AlarmKind.CERTIFICATE


def silences(count, since=NOW):
    return {f"s{number}": Finding(AlarmKind.SILENCE, since, True) for number in range(count)}


def test_forty_that_fall_silent_together_are_one_alarm():
    found = silences(40)
    own, countries = fold_silences(
        silences=found, country_of=dict.fromkeys(found, "LA"), per_week={}, countries={}
    )
    assert own == {}
    assert countries["LA"].kind is AlarmKind.THIN_COUNTRY
    assert countries["LA"].evidence == {"silent_sources": 40, "sources": 40}


def test_a_few_of_many_speak_for_themselves():
    found = silences(4)
    country_of = dict.fromkeys([*found, *(f"well{number}" for number in range(20))], "LA")
    own, countries = fold_silences(silences=found, country_of=country_of, per_week={}, countries={})
    assert (own, countries) == (found, {})


def test_who_fell_silent_long_before_the_others_stays():
    found = silences(5) | {"old": Finding(AlarmKind.SILENCE, NOW - 240 * HOUR, True)}
    own, countries = fold_silences(
        silences=found, country_of=dict.fromkeys(found, "LA"), per_week={}, countries={}
    )
    assert set(own) == {"old"}
    assert countries["LA"].evidence["silent_sources"] == 5


def test_two_sources_are_no_country():
    thin = {"LA": Finding(AlarmKind.THIN_COUNTRY, NOW, True)}
    own, countries = fold_silences(
        silences=silences(2), country_of=dict.fromkeys(silences(2), "LA"), per_week={}, countries=thin
    )
    assert (len(own), countries) == (2, {})


def test_the_busy_sources_of_a_holiday_are_not_alone_for_being_first():
    found = silences(4)
    country_of = dict.fromkeys([*found, *(f"weekly{number}" for number in range(20))], "LA")
    per_week = dict.fromkeys(found, 3000.0) | {f"weekly{number}": 1.0 for number in range(20)}
    own, countries = fold_silences(silences=found, country_of=country_of, per_week=per_week, countries={})
    assert (own, set(countries)) == ({}, {"LA"})


def test_an_office_may_come_back_later_than_an_agency():
    found = silences(1, since=NOW - 72 * HOUR)
    over = {"LA": (NOW - 80 * HOUR, NOW - 2 * HOUR)}

    def fold(span):
        return fold_silences(silences=found, country_of={"s0": "LA"}, per_week={}, countries={}, over=span)[0]

    assert fold(over) == {}
    assert fold({"LA": (NOW - 800 * HOUR, NOW - 700 * HOUR)}) == found
    assert fold({"FR": over["LA"]}) == found
