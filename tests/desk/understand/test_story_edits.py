"""What a person does to a story stays, can be undone, and is never overridden by the machine."""

import pytest
from tests.desk.factories import UserFactory
from tests.desk.understand.conftest import NOW
from tests.desk.understand.test_grouping import CHESS, PORT, PORT_BODY

from legation.desk.understand.models import Story, StoryEdit
from legation.desk.understand.services.story_edits import (
    EditRefused,
    merge_stories,
    move_articles,
    rename_story,
    split_story,
    undo_edit,
)


@pytest.fixture
def person(db):
    return UserFactory()


@pytest.fixture
def common(person):
    return {"by": person, "at": NOW}


@pytest.fixture
def port(make_article, installed, read_all):
    """Three articles of one story."""
    articles = [make_article(PORT, PORT_BODY, source=name) for name in ("Daily", "Herald", "Post")]
    read_all()
    assert len({article.membership.story_id for article in articles}) == 1
    return articles


@pytest.fixture
def chess(make_article, installed, read_all, port):
    articles = [
        make_article(CHESS, "The champion said farewell.", source=name) for name in ("Daily", "Herald")
    ]
    read_all()
    return articles


def story_of(article):
    article.refresh_from_db()
    return Story.objects.get(members__article=article)


def places(*articles):
    return [story_of(article).pk for article in articles]


def test_a_split_parts_the_chosen_articles_and_counts_both_anew(port, common):
    story = story_of(port[0])
    part = split_story(story=story, article_ids=[port[2].pk], **common)
    story.refresh_from_db()
    assert (story.article_count, part.article_count) == (2, 1)
    assert places(*port) == [story.pk, story.pk, part.pk]


def test_the_machine_never_joins_what_a_person_parted(port, common, make_article, read_all):
    part = split_story(story=story_of(port[0]), article_ids=[port[2].pk], **common)
    late = make_article(PORT, PORT_BODY, source="Late paper", hours_ago=0.1)
    read_all()
    assert places(*port)[2] == part.pk
    assert story_of(late).pk in {story_of(port[0]).pk, part.pk}
    assert story_of(port[0]).pk != part.pk


def test_a_split_of_everything_or_nothing_is_refused(port, common):
    story = story_of(port[0])
    for chosen in ([], [article.pk for article in port]):
        with pytest.raises(EditRefused):
            split_story(story=story, article_ids=chosen, **common)


def test_a_merge_leads_from_the_other_story_to_this_one(port, chess, common):
    story, other = story_of(port[0]), story_of(chess[0])
    merge_stories(story=story, other=other, **common)
    other.refresh_from_db()
    story.refresh_from_db()
    assert other.merged_into_id == story.pk
    assert story.article_count == 5
    with pytest.raises(EditRefused):
        merge_stories(story=story, other=other, **common)


def test_articles_move_to_another_story(port, chess, common):
    target = story_of(chess[0])
    move_articles(story=story_of(port[0]), target=target, article_ids=[port[1].pk], **common)
    target.refresh_from_db()
    assert story_of(port[1]).pk == target.pk
    assert target.article_count == 3


@pytest.mark.parametrize("kind", ["split", "merge", "move"])
def test_undoing_an_edit_brings_everything_back(kind, port, chess, common):
    story, other = story_of(port[0]), story_of(chess[0])
    before = places(*port, *chess)
    if kind == "split":
        split_story(story=story, article_ids=[port[2].pk], **common)
    elif kind == "merge":
        merge_stories(story=story, other=other, **common)
    else:
        move_articles(story=story, target=other, article_ids=[port[2].pk], **common)
    assert places(*port, *chess) != before
    undo_edit(edit=StoryEdit.objects.first(), **common)
    assert places(*port, *chess) == before
    other.refresh_from_db()
    story.refresh_from_db()
    assert (story.article_count, other.article_count, other.merged_into_id) == (3, 2, None)


def test_an_edit_is_undone_once_and_after_the_edits_that_rest_on_it(port, chess, common):
    story = story_of(port[0])
    split_story(story=story, article_ids=[port[2].pk], **common)
    first = StoryEdit.objects.first()
    merge_stories(story=story, other=story_of(chess[0]), **common)
    with pytest.raises(EditRefused):
        undo_edit(edit=first, **common)
    undo_edit(edit=StoryEdit.objects.first(), **common)
    undo_edit(edit=first, **common)
    with pytest.raises(EditRefused):
        undo_edit(edit=first, **common)


def test_undoing_a_merge_keeps_an_older_parting(port, common):
    story = story_of(port[0])
    part = split_story(story=story, article_ids=[port[2].pk], **common)
    merge_stories(story=story, other=part, **common)
    undo_edit(edit=StoryEdit.objects.first(), **common)
    bar = StoryEdit.objects.get(kind="split").bars.get()
    assert {bar.first_id, bar.second_id} == {story.pk, part.pk}


def test_a_persons_title_stands_until_it_is_taken_back(port, common, make_article, read_all):
    story = story_of(port[0])
    rename_story(story=story, title="The port", **common)
    make_article(PORT, PORT_BODY, source="Late paper")
    read_all()
    story.refresh_from_db()
    assert str(story) == "The port"
    undo_edit(edit=StoryEdit.objects.first(), **common)
    story.refresh_from_db()
    assert str(story) == story.title
