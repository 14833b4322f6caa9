"""Operators see their units' jobs and deliveries, and retry and cancel them."""

from __future__ import annotations

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from tests.desk.factories import UnitFactory

from legation.desk.carry.models import DeliveryStatus, Job, JobStatus
from legation.desk.carry.services.deliveries import queue_delivery
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.carry.views.jobs import COUNTED_AT_MOST, PAGE_SIZE
from legation.desk.people.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return UnitFactory(name="Embassy in Vientiane")


def send(unit, clock, recipient="editor@example.org", **fields):
    delivery = queue_delivery(
        about="tests.note:1", recipient=recipient, subject="Press review", unit=unit, at=clock()
    )
    for name, value in fields.items():
        setattr(delivery, name, value)
    delivery.save()
    return delivery


def test_an_operator_sees_the_jobs_of_the_own_units_alone(signed_in, unit, clock):
    enqueue_job(kind="tests.work", title="Ours", unit=unit, clock=clock)
    enqueue_job(kind="tests.work", title="Theirs", unit=UnitFactory(), clock=clock)
    enqueue_job(kind="tests.work", title="Everybody's", clock=clock)
    page = signed_in(Role.EDITOR, unit).get("/desk/jobs/?status=waiting").content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    assert "Everybody" not in page


@pytest.mark.parametrize(("role", "is_centre"), [(Role.ADMINISTRATOR, False), (Role.EDITOR, True)])
def test_jobs_of_no_unit_are_for_administrators_and_the_centre(signed_in, clock, role, is_centre):
    enqueue_job(kind="tests.work", title="Purge", clock=clock)
    browser = signed_in(role, UnitFactory(is_centre=is_centre))
    assert "Purge" in browser.get("/desk/jobs/?status=waiting").content.decode()


@pytest.mark.parametrize("name", ["jobs", "deliveries"])
@pytest.mark.parametrize("role", [Role.READER, Role.ANALYST, None])
def test_whoever_does_not_operate_is_refused(signed_in, name, role):
    assert signed_in(role).get(reverse(f"carry:{name}")).status_code in {302, 403}


