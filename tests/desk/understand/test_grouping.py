"""New articles are read into stories, once each, whatever happens in between."""

import pytest
from tests.desk.understand.conftest import NOW

from legation.desk.listen.models import Article, CopyGroup
from legation.desk.understand.models import ArticleMention, ArticleVector, Story, StoryMember, StorySubject
from legation.desk.understand.services import grouping
from legation.desk.understand.services.grouping import has_waiting, read_new_articles
from legation.desk.understand.services.readers import Reader
from legation.gateways.embedder.hashing import HashingEmbedder

PORT = "Vietnam opens its largest container port near Hai Phong this week"
PORT_BODY = (
    "The new container port near Hai Phong in Vietnam received its first ship. Officials spoke of trade."
)
CHESS = "Chess champion retires after losing the final in Reykjavik"


def test_articles_about_one_event_stand_in_one_story(make_article, installed, read_all):
    first = make_article(PORT, PORT_BODY, source="Daily")
    second = make_article(PORT + ", officials say", PORT_BODY, source="Herald")
    other = make_article(CHESS, "The champion said farewell to the game.", source="Herald")
    assert read_all() == 3
    assert first.membership.story_id == second.membership.story_id != other.membership.story_id
    story = first.membership.story
    assert (story.article_count, story.source_count, story.languages) == (2, 2, {"en": 2})
    assert not has_waiting()


def test_a_machine_place_names_its_model_and_reason(make_article, installed, read_all):
    article = make_article(PORT, PORT_BODY)
    read_all()
    assert article.membership.model == HashingEmbedder().model
    assert article.membership.reason
    assert not article.membership.is_pinned


def test_reprints_are_folded_in_the_counts_and_are_no_independent_source(make_article, installed, read_all):
    group = CopyGroup.objects.create(size=2)
    make_article(PORT, PORT_BODY, source="Agency", group=group)
    reprint = make_article(PORT, PORT_BODY, source="Reprinter", group=group, is_origin=False)
    read_all()
    story = reprint.membership.story
    assert (story.article_count, story.folded_count, story.source_count) == (2, 1, 1)


def test_our_own_outlet_is_no_independent_source(make_article, installed, read_all):
    ours = make_article(PORT, PORT_BODY, source="Own voice", is_ours=True)
    read_all()
    assert ours.membership.story.source_count == 0


def test_a_place_counts_for_its_country_with_the_sentence_that_shows_it(make_article, installed, read_all):
    article = make_article(
        "Rain in the delta", "Flooding closed schools in Hai Phong on Friday. Trains ran late."
    )
    read_all()
    mention = ArticleMention.objects.get(article=article, subject="vn")
    assert mention.sentence == "Flooding closed schools in Hai Phong on Friday."
    assert StorySubject.objects.filter(story=article.membership.story, subject="vn").exists()


def test_a_story_that_does_not_name_us_has_no_subject(make_article, installed, read_all):
    article = make_article(CHESS, "The champion said farewell to the game.")
    read_all()
    assert not StorySubject.objects.filter(story=article.membership.story).exists()


def test_a_batch_that_fails_leaves_nothing_half_done(make_article, installed, reader, monkeypatch):
    make_article(PORT, PORT_BODY)
    monkeypatch.setattr(grouping, "recount_stories", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        read_new_articles(reader=reader, clock=lambda: NOW)
    assert (Story.objects.count(), StoryMember.objects.count(), ArticleVector.objects.count()) == (0, 0, 0)
    assert has_waiting()
    monkeypatch.undo()
    assert read_new_articles(reader=reader, clock=lambda: NOW) == 1
    assert Story.objects.count() == StoryMember.objects.count() == 1


def test_a_new_process_goes_on_where_the_old_one_stopped(make_article, installed, read_all):
    first = make_article(PORT, PORT_BODY, source="Daily")
    read_all()
    later = make_article(PORT + " today", PORT_BODY, source="Herald", hours_ago=0.5)
    assert read_new_articles(reader=Reader(HashingEmbedder()), clock=lambda: NOW) == 1
    assert later.membership.story_id == first.membership.story_id


def test_a_process_sees_what_another_one_assigned_meanwhile(make_article, installed, reader, read_all):
    make_article(CHESS)
    read_all()
    theirs = make_article(PORT, PORT_BODY, source="Daily")
    read_new_articles(reader=Reader(HashingEmbedder()), clock=lambda: NOW)
    mine = make_article(PORT + " today", PORT_BODY, source="Herald")
    read_all()
    assert mine.membership.story_id == theirs.membership.story_id


def test_a_changed_article_is_read_again_and_stays_where_it_stands(make_article, installed, read_all):
    article = make_article(PORT, PORT_BODY)
    read_all()
    story_id = article.membership.story_id
    Article.objects.filter(pk=article.pk).update(
        title=CHESS, body="Nothing else.", text_sha256="f" * 64, is_handed_on=False
    )
    assert read_all() == 1
    assert StoryMember.objects.get(article=article).story_id == story_id
    assert not ArticleMention.objects.filter(article=article).exists()


def test_an_article_changed_while_it_was_read_waits_for_another_reading(
    make_article, installed, reader, monkeypatch
):
    article = make_article(PORT, PORT_BODY)
    find = grouping.find_mentions

    def change_meanwhile(text, lexicon):
        Article.objects.filter(pk=article.pk).update(text_sha256="e" * 64)
        return find(text, lexicon)

    monkeypatch.setattr(grouping, "find_mentions", change_meanwhile)
    read_new_articles(reader=reader, clock=lambda: NOW)
    assert has_waiting()


def test_an_old_import_is_grouped_among_itself(make_article, installed, read_all):
    first = make_article(PORT, PORT_BODY, source="Daily", hours_ago=24 * 400)
    second = make_article(PORT + " today", PORT_BODY, source="Herald", hours_ago=24 * 400 - 3)
    today = make_article(PORT, PORT_BODY, source="Third")
    read_all()
    assert first.membership.story_id == second.membership.story_id != today.membership.story_id


def test_reading_costs_no_more_queries_when_the_store_is_larger(
    make_article, installed, reader, django_assert_max_num_queries
):
    for number in range(30):
        make_article(f"{CHESS} {number}", source=f"Paper {number}")
    with django_assert_max_num_queries(140):
        read_new_articles(reader=reader, clock=lambda: NOW)
