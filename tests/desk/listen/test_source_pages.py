"""The pages that find, list, switch, import and export sources, as people use them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.files.base import ContentFile
from django.urls import reverse
from lxml import etree
from PIL import Image
from tests.desk.factories import UnitFactory
from tests.desk.listen.conftest import Answer, Outlet

from legation.desk.carry.models import Job
from legation.desk.carry.services.runs import run_job
from legation.desk.listen.models import Source, Subscription
from legation.desk.listen.services import discoveries
from legation.desk.listen.views.wizard import suggest_keys
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
HTML = {"Content-Type": "text/html; charset=utf-8"}
LIST = """<opml version="2.0"><head><title>My list</title></head><body><outline text="World">
<outline text="Le Port" xmlUrl="https://port.fr/rss" htmlUrl="https://port.fr/" language="fr"/>
<outline text="&lt;script&gt;alert(1)&lt;/script&gt;" xmlUrl="https://gazette.example/rss"/>
<outline text="Somebody" xmlUrl="https://somebody.blogspot.com/feeds/posts/default"/>
</outline></body></opml>"""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch, options: FetchOptions, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(discoveries, "make_fetch_options", lambda **_: options)
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def client(signed_in: Any) -> Any:
    return signed_in("analyst")


def draw_icon() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 64), (10, 90, 160)).save(made, "PNG")
    return made.getvalue()


def show_site(outlet: Outlet) -> None:
    outlet.show_feed(*[outlet.feed_item(f"story-{number}") for number in range(12)])
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><link rel="icon" href="/icon.png">'
        '<meta property="og:site_name" content="The &lt;b&gt;Port&lt;/b&gt; Gazette">'
    )
    outlet.answers["/"] = Answer(f'<html lang="en"><head>{head}</head></html>'.encode(), headers=HTML)
    outlet.answers["/icon.png"] = Answer(draw_icon(), headers={"Content-Type": "image/png"})


def discover(client: Any, address: str) -> str:
    """Type an address, let the worker run, and return where the browser stands."""
    response = client.post(reverse("listen:discover_source"), {"address": address})
    assert response.status_code == 302
    return str(response["Location"])


def test_a_source_is_added_by_its_address_alone(client: Any, outlet: Outlet) -> None:
    show_site(outlet)
    page = discover(client, f"{outlet.address}/")
    waiting = client.get(page).content.decode()
    assert "hx-get" in waiting
    assert "Stop" in waiting
    assert run_job(job_id=Job.objects.get().pk)
    shown = client.get(page).content.decode()
    assert "The council decides on story-9" in shown
    assert "story-10" not in shown
    assert "Not found: the country, the kind of publisher." in shown
    assert "<b>Port" not in shown
    fields = {
        "name": "The Port Gazette", "feeds": [f"{outlet.address}/feed.xml"], "kind": "press",
        "country": "FR", "languages": "en", "home": f"{outlet.address}/",
    }  # fmt: skip
    refused = client.post(page, {**fields, "kind": ""})
    assert (refused.status_code, Source.objects.count()) == (200, 0)
    response = client.post(page, fields)
    source = Source.objects.get()
    assert response["Location"] == reverse("listen:source", args=[source.key])
    assert (source.name, source.feeds, source.languages) == ("The Port Gazette", fields["feeds"], ["en"])
    icon = client.get(reverse("listen:source_icon", args=[source.key]))
    assert (icon["Content-Type"], icon.content[:4]) == ("image/png", b"\x89PNG")
    assert icon["X-Content-Type-Options"] == "nosniff"
    assert LogEntry.objects.get_for_object(source).get().actor == client.user


def test_news_of_a_discovery_come_alone_and_its_end_loads_the_page_anew(client: Any, outlet: Outlet) -> None:
    show_site(outlet)
    page = discover(client, outlet.address)
    news = client.get(page, headers={"HX-Request": "true"})
    assert b"<html" not in news.content
    run_job(job_id=Job.objects.get().pk)
    assert client.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_feed_that_was_not_found_cannot_be_confirmed(client: Any, outlet: Outlet) -> None:
    show_site(outlet)
    page = discover(client, outlet.address)
    early = client.post(page, {"name": "x", "feeds": ["https://evil.example/rss"]})
    assert early.status_code == 302
    run_job(job_id=Job.objects.get().pk)
    fields = {"name": "x", "feeds": ["https://evil.example/rss"], "kind": "press", "country": "FR",
              "languages": "en"}  # fmt: skip
    assert client.post(page, fields).status_code == 200
    assert not Source.objects.exists()


def test_a_known_feed_is_shown_with_the_source_that_has_it(
    client: Any, outlet: Outlet, make_source: MakeSource
) -> None:
    show_site(outlet)
    make_source("known", feeds=[f"{outlet.address}/feed.xml"])
    page = discover(client, outlet.address)
    run_job(job_id=Job.objects.get().pk)
    shown = client.get(page).content.decode()
    assert "The desk listens to this feed already: Known." in shown
    assert f'value="{outlet.address}/feed.xml"' not in shown


def test_a_list_page_is_confirmed_with_its_pattern(client: Any, outlet: Outlet) -> None:
    links = "".join(
        f'<h3><a href="/2026/11/2{number}/the-council-decides-{number}.html">'
        f"The provincial council decides on the new port, part {number}</a></h3>"
        for number in range(8)
    )
    outlet.answers["/"] = Answer(f"<html><body>{links}</body></html>".encode(), headers=HTML)
    page = discover(client, outlet.address)
    run_job(job_id=Job.objects.get().pk)
    shown = client.get(page)
    pattern = shown.context["form"]["pattern"].value()
    fields = {"name": "Port", "kind": "press", "country": "FR", "languages": "en"}
    assert client.post(page, {**fields, "with_list": "on", "pattern": "{nothing}"}).status_code == 200
    assert client.post(page, fields).status_code == 200
    assert client.post(page, {**fields, "with_list": "on", "pattern": pattern}).status_code == 302
    assert Source.objects.get().list_pages == [{"address": outlet.address, "pattern": pattern}]


@pytest.mark.parametrize(
    ("address", "words"), [("https://x.com/someone", "personal account"), ("ftp://a.test", "not an absolute")]
)
def test_a_refused_address_says_why(client: Any, address: str, words: str) -> None:
    page = client.post(reverse("listen:discover_source"), {"address": address}).content.decode()
    assert words in page
    assert not Job.objects.exists()


def test_a_site_that_cannot_be_a_source_says_why(client: Any, outlet: Outlet) -> None:
    outlet.answers["/"] = Answer(
        b'<html><head><meta name="generator" content="Blogger"></head></html>', headers=HTML
    )
    page = discover(client, outlet.address)
    run_job(job_id=Job.objects.get().pk)
    shown = client.get(page).content.decode()
    assert "This cannot be a source: personal account or blog." in shown
    assert client.get(discover(client, "https://nowhere.invalid/")).status_code == 200


def test_a_discovery_is_called_off(client: Any) -> None:
    page = discover(client, "https://paper.example/")
    job = Job.objects.get()
    assert client.post(reverse("listen:cancel_discovery", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert "it was called off" in client.get(page).content.decode()


def test_another_job_s_number_opens_no_discovery(client: Any) -> None:
    job = Job.objects.create(kind="listen.purge", next_run_at="2026-01-01T00:00:00Z")
    assert client.get(reverse("listen:discovery", args=[job.pk])).status_code == 404
    assert client.post(reverse("listen:cancel_discovery", args=[job.pk])).status_code == 404


def upload(client: Any, text: str = LIST) -> Any:
    file = ContentFile(text.encode(), name="mine.opml")
    return client.post(reverse("listen:upload_outlines"), {"file": file})


def test_a_list_is_shown_line_by_line_before_anything_is_added(client: Any) -> None:
    response = upload(client)
    assert response.status_code == 302
    shown = client.get(response["Location"]).content.decode()
    assert "Add 2 feeds" in shown
    assert "personal account or blog" in shown
    assert "<script>alert(1)" not in shown
    assert not Source.objects.exists()
    fields = {"kind": "agency", "country": "LA", "language": "", "is_enabled": "on"}
    client.post(response["Location"], fields)
    port, other = Source.objects.order_by("key")
    assert (port.country, port.kind, other.country, other.languages) == ("FR", "agency", "LA", [])
    assert client.get(response["Location"]).status_code == 404
    listed = client.get(reverse("listen:sources"), {"state": "incomplete"}).content.decode()
    assert (f"/{other.key}/" in listed, f"/{port.key}/" in listed) == (True, False)
    assert "To be completed: language." in client.get(
        reverse("listen:source", args=[other.key])
    ).content.decode()  # fmt: skip


@pytest.mark.parametrize("text", ["<html></html>", "not xml", '{"version": 1}'])
def test_a_file_that_is_no_list_is_refused_in_words(client: Any, text: str) -> None:
    assert b"no OPML that can be read" in upload(client, text).content


def test_a_list_nobody_uploaded_is_not_there(client: Any) -> None:
    for digest in ("0" * 64, "nothing", "..%2f..%2fsettings"):
        assert client.get(f"/desk/listen/sources/lists/{digest}/").status_code == 404


def test_a_list_of_too_many_feeds_is_left_to_the_command(client: Any) -> None:
    lines = "".join(f'<outline text="{n}" xmlUrl="https://p{n}.example/rss"/>' for n in range(1_001))
    response = upload(client, f"<opml><body>{lines}</body></opml>")
    shown = client.get(response["Location"]).content.decode()
    assert "an operator adds such a list" in shown
    client.post(response["Location"], {"kind": "press"})
    assert not Source.objects.exists()


def test_the_feeds_are_handed_out_as_opml(client: Any, make_source: MakeSource) -> None:
    make_source("port", feeds=["https://port.fr/rss?a=1&b=2"])
    response = client.get(reverse("listen:export_outlines"))
    assert etree.fromstring(response.content).xpath("//outline/@xmlUrl") == ["https://port.fr/rss?a=1&b=2"]
    assert response["Content-Disposition"].startswith("attachment")


def test_many_sources_are_switched_at_once_and_back(client: Any, make_source: MakeSource) -> None:
    for key in ("a", "b", "c"):
        make_source(key, feeds=[f"https://{key}.test/"], is_enabled=key != "c")
    address = reverse("listen:switch_sources")
    response = client.post(address, {"keys": ["a", "b", "c"], "to": "off", "back": "?kind=press"})
    assert response["Location"] == reverse("listen:sources") + "?kind=press"
    shown = client.get(response["Location"]).content.decode()
    assert "2 sources were switched." in shown
    assert set(Source.objects.off().values_list("key", flat=True)) == {"a", "b", "c"}
    client.post(address, {"keys": ["a", "b"], "to": "on", "undo": "1", "back": "//evil.example"})
    assert set(Source.objects.off().values_list("key", flat=True)) == {"c"}
    assert "were switched" not in client.get(reverse("listen:sources")).content.decode()
    assert LogEntry.objects.filter(actor=client.user, changes__has_key="is_enabled").count() == 4


def test_the_list_narrows_by_feed_and_by_verification(client: Any, make_source: MakeSource) -> None:
    make_source("seen", feeds=["https://seen.test/rss"], is_verified=True)
    make_source("new", feeds=["https://new.test/rss"])
    for filters, keys in [
        ({"verified": "yes"}, {"seen"}), ({"verified": "no"}, {"new"}), ({"q": "new.test/rss"}, {"new"}),
    ]:  # fmt: skip
        page = client.get(reverse("listen:sources"), filters).context["page"]
        assert {source.key for source in page} == keys


def test_the_list_does_not_read_the_icons(
    client: Any, make_source: MakeSource, django_assert_num_queries: Any
) -> None:
    make_source("one", feeds=["https://a.test/"], icon=b"\x89PNG")
    with django_assert_num_queries(40, exact=False) as queries:
        assert reverse("listen:source_icon", args=["one"]).encode() in client.get(
            reverse("listen:sources")
        ).content  # fmt: skip
    assert not any('"icon",' in query["sql"] for query in queries.captured_queries)
    assert client.get(reverse("listen:source_icon", args=["nobody"])).status_code == 404


def test_a_source_s_page_shows_ownership_list_pages_and_subscription(
    client: Any, make_source: MakeSource
) -> None:
    source = make_source(
        feeds=["https://a.test/"], list_pages=[{"address": "https://a.test/news", "pattern": "/news/*"}],
        ownership={"type": "state", "origin": "its imprint"},
    )  # fmt: skip
    Subscription.objects.create(
        source=source, topic="https://a.test/", hub="https://hub.test/", token="t", secret="s", state="active"
    )
    shown = client.get(reverse("listen:source", args=[source.key])).content.decode()
    for words in ("according to its imprint", "for reading only", "/news/*", "Told at once by a hub"):
        assert words in shown


def test_list_pages_are_typed_in_and_kept_when_a_source_is_edited(client: Any) -> None:
    fields = {"name": "Port", "kind": "press", "country": "FR", "languages": "fr", "feeds": "",
              "list_pages": "https://port.test/news /news/*"}  # fmt: skip
    nothing = client.post(reverse("listen:add_source"), {**fields, "list_pages": ""})
    assert "A source needs a feed or a list page." in nothing.content.decode()
    cut = client.post(reverse("listen:add_source"), {**fields, "list_pages": "https://port.test/news"})
    assert "pattern" in cut.content.decode()
    client.post(reverse("listen:add_source"), fields)
    source = Source.objects.get()
    assert source.list_pages == [{"address": "https://port.test/news", "pattern": "/news/*"}]
    edit = client.get(reverse("listen:edit_source", args=[source.key])).context["form"]
    assert edit["list_pages"].value() == fields["list_pages"]


def test_the_wizard_ticks_the_neighbourhood_and_who_tells_the_world(
    rf: Any, settings: Any, tmp_path: Path
) -> None:
    entries = [
        ("fr-port", "press", "FR", "fr"),
        ("gb-post", "press", "GB", "en"),
        ("gb-wire", "agency", "GB", "en"),
        ("jp-wire", "agency", "JP", "ja"),
    ]
    lines = "".join(
        f"  - {{key: {key}, name: N, kind: {kind}, country: {country}, languages: [{language}], "
        f"home: https://{key}.test/, feeds: [https://{key}.test/rss]}}\n"
        for key, kind, country, language in entries
    )
    (tmp_path / "s.yml").write_text(f"sources:\n{lines}")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, sources_dir=tmp_path)
    request = rf.get("/")
    request.unit = UnitFactory.build(country="FR", languages=["en"])
    assert suggest_keys(request) == ["fr-port", "gb-wire"]
