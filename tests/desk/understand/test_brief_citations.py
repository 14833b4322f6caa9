"""What a brief quoted is remembered with its version, and a change of it is shown wherever the brief is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.desk.understand.brief_worlds import FRENCH, NOW, World, make_brief, make_world, operate

from legation.desk.listen.models import Article
from legation.desk.listen.services.versions import judge_reading, replace_text
from legation.desk.understand.models import Brief, BriefCitation, BriefStatus, Story
from legation.desk.understand.services.brief_citations import (
    briefs_with_changes,
    list_changed,
    mark_seen,
    unseen_changes,
)
from legation.desk.understand.services.brief_edits import edit_brief
from legation.desk.understand.services.brief_pickers import list_changes
from legation.desk.understand.services.stories import risen_since
from legation.desk.understand.services.story_counts import recount_stories
from legation.engine.understand.brief_documents import from_json

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=4)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def brief(world: World) -> Brief:
    return make_brief(world)


def change(article: Article, **fields: Any) -> None:
    """Change an article's text as a later reading would."""
    reading = Article(**{"title": article.title, "lead": article.lead, "body": article.body, **fields})
    judged = judge_reading(before=article, after=reading)
    reading.text_sha256, reading.language = "changed", article.language
    replace_text(article=article, reading=reading, change=judged, noticed="feed", at=LATER)


def quoted_french(brief: Brief) -> Article:
    """Return an article in French that the brief quotes."""
    found = BriefCitation.objects.filter(brief=brief, article__language="fr").order_by("pk")
    return Article.objects.get(pk=found.values_list("article_id", flat=True)[0])


def test_a_brief_remembers_which_version_it_quoted(brief: Brief) -> None:
    quotations = [
        one for part in from_json(brief.document).sections for item in part.items for one in item.quotations
    ]
    assert quotations
    assert {one.article_version for one in quotations} == {1}
    assert all(one.text_sha256 for one in quotations)
    noted = BriefCitation.objects.filter(brief=brief)
    assert {row.article_id for row in noted} == {int(one.article_id) for one in quotations}
    assert not list_changed(brief=brief)
    assert briefs_with_changes(briefs=[brief.pk]) == set()


@pytest.mark.parametrize(
    ("lead", "fate"),
    [
        (FRENCH + " La séance a duré.", "stands"),
        (FRENCH.replace("vingt et une", "dix-neuf"), "altered"),
        ("Le gouvernement dément toute rencontre.", "gone"),
    ],
)
def test_a_change_after_the_quotation_is_told_with_the_fate_of_the_words(
    brief: Brief, lead: str, fate: str
) -> None:
    article = quoted_french(brief)
    change(article, lead=lead)
    (found,) = [one for one in list_changed(brief=brief) if one.article == article]
    assert (found.fate, found.quoted_version, found.changed_at) == (fate, 1, LATER)
    assert not found.is_headline_changed
    assert not found.is_seen
    assert briefs_with_changes(briefs=[brief.pk]) == {brief.pk}


def test_a_text_that_was_only_completed_is_no_change(brief: Brief) -> None:
    article = quoted_french(brief)
    article.is_teaser = True
    article.save()
    change(article, body=f"{article.lead} Le reste de l'article suit ici.", is_teaser=False)
    assert Article.objects.get(pk=article.pk).version == 2
    assert list_changed(brief=brief) == []
    assert briefs_with_changes(briefs=[brief.pk]) == set()


def test_a_quotation_added_later_quotes_the_later_version(brief: Brief, world: World) -> None:
    article = quoted_french(brief)
    change(article, lead=f"{FRENCH} La séance a duré.")
    key = next(
        item.key
        for part in from_json(brief.document).sections
        for item in part.items
        if any(one.article_id == str(article.pk) for one in item.quotations)
    )
    added = operate(
        "add_quotation", key, value={"key": "late", "article": article.pk, "text": "La séance a duré."}
    )
    outcome = edit_brief(brief=brief, operations=[added], by=world.editor, at=LATER)
    assert outcome.results[0].outcome == "applied"
    found = {one.quotation.key for one in list_changed(brief=brief)}
    assert "late" not in found
    assert found
    assert BriefCitation.objects.get(brief=brief, article=article).article_version == 1


