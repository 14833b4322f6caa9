"""The online assignment of articles to stories, with vectors made by hand."""

import itertools
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from legation.engine.records.articles import ArticleText
from legation.engine.understand.stories import StoryIndex, StoryMember, StoryOptions

NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)
DIMENSIONS = 8
FLOOD, STRIKE, FILM = 1, 2, 3  # the axis that a subject's vectors lean to; axis 0 is shared by all, as in E5
ids = itertools.count()


def make_article(title, *, hours=0.0, language="en", copy_group="", timed=True, body=""):
    at = NOON + timedelta(hours=hours) if timed else None
    return ArticleText(f"a{next(ids)}", title, "", body, language, at, copy_group=copy_group)


def make_vector(subject, lean=0.6, language_axis=0):
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[0], vector[subject] = 1.0, lean
    if language_axis:
        vector[language_axis] = 0.8
    return vector / np.linalg.norm(vector)


def make_index(**options):
    index = StoryIndex(DIMENSIONS, StoryOptions(**options))
    shared = np.zeros(DIMENSIONS, np.float32)
    shared[0] = 1.0
    index.prime({"en": shared, "vi": shared})
    return index


@pytest.fixture
def index():
    return make_index()


@pytest.fixture
def new_id():
    numbers = itertools.count(1)
    return lambda: f"s{next(numbers)}"


def assign(index, new_id, *pairs):
    articles = [article for article, _vector in pairs]
    return index.assign(articles, np.stack([vector for _article, vector in pairs]), new_id=new_id)


def assign_titles(index, new_id, *rows):
    return assign(index, new_id, *((make_article(title), make_vector(subject)) for title, subject in rows))


def test_articles_alike_share_a_story_and_others_open_one(index, new_id):
    found = assign_titles(
        index,
        new_id,
        ("Flood in the valley", FLOOD),
        ("Strike at the port", STRIKE),
        ("Valley flood grows", FLOOD),
    )
    assert [one.story_id for one in found] == ["s1", "s2", "s1"]
    assert [one.is_new for one in found] == [True, True, False]
    assert found[0].similarity == 0
    assert found[2].similarity >= index.options.threshold
    assert "shares meaning" in found[2].reason
    assert "needed 0.35" in found[1].reason


def test_one_call_and_one_call_per_article_give_the_same(new_id):
    pairs = [
        (make_article(f"{word} news {number}"), make_vector(subject, lean=0.4 + number / 10))
        for number in range(4)
        for word, subject in (("flood", FLOOD), ("strike", STRIKE))
    ]
    at_once, one_by_one = make_index(), make_index()
    first = assign(at_once, new_id, *pairs)
    numbers = itertools.count(1)
    second = [assign(one_by_one, lambda: f"s{next(numbers)}", pair)[0] for pair in pairs]
    assert first == second


def test_a_translation_joins_once_languages_are_centred(new_id):
    vietnamese_axis = 7
    index = StoryIndex(DIMENSIONS)
    shared = np.eye(DIMENSIONS, dtype=np.float32)[0]
    other = make_vector(0, lean=1.0, language_axis=vietnamese_axis)
    index.prime({"en": shared, "vi": other})
    found = assign(
        index,
        new_id,
        (make_article("Flood in the valley"), make_vector(FLOOD)),
        (make_article("Strike at the port"), make_vector(STRIKE)),
        (make_article("Lũ ở thung lũng", language="vi"), make_vector(FLOOD, language_axis=vietnamese_axis)),
    )
    assert found[2].story_id == found[0].story_id


def test_words_part_articles_that_a_model_takes_for_the_same(new_id):
    body = "carriages derailed near {} station while {} inspectors opened an inquiry into {} signals " * 6
    here, there = (body.replace("{}", name) for name in ("Northbridge", "Southmoor"))
    near, far = make_article("Train", body=here), make_article("Train", body=there.replace("near", "beyond"))
    index = make_index()
    vectors = np.stack([make_vector(FLOOD)] * 2)
    same = index.compare(near, near, vectors)
    assert index.compare(near, far, vectors) < same == pytest.approx(1.0)


def test_an_article_after_the_window_opens_a_story(index, new_id):
    late = make_article("Flood in the valley", hours=index.options.window_hours + 1)
    found = assign(
        index, new_id, (make_article("Flood in the valley"), make_vector(FLOOD)), (late, make_vector(FLOOD))
    )
    assert [one.is_new for one in found] == [True, True]
    assert "within 72 hours" in found[1].reason


def test_a_late_arrival_still_finds_its_story(index, new_id):
    found = assign(
        index,
        new_id,
        (make_article("Flood in the valley", hours=5), make_vector(FLOOD)),
        (make_article("Valley flood", hours=-5), make_vector(FLOOD)),
    )
    assert found[1].story_id == found[0].story_id


def test_age_counts_against_a_story(new_id):
    fresh, old = make_index(threshold=-1.0), make_index(threshold=-1.0)
    for index, hours in ((fresh, 70.0), (old, 0.0)):
        assign(index, new_id, (make_article("Flood", hours=hours), make_vector(FLOOD)))
    article, vector = make_article("Film", hours=71.0), make_vector(FLOOD, lean=0.5)
    (near,), (far,) = (assign(index, new_id, (article, vector)) for index in (fresh, old))
    assert near.similarity - far.similarity == pytest.approx(0.1 * 70 / 72, abs=1e-3)


def test_articles_without_time_meet_the_latest(index, new_id):
    found = assign(
        index,
        new_id,
        (make_article("Flood in the valley", hours=500), make_vector(FLOOD)),
        (make_article("Valley flood", timed=False), make_vector(FLOOD)),
    )
    assert found[1].story_id == found[0].story_id