def test_another_units_job_cannot_be_opened_or_touched(signed_in, unit, clock):
    job = enqueue_job(kind="tests.work", unit=UnitFactory(), clock=clock)
    browser = signed_in(Role.APPROVER, unit)
    assert browser.get(reverse("carry:job", args=[job.pk])).status_code == 404
    for act in ("retry_job", "cancel_job"):
        assert browser.post(reverse(f"carry:{act}", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.status == JobStatus.WAITING


def test_a_failed_job_shows_its_reason_and_is_retried(signed_in, unit, clock):
    job = enqueue_job(kind="tests.work", unit=unit, arguments={"day": "2026-11-22"}, clock=clock)
    Job.objects.update(status=JobStatus.FAILED, error="ValueError: a wrong date", finished_at=clock())
    browser = signed_in(Role.EDITOR, unit)
    assert "a wrong date" in browser.get("/desk/jobs/?status=failed").content.decode()
    assert "2026-11-22" in browser.get(reverse("carry:job", args=[job.pk])).content.decode()
    answer = browser.post(reverse("carry:retry_job", args=[job.pk]), {"next": "/desk/jobs/?status=failed"})
    assert answer.url == "/desk/jobs/?status=failed"
    job.refresh_from_db()
    assert job.status == JobStatus.WAITING


def test_a_form_never_leads_to_another_site(signed_in, unit, clock):
    job = enqueue_job(kind="tests.work", unit=unit, clock=clock)
    address = reverse("carry:cancel_job", args=[job.pk])
    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""):
        answer = signed_in(Role.EDITOR, unit).post(address, {"next": wanted})
        assert answer.url == "/desk/jobs/"


def test_only_a_form_retries_and_cancels(signed_in, unit, clock):
    job, delivery = enqueue_job(kind="tests.work", unit=unit, clock=clock), send(unit, clock)
    browser = signed_in(Role.EDITOR, unit)
    for name, pk in [("retry_job", job.pk), ("cancel_job", job.pk)]:
        assert browser.get(reverse(f"carry:{name}", args=[pk])).status_code == 405
    for name in ("retry_delivery", "cancel_delivery"):
        assert browser.get(reverse(f"carry:{name}", args=[delivery.pk])).status_code == 405


def test_a_refresh_brings_the_rows_alone(signed_in, unit, clock):
    enqueue_job(kind="tests.work", title="Fetching", unit=unit, clock=clock)
    Job.objects.update(status=JobStatus.RUNNING, progress_done=3, progress_total=12)
    browser = signed_in(Role.EDITOR, unit)
    page = browser.get("/desk/jobs/").content.decode()
    rows = browser.get("/desk/jobs/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 4s"' in page
    assert "3 of 12" in rows
    assert "<html" not in rows
    assert "hx-get" not in browser.get("/desk/jobs/?status=waiting").content.decode()


def test_a_long_list_goes_on_page_by_page_without_counting_all(
    signed_in, unit, clock, django_assert_max_num_queries
):
    Job.objects.bulk_create(
        Job(
            kind="tests.work", title=f"Job {number:05}", unit=unit, next_run_at=clock(), status=JobStatus.DONE
        )
        for number in range(COUNTED_AT_MOST + 10)
    )
    browser = signed_in(Role.EDITOR, unit)
    with django_assert_max_num_queries(25):
        page = browser.get("/desk/jobs/?status=done").content.decode()
    assert f"{COUNTED_AT_MOST}+" in page.replace(",", "").replace(".", "")
    seen = re.findall(r"Job \d{5}(?=</a>)", page)
    address = re.search(r'rel="next" href="([^"]+)"', page).group(1).replace("&amp;", "&")
    more = re.findall(r"Job \d{5}(?=</a>)", browser.get(f"/desk/jobs/{address}").content.decode())
    assert len(seen) == len(more) == PAGE_SIZE
    assert max(more) < min(seen)


def test_jobs_are_filtered_by_kind_and_day(signed_in, unit, clock, job_kind):
    job_kind(lambda run: None, name="tests.fetch")
    enqueue_job(kind="tests.fetch", title="A harbour visit", unit=unit, clock=clock)
    enqueue_job(kind="tests.work", title="A quarry visit", unit=unit, clock=clock)
    browser = signed_in(Role.EDITOR, unit)
    page = browser.get("/desk/jobs/?status=waiting&kind=tests.fetch").content.decode()
    assert "A harbour visit" in page
    assert "A quarry visit" not in page
    assert (
        "A harbour visit" not in browser.get("/desk/jobs/?status=waiting&until=2001-01-01").content.decode()
    )
    assert browser.get("/desk/jobs/?status=waiting&since=nonsense&until=9999-12-31").status_code == 200


def test_deliveries_are_searched_and_requeued(signed_in, unit, clock):
    failed = send(unit, clock, status=DeliveryStatus.FAILED, answer="550 no such user")
    send(unit, clock, recipient="other@example.org")
    browser = signed_in(Role.EDITOR, unit)
    page = browser.get("/desk/deliveries/?q=editor@&status=failed").content.decode()
    assert "550 no such user" in page
    assert "other@example.org" not in page
    browser.post(reverse("carry:retry_delivery", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.status == DeliveryStatus.QUEUED
    browser.post(reverse("carry:cancel_delivery", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.status == DeliveryStatus.CANCELLED


def test_what_was_sent_is_downloaded_byte_by_byte_unless_damaged(signed_in, unit, clock, settings, tmp_path):
    import hashlib

    settings.MEDIA_ROOT = tmp_path
    delivery, content = send(unit, clock), b"From: a\r\n\r\nh\xc3\xa0\r\n"
    address = reverse("carry:delivery_content", args=[delivery.pk])
    browser = signed_in(Role.EDITOR, unit)
    assert browser.get(address).status_code == 404
    delivery.content.save("x.eml", ContentFile(content), save=False)
    delivery.content_sha256 = hashlib.sha256(content).hexdigest()
    delivery.save()
    answer = browser.get(address)
    assert b"".join(answer.streaming_content) == content
    assert "attachment" in answer["Content-Disposition"]
    (tmp_path / delivery.content.name).write_bytes(b"something else")
    assert browser.get(address).status_code == 404
    assert "missing or damaged" in browser.get(reverse("carry:delivery", args=[delivery.pk])).content.decode()


def test_the_home_panel_speaks_only_of_failures(signed_in, unit, rf):
    from django.utils import timezone

    from legation.desk.carry.views.failure_panels import render_failures_panel

    request = rf.get("/desk/")
    request.user = signed_in(Role.EDITOR, unit).user
    assert render_failures_panel(request, {}) == ""
    job = enqueue_job(kind="tests.work", title="Brief of today", unit=unit)
    Job.objects.update(status=JobStatus.FAILED, finished_at=timezone.now())
    send(unit, timezone.now, status=DeliveryStatus.FAILED)
    panel = render_failures_panel(request, {})
    assert "Brief of today" in panel
    assert "editor@example.org" in panel
    assert reverse("carry:job", args=[job.pk]) in panel
    request.user = signed_in(Role.READER, unit).user
    assert render_failures_panel(request, {}) == ""
