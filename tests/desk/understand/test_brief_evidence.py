"""Everything that a brief cites gets an evidence copy once it is submitted, and trouble is shown on it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.desk.conftest import sign_in
from tests.desk.understand.brief_worlds import NOW, World, make_brief, make_world

from legation.desk.carry.models import Job, JobStatus
from legation.desk.listen.models import Article
from legation.desk.understand.models import Brief
from legation.desk.understand.services.brief_evidence import list_evidence
from legation.desk.understand.services.brief_signatures import approve_brief, submit_brief

pytestmark = pytest.mark.django_db
KIND = "listen.capture_article"


@pytest.fixture
def world() -> World:
    return make_world()


def quoted(brief: Brief) -> set[int]:
    return {
        int(quotation["article_id"])
        for section in brief.document["sections"]
        for item in section["items"]
        for quotation in item["quotations"]
    }


def test_a_draft_asks_for_nothing_and_a_submitted_brief_for_all_it_quotes(world: World) -> None:
    brief = make_brief(world)
    assert quoted(brief)
    assert not Job.objects.filter(kind=KIND).exists()
    submit_brief(brief=brief, by=world.editor, at=NOW)
    jobs = Job.objects.filter(kind=KIND)
    assert {job.arguments["article"] for job in jobs} == quoted(brief)
    assert {tuple(job.arguments["reasons"]) for job in jobs} == {(f"understand.brief:{brief.pk}",)}
    approve_brief(brief=brief, by=world.approver, at=NOW, revision=brief.revision)
    assert Job.objects.filter(kind=KIND).count() == len(quoted(brief))


def test_what_could_not_be_kept_is_said_on_the_brief_and_asked_for_again(world: World) -> None:
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    reason = "The server says that the page does not exist (404)."
    Job.objects.filter(kind=KIND).update(status=JobStatus.FAILED, error=reason, finished_at=NOW)
    assert {one.evidence.state for one in list_evidence(brief=brief) if one.evidence} == {"failed"}
    editor = sign_in(world.editor)
    shown = editor.get(reverse("understand:brief", args=[brief.pk])).content.decode()
    assert "page does not exist (404)" in shown
    assert editor.post(reverse("understand:brief_evidence", args=[brief.pk])).status_code == 302
    assert Job.objects.filter(kind=KIND, status=JobStatus.WAITING).count() == len(quoted(brief))


def test_articles_without_a_page_are_counted_apart(world: World) -> None:
    brief = make_brief(world)
    Article.objects.update(address="")
    submit_brief(brief=brief, by=world.editor, at=NOW)
    assert not Job.objects.filter(kind=KIND).exists()
    assert {one.evidence for one in list_evidence(brief=brief)} == {None}