def test_a_reprint_joins_its_copy_group_whatever_its_vector_says(index, new_id):
    found = assign(
        index,
        new_id,
        (make_article("Flood", copy_group="g"), make_vector(FLOOD)),
        (make_article("Film", copy_group="g"), make_vector(FILM)),
    )
    assert found[1].story_id == found[0].story_id
    assert "reprint" in found[1].reason


def test_an_article_that_comes_again_stays_where_it_is(index, new_id):
    pair = (make_article("Flood"), make_vector(FLOOD))
    (first,), (again,) = assign(index, new_id, pair), assign(index, new_id, pair)
    assert (again.story_id, again.is_new, index.article_count) == (first.story_id, False, 1)


def test_restoring_from_the_store_goes_on_as_if_never_stopped(new_id):
    pairs = [
        (
            make_article(f"{word} {number}", hours=number, copy_group="g" if number == 1 else ""),
            make_vector(subject),
        )
        for number in range(5)
        for word, subject in (("flood", FLOOD), ("strike", STRIKE))
    ]
    whole, stopped, restarted = make_index(), make_index(), make_index()
    expected = assign(whole, new_id, *pairs)
    numbers = itertools.count(1)
    kept = assign(stopped, lambda: f"s{next(numbers)}", *pairs[:6])
    restarted.restore(
        StoryMember(article, one.story_id, vector)
        for (article, vector), one in zip(pairs, kept, strict=False)
    )
    rest = assign(restarted, lambda: f"s{next(numbers)}", *pairs[6:])
    assert [one.story_id for one in rest] == [one.story_id for one in expected[6:]]


def test_what_a_person_moved_stays_and_its_reprints_follow(index, new_id):
    flood, twin = make_article("Flood"), make_article("Flood twin", copy_group="g")
    assign(index, new_id, (flood, make_vector(FLOOD)), (twin, make_vector(FLOOD)))
    index.move([twin.article_id], "by-hand")
    reprint = make_article("Flood twin", copy_group="g")
    (again,) = assign(index, new_id, (twin, make_vector(FLOOD)))
    (copy,) = assign(index, new_id, (reprint, make_vector(FLOOD)))
    assert (again.story_id, copy.story_id) == ("by-hand", "by-hand")


def test_a_barred_article_never_joins_that_story(index, new_id):
    assign(index, new_id, (make_article("Flood"), make_vector(FLOOD)))
    article = make_article("Flood again", copy_group="g")
    index.restore([], bars=[(article.article_id, "s1")])
    (found,) = assign(index, new_id, (article, make_vector(FLOOD)))
    assert found.story_id == "s2"


def test_undoing_a_merge_puts_everything_back(index, new_id):
    flood, strike = make_article("Flood"), make_article("Strike", copy_group="g")
    assign(index, new_id, (flood, make_vector(FLOOD)), (strike, make_vector(STRIKE)))
    index.move([strike.article_id], "s1")
    index.move([strike.article_id], "s2")
    reprint = make_article("Strike", copy_group="g")
    (found,) = assign(index, new_id, (reprint, make_vector(STRIKE)))
    assert found.story_id == "s2"


def test_moving_an_article_that_is_no_longer_open_is_passed_over(index):
    index.move(["gone"], "s1")
    assert index.article_count == 0


def test_forgetting_closes_the_old_and_keeps_the_rest_findable(index, new_id):
    rows = [
        (make_article("Flood in the valley", hours=-200 + number), make_vector(FLOOD)) for number in range(20)
    ]
    kept = (make_article("Strike at the port", copy_group="g"), make_vector(STRIKE))
    before = assign(index, new_id, *rows, kept)
    index.forget(NOON - timedelta(hours=72))
    assert index.article_ids == (kept[0].article_id,)
    strike = (make_article("Port strike"), make_vector(STRIKE))
    reprint = (make_article("Other", copy_group="g"), make_vector(FILM))
    flood = (make_article("Flood in the valley"), make_vector(FLOOD))
    found = assign(index, new_id, strike, reprint, flood)
    assert [one.story_id for one in found[:2]] == [before[-1].story_id] * 2
    assert found[2].is_new


def test_the_table_grows_beyond_its_first_capacity(new_id):
    index = make_index()
    pairs = [(make_article(f"flood {number}"), make_vector(FLOOD)) for number in range(1100)]
    found = assign(index, new_id, *pairs)
    assert {one.story_id for one in found} == {"s1"}
    assert index.article_count == 1100


def test_vectors_must_come_one_per_article(index, new_id):
    with pytest.raises(ValueError, match="1 articles came with 2 vectors"):
        index.assign([make_article("Flood")], np.zeros((2, DIMENSIONS), np.float32), new_id=new_id)


def test_an_article_without_words_or_direction_opens_its_own_story(index, new_id):
    nothing = np.eye(DIMENSIONS, dtype=np.float32)[0]
    found = assign(index, new_id, (make_article("Flood"), make_vector(FLOOD)), (make_article(""), nothing))
    assert found[1].is_new
    assert np.isfinite(found[1].similarity)


@pytest.mark.parametrize("nearest_share", [0.0, 1.0])
def test_a_story_outside_the_window_is_never_joined(nearest_share, new_id):
    index = make_index(nearest_share=nearest_share, threshold=-1.0)
    late = make_article("Film", hours=90), make_vector(FILM)
    found = assign(index, new_id, (make_article("Flood"), make_vector(FLOOD)), late)
    again = assign(index, new_id, (make_article("Strike", hours=91), make_vector(STRIKE)))
    assert [one.story_id for one in (*found, *again)] == ["s1", "s2", "s2"]
