"""What the shell's template tags show."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from legation.desk.shell import slots
from legation.desk.shell.names import country_choices, language_choices, zone_choices

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def show(text, path="/", **context):
    context["request"] = RequestFactory().get(path)
    return Template("{% load shell_tags %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vi", "zh", "Tiếng Trung"),
        ("en", "vi", "Vietnamese"),
        ("en", "zh-Hant", "Traditional Chinese"),
        ("en", "qqx", "qqx"),
        ("vi", "", ""),
        ("en", "<b>", "&lt;b&gt;"),
    ],
)
def test_a_language_is_named_in_the_reader_s_language(language, code, expected):
    with translation.override(language):
        assert show("{% language_name code %}", code=code) == expected


@pytest.mark.parametrize(("language", "expected"), [("vi", "Pháp"), ("en", "France")])
def test_a_country_is_named_in_the_reader_s_language(language, expected):
    with translation.override(language):
        assert show("{% country_name 'fr' %}") == expected


@pytest.mark.parametrize(("language", "expected"), [("vi", "3 giờ trước"), ("en", "3 hours ago")])
def test_a_time_is_told_relative_and_exact_in_the_unit_s_zone(language, expected):
    moment = NOW - timedelta(hours=3)
    with (
        time_machine.travel(NOW, tick=False),
        translation.override(language),
        timezone.override("Asia/Tokyo"),
    ):
        shown = show("{% relative_time moment %}", moment=moment)
    assert f">{expected}</time>" in shown
    assert 'datetime="2026-11-22T05:00:00+00:00"' in shown
    assert "2 p.m." in shown or "14:00" in shown


def test_no_time_is_a_dash():
    assert show("{% relative_time moment %}", moment=None) == "–"


def test_a_badge_escapes_its_words_and_knows_its_kinds():
    shown = show("{% status_badge label 'evil' %}", label="<script>")
    assert "desk-badge--neutral" in shown
    assert "&lt;script&gt;" in shown


def test_a_machine_s_text_names_model_and_version_to_eye_and_ear():
    shown = show("{% machine_mark 'e5-small' '1.2' %}")
    assert shown.count("e5-small 1.2") == 2
    assert "w-sr-only" in shown


def test_page_links_keep_the_filters():
    page = Paginator(range(50), 10).page(2)
    shown = show(
        "{% page_links page as links %}{{ links.previous }} {{ links.next }}", "/?q=a%26b&page=2", page=page
    )
    assert shown == "?q=a%26b&amp;page=1 ?q=a%26b&amp;page=3"


def test_a_slot_shows_its_fillings_in_order_without_empty_ones(monkeypatch):
    monkeypatch.setattr(slots, "_fillings", {})
    slots.fill_slot("here", name="last", render=lambda request, context: f"<i>{context['n']}</i>", order=2)
    slots.fill_slot("here", name="none", render=lambda request, context: "", order=1)
    slots.fill_slot("here", name="first", render=lambda request, context: "old", order=0)
    slots.fill_slot("here", name="first", render=lambda request, context: "new", order=0)
    assert show("{% slot 'here' n=5 %}{% slot 'nowhere' %}") == "new<i>5</i>"


def test_choices_are_named_and_sorted_for_the_reader():
    with translation.override("vi"):
        languages, countries = language_choices(["lo", "vi"]), country_choices()
    assert languages[:2] == [("lo", "Tiếng Lào"), ("vi", "Tiếng Việt")]
    assert len({code for code, _name in languages}) == len(languages)
    assert ("FR", "Pháp") in countries
    assert not {"EU", "UN", "ZZ"} & {code for code, _name in countries}
    assert dict(zone_choices())["Asia/Ho_Chi_Minh"] == "Asia/Ho Chi Minh"
