"""Checking every source over real HTTP: one line each, what to mend, and no network said as such."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from lxml import etree
from tests.desk.listen.conftest import Answer, Outlet

from legation.cli import sources
from legation.cli.installations import Refused
from legation.desk.listen.models import Source
from legation.desk.listen.services import source_checks
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch, options: FetchOptions) -> None:
    monkeypatch.setattr(source_checks, "make_fetch_options", lambda **_: options)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    sources.add_arguments(parser)
    return int(sources.run(parser.parse_args(words)))


def show_news(outlet: Outlet, path: str = "/feed.xml", *, days: int = 0) -> str:
    at = timezone.now() - timedelta(days=days)
    return outlet.show_feed(*[outlet.feed_item(f"story-{number}", at=at) for number in range(6)], path=path)


def test_a_good_source_is_verified(make_source: MakeSource, outlet: Outlet, capsys: Any) -> None:
    make_source("good", feeds=[show_news(outlet)])
    assert run("check") == 0
    told = capsys.readouterr().out
    assert "good  good  6 items, newest 1 hours ago" in told
    assert "1 sources: 1 good" in told
    source = Source.objects.get()
    assert source.is_verified
    assert source.last_fetch_at == source.last_success_at is not None


def test_each_fault_is_named_with_what_to_mend(make_source: MakeSource, outlet: Outlet, capsys: Any) -> None:
    make_source("a-good", feeds=[show_news(outlet)])
    outlet.answers["/old.xml"] = Answer(status=301, headers={"Location": "/feed.xml"})
    make_source("b-moved", feeds=[f"{outlet.address}/old.xml"])
    make_source("c-gone", feeds=[f"{outlet.address}/nowhere.xml"])
    outlet.answers["/page"] = Answer(
        b"<html><body>Hello</body></html>", headers={"Content-Type": "text/html"}
    )
    make_source("d-page", feeds=[f"{outlet.address}/page"])
    make_source("e-empty", feeds=[outlet.show_feed(path="/empty.xml")])
    make_source("f-stale", feeds=[show_news(outlet, "/stale.xml", days=90)])
    make_source("g-other", feeds=[show_news(outlet, "/other.xml")], languages=["vi"])
    make_source("h-typed", feeds=[])
    assert run("check") == 1
    told = capsys.readouterr().out
    for line in (
        f"mend  b-moved  moved for good to {outlet.address}/feed.xml",
        "mend  c-gone   gone: look for the new address",
        "mend  d-page   no feed stands there: This is a web page, not a feed.",
        "mend  e-empty  empty",
        "mend  f-stale  nothing new since",
        "mend  g-other  speaks en, which the source does not declare",
    ):
        assert line in told
    assert "7 sources: 1 good; to mend:" in told
    assert set(Source.objects.filter(is_verified=True).values_list("key", flat=True)) == {
        "a-good", "b-moved", "f-stale", "g-other",
    }  # fmt: skip


def test_robots_txt_forbids_also_a_check(make_source: MakeSource, outlet: Outlet, capsys: Any) -> None:
    outlet.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /")
    make_source("shy", feeds=[show_news(outlet)])
    assert run("check") == 1
    assert "robots.txt forbids it" in capsys.readouterr().out
    assert outlet.count_asked("/feed.xml") == 0


def test_a_list_page_is_checked_like_a_feed(make_source: MakeSource, outlet: Outlet, capsys: Any) -> None:
    links = "".join(
        f'<h3><a href="/2026/11/2{number}/the-council-decides-{number}.html">'
        f"The provincial council decides on the new port, part {number}</a></h3>"
        for number in range(6)
    )
    outlet.answers["/news"] = Answer(
        f"<html><body>{links}</body></html>".encode(), headers={"Content-Type": "text/html"}
    )
    page = {"address": f"{outlet.address}/news", "pattern": "/{year}/{month}/{day}/{slug}.html"}
    make_source("listed", feeds=[], list_pages=[page])
    make_source("rebuilt", feeds=[], list_pages=[{**page, "pattern": "/other/*"}])
    assert run("check") == 1
    told = capsys.readouterr().out
    assert "good  listed   6 items" in told
    assert "mend  rebuilt  empty" in told


def test_only_the_named_sources_are_asked(make_source: MakeSource, outlet: Outlet) -> None:
    make_source("one", feeds=[show_news(outlet, "/one.xml")])
    make_source("two", feeds=[show_news(outlet, "/two.xml")])
    assert run("check", "two") == 0
    assert (outlet.count_asked("/one.xml"), outlet.count_asked("/two.xml")) == (0, 1)
    with pytest.raises(Refused, match="nobody"):
        run("check", "nobody")


def test_programs_read_one_object_a_line(make_source: MakeSource, outlet: Outlet, capsys: Any) -> None:
    make_source("good", feeds=[show_news(outlet)])
    make_source("gone", feeds=[f"{outlet.address}/nowhere.xml"])
    assert run("check", "--json") == 1
    found = {one["key"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found["good"]["is_good"]
    assert (found["good"]["feeds"][0]["items"], found["gone"]["feeds"][0]["verdict"]) == (6, "gone")


def test_without_a_network_one_sentence_says_so(
    make_source: MakeSource, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def know_nobody(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", know_nobody)
    for number in range(5):
        make_source(f"far-{number}", feeds=[f"https://paper-{number}.example/rss"])
    assert run("check") == 2
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert "None of the 5 sources was reached, and names of hosts are not found" in told
    assert not Source.objects.exclude(last_fetch_at=None).exists()


def test_one_unknown_name_among_good_ones_is_to_be_mended(
    make_source: MakeSource, outlet: Outlet, capsys: Any
) -> None:
    make_source("good", feeds=[show_news(outlet)])
    make_source("typo", feeds=["https://no-such-paper.invalid/rss"])
    assert run("check") == 1
    assert "mend  typo  its host's name is unknown" in capsys.readouterr().out


def test_files_alone_are_checked_without_a_network(tmp_path: Path, capsys: Any, outlet: Outlet) -> None:
    assert run("check", "--files") == 0
    assert "nothing wrong" in capsys.readouterr().out
    (tmp_path / "bad.yml").write_text("sources: [{key: X}]")
    assert run("check", "--files", str(tmp_path)) == 1
    assert outlet.asked == []


def test_lists_are_imported_and_exported_by_command(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "mine.opml"
    path.write_text(
        '<opml><body><outline text="Le Port" xmlUrl="https://port.example/rss"/>'
        '<outline text="Somebody" xmlUrl="https://x.com/someone"/></body></opml>'
    )
    assert run("import", str(path), "--country", "fr", "--language", "fr", "--off") == 1
    told = capsys.readouterr().out
    assert "mine.opml: 1 added, 1 refused" in told
    assert "line 2, Somebody: personal" in told
    source = Source.objects.get()
    assert (source.country, source.languages, source.is_enabled) == ("FR", ["fr"], False)
    written = tmp_path / "out.opml"
    assert run("export", "--format", "opml", str(written)) == 0
    assert etree.parse(written).xpath("//outline/@xmlUrl") == ["https://port.example/rss"]
    (tmp_path / "bad.opml").write_text("<html/>")
    with pytest.raises(Refused, match="not OPML"):
        run("import", str(tmp_path / "bad.opml"))
    with pytest.raises(Refused, match="klingonish"):
        run("import", str(path), "--language", "klingonish")


def test_a_server_that_is_down_is_to_be_mended_and_no_missing_network(
    make_source: MakeSource, capsys: Any
) -> None:
    make_source("down", feeds=["http://127.0.0.1:9/rss"])
    assert run("check") == 1
    assert "mend  down  failed:" in capsys.readouterr().out
