"""The pages of the brief, as each role meets them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.desk.conftest import sign_in
from tests.desk.understand.brief_worlds import NOW, World, make_brief, make_world

from legation.desk.carry.models import Job
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.models import Article
from legation.desk.people.models import User
from legation.desk.understand.models import Brief, BriefSchedule
from legation.desk.understand.services.brief_signatures import submit_brief
from legation.engine.understand.brief_documents import from_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def address(name: str, *arguments: Any) -> str:
    return reverse(f"understand:{name}", args=arguments)


def post_edits(client: Client, brief: Brief, operations: list[dict[str, Any]], known: int = 1) -> Any:
    body = json.dumps({"known": known, "operations": operations})
    return client.post(address("brief_edits", brief.pk), body, content_type="application/json")


def operation(identifier: str, target: str, field: str, value: str, base: int = 1) -> dict[str, Any]:
    return {
        "operation_id": identifier,
        "kind": "set_field",
        "target": target,
        "field": field,
        "value": value,
        "base_revision": base,
    }


REFUSED = 302  # Wagtail's admin leads whoever may not back to the home page, with a message
EDITING = ["brief_edit", "brief_stories", "brief_sentences", "brief_edits"]


@pytest.mark.parametrize(
    ("name", "reads", "edits"),
    [
        ("editor", 200, 200),
        ("approver", 200, 200),
        ("minister", 200, REFUSED),
        ("reader", 200, REFUSED),
        ("stranger", 404, REFUSED),
    ],
)
def test_each_role_reads_and_edits_what_it_may(world: World, name: str, reads: int, edits: int) -> None:
    brief = make_brief(world)
    client = sign_in(getattr(world, name))
    for page in ("brief", "brief_compare"):
        assert client.get(address(page, brief.pk)).status_code == reads
    assert client.get(address("brief_download", brief.pk, "html")).status_code == reads
    for page in EDITING:
        assert client.get(address(page, brief.pk)).status_code == edits


def test_an_outsider_reaches_no_page(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.outsider)
    for page in ["brief", *EDITING]:
        assert client.get(address(page, brief.pk)).status_code in {302, 403}
    assert client.get(address("briefs")).status_code in {302, 403}


def test_the_list_filters_and_searches(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.editor)
    assert brief.title in client.get(address("briefs")).content.decode()
    for query in ("status=approved", "q=nothing+like+it", "until=2020-01-01"):
        assert brief.title not in client.get(f"{address('briefs')}?{query}").content.decode()
    assert sign_in(world.stranger).get(address("briefs")).content.decode().count(brief.title) == 0


def test_the_editor_page_holds_the_document_and_stays_small(world: World) -> None:
    brief = make_brief(world)
    page = sign_in(world.editor).get(address("brief_edit", brief.pk), headers={"Accept-Encoding": "gzip"})
    assert page.status_code == 200
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 50_000


def test_autosave_answers_each_operation_and_repeats_harmlessly(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.editor)
    edits = [operation("one", "document", "introduction", "Xin chào")]
    first = post_edits(client, brief, edits).json()
    again = post_edits(client, brief, edits).json()
    assert [answer["results"][0]["outcome"] for answer in (first, again)] == ["applied", "repeated"]
    assert "document" not in first
    assert again["is_foreign"]
    assert again["document"]["introduction"] == "Xin chào"


def test_a_conflict_is_answered_with_their_text(world: World) -> None:
    brief = make_brief(world)
    post_edits(sign_in(world.editor), brief, [operation("a", "document", "introduction", "Lan's")])
    answer = post_edits(
        sign_in(world.colleague), brief, [operation("b", "document", "introduction", "Hoa's")]
    ).json()
    assert answer["results"][0] == {
        "operation_id": "b",
        "outcome": "conflict",
        "revision": 2,
        "theirs": "Lan's",
        "reason": "changed",
    }
    assert answer["editors"] == [str(world.editor)]


@pytest.mark.parametrize("body", ["", "{", "[]", '{"operations": 3}', '{"operations": [{}]}'])
def test_a_malformed_autosave_is_answered_with_400(world: World, body: str) -> None:
    brief = make_brief(world)
    answer = sign_in(world.editor).post(
        address("brief_edits", brief.pk), body, content_type="application/json"
    )
    assert answer.status_code == 400


def test_an_editor_who_comes_too_late_is_told(world: World) -> None:
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    client = sign_in(world.colleague)
    assert post_edits(client, brief, [operation("a", "document", "title", "x")]).status_code == 409
    assert not client.get(address("brief_edits", brief.pk)).json()["is_editable"]
    assert client.get(address("brief_edit", brief.pk)).url == address("brief", brief.pk)


def test_an_unknown_address_says_what_can_be_done(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.editor)
    for given, status in (("https://nowhere.example/1", 404), ("javascript:alert(1)", 400)):
        answer = client.get(address("brief_address", brief.pk), {"address": given})
        assert answer.status_code == status
        assert answer.json()["reason"]


def act(user: User, brief: Brief, **fields: Any) -> Any:
    return sign_in(user).post(address("brief_act", brief.pk), fields, follow=True)


def test_from_draft_to_signed_over_the_pages(world: World) -> None:
    brief = make_brief(world)
    act(world.editor, brief, act="submit", revision=1)
    page = act(world.editor, brief, act="approve", revision=1)
    assert page.redirect_chain[0][0] == "/desk/"
    act(world.approver, brief, act="return", remark="Thêm nguồn")
    brief.refresh_from_db()
    assert brief.status == "returned"
    act(world.editor, brief, act="submit", revision=1)
    page = act(world.approver, brief, act="approve", revision=99)
    assert "changed since" in page.content.decode()
    page = act(world.approver, brief, act="approve")
    assert "changed since" in page.content.decode()
    act(world.approver, brief, act="approve", revision=1)
    brief.refresh_from_db()
    assert brief.status == "approved"
    page = sign_in(world.editor).get(address("brief", brief.pk)).content.decode()
    assert str(world.approver) in page


@pytest.mark.parametrize("name", ["reader", "stranger"])
@pytest.mark.parametrize(
    "step", ["submit", "approve", "return", "withdraw", "reopen", "take_back", "nonsense"]
)
def test_who_may_not_act_is_refused(world: World, name: str, step: str) -> None:
    brief = make_brief(world)
    page = act(getattr(world, name), brief, act=step, remark="x", revision=1)
    assert page.redirect_chain[0][0] == "/desk/"
    assert Brief.objects.get().status == "draft"


@pytest.mark.parametrize("form", ["pdf", "docx", "html", "json"])
def test_a_download_is_a_file_and_is_not_kept_by_proxies(world: World, form: str) -> None:
    brief = make_brief(world)
    answer = sign_in(world.reader).get(address("brief_download", brief.pk, form))
    assert f'filename="paris-2026-11-20.{form}"' in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_an_unknown_file_form_is_not_found(world: World) -> None:
    brief = make_brief(world)
    assert sign_in(world.reader).get(address("brief_download", brief.pk, "exe")).status_code == 404


def test_the_schedule_page_saves_names_and_addresses(world: World) -> None:
    client = sign_in(world.editor)
    page = address("brief_schedule", world.mission.pk)
    fields = {
        "is_enabled": "on",
        "weekdays": ["0", "2"],
        "prepare_at": "06:30",
        "deadline_at": "07:45",
        "language": "vi",
        "recipients": "Văn phòng Bộ <office@gov.example>\nplain@gov.example",
        "sections": "Chính trị\nKinh tế",
    }
    assert client.get(page).status_code == 200
    assert client.post(page, fields).status_code == 302
    schedule = BriefSchedule.objects.get(unit=world.mission)
    assert schedule.weekdays == [0, 2]
    assert schedule.recipients[0] == {"name": "Văn phòng Bộ", "email": "office@gov.example"}
    assert schedule.sections == ["Chính trị", "Kinh tế"]
    assert client.post(page, {**fields, "recipients": "not an address"}).status_code == 200
    assert sign_in(world.stranger).get(page).status_code == REFUSED


def test_preparing_from_the_page_opens_the_editor(world: World) -> None:
    answer = sign_in(world.editor).post(address("brief_prepare"))
    brief = Brief.objects.get()
    assert answer.url == address("brief_edit", brief.pk)
    assert sign_in(world.reader).post(address("brief_prepare")).url == "/desk/"
    later = sign_in(world.editor).post(address("brief_prepare"), {"day": "2999-01-01"})
    assert later.url == address("briefs")


def test_sharing_from_the_page_opens_the_brief_to_the_other_unit(world: World) -> None:
    brief = make_brief(world)
    sign_in(world.editor).post(address("brief_share", brief.pk), {"units": [world.other.pk]})
    assert sign_in(world.stranger).get(address("brief", brief.pk)).status_code == 200
    assert from_json(Brief.objects.get().document).sections


def test_pages_speak_vietnamese_to_a_vietnamese_reader(world: World) -> None:
    brief = make_brief(world)
    world.editor.language = "vi"
    world.editor.save()
    client = sign_in(world.editor)
    assert "Gửi ký duyệt" in client.get(address("brief_edit", brief.pk)).content.decode()
    assert "Bản điểm báo" in client.get(address("briefs")).content.decode()


def test_the_home_page_shows_todays_brief_and_what_waits_for_ones_signature(world: World) -> None:
    brief = make_brief(world)
    submit_brief(brief=brief, by=world.editor, at=NOW)
    waiting = "Waiting for your signature"
    assert waiting in sign_in(world.approver).get("/desk/").content.decode()
    assert waiting in sign_in(world.minister).get("/desk/").content.decode()
    assert waiting not in sign_in(world.editor).get("/desk/").content.decode()
    assert "Briefs due" in sign_in(world.reader).get("/desk/").content.decode()


def test_untouched_headlines_are_marked_as_the_machines_until_a_person_wrote_them(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.editor)
    page = client.get(address("brief_edit", brief.pk)).content.decode()
    assert page.count('class="brief-item is-machine"') == 4  # three items, and the pattern for new ones
    key = brief.document["sections"][0]["items"][0]["key"]
    post_edits(client, brief, [operation("mine", key, "headline", "Mine")])
    page = client.get(address("brief_edit", brief.pk)).content.decode()
    assert page.count('class="brief-item is-machine"') == 3


def test_an_unknown_address_leads_to_typing_it_in_and_the_desks_own_page_of_it_is_known(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.editor)
    answer = client.get(address("brief_address", brief.pk), {"address": "https://nowhere.example/1"})
    assert answer.json()["type_in"] == reverse("listen:add_article")
    article = Article.objects.earliest("pk")
    own = f"http://testserver{reverse('listen:article', args=[article.pk])}"
    answer = client.get(address("brief_address", brief.pk), {"address": own})
    assert answer.json()["article"] == article.pk
    other = f"http://testserver{reverse('listen:sources')}"
    assert client.get(address("brief_address", brief.pk), {"address": other}).status_code == 404


def ask_for(client: Client, brief: Brief, asked: str) -> Any:
    return client.post(address("brief_address", brief.pk), {"address": asked})


def test_an_unknown_address_is_fetched_and_the_waiting_editor_hears_of_it(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.editor)
    answer = ask_for(client, brief, "https://paper.example/1")
    assert answer.status_code == 202
    waiting = answer.json()["fetching"]
    assert ask_for(client, brief, "https://paper.example/1").json()["fetching"] == waiting
    job = Job.objects.get()
    assert (job.kind, job.created_by, job.unit) == ("listen.fetch_article", world.editor, world.mission)
    assert client.get(waiting).status_code == 202
    article = Article.objects.earliest("pk")
    Job.objects.update(status="done", state={"article": article.pk})
    found = client.get(waiting)
    assert (found.status_code, found.json()["article"]) == (200, article.pk)


def test_an_article_that_cannot_be_fetched_says_why_and_leads_to_typing_it_in(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.editor)
    waiting = ask_for(client, brief, "https://paper.example/1").json()["fetching"]
    Job.objects.update(status="done", state={"reason": "page_gone"})
    answer = client.get(waiting)
    assert (answer.status_code, "article" in answer.json()) == (200, False)
    assert "page does not exist" in answer.json()["reason"]
    assert answer.json()["type_in"] == reverse("listen:add_article")


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("https://x.com/somebody/status/1", 400, "never to persons"),
        ("javascript:alert(1)", 400, "begins with http"),
        ("http://[", 400, "absolute"),
        ("http://testserver/desk/sources/", 404, "has not read"),
    ],
)
def test_what_is_not_fetched_says_why(world: World, asked: str, status: int, words: str) -> None:
    brief = make_brief(world)
    answer = ask_for(sign_in(world.editor), brief, asked)
    assert answer.status_code == status
    assert words in answer.json()["reason"]
    assert not Job.objects.exists()


def test_a_known_article_is_added_at_once_and_quoted_though_no_story_has_it_yet(world: World) -> None:
    brief = make_brief(world)
    client = sign_in(world.editor)
    article = Article.objects.earliest("pk")
    article.pk, article.identity, article.address = None, "fresh", "https://paper.example/fresh"
    article.lead, article.body, article.is_handed_on = "", "The first sentence. The second one.", False
    article.language = "en"
    article.save()
    found = ask_for(client, brief, "https://paper.example/fresh").json()["article"]
    section = brief.document["sections"][0]["key"]
    value = {"key": "mine", "article": found}
    edit = {**operation("add", section, "", ""), "kind": "add_item", "value": value}
    document = post_edits(client, brief, [edit]).json()["document"]
    (item,) = [item for one in document["sections"] for item in one["items"] if item["key"] == "mine"]
    assert (item["headline"], item["story_id"]) == (article.title, "")
    assert [quotation["text"] for quotation in item["quotations"]] == ["The first sentence."]


def test_only_the_fetching_of_articles_can_be_asked_after(world: World) -> None:
    brief = make_brief(world)
    other = enqueue_job(kind="understand.prepare_brief", arguments={})
    client = sign_in(world.editor)
    assert client.get(address("brief_fetch", brief.pk, other.pk)).status_code == 404
    assert client.get(address("brief_fetch", brief.pk, 999_999)).status_code == 404
