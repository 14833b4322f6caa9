"""The chain of evidence leaves the desk as a file, and an altered chain does not go on from it."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.furnishing import furnish

from legation.cli import captures, chains
from legation.cli.installations import Refused
from legation.desk.listen.models import Article, Capture


@pytest.fixture(autouse=True)
def _furnished_desk(db: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    furnish()


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    chains.add_arguments(parser)
    return chains.run(parser.parse_args(words))


def test_copies_are_listed_on_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    number, kind, moment, digest, state, address = capsys.readouterr().out.rstrip("\n").split("\t")
    capture = Capture.objects.get()
    assert (number, kind, digest, state, address) == ("1", "scan", capture.sha256, "-", "")
    assert moment == capture.captured_at.isoformat(timespec="seconds")
    assert run("list", "--state", "held") == 0
    assert capsys.readouterr().out == ""


def test_an_exported_chain_is_compared_with_the_one_that_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "chain.jsonl"
    assert run("export", str(path)) == 0
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == [1]
    assert run("compare", str(path)) == 0
    Capture.objects.update(chain_sha256="0" * 64)
    assert run("compare", str(path)) == 1
    assert capsys.readouterr().out == "link 1 differs\n"
    Capture.objects.all().delete()
    assert run("compare", str(path)) == 1
    assert capsys.readouterr().out == "link 1 is missing\n"


def test_an_export_takes_no_other_files_place(tmp_path: Path) -> None:
    path = tmp_path / "chain.csv"
    assert run("export", str(path)) == 0
    written = path.read_bytes()
    for wrong in (path, tmp_path / "chain.txt"):
        with pytest.raises(Refused):
            run("export", str(wrong))
    assert path.read_bytes() == written
    with pytest.raises(Refused, match="no exported chain"):
        run("compare", str(path))


def test_old_files_are_removed_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("remove") == 0
    assert capsys.readouterr().out == "files removed: 0\n"
    capture = Capture.objects.get()
    Capture.objects.update(keep_until=capture.captured_at - timedelta(days=3650))
    assert run("remove") == 0
    assert capsys.readouterr().out == "files removed: 1\n"


def test_a_page_that_cannot_be_kept_is_said_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    article = Article.objects.order_by("pk")[0]
    Article.objects.filter(pk=article.pk).update(address="http://127.0.0.1/private")
    assert captures.run(argparse.Namespace(articles=[str(article.pk)])) == 1
    assert "private, local or reserved" in capsys.readouterr().out
    with pytest.raises(Refused, match="no article 999999"):
        captures.run(argparse.Namespace(articles=["999999"]))
