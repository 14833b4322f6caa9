"""Edits as they reach the database: once each, merged, and quoting word for word."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from tests.desk.understand.brief_worlds import FRENCH, NOW, World, make_brief, make_story, make_world, operate

from legation.desk.listen.models import Article
from legation.desk.understand.models import Brief, BriefEdit, Story
from legation.desk.understand.services.brief_access import BriefRefused
from legation.desk.understand.services.brief_edits import (
    MAX_OPERATIONS,
    MalformedEdit,
    edit_brief,
    read_operations,
    touch_presence,
)
from legation.desk.understand.services.brief_pickers import (
    list_changes,
    suggest_sentences,
    suggest_stories,
)
from legation.engine.understand.brief_documents import from_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def first_item(brief: Brief) -> Any:
    return from_json(brief.document).sections[0].items[0]


def test_the_same_request_twice_changes_the_brief_once(world: World) -> None:
    brief = make_brief(world)
    operations = [operate("set_field", first_item(brief).key, field="headline", value="x")]
    first = edit_brief(brief=brief, operations=operations, by=world.editor, at=NOW)
    again = edit_brief(brief=brief, operations=operations, by=world.editor, at=NOW)
    assert [outcome.results[0].outcome for outcome in (first, again)] == ["applied", "repeated"]
    assert first.results[0].revision == again.results[0].revision == brief.revision == 2
    assert BriefEdit.objects.count() == 1


def test_two_editors_of_one_text_conflict_and_nothing_is_overwritten(world: World) -> None:
    brief = make_brief(world)
    key = first_item(brief).key
    edit_brief(
        brief=brief,
        operations=[operate("set_field", key, field="headline", value="Lan's")],
        by=world.editor,
        at=NOW,
    )
    outcome = edit_brief(
        brief=brief,
        operations=[operate("set_field", key, field="headline", value="Hoa's")],
        by=world.colleague,
        at=NOW,
    )
    assert (outcome.results[0].outcome, outcome.results[0].theirs) == ("conflict", "Lan's")
    assert first_item(brief).headline == "Lan's"
    assert BriefEdit.objects.get(by=world.colleague).outcome == "conflict"


def test_a_new_title_of_the_document_is_the_briefs_title(world: World) -> None:
    brief = make_brief(world)
    edit_brief(
        brief=brief,
        operations=[operate("set_field", "document", field="title", value="Điểm báo đặc biệt")],
        by=world.editor,
        at=NOW,
    )
    assert brief.title == "Điểm báo đặc biệt"


@pytest.mark.parametrize("status", ["submitted", "approved", "unsigned", "withdrawn"])
def test_a_brief_that_left_the_editors_is_not_edited(world: World, status: str) -> None:
    brief = make_brief(world, status=status)
    with pytest.raises(BriefRefused):
        edit_brief(
            brief=brief,
            operations=[operate("set_field", "document", field="title", value="x")],
            by=world.editor,
            at=NOW,
        )


def test_a_story_is_added_with_its_quotations_whatever_the_browser_sent(world: World) -> None:
    brief = make_brief(world)
    story = make_story(world.mission, "Another story", ["fr"], at=NOW)
    value = {"key": "new1", "story": story.pk, "item": {"headline": "forged"}}
    outcome = edit_brief(
        brief=brief, operations=[operate("add_item", "s-us", value=value)], by=world.editor, at=NOW
    )
    assert outcome.results[0].outcome == "applied"
    item = from_json(brief.document).sections[0].items[-1]
    assert (item.key, item.headline, item.quotations[0].text) == ("new1", "Another story", FRENCH)


def test_a_single_article_is_added_with_its_first_sentence(world: World) -> None:
    brief = make_brief(world)
    article = Article.objects.get(lead=FRENCH, membership__story__title="Le commerce progresse")
    value = {"key": "new2", "article": article.pk, "after": ""}
    edit_brief(brief=brief, operations=[operate("add_item", "s-rest", value=value)], by=world.editor, at=NOW)
    item = from_json(brief.document).sections[2].items[0]
    assert (item.story_id, item.headline, item.quotations[0].text) == ("", article.title, FRENCH)


def quote(article: Article, text: str) -> Any:
    return operate("add_quotation", "", value={"key": f"q{len(text)}", "article": article.pk, "text": text})


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Le sommet s'est ouvert ce matin", ("applied", "")),
        ("Le sommet  s'est\nouvert", ("applied", "")),
        ("Le sommet a échoué", ("refused", "not_verbatim")),
        ("", ("refused", "not_verbatim")),
    ],
)
def test_only_words_that_stand_in_the_article_are_quoted(
    world: World, text: str, outcome: tuple[str, str]
) -> None:
    brief = make_brief(world)
    item = from_json(brief.document).sections[2].items[0]
    article = Article.objects.filter(lead=FRENCH).first()
    assert article is not None
    operation = operate("add_quotation", item.key, value={"key": "q", "article": article.pk, "text": text})
    result = edit_brief(brief=brief, operations=[operation], by=world.editor, at=NOW).results[0]
    assert (result.outcome, result.reason) == outcome


def test_a_source_that_is_quoted_to_its_limit_is_quoted_no_further(world: World) -> None:
    brief = make_brief(world)
    item = first_item(brief)
    quotation = next(one for one in item.quotations if one.language == "fr")
    article = Article.objects.get(pk=quotation.article_id)
    article.source.quotation_limit_characters = len(FRENCH) + 1
    article.source.save()
    value = {"key": "q", "article": article.pk, "text": "Le sommet s'est ouvert"}
    result = edit_brief(
        brief=brief, operations=[operate("add_quotation", item.key, value=value)], by=world.editor, at=NOW
    ).results[0]
    assert (result.outcome, result.reason) == ("refused", "limit")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"key": "k", "story": 999}, "story"),
        ({"key": "k", "story": "1 OR 1=1"}, "story"),
        ({"key": "k", "article": None}, "article"),
        ({"key": "k" * 65, "story": 1}, "key"),
        ({"story": 1}, "key"),
        ("text", "key"),
    ],
)
def test_what_cannot_be_added_is_refused_with_its_reason(world: World, value: Any, reason: str) -> None:
    brief = make_brief(world)
    result = edit_brief(
        brief=brief, operations=[operate("add_item", "s-us", value=value)], by=world.editor, at=NOW
    ).results[0]
    assert (result.outcome, result.reason) == ("refused", reason)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [1],
        [{}],
        [{"operation_id": "a b", "kind": "set_field", "target": "x", "base_revision": 1}],
        [{"operation_id": "a", "kind": "set_field", "target": "x", "base_revision": "1"}],
        [{"operation_id": "a", "kind": "set_field", "target": "x", "base_revision": True}],
        [{"operation_id": "a", "kind": "set_field", "target": "x", "base_revision": 1}]
        * (MAX_OPERATIONS + 1),
    ],
)
def test_a_malformed_request_is_refused_as_a_whole(data: Any) -> None:
    with pytest.raises(MalformedEdit):
        read_operations(data)


@pytest.mark.django_db(transaction=True)
def test_edits_of_two_threads_at_once_are_all_kept(world: World) -> None:
    brief = make_brief(world)
    keys = [item.key for section in from_json(brief.document).sections for item in section.items]
    fields = ["headline", "why_it_matters", "what_we_suggest"]
    failures: list[BaseException] = []

    def work(user: Any, part: list[str]) -> None:
        try:
            for field in part:
                for key in keys:
                    outcome = edit_brief(
                        brief=Brief.objects.get(pk=brief.pk),
                        operations=[operate("set_field", key, field=field, value=f"{user.pk} {field}")],
                        by=user,
                        at=NOW,
                    )
                    assert outcome.results[0].outcome == "applied"
        except BaseException as problem:  # noqa: BLE001  shown by the test's own thread
            failures.append(problem)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=(world.editor, fields[:2])),
        threading.Thread(target=work, args=(world.colleague, fields[2:])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    brief.refresh_from_db()
    document = from_json(brief.document)
    assert document.revision == brief.revision == 1 + len(keys) * 3
    for section in document.sections:
        for item in section.items:
            assert item.headline == f"{world.editor.pk} headline"
            assert item.what_we_suggest == f"{world.colleague.pk} what_we_suggest"


def test_an_editor_sees_who_else_has_the_brief_open(world: World) -> None:
    brief = make_brief(world)
    assert touch_presence(brief=brief, user=world.editor, at=NOW) == []
    assert touch_presence(brief=brief, user=world.colleague, at=NOW) == [str(world.editor)]


def test_suggested_stories_are_those_that_are_not_in_the_brief(world: World) -> None:
    brief = make_brief(world)
    make_story(world.mission, "Left out", ["zh"])
    assert [story["title"] for story in suggest_stories(brief=brief, at=NOW)] == ["Left out"]


def test_suggested_sentences_are_those_that_are_not_quoted(world: World) -> None:
    brief = make_brief(world)
    item = first_item(brief)
    assert suggest_sentences(brief=brief, item_key=item.key) == []
    gone = item.quotations[0]
    edit_brief(brief=brief, operations=[operate("remove_quotation", gone.key)], by=world.editor, at=NOW)
    assert [one["text"] for one in suggest_sentences(brief=brief, item_key=item.key)] == [gone.text]
    assert suggest_sentences(brief=brief, item_key="unknown") == []


def test_what_left_since_the_last_brief_is_listed(world: World) -> None:
    brief = make_brief(world)
    assert list_changes(brief=brief) == []
    Story.objects.all()
