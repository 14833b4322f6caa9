"""The list of stories and a story's page: what they show, to whom, and at which price."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.desk.factories import UnitFactory
from tests.desk.understand.conftest import NOW
from tests.desk.understand.test_grouping import CHESS, PORT, PORT_BODY

from legation.desk.people.models import Role
from legation.desk.understand.models import Story, StoryEdit
from legation.desk.understand.services.looks import note_look
from legation.desk.understand.services.stories import risen_since, stories_for


@pytest.fixture
def unit(db):
    return UnitFactory(subject="vn", country="FR", languages=["fr", "en"])


@pytest.fixture
def world(make_article, installed, read_all):
    make_article(PORT, PORT_BODY, source="Daily")
    make_article(PORT, PORT_BODY, source="Herald", country="FR")
    make_article(
        "Vietnam coffee harvest begins", "Farmers in Vietnam began the coffee harvest.", source="Post"
    )
    make_article(CHESS, "The champion said farewell.", source="Post")
    read_all()


def test_a_unit_sees_the_stories_about_its_subject_best_first_with_reasons(world, unit):
    placed = stories_for(unit=unit, since=NOW - timedelta(hours=24), until=NOW, limit=10, now=NOW)
    assert [place.story.title for place in placed] == [PORT, "Vietnam coffee harvest begins"]
    assert "2 independent sources" in placed[0].why


def test_ranking_takes_one_query(world, unit, django_assert_num_queries):
    with django_assert_num_queries(1):
        stories_for(unit=unit, since=NOW - timedelta(hours=24), until=NOW, limit=10, now=NOW)


def test_what_rose_counts_voices_since_the_last_look(world, unit):
    risen = risen_since(unit=unit, since=NOW - timedelta(hours=3), now=NOW, limit=5)
    assert [count for _, count in risen] == [2, 1]
    assert not risen_since(unit=unit, since=NOW + timedelta(hours=1), now=NOW, limit=5)


def test_coming_back_at_once_is_the_same_look(signed_in):
    user = signed_in().user
    assert note_look(user=user, at=NOW) is None
    assert note_look(user=user, at=NOW + timedelta(hours=9)) == NOW
    assert note_look(user=user, at=NOW + timedelta(hours=9, minutes=5)) == NOW


def shift_to_now(days=0):
    """Bring the fixed world to the present, which pages ask for."""
    Story.objects.update(
        last_at=timezone.now() - timedelta(hours=1), first_at=timezone.now() - timedelta(hours=2)
    )
    from legation.desk.understand.models import StorySubject

    StorySubject.objects.update(last_at=timezone.now() - timedelta(hours=1))


def test_the_list_shows_us_first_and_everything_on_request(world, unit, signed_in):
    shift_to_now()
    client = signed_in(Role.READER, unit)
    page = client.get(reverse("understand:stories")).content.decode()
    assert PORT in page
    assert CHESS not in page
    page = client.get(reverse("understand:stories"), {"about": "all"}).content.decode()
    assert CHESS in page


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({"q": "coffee"}, False),
        ({"country": "FR"}, True),
        ({"language": "fr"}, False),
        ({"sources": "2"}, True),
        ({"sources": "3"}, False),
        ({"order": "new", "country": "FR"}, True),
        ({"order": "new", "language": "fr"}, False),
        ({"order": "new", "sources": "3"}, False),
    ],
)
def test_filters_in_the_address_choose(filters, shown, world, unit, signed_in):
    shift_to_now()
    page = signed_in(Role.READER, unit).get(reverse("understand:stories"), filters).content.decode()
    assert (PORT in page) is shown


def test_a_storys_page_shows_articles_sentences_and_where_it_names_us(world, unit, signed_in):
    story = Story.objects.get(title=PORT)
    page = signed_in(Role.READER, unit).get(reverse("understand:story", args=[story.pk])).content.decode()
    assert "Herald" in page
    assert "received its first ship" in page
    assert 'value="split"' not in page  # a reader has no tools


def test_a_merged_storys_page_leads_to_where_it_went(world, unit, signed_in):
    first, second = Story.objects.filter(title__in=[PORT, CHESS]).order_by("pk")
    client = signed_in(Role.ANALYST, unit)
    client.post(reverse("understand:story_edit", args=[first.pk]), {"kind": "merge", "other": second.pk})
    answer = client.get(reverse("understand:story", args=[second.pk]))
    assert answer.url == reverse("understand:story", args=[first.pk])


def test_an_analyst_splits_renames_and_undoes_on_the_page(world, unit, signed_in):
    client = signed_in(Role.ANALYST, unit)
    story = Story.objects.get(title=PORT)
    address = reverse("understand:story_edit", args=[story.pk])
    chosen = story.members.first().article_id
    answer = client.post(address, {"kind": "split", "articles": [chosen]})
    part = Story.objects.get(members__article_id=chosen)
    assert answer.url == reverse("understand:story", args=[part.pk])
    client.post(reverse("understand:story_undo", args=[StoryEdit.objects.first().pk]))
    assert Story.objects.get(members__article_id=chosen) == story


@pytest.mark.parametrize(
    "posted",
    [{"kind": "split"}, {"kind": "merge"}, {"kind": "move", "other": "999999"}, {"kind": "eat"}, {}],
)
def test_a_senseless_edit_is_refused_in_words_and_changes_nothing(posted, world, unit, signed_in):
    story = Story.objects.get(title=PORT)
    address = reverse("understand:story_edit", args=[story.pk])
    page = signed_in(Role.ANALYST, unit).post(address, posted, follow=True)
    assert list(page.context["messages"])
    assert not StoryEdit.objects.exists()


def test_a_reader_may_not_edit_and_an_outsider_not_even_look(world, unit, signed_in):
    story = Story.objects.get(title=PORT)
    address = reverse("understand:story_edit", args=[story.pk])
    assert signed_in(Role.READER, unit).post(address, {"kind": "rename", "title": "x"}).status_code in {
        302,
        403,
    }
    assert not StoryEdit.objects.exists()
    answer = signed_in(None).get(reverse("understand:story", args=[story.pk]))
    assert answer.status_code in {302, 403}


def test_stories_are_found_by_words_of_their_title(world, unit, signed_in):
    story = Story.objects.get(title=PORT)
    client = signed_in(Role.ANALYST, unit)
    found = client.get(
        reverse("understand:story_candidates", args=[story.pk]), {"q": "chess reykjavik"}
    ).json()
    assert [row["title"] for row in found["stories"]] == [CHESS]


def test_a_page_of_the_list_costs_a_fixed_number_of_queries(
    make_article, installed, read_all, unit, signed_in, django_assert_max_num_queries
):
    for number in range(60):
        make_article(f"{CHESS} {number * 7919}", source=f"Paper {number}")
    read_all()
    client = signed_in(Role.READER, unit)
    client.get(reverse("understand:stories"), {"about": "all", "hours": ""})
    with django_assert_max_num_queries(22):
        client.get(reverse("understand:stories"), {"about": "all", "hours": ""})