def test_an_article_that_is_quoted_no_more_is_forgotten(brief: Brief, world: World) -> None:
    keys = [item.key for part in from_json(brief.document).sections for item in part.items]
    removals = [operate("remove_item", key) for key in keys]
    edit_brief(brief=brief, operations=removals, by=world.editor, at=NOW)
    assert not BriefCitation.objects.filter(brief=brief).exists()


@pytest.mark.parametrize("status", [BriefStatus.DRAFT, BriefStatus.SUBMITTED, BriefStatus.APPROVED])
def test_editors_approvers_and_readers_see_it_before_and_after_the_signature(
    client: Client, brief: Brief, world: World, status: str
) -> None:
    change(quoted_french(brief), lead="Le gouvernement dément toute rencontre.")
    Brief.objects.update(status=status)
    for person in (world.editor, world.approver):
        client.force_login(person)
        page = client.get(reverse("understand:brief", args=[brief.pk])).content.decode()
        assert "Changed after we quoted it" in page
        assert "quoted words gone" in page
        assert "?first=1&amp;second=2" in page
        assert "sources changed" in client.get(reverse("understand:briefs")).content.decode()
    if status == BriefStatus.DRAFT:
        client.force_login(world.editor)
        assert (
            "quoted words gone"
            in client.get(reverse("understand:brief_edit", args=[brief.pk])).content.decode()
        )


def test_a_kept_version_shows_the_change_of_what_it_quoted(
    client: Client, brief: Brief, world: World
) -> None:
    change(quoted_french(brief), lead="Le gouvernement dément toute rencontre.")
    keys = [item.key for part in from_json(brief.document).sections for item in part.items]
    edit_brief(
        brief=brief, operations=[operate("remove_item", key) for key in keys], by=world.editor, at=LATER
    )
    client.force_login(world.editor)
    now = client.get(reverse("understand:brief", args=[brief.pk])).content.decode()
    then = client.get(reverse("understand:brief_version", args=[brief.pk, 1])).content.decode()
    assert "quoted words gone" not in now
    assert "quoted words gone" in then


def test_the_units_editors_are_told_until_one_has_seen_it(client: Client, brief: Brief, world: World) -> None:
    article = quoted_french(brief)
    change(article, lead="Le gouvernement dément toute rencontre.")
    since = NOW - timedelta(days=40)
    told = {row.article_id for row in unseen_changes(units=[world.mission], since=since, limit=9)}
    assert article.pk in told
    assert unseen_changes(units=[world.other], since=since, limit=9) == []
    client.force_login(world.stranger)
    assert client.post(reverse("understand:brief_changes", args=[brief.pk])).status_code in {302, 403}
    assert unseen_changes(units=[world.mission], since=since, limit=9)
    client.force_login(world.editor)
    assert client.post(reverse("understand:brief_changes", args=[brief.pk])).status_code == 302
    assert unseen_changes(units=[world.mission], since=since, limit=9) == []
    assert all(one.is_seen for one in list_changed(brief=brief))
    assert mark_seen(brief=brief, by=world.editor, at=LATER) == 0
    article.refresh_from_db()
    change(article, lead="Le gouvernement se tait.")
    assert unseen_changes(units=[world.mission], since=since, limit=9), "a further change is told again"


def test_an_edited_article_is_no_news_anywhere(brief: Brief, world: World) -> None:
    article = quoted_french(brief)
    story = Story.objects.get(members__article=article)

    def count() -> tuple[Any, ...]:
        recount_stories(story_ids=[story.pk], at=LATER)
        now = Story.objects.get(pk=story.pk)
        return now.article_count, now.folded_count, now.source_count, now.first_at, now.last_at, now.hours

    before, risen = count(), [(one.kind, one.key) for one in list_changes(brief=brief)]
    change(article, lead="Le gouvernement dément toute rencontre.", title="Sommet annulé")
    assert count() == before
    assert [(one.kind, one.key) for one in list_changes(brief=brief)] == risen
    assert risen_since(unit=world.mission, since=LATER - timedelta(hours=1), now=LATER, limit=9) == []
    assert Article.objects.get(pk=article.pk).sort_at == article.published_at
