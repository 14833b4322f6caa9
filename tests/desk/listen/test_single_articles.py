"""One article read by its address over real HTTP, and the reason in words where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.utils import timezone
from tests.desk.factories import UnitFactory, UserFactory
from tests.desk.listen.conftest import NOW, Answer, Outlet, make_read

from legation.desk.carry.models import AttemptOutcome, Job
from legation.desk.carry.services.jobs import cancel_job
from legation.desk.carry.services.runs import run_job
from legation.desk.listen.models import Article, Outcome, Source
from legation.desk.listen.services import single_articles
from legation.desk.listen.services.articles import keep_article
from legation.desk.listen.services.single_articles import check_fetch, find_article, request_article
from legation.desk.listen.services.sources import SourceRefused
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch, options: FetchOptions) -> None:
    """Let the server, which is our own, be asked without pauses."""
    monkeypatch.setattr(single_articles, "make_fetch_options", lambda **_: options)


def read(address: str, **more: Any) -> Job:
    """Ask for an address, and run the job as the worker would."""
    job = request_article(**{"address": address, "by": None, "unit": None, "at": timezone.now(), **more})
    assert run_job(job_id=job.pk) == AttemptOutcome.DONE
    job.refresh_from_db()
    return job


def reason_of(job: Job) -> str:
    fetch = check_fetch(job_id=job.pk)
    assert (fetch.is_over, fetch.article) == (True, None)
    return fetch.reason


def test_a_page_of_an_unknown_site_is_kept_under_a_source_named_after_its_host(outlet: Outlet) -> None:
    outlet.show_page("one")
    outlet.answers["/one?utm_source=mail"] = outlet.answers["/one"]
    user, unit = UserFactory(), UnitFactory()
    job = read(f"{outlet.address}/one?utm_source=mail", by=user, unit=unit)
    article = Article.objects.get()
    assert check_fetch(job_id=job.pk).article == article
    assert (article.title, article.address) == ("The council decides on one", f"{outlet.address}/one")
    assert "Paragraph 8" in article.body
    source = article.source
    assert source.name == outlet.address.removeprefix("http://")
    assert (source.is_enabled, source.kind, source.feeds, source.languages) == (False, "press", [], ["en"])
    assert not article.is_handed_on
    outcome = Outcome.objects.get()
    assert (outcome.kind, outcome.count, outcome.source, outcome.job) == ("kept", 1, source, job)
    assert (job.unit, job.outcome) == (unit, {"kept": 1})
    assert LogEntry.objects.get_for_object(article).get().actor == user


def test_a_page_of_a_known_site_is_kept_under_the_source_that_speaks_its_language(
    outlet: Outlet, make_source: MakeSource
) -> None:
    make_source("french", languages=["fr"], home=f"{outlet.address}/fr/")
    english = make_source("english", languages=["en"], feeds=[f"{outlet.address}/feed.xml"])
    make_source("elsewhere", languages=["en"], home="https://elsewhere.example/")
    outlet.show_page("one")
    read(f"{outlet.address}/one")
    assert Article.objects.get().source == english
    assert Source.objects.count() == 3


def test_a_second_page_of_the_same_site_joins_the_first_ones_source(outlet: Outlet) -> None:
    for name in ("one", "two"):
        outlet.show_page(name)
        read(f"{outlet.address}/{name}")
    assert (Article.objects.count(), Source.objects.count()) == (2, 1)


def test_an_article_that_a_feed_brought_is_found_though_another_link_leads_to_it(
    outlet: Outlet, make_source: MakeSource
) -> None:
    outlet.show_page("one")
    outlet.answers["/short"] = Answer(status=302, headers={"Location": "/one"})
    source = make_source(home=outlet.address)
    known = keep_article(source=source, read=make_read("tag:1", address=f"{outlet.address}/one"), at=NOW)
    job = read(f"{outlet.address}/short")
    assert check_fetch(job_id=job.pk).article == known.article == Article.objects.get()
    assert Outcome.objects.get().kind == "known"


def test_a_feed_that_brings_an_article_later_finds_it_known_under_its_own_identifier(
    outlet: Outlet, make_source: MakeSource
) -> None:
    outlet.show_page("one")
    source = make_source(home=outlet.address)
    read(f"{outlet.address}/one")
    article = Article.objects.get()
    same = make_read("tag:1", title=article.title, body=article.body, address=article.address)
    same = replace(same, page=replace(same.page, lead=article.lead))
    assert keep_article(source=source, read=same, at=NOW).outcome == "known"
    changed = replace(same, page=replace(same.page, title="The council thinks again"))
    assert keep_article(source=source, read=changed, at=NOW).outcome == "changed"
    assert Article.objects.get().title == "The council thinks again"
    report = "Rain fell on the harbour all morning, and the ferries stayed at the quay until noon. " * 8
    other = make_read("tag:2", title="A live report of another day", body=report, address=article.address)
    assert keep_article(source=source, read=other, at=NOW).outcome == "kept"


def test_an_old_article_is_kept_when_a_person_asks_for_it(outlet: Outlet) -> None:
    outlet.show_page("one")
    page = outlet.answers["/one"].body.decode()
    dated = '<meta property="article:published_time" content="2019-03-04T10:00:00+00:00"></head>'
    outlet.answers["/one"].body = page.replace("</head>", dated).encode()
    read(f"{outlet.address}/one")
    assert Article.objects.get().published_at.year == 2019


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=404), "page_gone"),
        (Answer(status=403), "page_rejected"),
        (Answer(status=500), "page_server_error"),
        (Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "not_html"),
        (Answer(b"<title>x</title><p>Hello", headers={"Content-Type": "text/html"}), "too_short"),
        (Answer(status=302, headers={"Location": "http://10.0.0.1/"}), "refused_address"),
    ],
)
def test_a_page_without_an_article_ends_with_one_counted_reason(
    outlet: Outlet, answer: Answer, reason: str
) -> None:
    outlet.answers["/one"] = answer
    job = read(f"{outlet.address}/one")
    assert reason_of(job) == reason
    assert (Article.objects.count(), Source.objects.count()) == (0, 0)
    outcome = Outcome.objects.get()
    assert (outcome.kind, outcome.reason, outcome.job) == ("discarded", reason, job)
    assert outcome.address == f"{outlet.address}/one"
    assert job.outcome == {f"discarded:{reason}": 1}


def test_robots_txt_is_honoured(outlet: Outlet) -> None:
    outlet.answers["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"}
    )
    outlet.show_page("one")
    assert reason_of(read(f"{outlet.address}/one")) == "page_refused_robots"
    assert outlet.count_asked("/one") == 0


def test_a_private_address_is_never_asked(
    outlet: Outlet, options: FetchOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = replace(options, allowed_hosts=frozenset())
    monkeypatch.setattr(single_articles, "make_fetch_options", lambda **_: strict)
    outlet.show_page("one")
    assert reason_of(read(f"{outlet.address}/one")) == "refused_address"
    assert outlet.asked == []


def test_a_link_that_leads_to_a_personal_account_is_refused(
    outlet: Outlet,
) -> None:
    outlet.show_page("@somebody")
    outlet.answers["/short"] = Answer(status=301, headers={"Location": "/@somebody"})
    assert reason_of(read(f"{outlet.address}/short")) == "personal"
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://x.com/somebody/status/1", "personal"),
        ("https://someone.substack.com/p/why", "personal"),
        ("https://paper.example/@somebody", "personal"),
        ("https://name:secret@paper.example/1", "malformed"),
        ("http://[", "malformed"),
        ("ftp://paper.example/1", "malformed"),
        ("http://localhost/1", "malformed"),
    ],
)
def test_what_the_desk_does_not_read_is_refused_before_any_work(address: str, reason: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        request_article(address=address, by=None, unit=None, at=NOW)
    assert refused.value.reason == reason
    assert not Job.objects.exists()


def test_asking_twice_for_one_page_makes_one_job() -> None:
    asked = {
        request_article(address=address, by=None, unit=None, at=NOW).pk
        for address in ("https://paper.example/1", "http://www.paper.example/1/", "https://paper.example/1#x")
    }
    assert len(asked) == 1
    assert not check_fetch(job_id=asked.pop()).is_over


def test_a_job_killed_before_its_end_is_run_again_and_doubles_nothing(
    outlet: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet.show_page("one")
    job = request_article(address=f"{outlet.address}/one", by=None, unit=None, at=timezone.now())
    keep = single_articles._keep

    def keep_and_die(*arguments: Any) -> Any:
        keep(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(single_articles, "_keep", keep_and_die)
    with pytest.raises(KeyboardInterrupt):
        run_job(job_id=job.pk)
    assert (Article.objects.count(), Outcome.objects.count(), Source.objects.count()) == (0, 0, 0)
    monkeypatch.undo()
    Job.objects.update(status="waiting", lease_owner="", lease_until=None)
    assert run_job(job_id=job.pk) == AttemptOutcome.DONE
    Job.objects.update(status="waiting", finished_at=None)
    assert run_job(job_id=job.pk) == AttemptOutcome.DONE
    assert (Article.objects.count(), Outcome.objects.count(), outlet.count_asked("/one")) == (1, 1, 2)


def test_a_page_that_breaks_the_reader_is_quarantined(
    outlet: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RecursionError("too deep")

    outlet.show_page("one")
    monkeypatch.setattr(single_articles, "read_item", fail)
    assert reason_of(read(f"{outlet.address}/one")) == "unreadable_page"
    outcome = Outcome.objects.get()
    assert (outcome.kind, bool(outcome.content)) == ("quarantined", True)


def test_a_cancelled_request_is_over() -> None:
    job = request_article(address="https://paper.example/1", by=None, unit=None, at=NOW)
    cancel_job(job=job)
    assert reason_of(job) == "cancelled"


@pytest.mark.parametrize("spelling", ["{}", "{}/", "{}#part", "{}?utm_source=x", " {} "])
def test_an_article_is_found_by_its_address_however_it_is_spelled(
    make_source: MakeSource, spelling: str
) -> None:
    kept = keep_article(source=make_source(), read=make_read(address="https://paper.example/1"), at=NOW)
    article = kept.article
    assert find_article(address=spelling.format(article.address)) == article
    assert find_article(address="http://paper.example/1") == article
    assert find_article(address="https://elsewhere.example/") is None


def test_an_article_of_several_pages_is_read_whole(outlet: Outlet) -> None:
    sentence = "The council met on Thursday to speak about the port and the people who will work there. "
    for number in (1, 2, 3):
        following = f'<link rel="next" href="/long?page={number + 1}">' if number < 3 else ""
        path = "/long" if number == 1 else f"/long?page={number}"
        html = (
            f"<!doctype html><html lang=en><head><title>A long report</title>{following}</head><body>"
            f"<article><h1>A long report</h1><p>Part {number}. {sentence * 5}</p><p>{sentence * 4}</p>"
            "</article></body></html>"
        )
        outlet.answers[path] = Answer(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    read(f"{outlet.address}/long")
    body = Article.objects.get().body
    assert all(f"Part {number}." in body for number in (1, 2, 3))
    assert outlet.count_asked("/long?page=3") == 1
