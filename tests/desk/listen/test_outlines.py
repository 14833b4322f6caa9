"""Lists of other feed readers: every outline ends in exactly one counted outcome."""

from __future__ import annotations

import pytest
from lxml import etree
from tests.desk.listen.conftest import NOW

from legation.desk.listen.models import Source
from legation.desk.listen.services.outlines import (
    OutlineDefaults,
    OutlineOutcome,
    export_outlines,
    import_outlines,
    plan_outlines,
)
from legation.desk.listen.services.sources import import_sources
from legation.engine.listen.opml import OutlineList, read_opml
from legation.engine.records.sources import SourceKind

pytestmark = pytest.mark.django_db
LIST = """<opml version="2.0"><body><outline text="World">
<outline text="Le Port" xmlUrl="https://port.fr/rss" htmlUrl="https://port.fr/" language="fr"/>
<outline text="Le Port" xmlUrl="https://port.fr/sport" htmlUrl="https://port.fr/"/>
<outline text="Le Port encore" xmlUrl="http://www.port.fr/rss/"/>
<outline text="Somebody" xmlUrl="https://somebody.blogspot.com/feeds/posts/default"/>
<outline text="Her own" xmlUrl="https://her.example/feeds/posts/default?alt=rss"/>
<outline text="Secret" xmlUrl="https://me:pass@paper.example/rss"/>
<outline text="Nowhere" xmlUrl="ftp://paper.example/rss"/>
<outline text="A thought"/>
<outline text="The Gazette" xmlUrl="feed://gazette.example/rss" htmlUrl="javascript:alert(1)"/>
<outline xmlUrl="https://nameless.example/rss"/>
</outline></body></opml>"""


def read(text: str = LIST) -> OutlineList:
    return read_opml(text.encode())


def test_each_outline_ends_in_one_outcome_with_its_reason() -> None:
    account = plan_outlines(outlines=read(), defaults=OutlineDefaults())
    assert [(str(fate.outcome), fate.reason) for fate in account.fates] == [
        ("group", ""), ("added", ""), ("added", ""), ("known", "duplicate"), ("refused", "personal"),
        ("refused", "personal"), ("refused", "credentials"), ("unreadable", "malformed"),
        ("unreadable", "no_feed"), ("added", ""), ("added", ""),
    ]  # fmt: skip
    assert sum(account.counts.values()) == 11
    assert not Source.objects.exists()


def test_what_was_planned_is_what_is_done() -> None:
    planned = plan_outlines(outlines=read(), defaults=OutlineDefaults())
    done = import_outlines(outlines=read(), defaults=OutlineDefaults())
    assert done.counts == planned.counts
    port = Source.objects.get(name="Le Port")
    assert (port.feeds, port.country, port.languages) == (
        ["https://port.fr/rss", "https://port.fr/sport"], "FR", ["fr"],
    )  # fmt: skip
    gazette = Source.objects.get(name="The Gazette")
    assert (gazette.feeds, gazette.home) == (["https://gazette.example/rss"], "https://gazette.example/")
    assert Source.objects.get(name="nameless.example").is_enabled
    assert Source.objects.count() == 3


def test_reading_a_list_twice_adds_nothing() -> None:
    import_outlines(outlines=read(), defaults=OutlineDefaults())
    again = import_outlines(outlines=read(), defaults=OutlineDefaults())
    assert (again.counts.get("added", 0), again.counts["known"]) == (0, 5)
    assert Source.objects.count() == 3


def test_what_an_outline_lacks_is_taken_from_the_defaults_or_left_to_be_completed() -> None:
    import_outlines(outlines=read(), defaults=OutlineDefaults())
    assert set(Source.objects.incomplete().values_list("name", flat=True)) == {
        "The Gazette",
        "nameless.example",
    }
    Source.objects.all().delete()
    defaults = OutlineDefaults(kind=SourceKind.AGENCY, country="LA", language="lo")
    import_outlines(outlines=read(), defaults=defaults, is_enabled=False)
    gazette = Source.objects.get(name="The Gazette")
    assert (gazette.country, gazette.languages, gazette.kind, gazette.is_enabled) == (
        "LA", ["lo"], "agency", False,
    )  # fmt: skip
    assert not Source.objects.incomplete().exists()


def test_an_outline_that_somebody_added_meanwhile_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    from legation.desk.listen.services import outlines

    planned = plan_outlines(outlines=read(), defaults=OutlineDefaults())
    import_outlines(outlines=read(), defaults=OutlineDefaults())
    monkeypatch.setattr(outlines, "plan_outlines", lambda **_: planned)
    late = import_outlines(outlines=read(), defaults=OutlineDefaults())
    assert late.counts["known"] == 4  # the second feed of Le Port belongs to the first outline's source
    assert Source.objects.count() == 3


def test_an_exported_list_holds_the_same_feeds_for_another_parser_and_for_us() -> None:
    import_outlines(outlines=read(), defaults=OutlineDefaults(country="FR", language="fr"))
    written = export_outlines(sources=Source.objects.order_by("key"), title="Sources", at=NOW)
    feeds = sorted(feed for source in Source.objects.all() for feed in source.feeds)
    assert sorted(etree.fromstring(written).xpath("//outline/@xmlUrl")) == feeds
    facts = list(Source.objects.order_by("key").values_list("key", "kind", "country", "languages", "feeds"))
    Source.objects.all().delete()
    import_outlines(outlines=read_opml(written), defaults=OutlineDefaults())
    assert (
        list(Source.objects.order_by("key").values_list("key", "kind", "country", "languages", "feeds"))
        == facts
    )


def test_thousands_of_outlines_are_judged_with_one_look_at_the_store(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    lines = "".join(f'<outline text="{n}" xmlUrl="https://p{n}.example/rss"/>' for n in range(3_000))
    with django_assert_num_queries(1):
        account = plan_outlines(
            outlines=read(f"<opml><body>{lines}</body></opml>"), defaults=OutlineDefaults()
        )
    assert account.counts == {OutlineOutcome.ADDED: 3_000}


def test_the_shipped_sources_can_all_be_added(settings) -> None:  # type: ignore[no-untyped-def]
    done = import_sources(paths=[settings.ENVIRONMENT.sources_dir])
    assert done.refused == {}
    assert len(done.added) >= 300
