"""What the desk will not do, tried: no people in lists or exports, no outlet in a rank, no disguise."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from django.urls import reverse
from tests.desk.factories import UnitFactory
from tests.desk.test_role_walk import OURS
from tests.desk.understand.conftest import *  # noqa: F403 the fixtures of room understand
from tests.desk.understand.conftest import NOW
from tests.desk.understand.test_grouping import PORT, PORT_BODY

from legation.desk.listen.models import Article, Source
from legation.desk.listen.services.sources import SourceRefused, add_source
from legation.desk.people.models import Role
from legation.desk.people.services.installations import finish_set_up
from legation.desk.understand.models import Brief, StoryMember
from legation.desk.understand.services.briefs import prepare_brief
from legation.engine.records.sources import SourceKind, SourceRecord
from legation.engine.records.stories import StoryFacts
from legation.engine.understand.ranks import rank_stories

SOURCE = Path(__file__).parents[2] / "src" / "legation"
REPORTER = "Quendolina Zyx-Abendroth"
# Where a byline may stand: it is read from feeds and pages, stored, and shown beside the article itself.
BYLINE_MODULES = {
    "engine/records/articles.py", "engine/listen/pages.py", "engine/listen/page_heads.py",
    "engine/listen/xml_feeds.py", "engine/listen/json_feeds.py", "engine/listen/feed_authors.py",
    "engine/listen/feed_elements.py", "engine/listen/items.py", "engine/listen/page_series.py",
    "engine/records/imports.py", "engine/listen/import_pages.py", "engine/listen/import_items.py",
    "engine/listen/import_newsml.py", "desk/listen/services/import_arrivals.py",
    "desk/listen/models/articles.py", "desk/listen/services/articles.py", "desk/listen/services/versions.py",
    "desk/listen/templates/listen/article.html",
}  # fmt: skip


@pytest.fixture
def world(make_article, installed, read_all):
    """One article with a byline in a story and in a brief."""
    finish_set_up(at=NOW)
    article = make_article(PORT, PORT_BODY, source="Daily", byline=REPORTER)
    read_all()
    unit = UnitFactory(subject="vn", is_centre=True)
    brief = prepare_brief(unit=unit, day=NOW.date(), clock=lambda: NOW)
    return article, unit, brief


def test_a_byline_is_shown_on_its_article_and_on_no_other_page(world, signed_in):
    article, unit, brief = world
    client = signed_in(Role.ADMINISTRATOR, unit)
    own = client.get(reverse("listen:article", args=[article.pk]))
    assert REPORTER in own.content.decode()
    pages = {reverse("understand:story", args=[article.membership.story_id])}
    pages |= {reverse(f"understand:{name}", args=[brief.pk]) for name in ("brief", "brief_edit")}
    pages |= {reverse("understand:brief_download", args=[brief.pk, form]) for form in ("html", "json")}
    pages |= {
        address.path for address in OURS if "999999" not in address.path and "nothing" not in address.path
    }
    opened = 0
    for path in sorted(pages):
        response = client.get(path, {"q": REPORTER, "byline": REPORTER, "author": REPORTER})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        opened += response.status_code == 200
        # A search field repeats what was typed into it; that is not a record.
        text = body.decode(errors="replace").replace(f'value="{REPORTER}"', "")
        assert REPORTER not in text, path
    assert opened > 20


def test_no_module_but_those_that_read_store_and_show_it_knows_of_bylines():
    naming = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*")
        if path.suffix in {".py", ".html", ".js", ".txt", ".mjml"}
        and "migrations" not in path.parts
        and any("byline" in line and 'defer("' not in line for line in path.read_text().splitlines())
        and "defer" not in path.name
    }
    deferring = {"desk/listen/services/listings.py", "desk/listen/services/copies.py"}
    # These name the furniture that is no sentence and no paragraph.
    talking = {"engine/understand/boilerplates.py", "engine/listen/page_marks.py"}
    assert naming - deferring - talking <= BYLINE_MODULES


def test_a_byline_has_no_index():
    field = Article._meta.get_field("byline")
    assert not field.db_index
    assert not field.unique
    assert not [index for index in Article._meta.indexes if "byline" in " ".join(index.fields)]


def test_a_rank_cannot_see_who_published_or_wrote():
    seen = {field.name for field in dataclasses.fields(StoryFacts)}
    assert seen == {
        "story_id", "article_count", "folded_count", "source_count", "languages", "countries",
        "first_at", "last_at", "recent_count", "earlier_count", "mention_weight",
    }  # fmt: skip


def test_a_story_ranks_the_same_whoever_owns_its_outlets(world):
    facts = StoryFacts("1", 3, 3, 2, ("en",), ("GB",), NOW, NOW, 1, 1, 1.0)
    ranked = rank_stories([facts], host_country="FR", languages=("en",), now=NOW)
    reasons = {key for key, _ in ranked[0].reasons}
    assert reasons <= {
        "sources", "languages", "countries", "growth", "subject", "host_country", "unit_language", "fresh",
    }  # fmt: skip
    naming = [
        str(path.relative_to(SOURCE))
        for room in ("understand", "carry", "people")
        for path in (SOURCE / "desk" / room).rglob("*.py")
        if "ownership" in path.read_text()
    ]
    assert not naming


@pytest.mark.parametrize(
    "address",
    [
        "https://x.com/somebody",
        "https://www.facebook.com/some.body",
        "https://somebody.substack.com/feed",
        "https://somebody.wordpress.com/feed/",
        "https://www.youtube.com/@somebody",
        "https://medium.com/@somebody",
        "https://t.me/somebody",
    ],
)
def test_personal_accounts_and_blogs_are_refused_as_sources(address, db):
    record = SourceRecord(
        key="",
        name="Somebody",
        kind=SourceKind.PRESS,
        country="FR",
        languages=("fr",),
        home=address,
        feeds=(address,),
    )
    with pytest.raises(SourceRefused) as refusal:
        add_source(record=record)
    assert refusal.value.reason == "personal"
    assert not Source.objects.exists()


def test_every_machine_place_names_its_model_and_the_page_marks_it(world, signed_in):
    article, unit, _brief = world
    member = StoryMember.objects.get(article=article)
    assert member.model
    page = signed_in(Role.READER, unit).get(reverse("understand:story", args=[member.story_id]))
    assert "desk-machine" in page.content.decode()
    assert member.model in page.content.decode()


def test_a_machines_headline_stays_marked_in_every_paper_until_a_person_touched_it(world, signed_in):
    _article, unit, brief = world
    items = [item for section in brief.document["sections"] for item in section["items"]]
    assert items
    assert all(item["is_headline_machine"] for item in items)
    client = signed_in(Role.READER, unit)
    paper = client.get(reverse("understand:brief_download", args=[brief.pk, "json"]))
    assert '"is_headline_machine": true' in json.dumps(json.loads(paper.content))


def test_a_brief_counts_copies_as_no_voices_and_says_what_was_heard(world):
    brief = Brief.objects.get()
    honest = brief.document["honest"]
    assert {"alive_count", "source_count", "missing_languages", "article_count", "folded_count"} <= set(
        honest
    )
