"""The pages of room listen: who sees them, what they show and what they cost."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from tests.desk.listen.conftest import BODY, make_read

from legation.desk.carry.models import Job
from legation.desk.listen.models import Article, Outcome, Source
from legation.desk.listen.services.articles import Arrival, keep_article, keep_articles
from legation.desk.listen.services.hand_articles import keep_capture
from legation.desk.listen.templatetags.problem_tags import in_words
from legation.desk.listen.views import wizard
from legation.desk.people.services.wizard import wizard_steps

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
READ = ["articles", "sources", "outcomes", "export_sources"]
MANAGE = ["add_source", "shipped_sources"]
CURATE = ["add_article", "imports"]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def fill(source: Source, count: int) -> None:
    """Store articles that are no copies of each other."""
    now = timezone.now()
    arrivals = [
        Arrival(
            source,
            make_read(
                str(number),
                title=f"Tin số {number} về Hà Nội",
                body="",
                published=now - timedelta(minutes=number),
            ),
        )
        for number in range(count)
    ]
    keep_articles(arrivals=arrivals, at=now)


@pytest.mark.parametrize("name", READ)
def test_a_reader_opens_what_may_be_read(signed_in: Any, name: str) -> None:
    assert signed_in("reader").get(reverse(f"listen:{name}")).status_code == 200


@pytest.mark.parametrize("name", [*MANAGE, *CURATE])
def test_a_reader_may_not_write_and_an_analyst_may(signed_in: Any, name: str) -> None:
    # Wagtail sends whoever may not do something back to the home page.
    assert signed_in("reader").get(reverse(f"listen:{name}")).status_code in {302, 403}
    assert signed_in("analyst").get(reverse(f"listen:{name}")).status_code == 200


@pytest.mark.parametrize("name", [*READ, *MANAGE, *CURATE])
def test_an_outsider_sees_nothing(signed_in: Any, name: str) -> None:
    assert signed_in(None).get(reverse(f"listen:{name}")).status_code in {302, 403}


def test_the_list_of_articles_costs_the_same_for_any_length(
    signed_in: Any, make_source: MakeSource, django_assert_num_queries: Any
) -> None:
    client, source = signed_in("reader"), make_source()
    fill(source, 3)
    client.get(reverse("listen:articles"))
    with django_assert_num_queries(12, exact=False) as few:
        client.get(reverse("listen:articles"))
    fill(source, 90)
    with django_assert_num_queries(len(few)):
        response = client.get(reverse("listen:articles"))
    assert response.content.count(b"Tin s\xe1\xbb\x91") == 40
    following = client.get(reverse("listen:articles"), {"from": response.context["page"].next})
    assert b"Tin s\xe1\xbb\x91 40 " in following.content


def test_words_are_found_without_their_accents(signed_in: Any, make_source: MakeSource) -> None:
    fill(make_source(), 2)
    client = signed_in("reader")
    assert b"Tin s\xe1\xbb\x91 1" in client.get(reverse("listen:articles"), {"q": "ha noi"}).content
    assert b"No article fits" in client.get(reverse("listen:articles"), {"q": "hue"}).content


@pytest.mark.parametrize(
    ("filters", "is_found"),
    [
        ({"language": "en"}, True), ({"language": "fr"}, False), ({"country": "FR"}, True),
        ({"source": "gazette"}, True),
        ({"source": "nobody"}, False), ({"ours": "yes"}, False), ({"ours": "no"}, True),
        ({"until": "2001-01-01"}, False),
        ({"since": "2001-01-01"}, True), ({"from": "nonsense"}, True),
    ],
)  # fmt: skip
def test_the_list_of_articles_narrows(
    signed_in: Any, make_source: MakeSource, filters: dict[str, str], is_found: bool
) -> None:
    make_source("other", languages=["fr"])
    fill(make_source(), 1)
    response = signed_in("reader").get(reverse("listen:articles"), filters)
    assert (b"Tin s\xe1\xbb\x91 0" in response.content) is is_found


def test_an_article_shows_its_change_word_by_word_and_its_copies(
    signed_in: Any, make_source: MakeSource
) -> None:
    first, second = make_source("first"), make_source("second")
    now = timezone.now()
    keep_article(source=first, read=make_read(byline="A. Writer"), at=now)
    keep_article(
        source=first, read=make_read(body=BODY.replace("debate", "silence"), byline="A. Writer"), at=now
    )
    keep_article(source=second, read=make_read(body=BODY.replace("debate", "silence")), at=now)
    client, article = signed_in("reader"), Article.objects.get(source=first)
    page = client.get(reverse("listen:article", args=[article.pk])).content.decode()
    assert "A. Writer" in page
    assert "2 articles, counted once" in page
    assert "added, " in page
    versions = client.get(reverse("listen:versions", args=[article.pk])).content.decode()
    assert '<del><bdi class="w-sr-only" lang="en">[removed: </bdi>debate ' in versions
    assert '<ins><bdi class="w-sr-only" lang="en">[added: </bdi>silence ' in versions


def test_an_articles_copies_stand_in_order_with_what_each_changed(
    signed_in: Any, make_source: MakeSource
) -> None:
    now = timezone.now()
    for number, key in enumerate(("first", "second", "third")):
        body = BODY if number == 0 else BODY.replace("debate", f"silence {key}", number)
        read = make_read(title=f"As told by {key}", body=body, published=now - timedelta(hours=9 - number))
        keep_article(source=make_source(key, name=key.title()), read=read, at=now)
    client, third = signed_in("reader"), Article.objects.get(source__key="third")
    page = client.get(reverse("listen:copies", args=[third.pk])).content.decode()
    assert page.index("As told by first") < page.index("As told by second") < page.rindex("As told by third")
    assert page.count("reprint, ") == 2
    assert "origin" in page
    compared = client.get(reverse("listen:copies", args=[third.pk]), {"with": third.pk}).content.decode()
    assert "From First to Third" in compared
    assert "silence third" in compared
    for wrong in ("x", "999999999", ""):
        answer = client.get(reverse("listen:copies", args=[third.pk]), {"with": wrong})
        assert b"listen-comparison" not in answer.content


@pytest.mark.parametrize("asked", [{}, {"first": "x"}, {"first": "99", "second": "1"}, {"first": "1" * 30}])
def test_versions_that_do_not_exist_are_not_compared(
    signed_in: Any, make_source: MakeSource, asked: dict[str, str]
) -> None:
    article = keep_article(source=make_source(), read=make_read(), at=timezone.now()).article
    answer = signed_in("reader").get(reverse("listen:versions", args=[article.pk]), asked)
    assert answer.status_code == 200
    assert b"listen-comparison" not in answer.content


def test_hostile_text_is_shown_and_not_run(signed_in: Any, make_source: MakeSource) -> None:
    evil = make_read(title="<script>alert(1)</script>", body="<img src=x onerror=alert(2)>")
    article = keep_article(source=make_source(), read=evil, at=timezone.now()).article
    page = signed_in("reader").get(reverse("listen:article", args=[article.pk])).content
    assert b"<script>alert(1)" not in page
    assert b"<img src=x" not in page


def test_a_byline_is_on_no_list_and_in_no_export(signed_in: Any, make_source: MakeSource) -> None:
    keep_article(source=make_source(), read=make_read(byline="Zyx Writer"), at=timezone.now())
    client = signed_in("analyst")
    pages = [reverse(f"listen:{name}") for name in READ] + [reverse("listen:source", args=["gazette"])]
    pages += [f"{reverse('listen:articles')}?q=zyx"]
    assert not any(b"Zyx Writer" in client.get(page).content for page in pages)


def test_evidence_is_handed_out_as_a_download(signed_in: Any, make_source: MakeSource) -> None:
    article = keep_article(source=make_source(), read=make_read(), at=timezone.now()).article
    client = signed_in("reader")
    capture = keep_capture(
        article=article, content=b"%PDF-1.7 x", kind=("application/pdf", "pdf"), file_name='a".pdf',
        by=client.user, at=timezone.now(),
    )  # fmt: skip
    response = client.get(reverse("listen:capture", args=[capture.pk]))
    assert b"".join(response.streaming_content) == b"%PDF-1.7 x"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_an_article_is_typed_in_with_its_scan(signed_in: Any) -> None:
    client = signed_in("analyst")
    fields = {
        "medium": "radio", "outlet": "Radio Port", "place": "Morning news", "language": "fr", "country": "FR",
        "published_at": "2026-01-05T07:00", "title": "Un titre", "body": "Un texte",
        "scan": SimpleUploadedFile("air.mp3", b"ID3 sound"),
    }  # fmt: skip
    response = client.post(reverse("listen:add_article"), fields, follow=True)
    assert b"air.mp3" in response.content
    wrong = {**fields, "title": "Another", "scan": SimpleUploadedFile("air.mp3", b"MZ program")}
    assert b"not a PDF" in client.post(reverse("listen:add_article"), wrong).content
    assert Article.objects.count() == 1


def test_a_source_is_added_refused_edited_and_switched_off(signed_in: Any) -> None:
    client = signed_in("analyst")
    fields = {
        "name": "Le Port", "feeds": "https://port.test/rss", "kind": "press", "country": "FR",
        "languages": "fr", "ownership_type": "", "expected_per_day": "",
    }  # fmt: skip
    refused = client.post(reverse("listen:add_source"), {**fields, "feeds": "https://x.com/someone"})
    assert b"personal account" in refused.content
    client.post(reverse("listen:add_source"), fields)
    source = Source.objects.get()
    edited = client.post(
        reverse("listen:edit_source", args=[source.key]), {**fields, "name": "Le Grand Port"}
    )
    assert edited.status_code == 302
    client.post(reverse("listen:switch_source", args=[source.key]), {"to": "off"})
    source.refresh_from_db()
    assert (source.name, source.is_enabled) == ("Le Grand Port", False)
    acts = LogEntry.objects.get_for_object(source)
    assert acts.count() == 3
    assert {act.actor for act in acts} == {client.user}


def test_a_visit_is_asked_for_by_a_button(signed_in: Any, make_source: MakeSource) -> None:
    source = make_source(feeds=["http://a.test/"], next_fetch_at=timezone.now() + timedelta(hours=9))
    signed_in("analyst").post(reverse("listen:fetch_source", args=[source.key]))
    source.refresh_from_db()
    assert source.next_fetch_at <= timezone.now()
    assert Job.objects.get().kind == "listen.fetch_sources"


def test_shipped_sources_are_added_by_ticking(signed_in: Any, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "s.yml").write_text(
        "sources:\n  - {key: fr-port, name: Le Port, kind: press, country: FR, languages: [fr], "
        "home: https://port.test/, feeds: [https://port.test/rss]}\n"
    )
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, sources_dir=tmp_path)
    client = signed_in("analyst")
    assert "Le Port" in client.get(reverse("listen:shipped_sources")).content.decode()
    client.post(reverse("listen:shipped_sources"), {"keys": ["fr-port"]})
    assert Source.objects.get().is_enabled


def test_the_page_of_a_troubled_source_says_what_to_do(signed_in: Any, make_source: MakeSource) -> None:
    problem = "The server says that the page does not exist (404)."
    make_source(feeds=["http://a.test/"], last_problem=problem, failures=3)
    page = signed_in("reader").get(reverse("listen:source", args=["gazette"])).content.decode()
    assert problem in page
    assert "Look for the new one on the home page" in page


def test_quarantined_bytes_are_for_those_who_manage(signed_in: Any, make_source: MakeSource) -> None:
    outcome = Outcome(source=make_source(), at=timezone.now(), kind="quarantined", reason="unreadable_feed")
    outcome.content.save("x.bin", ContentFile(b"<script>"), save=True)
    address = reverse("listen:outcome_content", args=[outcome.pk])
    assert signed_in("reader").get(address).status_code in {302, 403}
    response = signed_in("analyst").get(address)
    assert (response["Content-Type"], b"".join(response.streaming_content)) == (
        "application/octet-stream",
        b"<script>",
    )


def test_outcomes_are_listed_with_their_reasons(signed_in: Any, make_source: MakeSource) -> None:
    Outcome.objects.create(
        source=make_source(), at=timezone.now(), kind="discarded", reason="too_short", count=3
    )
    client = signed_in("reader")
    assert b"too short" in client.get(reverse("listen:outcomes"), {"kind": "discarded"}).content
    assert b"No outcome fits" in client.get(reverse("listen:outcomes"), {"kind": "kept"}).content


def test_an_import_is_uploaded_and_its_account_shown(signed_in: Any) -> None:
    client = signed_in("analyst")
    file = io.BytesIO(b'{"title": "One headline"}\n')
    file.name = "records.jsonl"
    response = client.post(reverse("listen:imports"), {"file": file}, follow=True)
    assert b"records.jsonl" in response.content
    news = client.get(response.request["PATH_INFO"], headers={"HX-Request": "true"}).content
    assert b"<html" not in news
    assert b"All records" in news


def test_the_home_panel_names_troubled_sources(signed_in: Any, make_source: MakeSource, rf: Any) -> None:
    from legation.desk.listen.views.panels import render_coverage, render_home_panel

    make_source(feeds=["http://a.test/"], last_problem="It failed.", last_success_at=timezone.now())
    request = rf.get("/")
    assert "It failed." in render_home_panel(request, {})
    assert "1 of 1 sources alive" in render_coverage(request, {"languages": ["lo"]})
    assert "Lao" in render_coverage(request, {"languages": ["lo"]})


@pytest.mark.parametrize(
    ("problem", "shown"),
    [
        ("The server failed (502).", "Máy chủ gặp lỗi (502)."),
        (
            "robots.txt could not be read: The host's name cannot be resolved.",
            "Không đọc được robots.txt: Không tìm thấy tên máy chủ.",
        ),
        ("Something new happened.", "Something new happened."),
    ],
)
def test_problems_are_told_in_the_readers_language(problem: str, shown: str) -> None:
    with translation.override("vi"):
        assert in_words(problem) == shown
    with translation.override("en"):
        assert in_words(problem) == problem


def test_the_wizard_ticks_what_fits_the_unit_and_may_be_walked_twice(
    signed_in: Any, settings: Any, tmp_path: Path, rf: Any
) -> None:
    entry = (
        "  - {{key: {0}-port, name: Port {0}, kind: press, country: {1}, languages: [{0}], "
        "home: https://{0}.test/, feeds: [https://{0}.test/rss]}}\n"
    )
    texts = [entry.format(code, country) for code, country in (("fr", "FR"), ("lo", "LA"))]
    (tmp_path / "s.yml").write_text("sources:\n" + "".join(texts))
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, sources_dir=tmp_path)
    client = signed_in("administrator")
    request = rf.post("/")
    request.user, request.unit = client.user, client.user.memberships.get().unit
    request._messages = CookieStorage(rf.get("/"))
    assert wizard.make_form(request, None).initial == {"keys": ["fr-port"]}
    for _ in range(2):
        form = wizard.make_form(request, {"keys": ["lo-port"]})
        assert form.is_valid()
        wizard.save_form(request, form)
    assert Source.objects.get().key == "lo-port"
    assert wizard.make_form(request, None).initial == {"keys": ["lo-port"]}
    assert "sources" in [step.name for step in wizard_steps()]


def test_a_list_page_weighs_little(signed_in: Any, make_source: MakeSource) -> None:
    fill(make_source(), 60)
    client = signed_in("analyst")
    for name in ("articles", "sources", "outcomes"):
        response = client.get(reverse(f"listen:{name}"), headers={"Accept-Encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
        assert len(response.content) < 50_000
