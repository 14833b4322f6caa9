"""Evidence copies are taken, chained, cited, held, removed and shown as they should be."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from legation.desk.carry.models import Job, JobStatus
from legation.desk.carry.services.runs import run_job
from legation.desk.listen.models import Article, Capture, CaptureChain, CaptureKind, Source
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.capture_chains import check_chain, keep_file
from legation.desk.listen.services.capture_listings import read_words, write_chain
from legation.desk.listen.services.capture_retention import (
    HoldRefused,
    hold_capture,
    release_capture,
    remove_old_files,
    schedule_removal,
)
from legation.desk.listen.services.captures import (
    evidence_of,
    renew_citations,
    request_capture,
    request_captures,
)
from legation.desk.people.models import Role
from legation.engine.listen.capture_chains import CHAIN_START, make_link
from legation.engine.records.captures import CaptureFacts, RenderedPage
from legation.gateways.archive import find_faults

BRIEF = "understand.brief:12"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, fetch_allowed_hosts=("127.0.0.1",), browser="off")


@pytest.fixture
def article(make_source: Callable[..., Source], make_item: Any, outlet: Any, clock: Any) -> Article:
    outlet.show_page("port")
    source = make_source(feeds=[], home=outlet.address)
    read = make_item("1", address=f"{outlet.address}/port")
    return keep_article(source=source, read=read, at=clock()).article


@pytest.fixture
def make_item() -> Any:
    from tests.desk.listen.conftest import make_read

    return make_read


class StillRenderer:
    """Shows every page the same way."""

    def render(self, page: Any, *, beat: Any) -> RenderedPage:
        beat()
        return RenderedPage(screenshot=b"\xff\xd8\xff picture", pdf=b"%PDF-1.7 print", browser="Chromium 1")


@pytest.fixture
def _renders() -> Iterator[None]:
    from legation.desk.listen import tasks
    from legation.desk.listen.services import capturing

    def capture(run: Any) -> None:
        capturing.capture_article(run=run, choose_renderer=StillRenderer)

    from legation.desk.carry.services.registry import register_job
    from legation.desk.listen.services.captures import CAPTURE_JOB

    register_job(CAPTURE_JOB, title="Keeping", handler=capture)
    yield
    register_job(CAPTURE_JOB, title="Keeping", handler=tasks.capture_article)


def run_jobs(clock: Any) -> list[Job]:
    jobs = list(Job.objects.filter(kind="listen.capture_article", status=JobStatus.WAITING))
    for job in jobs:
        run_job(job_id=job.pk, clock=clock)
        job.refresh_from_db()
    return jobs


def take(article: Article, clock: Any, **fields: Any) -> Job:
    request_capture(article=article, at=clock(), unit=None, by=None, **fields)
    (job,) = run_jobs(clock)
    return job


def keep(article: Article, clock: Any, content: bytes = b"scan", **fields: Any) -> Capture:
    given = {"kind": CaptureKind.PRINT, "content_type": "application/pdf", "file_name": "a.pdf", **fields}
    return keep_file(content=BytesIO(content), ending="pdf", article=article, captured_at=clock(), **given)


def test_a_page_is_kept_as_a_web_archive_that_is_whole(article: Article, clock: Any) -> None:
    job = take(article, clock)
    assert job.status == JobStatus.DONE
    assert job.outcome == {"kept": 1}
    capture = Capture.objects.get()
    assert capture.kind == CaptureKind.ARCHIVE
    assert capture.address == article.address
    assert capture.article_version == article.version
    assert capture.number == 1
    with capture.file.open("rb") as stream:
        assert list(find_faults(stream)) == []
    words = read_words(capture=capture)
    assert "provincial council" in " ".join(words.paragraphs)
    assert job.state["problem"] == "Pictures of pages are switched off."


@pytest.mark.usefixtures("_renders")
def test_picture_and_print_are_kept_beside_the_archive(article: Article, clock: Any) -> None:
    take(article, clock)
    kinds = list(Capture.objects.order_by("number").values_list("kind", "number"))
    assert kinds == [("warc", 1), ("screenshot", 2), ("pdf", 3)]
    assert len(set(Capture.objects.values_list("record_id", flat=True))) == 1
    assert list(check_chain()) == []


def test_a_job_that_ran_to_its_end_keeps_nothing_again(article: Article, clock: Any) -> None:
    job = take(article, clock)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.WAITING, finished_at=None)
    run_job(job_id=job.pk, clock=clock)
    assert Capture.objects.count() == 1


def test_a_person_gets_a_fresh_copy_each_time(article: Article, clock: Any) -> None:
    take(article, clock)
    take(article, clock)
    assert Capture.objects.count() == 2


def test_what_a_brief_cites_is_kept_once_for_good(article: Article, clock: Any) -> None:
    for _ in range(2):
        request_captures(articles=[article], reason=BRIEF, at=clock())
    assert [job.outcome for job in run_jobs(clock)] == [{"kept": 1}]
    assert request_captures(articles=[article], reason="understand.brief:13", at=clock()) == []
    capture = Capture.objects.get()
    assert capture.reasons == [BRIEF, "understand.brief:13"]
    assert capture.keep_until is None


def test_a_copy_that_waits_learns_of_further_reasons(article: Article, clock: Any) -> None:
    request_capture(article=article, at=clock(), unit=None, by=None)
    request_captures(articles=[article], reason=BRIEF, at=clock())
    run_jobs(clock)
    assert Capture.objects.get().reasons == [BRIEF]


def test_a_cited_article_that_changed_is_kept_again(article: Article, clock: Any, make_item: Any) -> None:
    request_captures(articles=[article], reason=BRIEF, at=clock())
    run_jobs(clock)
    assert renew_citations(articles=[article], at=clock()) == []
    Article.objects.filter(pk=article.pk).update(version=2)
    article.refresh_from_db()
    assert evidence_of(articles=[article])[article.pk].state == "outdated"
    (job,) = renew_citations(articles=[article], at=clock())
    assert job.arguments["reasons"] == [BRIEF]
    run_jobs(clock)
    assert list(Capture.objects.order_by("number").values_list("article_version", flat=True)) == [1, 2]
    assert renew_citations(articles=[article], at=clock()) == []


def test_articles_without_a_page_are_passed_over(article: Article, clock: Any) -> None:
    Article.objects.update(address="")
    article.refresh_from_db()
    assert request_captures(articles=[article], reason=BRIEF, at=clock()) == []


def test_a_page_that_is_gone_fails_with_the_reason(article: Article, clock: Any, outlet: Any) -> None:
    del outlet.answers["/port"]
    job = take(article, clock)
    assert job.status == JobStatus.FAILED
    assert "does not exist" in job.error
    assert evidence_of(articles=[article])[article.pk].state == "failed"


def test_robots_txt_forbids_a_copy_unless_the_operator_permits(
    article: Article, clock: Any, outlet: Any, settings: Any
) -> None:
    forbidding = b"User-agent: *\nDisallow: /"
    outlet.answers["/robots.txt"] = type(outlet.answers["/port"])(
        forbidding, headers={"Content-Type": "text/plain"}
    )
    job = take(article, clock)
    assert "robots.txt" in job.error
    assert not Capture.objects.exists()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, evidence_obeys_robots=False)
    take(article, clock)
    with Capture.objects.get().file.open("rb") as stream:
        assert b"robots: ignore" in gzip.decompress(stream.read())


def test_a_busy_server_is_asked_again_later_and_not_for_ever(
    article: Article, clock: Any, outlet: Any
) -> None:
    outlet.answers["/port"].status = 500
    job = take(article, clock)
    assert job.status == JobStatus.WAITING
    assert job.next_run_at > clock()
    for _ in range(10):
        clock.move(hours=3)
        run_job(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert "The server failed" in job.error


def test_no_file_stays_where_its_record_could_not_be_written(
    article: Article, clock: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from legation.desk.listen.services import capture_chains

    def fail(*_: Any) -> None:
        raise RuntimeError("no link")

    monkeypatch.setattr(capture_chains, "_add_link", fail)
    take(article, clock)
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_each_link_is_made_over_the_one_before(article: Article, clock: Any) -> None:
    first, second = keep(article, clock, b"one"), keep(article, clock, b"two")
    facts = CaptureFacts(
        number=1,
        kind="pdf",
        sha256=first.sha256,
        size_bytes=3,
        identity=article.identity,
        address="",
        captured_at=clock(),
    )
    assert first.chain_sha256 == make_link(CHAIN_START, facts)
    assert second.number == 2
    assert list(check_chain()) == []


def test_a_changed_fact_is_named_by_its_link(article: Article, clock: Any) -> None:
    for number in range(3):
        keep(article, clock, bytes([number]))
    Capture.objects.filter(number=2).update(captured_at=clock() - timedelta(days=9))
    assert list(check_chain()) == [
        "link 2 of the chain does not fit: its facts or the link itself were changed"
    ]


def test_a_removed_row_is_missed(article: Article, clock: Any) -> None:
    for number in range(4):
        keep(article, clock, bytes([number]))
    Capture.objects.filter(number__in=[2, 3]).delete()
    assert list(check_chain()) == ["link 2 to 3 of the chain is missing"]


def test_a_removed_end_is_missed(article: Article, clock: Any) -> None:
    for number in range(3):
        keep(article, clock, bytes([number]))
    Capture.objects.filter(number=3).delete()
    assert list(check_chain()) == ["the chain ends at link 2, but its newest link is known to be 3"]


def test_links_that_changed_places_are_told_apart_from_changed_facts(article: Article, clock: Any) -> None:
    for number in range(4):
        keep(article, clock, bytes([number]))
    for old, new in ((2, 99), (3, 2), (99, 3)):
        Capture.objects.filter(number=old).update(number=new)
    assert list(check_chain()) == [
        "link 2 of the chain was put there; it belongs at place 3",
        "link 3 of the chain was put there; it belongs at place 2",
    ]


def test_a_row_outside_the_chain_is_named(article: Article, clock: Any) -> None:
    capture = keep(article, clock)
    Capture.objects.update(number=None)
    CaptureChain.objects.update(number=0, chain_sha256="")
    assert list(check_chain()) == [f"capture {capture.pk} stands outside the chain"]


def test_kinds_are_kept_as_long_as_their_rule_says(article: Article, clock: Any, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, evidence_days=1000, evidence_picture_days=10)
    assert keep(article, clock, b"1").keep_until == clock() + timedelta(days=1000)
    assert keep(article, clock, b"2", kind=CaptureKind.SCREENSHOT).keep_until == clock() + timedelta(days=10)
    assert keep(article, clock, b"3", kind=CaptureKind.SCAN).keep_until is None
    assert keep(article, clock, b"4", reasons=[BRIEF]).keep_until is None
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, evidence_days=0)
    assert keep(article, clock, b"5").keep_until is None


def test_old_files_go_and_their_links_stay(
    article: Article, clock: Any, signed_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    person = signed_in(Role.APPROVER).user
    old, cited, held = (
        keep(article, clock, b"1"),
        keep(article, clock, b"2", reasons=[BRIEF]),
        keep(article, clock, b"3"),
    )
    hold_capture(capture=held, by=person, at=clock(), reason="Case 7 before the court")
    clock.move(days=5000)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_old_files(at=clock()) == 1
    for capture in (old, cited, held):
        capture.refresh_from_db()
    assert old.removed_at == clock()
    assert not old.file.storage.exists(old.file.name)
    assert cited.removed_at is None
    assert held.removed_at is None
    assert held.file.storage.exists(held.file.name)
    assert list(check_chain()) == []
    release_capture(capture=held, by=person, reason="The case is closed")
    assert remove_old_files(at=clock()) == 1
    acts = LogEntry.objects.get_for_object(held).values_list("actor", flat=True)
    assert list(acts) == [person.pk, person.pk]


def test_a_hold_needs_a_reason_and_a_file(article: Article, clock: Any, signed_in: Any) -> None:
    person = signed_in(Role.APPROVER).user
    capture = keep(article, clock)
    with pytest.raises(HoldRefused):
        hold_capture(capture=capture, by=person, at=clock(), reason=" ")
    Capture.objects.update(removed_at=clock())
    with pytest.raises(HoldRefused):
        hold_capture(capture=capture, by=person, at=clock(), reason="too late")


def test_the_removal_is_started_once_a_day(db: Any, clock: Any) -> None:
    from django.utils import timezone

    schedule_removal(timezone.now())
    Job.objects.update(status=JobStatus.DONE)
    schedule_removal(timezone.now())
    assert Job.objects.filter(kind="listen.purge_captures").count() == 1


def test_the_chain_can_be_counted_anew_from_its_export(article: Article, clock: Any) -> None:
    for number in range(3):
        keep(article, clock, bytes([number]), address="=1+1")
    previous = CHAIN_START
    for line in "".join(write_chain(form="json")).splitlines():
        row = json.loads(line)
        chain, _ = row.pop("chain_sha256"), row.pop("removed_at")
        written = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256(f"{previous}\n{written}".encode()).hexdigest()
        assert previous == chain
    rows = "".join(write_chain(form="csv")).splitlines()
    assert len(rows) == 4
    assert ",'=1+1," in rows[1]


def test_readers_see_copies_and_may_not_make_hold_or_export_them(
    article: Article, clock: Any, signed_in: Any
) -> None:
    take(article, clock)
    capture = Capture.objects.get()
    reader, editor, approver = signed_in(Role.READER), signed_in(Role.EDITOR), signed_in(Role.APPROVER)
    outsider = signed_in(None)
    page = reverse("listen:capture_page", args=[capture.pk])
    shown = reader.get(page).content.decode()
    assert capture.chain_sha256 in shown
    assert "provincial council" in shown
    assert "Hold this copy" not in shown
    download = reader.get(reverse("listen:capture", args=[capture.pk]))
    assert download["Content-Disposition"].startswith("attachment")
    assert b"".join(download.streaming_content)[:2] == b"\x1f\x8b"
    keeping = reverse("listen:keep_capture", args=[article.pk])
    holding = reverse("listen:hold_capture", args=[capture.pk])
    export = reverse("listen:export_captures", args=["json"])
    for path in (page, reverse("listen:captures"), reverse("listen:article_evidence", args=[article.pk])):
        assert reader.get(path).status_code == 200
        assert outsider.get(path).status_code in (302, 403)
    assert reader.post(keeping).status_code in (302, 403)
    assert not Job.objects.filter(status=JobStatus.WAITING, kind="listen.capture_article").exists()
    assert editor.post(holding, {"reason": "x"}).status_code in (302, 403)
    assert reader.get(export).status_code in (302, 403)
    capture.refresh_from_db()
    assert not capture.is_held
    assert editor.post(keeping).status_code == 302
    assert Job.objects.filter(status=JobStatus.WAITING, kind="listen.capture_article").exists()
    assert b"chain_sha256" in b"".join(editor.get(export).streaming_content)
    approver.post(holding, {"act": "hold", "reason": "Case 7"})
    capture.refresh_from_db()
    assert capture.is_held
    approver.post(holding, {"act": "release", "reason": "Closed"})
    capture.refresh_from_db()
    assert not capture.is_held


def test_the_articles_page_says_how_its_evidence_stands(
    article: Article, clock: Any, signed_in: Any, outlet: Any
) -> None:
    editor = signed_in(Role.EDITOR)
    path = reverse("listen:article", args=[article.pk])
    assert "Keep an evidence copy" in editor.get(path).content.decode()
    request_capture(article=article, at=clock(), unit=None, by=None)
    waiting = editor.get(path).content.decode()
    assert "being kept" in waiting
    assert "htmx" in waiting
    run_jobs(clock)
    assert Capture.objects.get().sha256 in editor.get(path).content.decode()


def test_the_list_is_narrowed_by_kind_state_number_and_hash(
    article: Article, clock: Any, signed_in: Any
) -> None:
    first = keep(article, clock, b"1", reasons=[BRIEF])
    second = keep(article, clock, b"2", kind=CaptureKind.SCREENSHOT, is_held=True)
    reader, path = signed_in(Role.READER), reverse("listen:captures")

    def found(**asked: Any) -> set[int]:
        return {capture.pk for capture in reader.get(path, asked).context["page"]}

    assert found() == {first.pk, second.pk}
    assert found(kind="screenshot") == {second.pk}
    assert found(state="cited") == {first.pk}
    assert found(state="held") == {second.pk}
    assert found(state="removed") == set()
    assert found(q="2") == {second.pk}
    assert found(q=first.sha256[:12]) == {first.pk}
    assert found(q="council") == {first.pk, second.pk}
    assert found(article=article.pk + 1) == set()
    assert found(until="2020-01-01") == set()


def test_a_removed_file_is_said_and_not_handed_out(article: Article, clock: Any, signed_in: Any) -> None:
    take(article, clock)
    Capture.objects.update(removed_at=clock())
    capture, reader = Capture.objects.get(), signed_in(Role.READER)
    assert reader.get(reverse("listen:capture", args=[capture.pk])).status_code == 404
    shown = reader.get(reverse("listen:capture_page", args=[capture.pk])).content.decode()
    assert "by the rule of its kind" in shown


def test_a_very_long_page_is_shown_in_part_and_says_so(
    article: Article, clock: Any, outlet: Any, signed_in: Any
) -> None:
    outlet.show_page(
        "port", body="\n\n".join(f"Paragraph {number} " + "of many words " * 40 for number in range(400))
    )
    take(article, clock)
    capture = Capture.objects.get()
    assert read_words(capture=capture).is_cut
    page = signed_in(Role.READER).get(reverse("listen:capture_page", args=[capture.pk]))
    assert "The page says more" in page.content.decode()
    assert len(page.content) < 150_000


def test_what_a_page_said_is_shown_as_text_alone(
    article: Article, clock: Any, outlet: Any, signed_in: Any
) -> None:
    hostile = (
        "<b>bold</b> &lt;script&gt;alert(1)&lt;/script&gt; and enough words to be the text of an article"
    )
    outlet.show_page("port", body="\n\n".join([hostile] * 5))
    take(article, clock)
    shown = signed_in(Role.READER).get(reverse("listen:capture_page", args=[Capture.objects.get().pk]))
    assert "<script>alert(1)" not in shown.content.decode()
    assert "&lt;script&gt;alert(1)" in shown.content.decode()
