"""The commands of listening: their accounts and their exit status."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.desk.listen.conftest import Outlet

from legation.cli import imports, listening, sources
from legation.cli.installations import Refused
from legation.desk.listen.models import Source

pytestmark = pytest.mark.django_db


def run(command: ModuleType, *words: str) -> int:
    """Run a command as bin/legation does."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return int(command.run(parser.parse_args(words)))


def test_an_import_prints_an_account_of_every_line(tmp_path: Path, capsys: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "records.jsonl"
    path.write_text(json.dumps({"title": "One headline of the day"}) + "\n{broken\n")
    assert run(imports, str(path)) == 1
    told = capsys.readouterr().out
    assert "1  kept" in told
    assert "1  quarantined (not_json)" in told
    assert "2  records in all, of 2 read" in told


def test_a_missing_file_or_language_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="neither a file nor a folder"):
        run(imports, str(tmp_path / "nothing.jsonl"))
    path = tmp_path / "records.jsonl"
    path.write_text("{}\n")
    with pytest.raises(Refused, match="klingonish"):
        run(imports, str(path), "--language", "klingonish")


def test_one_round_prints_what_came_in_and_what_went_wrong(
    make_source: Callable[..., Source], outlet: Outlet, capsys: Any
) -> None:
    make_source("well", feeds=[outlet.show_feed()])
    make_source("gone", feeds=[f"{outlet.address}/nowhere.xml"])
    assert run(listening, "--once") == 1
    told = capsys.readouterr().out
    assert "2 sources visited" in told
    assert "gone: The server says that the page does not exist (404)." in told
    with pytest.raises(Refused, match="nobody"):
        run(listening, "--source", "nobody")


def test_sources_are_added_listed_exported_and_imported(tmp_path: Path, capsys: Any) -> None:
    words = ("--name", "Le Port", "--country", "fr", "--languages", "fr,en")
    assert run(sources, "add", "https://port.test/rss", *words) == 0
    with pytest.raises(Refused, match="personal account"):
        run(sources, "add", "https://x.com/someone", *words)
    path = tmp_path / "sources.yml"
    assert run(sources, "export", str(path)) == 0
    Source.objects.all().delete()
    assert run(sources, "check", "--files", str(path)) == 0
    assert run(sources, "import", str(path)) == 0
    capsys.readouterr()
    assert run(sources, "list") == 0
    assert capsys.readouterr().out.startswith("fr-le-port")
