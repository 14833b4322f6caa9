"""A source found out from its address alone, over real HTTP: feeds, name, language, icon, and twins."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from tests.desk.listen.conftest import NOW, Answer, Outlet, make_read

from legation.desk.carry.models import AttemptOutcome, Job
from legation.desk.carry.services.jobs import cancel_job
from legation.desk.carry.services.runs import run_job
from legation.desk.listen.models import Article, Source
from legation.desk.listen.services import discoveries
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.discoveries import check_discovery, complete_address, request_discovery
from legation.desk.listen.services.sources import SourceRefused
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch, options: FetchOptions) -> None:
    """Let the server, which is our own, be asked without pauses."""
    monkeypatch.setattr(discoveries, "make_fetch_options", lambda **_: options)


def show_home(outlet: Outlet, head: str = "", body: str = "", path: str = "/", language: str = "en") -> None:
    page = f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'
    outlet.answers[path] = Answer(page.encode(), headers=HTML)


def announce(path: str = "/feed.xml", kind: str = "rss+xml", title: str = "News") -> str:
    return f'<link rel="alternate" type="application/{kind}" title="{title}" href="{path}">'


def look(address: str) -> dict[str, Any]:
    """Ask for a site, run the job as the worker would, and return what was found."""
    job = request_discovery(address=address, by=None, unit=None, at=timezone.now())
    assert run_job(job_id=job.pk) == AttemptOutcome.DONE
    found = check_discovery(job_id=job.pk)
    assert found.is_over
    assert found.found is not None
    return found.found


def draw_icon() -> bytes:
    made = BytesIO()
    Image.new("RGB", (64, 64), (10, 90, 160)).save(made, "PNG")
    return made.getvalue()


def test_a_home_page_leads_to_feed_name_language_and_icon(outlet: Outlet) -> None:
    outlet.show_feed(*[outlet.feed_item(f"story-{number}") for number in range(12)])
    site_name = '<meta property="og:site_name" content="The Port Gazette">'
    show_home(outlet, announce() + site_name + '<link rel="icon" href="/icon.png">')
    outlet.answers["/icon.png"] = Answer(draw_icon(), headers={"Content-Type": "image/png"})
    found = look(f"{outlet.address}/")
    assert (found["name"], found["languages"], found["missing"]) == (
        "The Port Gazette", ["en"], ["country", "kind"],
    )  # fmt: skip
    [feed] = found["feeds"]
    assert (feed["address"], feed["count"], len(feed["items"])) == (f"{outlet.address}/feed.xml", 12, 10)
    assert feed["items"][0] == {
        "title": "The council decides on story-0", "date": (NOW - timedelta(hours=1)).isoformat(),
        "language": "en", "address": f"{outlet.address}/story-0",
    }  # fmt: skip
    with Image.open(BytesIO(base64.b64decode(found["icon"]))) as icon:
        assert (icon.format, icon.size) == ("PNG", (32, 32))
    assert Source.objects.count() == 0


def test_a_feed_s_own_address_is_enough(outlet: Outlet) -> None:
    feed = outlet.show_feed(outlet.feed_item("one"))
    found = look(feed)
    assert (found["name"], [one["address"] for one in found["feeds"]]) == ("The Port Gazette", [feed])


def test_feeds_of_every_format_are_found(outlet: Outlet) -> None:
    outlet.show_feed(outlet.feed_item("rss"), path="/a.rss")
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>a</id><entry><title>The atom</title>'
        f'<id>urn:a</id><link href="{outlet.address}/atom"/></entry></feed>'
    )
    outlet.answers["/b.atom"] = Answer(atom.encode(), headers={"Content-Type": "application/atom+xml"})
    json_feed = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": '
        f'[{{"id": "1", "url": "{outlet.address}/json", "title": "The JSON"}}]}}'
    )
    outlet.answers["/c.json"] = Answer(json_feed.encode(), headers={"Content-Type": "application/feed+json"})
    show_home(outlet, announce("/a.rss") + announce("/b.atom", "atom+xml") + announce("/c.json", "feed+json"))
    found = look(f"{outlet.address}/")
    dialects = [feed["dialect"].split()[0] for feed in found["feeds"]]
    assert dialects == ["rss", "atom", "json"]


def test_where_nothing_is_announced_the_usual_addresses_are_tried_few(outlet: Outlet) -> None:
    show_home(outlet, "<title>Quiet paper</title>")
    outlet.show_feed(outlet.feed_item("one"), path="/rss.xml")
    found = look(outlet.address)
    assert [feed["address"] for feed in found["feeds"]] == [f"{outlet.address}/rss.xml"]
    assert len(outlet.asked) < 10


def test_a_news_sitemap_of_robots_txt_is_offered(outlet: Outlet) -> None:
    show_home(outlet, "<title>Maps</title>")
    outlet.answers["/robots.txt"] = Answer(f"Sitemap: {outlet.address}/news-map.xml\n".encode())
    entry = (
        f"<url><loc>{outlet.address}/story-1</loc><news:news><news:publication><news:name>N</news:name>"
        "<news:language>en</news:language></news:publication><news:publication_date>2026-11-22T06:00:00Z"
        "</news:publication_date><news:title>The council decides on one</news:title></news:news></url>"
    )
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    outlet.answers["/news-map.xml"] = Answer(
        f'<?xml version="1.0"?><urlset {spaces}>{entry}</urlset>'.encode(),
        headers={"Content-Type": "application/xml"},
    )
    found = look(outlet.address)
    assert [feed["dialect"] for feed in found["feeds"]] == ["news sitemap"]


def test_a_page_without_any_feed_offers_its_list_of_articles(outlet: Outlet) -> None:
    links = "".join(
        f'<h3><a href="/2026/11/2{number}/council-decides-{number}.html">'
        f"The provincial council decides on the new port, part {number}</a></h3>"
        for number in range(8)
    )
    show_home(outlet, "<title>No feeds here</title>", links)
    found = look(outlet.address)
    assert found["feeds"] == []
    assert found["list_page"]["count"] == 8
    assert found["languages"] == ["en"]
    assert found["list_page"]["pattern"]
    assert found["list_page"]["links"][0]["title"].startswith("The provincial council")
    assert "feeds" in found["missing"]


@pytest.mark.parametrize("address", ["https://x.com/someone", "someone.substack.com", "https://a.test/@me"])
def test_accounts_and_blogs_are_refused_before_any_work(address: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        request_discovery(address=address, by=None, unit=None, at=NOW)
    assert refusal.value.reason == "personal"
    assert not Job.objects.exists()


@pytest.mark.parametrize("address", ["", "ftp://paper.example/", "not an address", "http://[", "localhost"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        request_discovery(address=address, by=None, unit=None, at=NOW)
    assert refusal.value.reason == "malformed"


def test_a_blog_under_its_own_address_is_refused_by_what_it_says_of_itself(outlet: Outlet) -> None:
    show_home(outlet, announce() + '<meta name="generator" content="Blogger">')
    outlet.show_feed(outlet.feed_item("one"))
    found = look(outlet.address)
    assert found["problem"] == "personal"
    assert "feeds" not in found


def test_a_link_that_leads_to_an_account_is_refused(outlet: Outlet) -> None:
    outlet.answers["/"] = Answer(status=301, headers={"Location": "/@somebody"})
    show_home(outlet, path="/@somebody")
    assert look(outlet.address)["problem"] == "personal"


@pytest.mark.parametrize(
    ("status", "problem"), [(404, "page_gone"), (403, "page_rejected"), (500, "page_server_error")]
)
def test_a_site_that_does_not_answer_well_says_why(outlet: Outlet, status: int, problem: str) -> None:
    outlet.answers["/"] = Answer(status=status)
    assert look(outlet.address)["problem"] == problem


def test_robots_txt_is_obeyed(outlet: Outlet) -> None:
    outlet.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /")
    show_home(outlet, announce())
    assert look(outlet.address)["problem"] == "page_refused_robots"
    assert "/" not in outlet.asked


def test_a_private_address_is_not_asked(outlet: Outlet, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = FetchOptions(user_agent="Legation/0.1 (+press@example.org)")
    monkeypatch.setattr(discoveries, "make_fetch_options", lambda **_: strict)
    show_home(outlet, announce())
    assert look(outlet.address)["problem"] == "refused_address"
    assert outlet.asked == []


def test_a_known_feed_is_named_by_its_address_and_where_it_moved(
    outlet: Outlet, make_source: MakeSource
) -> None:
    feed = outlet.show_feed(outlet.feed_item("one"))
    make_source("known", feeds=[f"{feed}?utm_source=list"])
    outlet.answers["/old.xml"] = Answer(status=301, headers={"Location": "/feed.xml"})
    assert look(feed)["feeds"][0]["twin"]["how"] == "address"
    found = look(f"{outlet.address}/old.xml")
    assert (found["feeds"][0]["twin"]["how"], found["feeds"][0]["twin"]["name"]) == ("redirect", "Known")
    assert found["is_known"]


def keep_items(outlet: Outlet, source: Source, names: list[str]) -> None:
    for name in names:
        address = f"{outlet.address}/{name}"
        read = make_read(address, title=name, address=address, published=NOW - timedelta(hours=1))
        keep_article(source=source, read=read, at=NOW)


def test_the_same_items_under_another_address_are_the_same_feed(
    outlet: Outlet, make_source: MakeSource
) -> None:
    source = make_source("known", feeds=["https://cdn.example/everything"])
    names = [f"story-{number}" for number in range(10)]
    keep_items(outlet, source, names[:9])
    feed = outlet.show_feed(*[outlet.feed_item(name) for name in names], path="/mirror.xml")
    twin = look(feed)["feeds"][0]["twin"]
    assert (twin["how"], twin["key"], twin["share"]) == ("items", "known", 90)


def test_a_section_inside_a_known_feed_may_be_added(outlet: Outlet, make_source: MakeSource) -> None:
    source = make_source("known", feeds=["https://cdn.example/everything"])
    names = [f"story-{number}" for number in range(5)]
    for number, name in enumerate([*names, *(f"other-{number}" for number in range(40))]):
        address = f"{outlet.address}/{name}"
        moment = NOW - timedelta(minutes=61 + number % 5)
        read = make_read(address, title=name, address=address, published=moment)
        keep_article(source=source, read=read, at=NOW)
    items = [outlet.feed_item(name, at=NOW - timedelta(minutes=n)) for n, name in enumerate(names)]
    found = look(outlet.show_feed(*items, path="/section.xml"))
    assert found["feeds"][0]["twin"]["how"] == "section"
    assert not found["is_known"]


def test_another_feed_of_a_known_site_is_new(outlet: Outlet, make_source: MakeSource) -> None:
    source = make_source("known", home=outlet.address, feeds=[f"{outlet.address}/all.xml"])
    keep_items(outlet, source, ["story-1", "story-2"])
    feed = outlet.show_feed(*[outlet.feed_item(f"sport-{number}") for number in range(10)], path="/sport.xml")
    assert look(feed)["feeds"][0]["twin"] is None


def test_an_icon_that_is_a_bomb_costs_nothing_but_the_icon(outlet: Outlet) -> None:
    outlet.show_feed(outlet.feed_item("one"))
    show_home(outlet, announce() + '<link rel="icon" href="/icon.png">')
    outlet.answers["/icon.png"] = Answer(b"\x89PNG\r\n\x1a\n" + b"\xff" * 500)
    found = look(outlet.address)
    assert found["icon"] == ""
    assert "icon" in found["missing"]


def test_a_page_of_a_thousand_feeds_is_asked_for_few(outlet: Outlet) -> None:
    show_home(outlet, "".join(announce(f"/{number}.xml") for number in range(1_000)))
    for number in range(1_000):
        outlet.show_feed(outlet.feed_item(f"own-{number}"), path=f"/{number}.xml")
    found = look(outlet.address)
    assert len(found["feeds"]) == 8
    assert len(outlet.asked) <= 26


def test_a_discovery_called_off_asks_nothing_more(outlet: Outlet) -> None:
    show_home(outlet, announce())
    job = request_discovery(address=outlet.address, by=None, unit=None, at=timezone.now())
    cancel_job(job=job)
    found = check_discovery(job_id=job.pk)
    assert (found.is_over, found.problem, outlet.asked) == (True, "cancelled", [])


def test_a_discovery_run_twice_asks_once(outlet: Outlet) -> None:
    outlet.show_feed(outlet.feed_item("one"))
    job = request_discovery(address=f"{outlet.address}/feed.xml", by=None, unit=None, at=timezone.now())
    run_job(job_id=job.pk)
    Job.objects.update(status="waiting", finished_at=None)
    assert run_job(job_id=job.pk) == AttemptOutcome.DONE
    assert outlet.count_asked("/feed.xml") == 1
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("paper.example", "https://paper.example"),
        (" http://paper.example/rss ", "http://paper.example/rss"),
        ("feed://paper.example/rss", "https://paper.example/rss"),
        ("feed:https://paper.example/rss", "https://paper.example/rss"),
        ("", ""),
    ],
)
def test_an_address_is_completed_as_people_type_it(typed: str, address: str) -> None:
    assert complete_address(typed) == address
